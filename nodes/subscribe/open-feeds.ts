import type { CallOptions, ZaptecClient } from '../../src/client';
import type { Feed, FeedOptions } from '../../src/bus/feed-types';
import type { Site } from './place';

/** One installation and its feed. */
export interface Opened {
  site: Site;
  feed: Feed;
}

export interface Opener {
  client: ZaptecClient;
  /** Id or name; undefined: every installation that the account sees. */
  reference: string | undefined;
  options: CallOptions;
  feedOptions: (installationId: string) => FeedOptions;
}

/**
 * Opens the feed of each installation that is meant and not open yet.
 * @param known those that are open; gone ones are closed and taken out, new ones put in.
 * @returns the new ones.
 * @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS`
 */
export async function openFeeds(
  known: Map<string, Opened>,
  { client, reference, options, feedOptions }: Opener,
): Promise<Opened[]> {
  const wanted =
    reference === undefined
      ? (await client.installations.list(options)).data
      : [await client.resolve.installation(reference, options)];
  if (options.signal?.aborted) return [];
  const fresh: Opened[] = [];
  for (const { id, name } of wanted) {
    if (known.has(id)) continue;
    const opened = { site: { id, ...(name ? { name } : {}) }, feed: client.feed(feedOptions(id)) };
    known.set(id, opened);
    fresh.push(opened);
  }
  return fresh;
}

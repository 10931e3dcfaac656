import type { CallOptions, Feed, FeedOptions, ZaptecClient } from '../../src/client';
import type { InstallationName } from './items';

/** One installation and its feed. */
export interface Opened {
  installation: InstallationName;
  feed: Feed;
  /** The command to a charger that is not confirmed. */
  pending: (chargerId: string) => string | undefined;
}

export interface ConnectionClient {
  client: ZaptecClient;
  /** Id or name; undefined: every installation that the account sees. */
  reference: string | undefined;
  options: CallOptions;
  feedOptions: (installationId: string) => FeedOptions;
}

/** What has changed among the installations that are followed. */
export interface Followed {
  fresh: Opened[];
  /** To be ended by whoever follows them. */
  gone: Opened[];
}

/**
 * Opens the feed of each installation that is meant and not open yet.
 * @param known those that are open; new ones are put in. Without a reference, those that the account no longer sees are
 *   taken out; a chosen one that cannot be found is an error instead.
 * @throws ZaptecError `NOT_FOUND`, `AMBIGUOUS`
 */
export async function openFeeds(
  known: Map<string, Opened>,
  { client, reference, options, feedOptions }: ConnectionClient,
): Promise<Followed> {
  const wanted =
    reference === undefined
      ? (await client.installations.list(options)).data
      : [await client.resolve.installation(reference, options)];
  if (options.signal?.aborted) return { fresh: [], gone: [] };
  const fresh: Opened[] = [];
  for (const { id, name } of wanted) {
    if (known.has(id)) continue;
    const installation = { id, ...(name ? { name } : {}) };
    const pending = (chargerId: string) => client.chargers.pending(chargerId);
    const opened = { installation, feed: client.feed(feedOptions(id)), pending };
    known.set(id, opened);
    fresh.push(opened);
  }
  const seen = new Set(wanted.map(({ id }) => id));
  const gone =
    reference === undefined ? [...known.values()].filter(({ installation }) => !seen.has(installation.id)) : [];
  for (const { installation } of gone) known.delete(installation.id);
  return { fresh, gone };
}

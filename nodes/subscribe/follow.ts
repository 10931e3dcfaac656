import type { FeedStatus, SessionConsumer } from '../../src/client';
import { type Item } from '../shared/message';
import type { SubscribeSettings } from '../shared/properties';
import { guarded } from '../shared/guard';
import type { Words } from '../shared/language/catalogues';
import { latestItems } from './latest-values';
import { emission } from './emission';
import { feedItem, streamItem } from './items';
import type { Opened } from './open-feeds';
import type { Selection } from './selection';
import { StreamEvents } from './stream-events';

export interface FollowContext {
  settings: SubscribeSettings;
  selection: Selection;
  /** To the first output. */
  data: (item: Item) => void;
  /** To the second one. */
  state: (item: Item) => void;
  report: (thrown: unknown) => void;
  words: Words;
  /** The node, for the sessions that come while it is away. */
  consumer: SessionConsumer;
}

/**
 * Sends what one feed brings, from now on.
 * @returns a function that ends it and lets go of the feed.
 */
export function follow(
  { installation, feed, pending }: Opened,
  { settings, selection, data, state, report, words, consumer }: FollowContext,
): () => void {
  let ended = false;
  const out = emission({ settings, selection, installation, feed, pending, emit: data, report });

  const watch = new StreamEvents((event, status) => {
    if (settings.emit === 'events' && selection.event(event)) data(streamItem(event, status, installation, words));
  }, report);
  const onStatus = (status: FeedStatus) => {
    state(feedItem(status, installation, words));
    watch.onStatus(status);
  };

  const first = guarded(async () => {
    await feed.ready;
    if (ended || !settings.initial || !isAboutValues(settings)) return;
    for (const item of latestItems({ settings, selection, installation, store: feed.store, pending })) data(item);
  }, report);

  const stop = feed.listen({ ...out.listener, consumer, status: guarded(onStatus, report) });
  onStatus(feed.status);
  first();
  return () => {
    ended = true;
    stop();
    out.close();
    watch.close();
    feed.close();
  };
}

/** Events and sessions are news or nothing: they have no state to begin with. */
function isAboutValues({ emit }: SubscribeSettings): boolean {
  return emit === 'observations' || emit === 'snapshots';
}

import type { Feed, FeedStatus } from '../../src/feed/types';
import { openClient } from '../../src/client';
import { heapNow } from '../heap';

const MINUTE = 60_000;
/** Shorter times for everything that takes minutes by default, so that each of it happens within the soak. */
const SHORT_TIMING = {
  retryMs: [500, 1_000, 2_000],
  refusedMs: [1_000, 2_000],
  stableMs: 5_000,
  idleMs: 10_000,
  gapMs: 1_000,
  fillEveryMs: 20_000,
  awayMs: 3_000,
  auditMs: 5_000,
  auditSoonMs: 2_000,
  confirmMs: MINUTE,
  lateMs: 5_000,
  backgroundMs: 3_000,
  backfillWaitMs: 2_000,
  backfillEveryMs: 10_000,
  backfillDoubtMs: 10_000,
  backfillCalmMs: 20_000,
};

/** The simulator, the account and the installation that the listener subscribes to. */
export interface CloudAccess {
  baseUrl: string;
  username: string;
  password: string;
  installationId: string;
}

/** The listener's answer to each question. */
export interface Answers {
  open: 'open';
  /** Bytes in use after a garbage collection. */
  heap: number;
  state: FeedStatus['state'];
  /** How many times each session was reported as finished. */
  sessions: [id: string, times: number][];
  /** The observations in the store, by the id of the charger. */
  values: [chargerId: string, values: [stateId: number, value: string | undefined][]][];
  rejections: string[];
}

/** A feed in a process of its own, so that nothing else is in its heap. */
async function main(): Promise<void> {
  const rejections: string[] = [];
  process.on('unhandledRejection', (reason) =>
    rejections.push(reason instanceof Error ? `${reason.stack}` : String(reason)),
  );
  const { installationId, ...account } = await new Promise<CloudAccess>((resolve) => process.once('message', resolve));
  const client = openClient(account);
  const feed = client.feed({ installationId }, { timing: SHORT_TIMING });
  const finished = countFinished(feed);
  await feed.ready;
  const answers: { [Question in keyof Answers]: () => Answers[Question] } = {
    open: () => 'open',
    heap: heapNow,
    state: () => feed.status.state,
    sessions: () => [...finished],
    values: () =>
      [...feed.store.ids].map((id) => [id, feed.store.raw(id).map((raw) => [raw.stateId, raw.valueAsString])]),
    rejections: () => rejections,
  };
  process.on('message', (question: keyof Answers) => process.send?.(answers[question]()));
  process.on('disconnect', () => process.exit());
  process.send?.(answers.open());
}

function countFinished(feed: Feed): ReadonlyMap<string, number> {
  const finished = new Map<string, number>();
  feed.listen({
    session: ({ kind, session: { id } }) => {
      if (kind === 'session-finished') finished.set(id, (finished.get(id) ?? 0) + 1);
    },
  });
  return finished;
}

void main();

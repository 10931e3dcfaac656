import { jittered } from '../time/backoff';
import type { FeedError } from './feed-error';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Every span of the feed, in ms, in one place so that a test can shorten it.
 *
 * | clock            | for                                                                                              |
 * | ---------------- | ------------------------------------------------------------------------------------------------ |
 * | `clock.now()`    | when a charger was read or confirmed, when a message came, gaps, missed changes, sessions and    |
 * |                  | checkpoints: a computer that slept has missed messages, so its sleep has to count                |
 * | `clock.steady()` | the watchdog, retries, the pace of reads and tasks, the delay of a save, the 5 s of an event     |
 * | `clock.cloud()`  | what chargers measured, the archive, since when sessions are news                                |
 * | wall time        | what else is kept over a restart: converted where it is read or written                          |
 */
export interface FeedTiming {
  /** From the start of a connect until messages may flow; after that it counts as failed. */
  openMs: number;
  /** A link that lives so long was not refused. */
  settleMs: number;
  /** A connection that does not close within this is given up. */
  closeMs: number;
  /** Waits before the first, second … try after a stream was lost; the last one for ever. Jitter comes on top. */
  retryMs: readonly number[];
  /** The same while Zaptec refuses the connection details, which only a person can change. */
  refusedMs: readonly number[];
  /** A stream that lived so long begins the waits anew. */
  stableMs: number;
  /** After so long without a message the stream is checked. */
  idleMs: number;
  /** After a longer gap every charger is read once. */
  gapMs: number;
  /** All chargers at once are read at most every so many ms. */
  fillEveryMs: number;
  /** Polling begins when the stream is away for so long. */
  awayMs: number;
  /** While live, one charger is read every so many ms, to learn whether messages went elsewhere. */
  auditMs: number;
  /** The same when the last such read showed a missed change. */
  auditSoonMs: number;
  /** While live, a charger without any message for so long is read. */
  confirmMs: number;
  /** A change that is older than this should have come by push. */
  lateMs: number;
  /** `ready` waits no longer than this for the first fill. */
  readyMs: number;
  /** Whoever opens a feed again has the bus tried at once, at most every so many ms. */
  reopenMs: number;
  /** A stream outlives its last user by this. */
  lingerMs: number;
  /** Of several machines, one whose receiver is away for so long leaves it to another one. */
  yieldAfterMs: number;
  /** It tries again itself when no other machine receives by then. */
  yieldMs: number;
  /** Every so many ms the background tasks run: missing sessions, who charges, the constants. */
  backgroundMs: number;
  /** So long after a gap its sessions are in the archive; guess. */
  backfillWaitMs: number;
  /** After gaps the archive of an installation is read at most every so many ms. */
  backfillEveryMs: number;
  /** The same while the stream is away, or another program seems to take messages. */
  backfillDoubtMs: number;
  /** The same while all seems well: a session of which every message was lost leaves no trace. */
  backfillCalmMs: number;
  /** A session may enter the archive so long after its end: where the charger was offline, or clocks differ. */
  backfillReachMs: number;
}

export const TIMING: Readonly<FeedTiming> = {
  openMs: 8 * SECOND,
  settleMs: SECOND / 2,
  closeMs: 3 * SECOND,
  // With the SDK's own try when it is cut off: three in the first minute, whatever the jitter.
  retryMs: [SECOND, 15 * SECOND, MINUTE, MINUTE, 2 * MINUTE, 5 * MINUTE],
  refusedMs: [MINUTE, 5 * MINUTE, 15 * MINUTE],
  stableMs: MINUTE,
  idleMs: 30 * MINUTE,
  gapMs: MINUTE,
  fillEveryMs: 15 * MINUTE,
  awayMs: MINUTE,
  auditMs: 90 * MINUTE,
  auditSoonMs: 2 * MINUTE,
  confirmMs: 2 * HOUR,
  lateMs: MINUTE,
  readyMs: MINUTE,
  reopenMs: MINUTE,
  lingerMs: 0,
  yieldAfterMs: 15 * SECOND,
  yieldMs: 30 * SECOND,
  backgroundMs: 15 * SECOND,
  backfillWaitMs: 2 * MINUTE,
  backfillEveryMs: 15 * MINUTE,
  backfillDoubtMs: HOUR,
  backfillCalmMs: 24 * HOUR,
  backfillReachMs: 6 * HOUR,
};

/** The wait after a stream was lost or not found, in ms, with jitter. */
export function retryMs(timing: FeedTiming, error: FeedError | undefined, tries: number): number {
  return jittered(error?.lasting ? timing.refusedMs : timing.retryMs, tries);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Every span of the feed, in ms, in one place so that a test can shorten it. */
export interface FeedTiming {
  /** From the try to connect until messages may flow; then it counts as failed. */
  openMs: number;
  /** A link that lives so long was not refused. */
  settleMs: number;
  /** A connection that does not close within this is let go. */
  closeMs: number;
  /** Waits before the first, second … try after a stream was lost; the last one for ever. Jitter comes on top. */
  retryMs: readonly number[];
  /** The same while Zaptec refuses the connection details, which only a person can change. */
  refusedMs: readonly number[];
  /** A stream that lived so long begins the waits anew. */
  steadyMs: number;
  /** So long without a message is suspicious. */
  silenceMs: number;
  /** After a longer gap every charger is read once. */
  gapMs: number;
  /** All chargers at once are read at most so often. */
  fillEveryMs: number;
  /** Polling begins when the stream is away for so long. */
  awayMs: number;
  /** While live, one charger is read so often, to learn whether messages went elsewhere. */
  auditMs: number;
  /** The same when the last such read had surprises. */
  auditSoonMs: number;
  /** While live, a charger without any message for so long is read. */
  confirmMs: number;
  /** A change that is older than this has had the time to come by push. */
  lateMs: number;
  /** `ready` waits no longer than this for the first fill. */
  readyMs: number;
  /** A stream outlives its last user by this. */
  lingerMs: number;
  /** How often background tasks are due: missing sessions, who charges, the constants. */
  backgroundMs: number;
  /** So long after a gap its sessions are in the history; guess. */
  backfillWaitMs: number;
  /** After gaps the history of an installation is asked at most so often. */
  backfillEveryMs: number;
  /** The same while the stream is away, or somebody seems to take messages. */
  backfillDoubtMs: number;
  /** The same while all seems well: a session of which every message was lost leaves no trace. */
  backfillCalmMs: number;
  /** A session may be told to the history so long after its end: where the charger was offline, or clocks differ. */
  backfillReachMs: number;
}

export const TIMING: Readonly<FeedTiming> = {
  openMs: 8 * SECOND,
  settleMs: SECOND / 2,
  closeMs: 3 * SECOND,
  // With the library's own try when it is cut off: three in the first minute, whatever the jitter.
  retryMs: [SECOND, 15 * SECOND, MINUTE, MINUTE, 2 * MINUTE, 5 * MINUTE],
  refusedMs: [MINUTE, 5 * MINUTE, 15 * MINUTE],
  steadyMs: MINUTE,
  silenceMs: 30 * MINUTE,
  gapMs: MINUTE,
  fillEveryMs: 15 * MINUTE,
  awayMs: MINUTE,
  auditMs: 90 * MINUTE,
  auditSoonMs: 2 * MINUTE,
  confirmMs: 2 * HOUR,
  lateMs: MINUTE,
  readyMs: MINUTE,
  lingerMs: 30 * SECOND,
  backgroundMs: 15 * SECOND,
  backfillWaitMs: 2 * MINUTE,
  backfillEveryMs: 15 * MINUTE,
  backfillDoubtMs: HOUR,
  backfillCalmMs: 24 * HOUR,
  backfillReachMs: 6 * HOUR,
};

/** The wait number `tries` of a list, 20 % more or less, so that many installations do not come back in step. */
export function jittered(list: readonly number[], tries: number, random = Math.random()): number {
  const base = list[Math.min(tries, list.length - 1)] ?? MINUTE;
  return base * (0.8 + random * 0.4);
}

import { setTimeout as wait } from 'node:timers/promises';

/** Node.js fires a timer of more ms at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after so many ms, or at once when the signal aborts; never rejects. Waits 24 days at the longest. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal });
  } catch {
    // Aborted: the caller asks the signal.
  }
}

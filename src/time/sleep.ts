import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after so many ms, or at once when the signal aborts; never rejects. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    // Aborted: the caller asks the signal.
  }
}

const FIRST_MS = 5_000;
const LONGEST_MS = 5 * 60_000;
const MOST_DOUBLINGS = 7;

/** How long to wait after so many failures: doubling, with jitter so that many machines do not come at once. */
export function pauseAfter(failures: number, random = Math.random()): number {
  const base = FIRST_MS * 2 ** Math.min(failures - 1, MOST_DOUBLINGS);
  return Math.min(LONGEST_MS, base * (1 + random * 0.5));
}

/**
 * Repeats an attempt until it succeeds, however long that takes: a machine that boots faster than its network must
 * come up by itself.
 * @param isPermanent whether only a person can mend a failure; such a failure ends the attempts.
 * @param after how many failures there were before; then it begins with a pause.
 * @returns the permanent failure, if that was the end.
 */
export async function retryUntilDone(
  attempt: () => Promise<void>,
  { signal, isPermanent, after = 0 }: { signal: AbortSignal; isPermanent: (error: unknown) => boolean; after?: number },
): Promise<unknown> {
  for (let failures = after; ;) {
    if (failures > 0) await pause(pauseAfter(failures), signal);
    if (signal.aborted) return undefined;
    try {
      await attempt();
      return undefined;
    } catch (error) {
      if (isPermanent(error)) return error;
      failures += 1;
    }
  }
}

/** Ends early when the node closes, and never keeps the process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(finish, ms).unref();
    signal.addEventListener('abort', finish, { once: true });
    function finish() {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}

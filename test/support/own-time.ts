const TICK_MS = 20;

/**
 * How long something takes, in ms, without the time in which the computer did not let this process run: a wait longer than
 * a tick counts as one. For limits of real time, which shall measure the code and not the computer.
 */
export async function ownTime(work: Promise<unknown>): Promise<number> {
  let own = 0;
  let last = performance.now();
  const count = () => {
    const now = performance.now();
    own += Math.min(now - last, TICK_MS);
    last = now;
  };
  const ticks = setInterval(count, TICK_MS);
  try {
    await work;
  } finally {
    clearInterval(ticks);
  }
  count();
  return own;
}

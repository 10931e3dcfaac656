/**
 * The clock of the simulated cloud's HTTP and AMQP sides. Tests inject one, or fake the timers of the process.
 */
export interface SimulatorClock {
  /** ms since 1970 */
  now(): number;
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** A clock that starts with the system's and then only counts on: nobody who sets that moves the simulated cloud. */
export function runningClock(): SimulatorClock {
  const startMs = Date.now() - performance.now();
  return {
    now: () => Math.round(startMs + performance.now()),
    setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  };
}

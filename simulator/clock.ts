/**
 * The clock of the client. Tests inject one; the default reads the system's clock at each call, so that it can be
 * faked.
 */
export interface SimulatorClock {
  /** ms since 1970 */
  now(): number;
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

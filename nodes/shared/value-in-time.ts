import { phrase } from '../../src/client';
/** A context store and an expression answer at once, or not at all. */
export const LONGEST_WAIT_MS = 5_000;

/**
 * A value that a callback, or a promise in a message, brings later. One that never comes must not stop a node for ever:
 * the messages after it wait for it.
 * @param read may call back at once.
 * @throws Error where no value comes in time.
 */
export function valueInTime(read: (found: (value: unknown) => void, failed: (thrown: unknown) => void) => void) {
  return new Promise<unknown>((resolve, reject) => {
    const state: { isSettled: boolean; timer?: NodeJS.Timeout } = { isSettled: false };
    const settle = (how: (value: unknown) => void) => (value: unknown) => {
      state.isSettled = true;
      clearTimeout(state.timer);
      how(value);
    };
    const failed = settle(reject);
    const found = (value: unknown) => {
      try {
        if (isThenable(value)) value.then(found, failed);
        else settle(resolve)(value);
      } catch (thrown) {
        failed(thrown);
      }
    };
    try {
      read(found, failed);
    } catch (thrown) {
      failed(thrown);
    }
    // Nearly every value is there by now.
    if (state.isSettled) return;
    const late = new Error(phrase`no value came within ${LONGEST_WAIT_MS / 1_000} s`);
    state.timer = setTimeout(() => failed(late), LONGEST_WAIT_MS);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isReference(value) && 'then' in value && typeof value.then === 'function';
}

function isReference(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

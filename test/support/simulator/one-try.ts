/** Of the official client. One try only: a client that is closed during a retry leaves long timers behind. */
export const RETRY = { maxRetries: 0, retryDelayInMs: 1000 };

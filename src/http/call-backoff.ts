import { longerThan } from '../time/backoff';
import { clock } from '../time/clock';

/** After so long, in ms, a further try is a new call and no repetition, however long the outage lasts. */
const REST_MS = 15_000;

interface Failing {
  /** The last try that failed, by `clock.steady()`. */
  sentAt: number;
  /** From the try before to that one, in ms; 0 if there was none. */
  gapMs: number;
}

/**
 * When a call that fails may be tried again, whoever tries: a read in another lane, or a new one after its caller gave the
 * first one up, would else begin with a short gap once more (docs/zaptec-api.md, "Rate limits").
 */
export class CallBackoff {
  readonly #failing = new Map<string, Failing>();

  /** From when on the call may be sent, by `clock.steady()`; in the past while it does not fail. */
  notBefore(key: string): number {
    const failing = this.#failing.get(key);
    if (!failing || failing.gapMs === 0) return -Infinity;
    return failing.sentAt + Math.min(REST_MS, longerThan(failing.gapMs));
  }

  /** @param sentAt when the try that failed was sent, by `clock.steady()`. */
  failed(key: string, sentAt: number): void {
    const now = clock.steady();
    for (const [other, failing] of this.#failing) {
      if (now - failing.sentAt < REST_MS) break;
      this.#failing.delete(other);
    }
    const before = this.#failing.get(key)?.sentAt ?? -Infinity;
    if (sentAt < before) return;
    // The newest stands last, so that old ones are found first.
    this.#failing.delete(key);
    this.#failing.set(key, { sentAt, gapMs: sentAt - before < REST_MS ? sentAt - before : 0 });
  }

  succeeded(key: string): void {
    this.#failing.delete(key);
  }
}

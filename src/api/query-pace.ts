import { isZaptecError, zaptecError } from '../errors/zaptec-error';
import type { Pace, Target } from '../http/endpoints';
import { clock } from '../time/clock';
import { isObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** More objects than an account has in an hour. */
const MOST = 10_000;

interface Bucket {
  left: number;
  /** When `left` was counted, by `clock.steady()`. */
  at: number;
}

/**
 * Bounds the different questions about one object, since each of them is a new key of the cache: a query whose period
 * moves would else be bounded by ten requests a second alone. So many may come at once, and then one in each interval.
 */
export class QueryPace {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Sends a question if it may be sent now.
   * @param body of a read that Zaptec made a POST, for the objects that it names.
   * @throws ZaptecError `TOO_SOON`
   */
  async run<T>(where: Target, send: () => Promise<T>, body?: unknown, pace = where.endpoint?.pace): Promise<T> {
    if (!pace) return send();
    const key = keyOf(where, pace, body);
    this.#take(key, pace, where);
    try {
      return await send();
    } catch (error) {
      // What was never sent does not count.
      if (isZaptecError(error) && error.cause.attempts === 0) this.#giveBack(key, pace);
      throw error;
    }
  }

  #take(key: string, pace: Pace, where: Target): void {
    const now = clock.steady();
    const bucket = this.#filled(key, pace, now);
    if (bucket.left < 1) {
      const waitS = Math.ceil(((1 - bucket.left) * pace.everyMs) / 1000);
      const times = pace.burst === 1 ? 'a moment ago' : phrase`${pace.burst} times of late`;
      throw zaptecError(
        'TOO_SOON',
        phrase`${where.endpoint?.path ?? where.path} was sent ${times}, and is not sent again yet`,
        {
          remedy: phrase`Send it again in ${waitS} s: ${pace.remedy}`,
        },
      );
    }
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: bucket.left - 1, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST && oldest !== undefined) this.#buckets.delete(oldest);
  }

  #giveBack(key: string, pace: Pace): void {
    const bucket = this.#filled(key, pace, clock.steady());
    this.#buckets.set(key, { ...bucket, left: Math.min(pace.burst, bucket.left + 1) });
  }

  #filled(key: string, pace: Pace, now: number): Bucket {
    const { left, at } = this.#buckets.get(key) ?? { left: pace.burst, at: now };
    return { left: Math.min(pace.burst, left + (now - at) / pace.everyMs), at: now };
  }
}

/** The path and the objects that the query names; whatever else is in it may move. */
function keyOf({ path, query }: Target, { by = [] }: Pace, body: unknown): string {
  const named = new Map(Object.entries(isObject(body) ? body : {}).map(([name, value]) => [name.toLowerCase(), value]));
  const ids = by.map((name) => {
    const value = named.get(name.toLowerCase());
    return query.getAll(name).join() || (value === undefined ? '' : JSON.stringify(value).replace(/[[\]"]/g, ''));
  });
  return [path, ...ids].join(' ').toLowerCase();
}

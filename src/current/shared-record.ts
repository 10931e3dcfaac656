import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../cluster/redis';
import type { WriteRecord } from './governor/events';
import { jsonOf, recordFrom } from './record';

/** Longer than any write takes; after a kill the lock opens by itself, in ms. */
const LOCK_MS = 120_000;
/** An older write delays nothing, in ms. */
const KEPT_MS = 24 * 60 * 60_000;
const UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/** The last write to one installation or charger in wall times, and the right to write, among several machines. */
export class SharedRecord {
  readonly #redis: RedisConnection;
  readonly #key: string;
  readonly #me = randomUUID();
  /** The newest record that this machine has read or written. Its text distinguishes records whatever wall clocks show. */
  #known: { text: string; record: WriteRecord | undefined } | undefined;

  constructor(redis: RedisConnection, key: string) {
    this.#redis = redis;
    this.#key = `zaptec-current-${key}`;
  }

  /** Not granted while another machine writes, nor before this one has seen the record of another one. */
  async lock(): Promise<{ granted: boolean; record: WriteRecord | undefined }> {
    const locked = await this.#redis.set(`${this.#key}-lock`, this.#me, 'PX', LOCK_MS, 'NX');
    const text = await this.#redis.get(this.#key);
    const isNews = text !== null && text !== this.#known?.text;
    if (isNews) this.#known = { text, record: recordFrom(JSON.parse(text)) };
    if (locked && isNews) await this.unlock();
    return { granted: locked !== null && !isNews, record: text === null ? undefined : this.#known?.record };
  }

  async unlock(): Promise<void> {
    await this.#redis.eval(UNLOCK, 1, `${this.#key}-lock`, this.#me);
  }

  /** A record that is taken back stays for the other machines: to wait too long does no harm. */
  save(record: WriteRecord | undefined): void {
    if (!record) return;
    const text = JSON.stringify(jsonOf(this.#key, record));
    this.#known = { text, record };
    this.#redis.set(this.#key, text, 'PX', KEPT_MS).catch(() => undefined);
  }
}

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { redisOptions } from '../cluster/redis';
import type { WriteRecord } from './governor/events';
import { jsonOf, recordFrom } from './record';

/** Longer than any write takes; after a kill the lock opens by itself, in ms. */
const LOCK_MS = 120_000;
/** An older write delays nothing, in ms. */
const KEPT_MS = 24 * 60 * 60_000;
const UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/** The connection to Redis that the records of an account share; `ioredis` is loaded only here. */
export function openRedis(redisUrl: string): Redis {
  const { Redis: Client, clientOptions } = redisOptions(redisUrl) as {
    Redis: typeof Redis;
    clientOptions: Record<string, unknown>;
  };
  const redis = new Client({ ...clientOptions, maxRetriesPerRequest: 1, enableOfflineQueue: true });
  // Without a listener the error of a connection would end the process; each call reports it as well.
  redis.on('error', () => undefined);
  return redis;
}

/** The last write to one installation or charger in wall times, and the right to write, among several machines. */
export class SharedRecord {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #me = randomUUID();
  /** The newest record that this machine has read or written. Its text distinguishes records whatever wall clocks show. */
  #known: { text: string; record: WriteRecord | undefined } | undefined;

  constructor(redis: Redis, key: string) {
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

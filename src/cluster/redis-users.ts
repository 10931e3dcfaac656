import { phrase } from '../errors/phrase';
import { isSameRedis } from './redis-address';

/** A connection of this process to an account. */
interface RedisUser {
  /** Undefined where it names none. */
  redisUrl: string | undefined;
  /** What people call it; undefined for one without a name. */
  name: string | undefined;
}

/** What is wrong with the Redis that a connection names, in two sentences without an address. */
export interface IgnoredRedis {
  text: string;
  remedy: string;
  /** The names of the connections whose Redis counts. */
  by: readonly (string | undefined)[];
}

const REMEDY = 'Enter the same address of Redis in all connections of this account, then open them all anew';
/** A name is somebody's own text. */
const LONGEST_NAME = 100;

/**
 * The connections of one process that use one account, and the Redis that each of them names. An account has one Redis:
 * that of the connection which opened it.
 */
export class RedisUsers {
  readonly #redisUrl: string | undefined;
  readonly #users = new Set<RedisUser>();
  #name: string | undefined;

  /** @param redisUrl the one that counts */
  constructor(redisUrl: string | undefined) {
    this.#redisUrl = redisUrl;
  }

  /** @returns a function that ends it. */
  enter(user: RedisUser): () => void {
    this.#users.add(user);
    return () => this.#users.delete(user);
  }

  /** Undefined where the Redis of the connection is the one that counts. */
  ignoredOf({ redisUrl }: RedisUser): IgnoredRedis | undefined {
    const counts = this.#redisUrl;
    if (isSameRedis(redisUrl, counts)) return undefined;
    const name = this.#counting;
    const by = [...this.#users].filter((user) => isSameRedis(user.redisUrl, counts)).map((user) => user.name);
    if (counts === undefined) {
      return {
        text: phrase`The Redis of this connection is not used: the connection ${name} has opened the account, and names none`,
        remedy: REMEDY,
        by,
      };
    }
    if (redisUrl === undefined) {
      return {
        text: phrase`This connection names no Redis, and that of the connection ${name} counts, which has opened the account`,
        remedy: REMEDY,
        by,
      };
    }
    return {
      text: phrase`The Redis of this connection is not used: that of the connection ${name} counts, which has opened the account`,
      remedy: REMEDY,
      by,
    };
  }

  /** One that is there; the one that was there last where somebody has removed or changed it. */
  get #counting(): string {
    const user = [...this.#users].find(({ redisUrl }) => isSameRedis(redisUrl, this.#redisUrl));
    if (user) this.#name = user.name;
    return this.#name?.slice(0, LONGEST_NAME) ?? 'without a name';
  }
}

import type { RedisConnection } from './redis';
import { connectRedis } from './redis';
import { redisAddress } from './redis-address';
import { CLAIM_SCRIPT } from './claim-script';
import { FEED_SCRIPT } from './feed-script';

/** A command that takes longer counts as lost, in ms; Redis answers within one. */
export const COMMAND_MS = 700;

interface Scripted {
  zaptecFeed(state: string, messages: string, machines: string, question: string): Promise<string>;
  zaptecClaim(claims: string, reported: string, question: string): Promise<string>;
}

/** A connection for everything that feeds share. */
type FeedRedis = RedisConnection & Scripted;

interface Shared {
  redis: FeedRedis;
  users: number;
}

const connections = new Map<string, Shared>();

/** The part of one user in a connection. */
export interface RedisShare {
  readonly redis: FeedRedis;
  /** Goes before every key. */
  readonly prefix: string;
  leave(): void;
}

/**
 * One connection for all feeds of the process that use the same address.
 * @throws ZaptecError as `connectRedis`
 */
export function shareRedis(redisUrl: string): RedisShare {
  const address = redisAddress(redisUrl);
  const shared = connections.get(redisUrl) ?? { redis: connect(), users: 0 };
  connections.set(redisUrl, shared);
  shared.users += 1;
  let left = false;
  return {
    redis: shared.redis,
    prefix: address.prefix,
    leave: () => {
      if (left) return;
      left = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      connections.delete(redisUrl);
      shared.redis.disconnect();
    },
  };

  function connect(): FeedRedis {
    const redis = connectRedis(address, {
      commandTimeout: COMMAND_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    }) as FeedRedis;
    redis.defineCommand('zaptecFeed', { numberOfKeys: 3, lua: FEED_SCRIPT });
    redis.defineCommand('zaptecClaim', { numberOfKeys: 2, lua: CLAIM_SCRIPT });
    // Each topic has one.
    redis.setMaxListeners(0);
    // Without a listener the error of a connection would end the process; each command reports it as well.
    redis.on('error', () => undefined);
    return redis;
  }
}

/** What is to be said to Redis when the process ends orderly: only what is written at once still leaves. */
const farewells = new Set<() => void>();

/** @returns a function that forgets it. */
export function atExit(farewell: () => void): () => void {
  if (farewells.size === 0) process.on('exit', sayAll);
  farewells.add(farewell);
  return () => {
    farewells.delete(farewell);
    if (farewells.size === 0) process.off('exit', sayAll);
  };
}

function sayAll(): void {
  for (const farewell of farewells) farewell();
}

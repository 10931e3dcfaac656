import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { zaptecError } from '../errors/zaptec-error';
import { redisAddress, type RedisAddress } from './redis-address';

/** A connection to a server, to the master of Sentinel, or to a cluster. */
export type RedisConnection = Redis | Cluster;

const CONNECT_MS = 1_500;
/** The longest wait between two tries to connect, in ms: until the last machine is back, two may receive. */
const LONGEST_RETRY_MS = 500;

/**
 * Connects to Redis, for ever. `ioredis` is an optional peer: it is loaded only here, and only when an address was given.
 * @throws ZaptecError `REDIS_UNAVAILABLE` when the package is missing, `INPUT_INVALID` for an address that is none.
 */
export function connectRedis(address: RedisAddress, options: RedisOptions = {}): RedisConnection {
  const { Redis: Single, Cluster: Many } = loadIoredis();
  const { kind, nodes, master, username, password, db, tls } = address;
  const retryDelay = (tries: number) => Math.min(LONGEST_RETRY_MS, 50 * 2 ** Math.min(tries, 10));
  const secured = tls ? { tls: {} } : {};
  const common: RedisOptions = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db }),
    ...secured,
    connectTimeout: CONNECT_MS,
    retryStrategy: retryDelay,
    // A command of before an outage must not run after it.
    autoResendUnfulfilledCommands: false,
    ...options,
  };
  if (kind === 'cluster') {
    return new Many(nodes, { redisOptions: common, clusterRetryStrategy: retryDelay });
  }
  if (kind === 'sentinel') {
    const sentinel = { sentinels: nodes, name: master ?? '', sentinelRetryStrategy: retryDelay };
    return new Single({ ...common, ...sentinel, ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}) });
  }
  return new Single({ ...common, ...nodes[0] });
}

/** Reads the address and connects; see `connectRedis`. */
export function openRedis(redisUrl: string, options: RedisOptions = {}): RedisConnection {
  return connectRedis(redisAddress(redisUrl), options);
}

/** The first that matches counts. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  // Older servers know neither users nor scripts that ask for the time.
  [/arguments for 'auth'|non deterministic/i, 'Redis is too old: version 6 or later is needed'],
  [/WRONGPASS|NOAUTH|invalid password|AUTH /i, 'Redis refuses the user name or the password'],
  [/NOPERM/i, 'The user of Redis may not run the commands that are needed'],
  [/READONLY/i, 'Redis takes no writes: it is a replica'],
  [/OOM|MISCONF/i, 'Redis has no memory or disk left for a write'],
  [/LOADING/i, 'Redis is still loading its data'],
  [/ENOTFOUND|EAI_AGAIN/, 'The host of Redis is not known'],
  [/Protocol error/i, 'What answers at the address of Redis is another program'],
  [
    /certificate|self.signed|before secure TLS|wrong version number|packet length too long/i,
    'The connection to Redis cannot be encrypted',
  ],
];

/**
 * Why Redis cannot be used, in our own words: its texts may carry an address. Undefined for an error that only follows
 * from another one.
 */
export function redisProblem(error: unknown): string | undefined {
  const text = error instanceof Error ? `${error.message} ${(error.cause as Error | undefined)?.message ?? ''}` : '';
  if (/^Stream isn't writeable|^Connection is closed/.test(text)) return undefined;
  for (const [pattern, problem] of PROBLEMS) if (pattern.test(text)) return problem;
  return 'Redis cannot be reached';
}

function loadIoredis(): typeof import('ioredis') {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only when it is wanted
    return require('ioredis') as typeof import('ioredis');
  } catch {
    throw zaptecError('REDIS_UNAVAILABLE', 'The shared limit needs the package ioredis');
  }
}

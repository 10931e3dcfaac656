import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { zaptecError } from '../errors/zaptec-error';
import { clock } from '../time/clock';
import { redisAddress, type RedisAddress } from './redis-address';

/** A connection to a server, to the master of Sentinel, or to a cluster. */
export type RedisConnection = Redis | Cluster;

const CONNECT_MS = 1_500;
/** A connection on which nothing has come back for so long is opened anew, in ms: the other end may be gone without a word. */
const DEAD_MS = 5_000;
/** One that leads to a replica is opened anew every so many ms: another server may have become the master. */
const REPLICA_MS = 5_000;
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
    reconnectOnError: replicaLeft(),
    ...options,
  };
  if (kind === 'cluster') {
    const cluster = new Many(nodes, { redisOptions: common, clusterRetryStrategy: retryDelay });
    cluster.on('+node', (node: Redis) => quiet(node));
    return watchSilence(doubtTls(noticeDown(quiet(cluster)), tls && WITHOUT_TLS.cluster));
  }
  if (kind === 'sentinel') {
    const sentinel = { sentinels: nodes, name: master ?? '', sentinelRetryStrategy: retryDelay };
    const secured = tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {};
    const redis = insistOnDatabase(quiet(new Single({ ...common, ...sentinel, ...secured })));
    return watchSilence(doubtTls(redis, tls && WITHOUT_TLS.sentinel));
  }
  const single = insistOnDatabase(quiet(new Single({ ...common, ...nodes[0] })));
  return watchSilence(doubtTls(single, tls && WITHOUT_TLS.single));
}

/**
 * Without this, ioredis writes lines of its own to the console: for an error that nobody listens to, for a server before
 * version 6 that gets a user name, and for one that wants no password. It would also go on without having logged in to
 * the second, which answers each command with a reason that says less.
 */
function quiet<T extends RedisConnection>(redis: T): T {
  redis.on('error', () => undefined);
  if ('nodes' in redis) return redis;
  const logIn = redis.auth.bind(redis) as (credentials: unknown, callback: LoginCallback) => Promise<'OK'>;
  const quietly = (credentials: unknown, callback: LoginCallback) =>
    logIn(credentials, (error) => {
      if (!error) callback(error);
      else if (/wrong number of arguments/.test(error.message)) callback(new Error(TOO_OLD));
      else callback(/no password is set|without any password configured/.test(error.message) ? null : error);
    });
  (redis as unknown as { auth: typeof quietly }).auth = quietly;
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (over) => quiet(duplicate(over));
  return redis;
}

type LoginCallback = (error?: Error | null) => void;
/** In other words than those of the server, which ioredis would print. */
const TOO_OLD = 'REDIS_TOO_OLD';

const WITHOUT_TLS = {
  single: 'Redis does not answer in time, or not with TLS',
  sentinel: 'Sentinel does not answer, or not with TLS: start it, or begin the address with redis+sentinel://',
  cluster: 'The Redis cluster does not answer, or not with TLS: start it, or begin the address with redis+cluster://',
} as const;
const withoutTls = new WeakMap<object, string>();

/** A server without TLS waits for the rest of what is no command to it, and nothing says so but the time. */
function doubtTls<T extends RedisConnection>(redis: T, reason: string | false): T {
  if (reason === false) return redis;
  redis.on('error', (error: Error & { code?: string; lastNodeError?: Error }) => {
    const texts = [error.message, error.lastNodeError?.message].join(' ');
    if (error.code === 'ETIMEDOUT' || SILENCE.test(texts)) withoutTls.set(error, reason);
  });
  return redis;
}

/** How ioredis says that no Sentinel, or no node of a cluster, has answered. */
const SILENCE = /All sentinels are unreachable.*Connection is closed|slots cache.*(timed out|Connection is closed)/i;

/** A cluster that is down lets everybody in, is found not to be ready, and is left, of which ioredis says nothing. */
function noticeDown(cluster: Cluster): Cluster {
  let isChecked = false;
  cluster.on('connect', () => (isChecked = true));
  cluster.on('ready', () => (isChecked = false));
  cluster.on('close', () => {
    if (isChecked) cluster.emit('error', new Error('CLUSTERDOWN'));
    isChecked = false;
  });
  return cluster;
}

/** The option `socketTimeout` of ioredis 5.11 would do, but its timer also ends the connection that has followed. */
function watchSilence<T extends RedisConnection>(redis: T): T {
  const send = redis.sendCommand.bind(redis) as Redis['sendCommand'];
  let silentSince: number | undefined;
  const onTimeout = () => {
    silentSince ??= clock.steady();
    if (clock.steady() - silentSince < DEAD_MS) return;
    silentSince = undefined;
    redis.disconnect(true);
  };
  redis.sendCommand = (...command: Parameters<Redis['sendCommand']>) => {
    const sent = send(...command);
    Promise.resolve(sent).then(
      () => (silentSince = undefined),
      (error: unknown) => error instanceof Error && /^Command timed out$/.test(error.message) && onTimeout(),
    );
    return sent;
  };
  redis.on('close', () => (silentSince = undefined));
  return redis;
}

function replicaLeft(): (error: Error) => boolean {
  let leftAt = -Infinity;
  return ({ message }) => {
    const isDue = message.includes('READONLY') && clock.steady() - leftAt >= REPLICA_MS;
    if (isDue) leftAt = clock.steady();
    return isDue;
  };
}

/** Without this, ioredis goes on in database 0 where the one of the address cannot be chosen. */
function insistOnDatabase(redis: Redis): Redis {
  redis.on('error', (error: { command?: { name?: string } }) => {
    if (error.command?.name === 'select') redis.disconnect(true);
  });
  return redis;
}

/** Reads the address and connects; see `connectRedis`. */
export function openRedis(redisUrl: string, options: RedisOptions = {}): RedisConnection {
  return connectRedis(redisAddress(redisUrl), options);
}

/** Where nothing more is known. */
export const UNREACHABLE = 'Redis cannot be reached';

/**
 * The reason to show: a connection may be closed before it becomes known why, and be tried again in vain afterwards, so that
 * a vague reason does not take the place of a clear one. @param known '' for none
 */
export function clearerReason(known: string, found: string): string {
  return found === UNREACHABLE && known !== '' ? known : found;
}

/** The first that matches counts. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  // Older servers know neither users nor scripts that ask for the time.
  [/REDIS_TOO_OLD|arguments for 'auth'|non deterministic/i, 'Redis is too old: version 6 or later is needed'],
  [/WRONGPASS|NOAUTH|invalid password|AUTH /i, 'Redis refuses the user name or the password'],
  // The others, of Redis and of Valkey: a script may run, and a command in it may not.
  [/NOPERM|can't (run|access)|ACL failure/i, 'The user of Redis may not run the commands that are needed'],
  [/READONLY/i, 'Redis takes no writes: it is a replica'],
  [/OOM|MISCONF/i, 'Redis has no memory or disk left for a write'],
  [/WRONGTYPE/i, 'Another program uses keys at Redis that are called as ours: give the address a prefix of its own'],
  [/DB index is out of range/i, 'Redis has no database of this number'],
  [
    /DENIED.*protected mode/i,
    'Redis takes connections from its own computer only: give it a password, or end its protected mode',
  ],
  [
    /No such master/i,
    'Sentinel knows no master of this name: correct the name behind the hosts in the address of Redis',
  ],
  [
    /CLUSTERDOWN/,
    'The Redis cluster is down, or not all of its slots have a server: redis-cli --cluster check says what is missing',
  ],
  [
    /unknown command .(eval|select)/i,
    'The server runs no scripts: for a Sentinel, begin the address of Redis with redis+sentinel:// and name the master',
  ],
  [/max number of clients/i, 'Redis takes no more connections'],
  [/LOADING/i, 'Redis is still loading its data'],
  [/ENOTFOUND|EAI_AGAIN/, 'The host of Redis is not known'],
  [/Protocol error/i, 'What answers at the address of Redis is another program'],
  [
    /certificate|self.signed|before secure TLS|wrong version number|packet length too long/i,
    'The connection to Redis cannot be encrypted',
  ],
  [
    /cluster support disabled|unknown command .sentinel|^MOVED/,
    'The address of Redis is for another kind of server: one server, Sentinel or a cluster',
  ],
];

/**
 * Why Redis cannot be used, in our own words: its texts may carry an address. Undefined for an error that only follows
 * from another one.
 */
export function redisProblem(error: unknown): string | undefined {
  // A cluster says in its error of its own what each node said last.
  const { lastNodeError } = Object(error) as { lastNodeError?: Error };
  const all = error instanceof Error ? [error, error.cause as Error | undefined, lastNodeError] : [];
  const text = all.map((one) => one?.message ?? '').join(' ');
  if (/^Stream isn't writeable|^Connection is closed/.test(text)) return undefined;
  const tlsProblem = withoutTls.get(Object(error) as object);
  if (tlsProblem !== undefined) return tlsProblem;
  for (const [pattern, problem] of PROBLEMS) if (pattern.test(text)) return problem;
  return UNREACHABLE;
}

function loadIoredis(): typeof import('ioredis') {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only when it is wanted
    return require('ioredis') as typeof import('ioredis');
  } catch {
    throw zaptecError('REDIS_UNAVAILABLE', 'The shared limit needs the package ioredis');
  }
}

import type Bottleneck from 'bottleneck';
import { zaptecError } from '../errors/zaptec-error';

/**
 * Lets several Node-RED machines share the permits of one account through Redis. `ioredis` is an optional peer: it
 * is loaded only here, and only when an address was given.
 * @throws ZaptecError `REDIS_UNAVAILABLE` when the package is missing.
 */
export function redisOptions(redisUrl: string | undefined): Partial<Bottleneck.ConstructorOptions> {
  if (!redisUrl) return {};
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only when it is wanted
    const { default: Redis } = require('ioredis') as typeof import('ioredis');
    return { datastore: 'ioredis', clearDatastore: false, Redis, clientOptions: parse(redisUrl), timeout: 60_000 };
  } catch {
    throw zaptecError('REDIS_UNAVAILABLE', 'The shared limit needs the package ioredis');
  }
}

function parse(redisUrl: string): Record<string, unknown> {
  const url = new URL(redisUrl);
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(url.pathname.length > 1 ? { db: Number(url.pathname.slice(1)) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

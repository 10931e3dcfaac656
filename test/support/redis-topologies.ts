import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRedis } from '../../src/cluster/redis';
import { until } from './cluster/machines';
import { freePort } from './free-port';
import { redisOrSkip, type RedisServer } from './redis-server';
import type { Scenario } from './together';

/** Several Redis servers behind one address. */
export interface RedisTopology {
  url: string;
  /** FLUSHALL on each server. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

const SLOTS = 16_384;

/** Three masters that share the keys. */
export async function redisCluster(context: Pick<Scenario, 'skip'>): Promise<RedisTopology> {
  const directory = mkdtempSync(path.join(tmpdir(), 'zaptec-redis-'));
  const servers: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1) {
    const file = path.join(directory, `nodes-${index}.conf`);
    servers.push(await redisOrSkip(context, '--cluster-enabled', 'yes', '--cluster-config-file', file));
  }
  for (const [index, server] of servers.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / servers.length));
    // One by one: Redis 6 does not take them as a range.
    const slots = Array.from({ length: to! - from! }, (_, slot) => String(from! + slot));
    await call(server, 'CLUSTER', 'ADDSLOTS', ...slots);
    await call(server, 'CLUSTER', 'MEET', '127.0.0.1', String(servers[0]!.port));
  }
  const isWell = async (server: RedisServer) => {
    const text = String(await call(server, 'CLUSTER', 'INFO'));
    return text.includes('cluster_state:ok') && text.includes(`cluster_known_nodes:${servers.length}`);
  };
  await until('a cluster', async () => (await Promise.all(servers.map(isWell))).every(Boolean), 60_000);
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    empty: async () => {
      await Promise.all(servers.map((server) => call(server, 'FLUSHALL')));
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.kill()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A master with a replica, and a Sentinel that watches them. */
export async function redisSentinel(
  context: Pick<Scenario, 'skip'>,
): Promise<RedisTopology & { readonly master: RedisServer; readonly replica: RedisServer }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'zaptec-redis-'));
  // A replica that starts is given the data as a file.
  const master = await redisOrSkip(context, '--dir', directory);
  const replica = await redisOrSkip(context, '--dir', directory, '--replicaof', '127.0.0.1', String(master.port));
  const file = path.join(directory, 'sentinel.conf');
  const port = await freePort();
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor site 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds site 500',
    'sentinel failover-timeout site 2000',
  ];
  writeFileSync(file, lines.join('\n'));
  const sentinel: ChildProcess = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  const url = `redis+sentinel://127.0.0.1:${port}/site`;
  await until('the replica', async () => {
    const text = String(await call(master, 'INFO', 'replication'));
    return /slave0:.*state=online/.test(text);
  });
  const question = openRedis(`redis://127.0.0.1:${port}`);
  question.on('error', () => undefined);
  await until('a Sentinel that knows the replica', async () => {
    const known = await question.call('SENTINEL', 'replicas', 'site').catch(() => []);
    return Array.isArray(known) && known.length === 1;
  });
  question.disconnect();
  return {
    ...{ url, master, replica },
    empty: async () => {
      await call(master, 'FLUSHALL');
    },
    close: async () => {
      sentinel.kill('SIGKILL');
      await Promise.all([master.kill(), replica.kill()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function call({ url }: RedisServer, command: string, ...args: string[]): Promise<unknown> {
  const redis = openRedis(url);
  try {
    return await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { openRedis } from '../../src/cluster/redis';
import { RedisServer } from '../../test/support/redis-server';
import type { Bench, Measurement } from '../result';
import { everything } from './storm';

const LIMIT = 10;
const SERVICE_MS = 20;
/** So many requests in two seconds are full speed. */
const FULL = 19;
const WORKER = path.join(__dirname, 'worker.ts');

interface Arrival {
  at: number;
  lane: string;
  waitedMs: number;
  admitted: boolean;
}

/** Several machines on one account, as processes that share a Redis: undisturbed, then with everything that can fail. */
export const cluster: Bench = {
  parts: ['one', 'calm', 'jitter', 'commands', 'recovery', 'storm', 'everything'],
  async run({ part, short, seed }) {
    const results: Measurement[] = [];
    const seconds = short ? 20 : 60;
    if (part === undefined || part === 'one') results.push(...(await one(seconds)));
    if (part === undefined || part === 'calm') results.push(...(await undisturbed(3, 0, seconds, 0.96)));
    if (part === undefined || part === 'jitter') results.push(...(await undisturbed(3, 60, seconds, 0.92)));
    if (part === undefined || part === 'commands') results.push(...(await commands(seconds)));
    if (part === undefined || part === 'recovery') results.push(...(await recovery()));
    if (part === undefined || part === 'storm') results.push(...(await storm(short ? 120 : 600)));
    if (part === undefined || part === 'everything')
      results.push(...(await everything(short ? 120 : 600, seed ?? randomInt(10_000))));
    return results;
  },
};

/** One machine with a Redis beside it and one without any. */
async function one(seconds: number): Promise<Measurement[]> {
  const results = await undisturbed(1, 0, seconds, 0.97);
  const [shared] = results;
  const alone = await speedOf(seconds);
  const [p50, p50Alone] = [await waitOf(seconds, true), await waitOf(seconds, false)];
  return [
    ...results,
    measurement('1 machine: throughput lost to Redis', 1 - (shared?.figure ?? 0) / alone, 'times', '<= 0.01', {
      'without Redis': round(alone),
    }),
    measurement('1 machine: wait for a free permit at p50 more than without Redis', p50 - p50Alone, 'ms', '<= 2', {
      'with Redis': round(p50),
      'without Redis': round(p50Alone),
    }),
  ];
}

async function speedOf(seconds: number): Promise<number> {
  const world = await World.open(0);
  try {
    world.start({ isShared: false });
    await world.settled();
    await pause(seconds);
    return world.summary().admitted / (LIMIT * seconds);
  } finally {
    await world.close();
  }
}

/** How long a request waits that finds a permit free, in ms at the median. */
async function waitOf(seconds: number, isShared: boolean): Promise<number> {
  const world = await World.open(0);
  try {
    world.start({ reads: 0, commandEveryMs: 250, isShared });
    await pause(seconds / 2);
    return percentile(world.waits('command').slice(5), 0.5);
  } finally {
    await world.close();
  }
}

/** How soon the machines that are left use the whole limit, and what all of them send when Redis goes. */
async function recovery(): Promise<Measurement[]> {
  const holdBackS = 5;
  const world = await World.open(0, `?holdBackS=${holdBackS}`);
  try {
    const [first, second] = [world.start(), world.start(), world.start(), world.start()];
    await world.settled();
    const endedAt = performance.now();
    first.kill('SIGTERM');
    await pause(8);
    const killedAt = performance.now();
    second.kill('SIGKILL');
    await pause(holdBackS + 8);
    const redisKilledAt = performance.now();
    await world.redis.kill();
    await pause(20);
    const { silentMs, share } = world.without(redisKilledAt, performance.now());
    return [
      measurement('full speed after a machine has ended', world.fullSpeedAfter(endedAt) / 1_000, 's', '<= 2'),
      measurement('full speed after a machine was killed', world.fullSpeedAfter(killedAt) / 1_000, 's', '<= 6', {
        'hold-back': holdBackS,
      }),
      measurement('silence when Redis goes', silentMs / 1_000, 's', '<= 3'),
      measurement('of the limit afterwards, without Redis', share, 'times', '>= 0.85'),
      measurement('the same: 429s', world.summary().refused, '429s', '<= 0', {
        'most in a second': world.summary().most,
      }),
    ];
  } finally {
    await world.close();
  }
}

async function undisturbed(machines: number, jitterMs: number, seconds: number, goal: number): Promise<Measurement[]> {
  const name = `${machines} ${machines === 1 ? 'machine' : 'machines'}, ${jitterMs} ms jitter`;
  const world = await World.open(jitterMs);
  try {
    for (let machine = 0; machine < machines; machine += 1) world.start();
    await world.settled();
    const commandsBefore = await world.redisCommands();
    await pause(seconds);
    const asked = (await world.redisCommands()) - commandsBefore;
    const { admitted, refused, most } = world.summary();
    return [
      measurement(`${name}: of the limit`, admitted / (LIMIT * seconds), 'times', `>= ${goal}`, {
        'most in a second': most,
        'Redis commands a request': round(asked / admitted),
      }),
      measurement(`${name}: 429s`, refused, '429s', '<= 0'),
    ];
  } finally {
    await world.close();
  }
}

async function commands(seconds: number): Promise<Measurement[]> {
  const world = await World.open(0);
  try {
    world.start({ reads: 500 });
    world.start({ reads: 500 });
    world.start({ reads: 0, commandEveryMs: 700 });
    await world.settled();
    await pause(seconds);
    const { admitted, refused } = world.summary();
    const waits = world.waits('command');
    return [
      measurement('a command behind 1,000 reads of two other machines, p99', percentile(waits, 0.99), 'ms', '<= 300', {
        p50: round(percentile(waits, 0.5)),
        commands: waits.length,
      }),
      measurement('the same: of the limit', admitted / (LIMIT * seconds), 'times', '>= 0.96'),
      measurement('the same: 429s', refused, '429s', '<= 0'),
    ];
  } finally {
    await world.close();
  }
}

/** Machines that are killed, stopped and started, whose clocks are off, and a Redis that dies, freezes and is emptied. */
async function storm(seconds: number): Promise<Measurement[]> {
  const world = await World.open(0, '?holdBackS=5');
  const machines: ChildProcess[] = [];
  const start = (clockOffMs = 0) => machines.push(world.start({ clockOffMs }));
  const end = (signal: NodeJS.Signals) => machines.shift()?.kill(signal);
  const { redis } = world;
  const disturbances: (() => Promise<void> | void)[] = [
    () => (end('SIGKILL'), start(3_600_000), undefined),
    () => (end('SIGTERM'), start(-3_600_000), undefined),
    async () => {
      machines[0]?.kill('SIGSTOP');
      await pause(20);
      machines[0]?.kill('SIGCONT');
    },
    async () => {
      await redis.kill();
      await pause(4);
      await redis.restart();
    },
    async () => {
      redis.freeze();
      await pause(30);
      redis.thaw();
    },
    () => world.forceRefusal(),
  ];
  try {
    for (let machine = 0; machine < 3; machine += 1) start();
    await world.settled();
    const until = Date.now() + seconds * 1_000;
    for (let turn = 0; Date.now() < until; turn += 1) {
      await disturbances[turn % disturbances.length]?.();
      await pause(Math.min(10, Math.max(0, (until - Date.now()) / 1_000)));
    }
    const { admitted, refused, most } = world.summary();
    return [
      measurement(`${seconds} s of faults: most requests in a second`, most, 'requests', '<= 10'),
      measurement(`${seconds} s of faults: 429s that were not forced`, refused - world.forced, '429s', '<= 0'),
      measurement(`${seconds} s of faults: of the limit`, admitted / (LIMIT * seconds), 'times', '>= 0.8', {
        forced: world.forced,
      }),
    ];
  } finally {
    await world.close();
  }
}

/** A cloud that counts what comes in, a Redis, and machines. */
class World {
  readonly redis: RedisServer;
  forced = 0;
  #arrivals: Arrival[] = [];
  #forceNext = false;
  readonly #query: string;
  readonly #machines = new Set<ChildProcess>();
  readonly #cloud: Server;

  private constructor(redis: RedisServer, jitterMs: number, query: string) {
    this.redis = redis;
    this.#query = query;
    this.#cloud = createServer((request, response) => {
      setTimeout(() => {
        const at = performance.now();
        const { 'x-lane': lane, 'x-waited': waited } = request.headers;
        const recent = this.#arrivals.filter((arrival) => arrival.admitted && arrival.at > at - 1_000).length;
        const isForced = this.#forceNext;
        this.#forceNext = false;
        if (isForced) this.forced += 1;
        const admitted = recent < LIMIT && !isForced;
        this.#arrivals.push({ at, lane: String(lane), waitedMs: Number(waited), admitted });
        setTimeout(() => response.writeHead(admitted ? 200 : 429).end('{}'), SERVICE_MS);
      }, Math.random() * jitterMs);
    });
  }

  static async open(jitterMs: number, query = ''): Promise<World> {
    const redis = await RedisServer.start();
    if (!redis) throw new Error('redis-server is not installed');
    const world = new World(redis, jitterMs, query);
    await new Promise<void>((resolve) => world.#cloud.listen(0, '127.0.0.1', resolve));
    return world;
  }

  start({ reads = 30, commandEveryMs = 0, clockOffMs = 0, isShared = true } = {}): ChildProcess {
    const { port } = this.#cloud.address() as AddressInfo;
    const numbers = [reads, commandEveryMs, clockOffMs].map(String);
    const redisUrl = isShared ? this.redis.url + this.#query : '';
    const args = ['--import', 'tsx', WORKER, `http://127.0.0.1:${port}/`, redisUrl, ...numbers];
    const machine = spawn(process.execPath, args, { stdio: 'inherit' });
    this.#machines.add(machine);
    machine.once('exit', () => this.#machines.delete(machine));
    return machine;
  }

  /** All machines are there and have learnt how fast the cloud answers. */
  async settled(): Promise<void> {
    while (this.#arrivals.length < 60) await pause(0.1);
    await pause(5);
    this.#arrivals = [];
  }

  forceRefusal(): void {
    this.#forceNext = true;
  }

  summary(): { admitted: number; refused: number; most: number } {
    const times = this.#arrivals.map(({ at }) => at);
    let most = 0;
    let from = 0;
    for (const [index, at] of times.entries()) {
      while ((times[from] ?? at) <= at - 1_000) from += 1;
      most = Math.max(most, index - from + 1);
    }
    const refused = this.#arrivals.filter(({ admitted }) => !admitted).length;
    return { admitted: times.length - refused, refused, most };
  }

  /** How long it takes after a time until two seconds are as good as full, in ms. */
  fullSpeedAfter(from: number): number {
    const times = this.#arrivals.filter(({ at, admitted }) => admitted && at >= from).map(({ at }) => at);
    const first = times.find((at) => times.filter((other) => other >= at && other < at + 2_000).length >= FULL);
    return (first ?? Infinity) - from;
  }

  /** The longest silence after a time, in ms, and what is used of the limit after that. */
  without(from: number, to: number): { silentMs: number; share: number } {
    const times = this.#arrivals.filter(({ at, admitted }) => admitted && at >= from && at < to).map(({ at }) => at);
    const gaps = times.map((at, index) => ({ ms: at - (times[index - 1] ?? from), at }));
    const { ms, at } = gaps.reduce((longest, gap) => (gap.ms > longest.ms ? gap : longest), { ms: 0, at: from });
    const share = times.filter((time) => time >= at).length / (((to - at) / 1_000) * LIMIT);
    return { silentMs: ms, share };
  }

  waits(lane: string): number[] {
    return this.#arrivals.filter((arrival) => arrival.lane === lane).map(({ waitedMs }) => waitedMs);
  }

  /** How often the script has run. */
  async redisCommands(): Promise<number> {
    const redis = openRedis(this.redis.url);
    const statistics = await redis.info('commandstats');
    redis.disconnect();
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(statistics)?.[1] ?? 0);
  }

  async close(): Promise<void> {
    for (const machine of this.#machines) machine.kill('SIGKILL');
    await this.redis.kill();
    this.#cloud.closeAllConnections();
    await new Promise((resolve) => this.#cloud.close(resolve));
  }
}

function measurement(
  name: string,
  figure: number,
  unit: string,
  goal: string,
  beside?: Record<string, number>,
): Measurement {
  return { name, figure: round(figure), unit, goal, ...(beside ? { beside } : {}) };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
}

const round = (value: number): number => Number(value.toFixed(3));

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

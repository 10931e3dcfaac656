import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { CurrentOrder } from '../../test/support/cluster/machine';
import { Machines, pause, until, type Machine } from '../../test/support/cluster/machines';
import { RedisServer } from '../../test/support/redis-server';
import type { Measurement } from '../result';
import { seeded } from '../virtual-time';
import { Stalls } from './stalls';
import {
  aboveLimitIn,
  loweringsIn,
  mostInASecond,
  refusedIn,
  tooSoonIn,
  doubledIn,
  shareIn,
  writesIn,
  type GivenOrder,
  type MachineAway,
  type Span,
  type StormLog,
  type StormTurn,
} from './storm-log';

const HOUR_MS = 3_600_000;
const READS = 20;
const COUNT = 3;
const CALM_MS = 6_000;
/** A value is given to a node so long before its machine may be disturbed, in ms. */
const TAKEN_MS = 3_000;
/** Limits fall, so that each is a write. */
const STEP_A = 0.7;
/** About as long as it takes until each fault has been once, in ms. */
const ROUND_MS = 125_000;
/** What comes by chance between two faults, in ms. */
const BETWEEN_MS = 1_000;
/**
 * A permit is thrown away that is used 10 ms late. On a machine whose timers are so late, in ms, at one time in a hundred,
 * the part of the limit that is used says more of the machine than of the limit.
 */
const STALLED_MS = 10;
/** Two runs of one order of faults differ by 0.03, and the timers of a shared machine are just below that bound as a rule. */
const TOLERATED = '>= 0.75';

/**
 * Everything that machines share, at once: the permits, the currents and the receiver, while machines are killed, stopped
 * and started, clocks are an hour off, and Redis dies, freezes and is emptied. The log of the simulator says what came of it.
 */
export async function everything(seconds: number, seed: number): Promise<Measurement[]> {
  console.log(`     the faults of seed ${seed}`);
  const storm = await Storm.open(seed);
  try {
    return await storm.run(seconds);
  } finally {
    await storm.close();
  }
}

interface Disturbance {
  name: string;
  disturb: () => Promise<void>;
}

class Storm {
  readonly #redis: RedisServer;
  readonly #machines: Machines;
  readonly #all: Machine[];
  readonly #machineOf = new Map<string, number>();
  readonly #orders: GivenOrder[] = [];
  readonly #redisAway: Span[] = [];
  readonly #machineAway: MachineAway[] = [];
  /** Spans in which more than one receiver is documented, by `performance.now()`. */
  readonly #split: Span[] = [];
  readonly #wakings: number[] = [];
  readonly #returns: number[] = [];
  readonly #endedAt = new Map<string, number>();
  readonly #turns: StormTurn[] = [];
  readonly #random: () => number;
  readonly #stalls = new Stalls();
  #starting = 0;
  #limitA = 0;
  #forced = 0;

  private constructor(redis: RedisServer, machines: Machines, seed: number) {
    this.#random = seeded(seed);
    this.#redis = redis;
    this.#machines = machines;
    machines.simulator.world.onSessionFinished(({ id }) => this.#endedAt.set(id, Date.now()));
    const [charger = ''] = machines.simulator.world.chargers.keys();
    machines.simulator.onRequest(({ token }) => {
      if (token !== undefined && !this.#machineOf.has(token)) this.#machineOf.set(token, this.#starting);
    });
    this.#all = Array.from({ length: COUNT }, (_, index) => {
      const stateDir = path.join(machines.directory, `state-${index}`);
      mkdirSync(stateDir);
      return machines.prepare({
        both: true,
        stateDir,
        reads: { count: READS, path: `/api/chargers/${charger}/state` },
      });
    });
  }

  static async open(seed: number): Promise<Storm> {
    const redis = await RedisServer.start();
    if (!redis) throw new Error('redis-server is not installed');
    const machines = await Machines.start(`${redis.url}?holdBackS=5`, { limitModel: 'sliding' });
    return new Storm(redis, machines, seed);
  }

  async run(seconds: number): Promise<Measurement[]> {
    const { simulator, site } = this.#machines;
    const initialA = simulator.world.installations.get(site)?.availableCurrent[0] ?? 0;
    this.#limitA = initialA;
    for (let index = 0; index < COUNT; index += 1) await this.#start(index);
    await this.#isShared();
    for (let index = 0; index < COUNT; index += 1) this.#order(index, { role: 'target', ampere: initialA });
    for (let index = 0; index < COUNT; index += 1) this.#order(index, { role: 'limit', ampere: initialA });
    // A session makes each machine keep what it knows, which it does every minute otherwise.
    await this.#machines.session();
    await pause(5_000);
    simulator.requests.length = 0;
    const startedAt = Date.now();
    const sessions = this.#keepCharging(startedAt + seconds * 1_000);
    let left = this.#round();
    for (let turn = 0; left.length > 0; turn += 1) {
      const { name, disturb } = left.shift()!;
      this.#turns.push({ name, from: Date.now() });
      this.#lower(turn % COUNT);
      await pause(TAKEN_MS);
      await disturb();
      await pause(CALM_MS + this.#random() * BETWEEN_MS);
      const isOver = Date.now() > startedAt + seconds * 1_000 - ROUND_MS / 2;
      if (left.length === 0 && !isOver) left = this.#round();
    }
    await sessions;
    const until = Date.now();
    await this.#isShared();
    return this.#judge(
      {
        requests: simulator.requests.filter(({ at }) => at <= until),
        machineOf: this.#machineOf,
        ...{ orders: this.#orders, redisAway: this.#redisAway, machineAway: this.#machineAway },
        ...{ initialA, until },
      },
      (until - startedAt) / 1_000,
    );
  }

  /** All faults in an order by chance, and the 429 at the end: it takes 25 seconds until nothing is left of it. */
  #round(): Disturbance[] {
    const [last, ...others] = this.#disturbances().reverse();
    const drawn = others.map((disturbance) => ({ disturbance, at: this.#random() })).sort((a, b) => a.at - b.at);
    return [...drawn.map(({ disturbance }) => disturbance), last!];
  }

  #disturbances(): Disturbance[] {
    const restart = (clockOffMs: number, end: (index: number, machine: Machine) => Promise<boolean>) => async () => {
      const index = Math.floor(this.#random() * COUNT);
      const from = Date.now();
      const wasKilled = await end(index, this.#all[index]!);
      await this.#start(index, clockOffMs);
      this.#machineAway.push({ machine: index, from, to: Date.now(), wasKilled });
      this.#repeatOrders(index);
    };
    const { faults } = this.#machines.simulator;
    const redis = this.#redis;
    return [
      { name: 'killed', disturb: restart(HOUR_MS, (_, machine) => machine.kill().then(() => true)) },
      { name: 'ended', disturb: restart(-HOUR_MS, (index, machine) => this.#withdrawn(index, machine)) },
      { name: 'frozen', disturb: () => this.#stopReceiver(20_000) },
      {
        name: 'Redis killed',
        disturb: () =>
          this.#withoutRedis(
            4_000,
            () => redis.kill(),
            () => redis.restart(),
          ),
      },
      {
        name: 'Redis frozen',
        disturb: () =>
          this.#withoutRedis(
            30_000,
            async () => redis.freeze(),
            async () => redis.thaw(),
          ),
      },
      {
        name: '429',
        disturb: async () => {
          this.#forced += 1;
          faults.set('rate-429', { on: true, count: 1 });
        },
      },
    ];
  }

  async #start(index: number, clockOffMs = 0): Promise<void> {
    this.#starting = index;
    const known = this.#machineOf.size;
    this.#all[index]!.start({ clockOffMs });
    await until('a login', () => this.#machineOf.size > known, 60_000);
  }

  /** As Node-RED ends, which withdraws the limit of the machine. */
  async #withdrawn(index: number, machine: Machine): Promise<boolean> {
    this.#orders.push({ role: 'limit', ampere: Infinity, machine: index, at: Date.now() });
    await machine.stop();
    return false;
  }

  async #stopReceiver(ms: number): Promise<void> {
    const machine = this.#all.findIndex(({ role }) => role === 'receiver');
    const stopped = this.#all[machine];
    if (!stopped) return;
    const [from, splitFrom] = [Date.now(), performance.now()];
    stopped.signal('SIGSTOP');
    await pause(ms);
    const wokenAt = performance.now();
    stopped.signal('SIGCONT');
    await until('one receiver', () => this.#machines.receivers < 2);
    this.#wakings.push(performance.now() - wokenAt);
    this.#machineAway.push({ machine, from, to: Date.now() });
    this.#split.push({ from: splitFrom, to: performance.now() });
  }

  async #withoutRedis(ms: number, begin: () => Promise<void>, end: () => Promise<void>): Promise<void> {
    const away: Span = { from: Date.now(), to: Infinity };
    const split: Span = { from: performance.now(), to: Infinity };
    this.#redisAway.push(away);
    await begin();
    await pause(Math.min(ms, 2_000));
    this.#lower(0);
    await pause(Math.max(0, ms - 2_000));
    const endedAt = performance.now();
    await end();
    await this.#isShared();
    away.to = Date.now();
    split.to = performance.now();
    this.#split.push(split);
    // For how long there were two receivers although Redis was back.
    this.#returns.push(this.#machines.doubledMs(endedAt));
  }

  #isShared(): Promise<number> {
    const shared = () =>
      this.#all.filter(({ role }) => role === 'receiver').length === 1 &&
      this.#all.filter(({ role }) => role === 'follower').length === COUNT - 1;
    return until('all share one receiver', shared, 90_000);
  }

  #lower(machine: number): void {
    this.#limitA = Math.max(0, Math.round((this.#limitA - STEP_A) * 10) / 10);
    this.#order(machine, { role: 'limit', ampere: this.#limitA });
  }

  #order(machine: number, order: CurrentOrder): void {
    this.#orders.push({ ...order, machine, at: Date.now() });
    this.#all[machine]!.order(order);
  }

  /** A node that was started again gets its values again. */
  #repeatOrders(machine: number): void {
    for (const role of ['target', 'limit'] as const) {
      const last = this.#orders.findLast(
        (order) => order.machine === machine && order.role === role && order.ampere !== Infinity,
      );
      if (last) this.#order(machine, { role, ampere: last.ampere });
    }
  }

  async #keepCharging(end: number): Promise<void> {
    while (Date.now() < end) {
      await this.#machines.session();
      await pause(5_000);
    }
  }

  async #judge(log: StormLog, seconds: number): Promise<Measurement[]> {
    const stalledMs = this.#stalls.p99Ms;
    this.#stalls.stop();
    const { simulator, ended } = this.#machines;
    const name = `${Math.round(seconds)} s of everything`;
    const isEvery = (list: readonly string[]) => ended.every((id) => list.includes(id));
    const once = () => this.#all.flatMap(({ sessionsOnce }) => sessionsOnce.map(({ id }) => id));
    await until(
      'the sessions',
      () => this.#all.every(({ sessions }) => isEvery(sessions)) && isEvery(once()),
      60_000,
    ).catch(() => undefined);
    simulator.setSpeed(0);
    const differences = async () =>
      (await Promise.all(this.#all.map((machine) => this.#machines.differences(machine)))).flat();
    await until('the values of the world', async () => (await differences()).length === 0).catch(() => undefined);
    for (const [machine, { sessions }] of this.#all.entries()) {
      for (const id of ended.filter((one) => !sessions.includes(one))) {
        const at = this.#endedAt.get(id) ?? 0;
        const away = this.#machineAway
          .filter((span) => span.machine === machine)
          .map(({ from, to }) => [from - at, to - at].join(' to '));
        console.log(
          `     machine ${machine} has not reported a session; it was away, in ms from its end: ${away.join(', ')}; Redis: ${this.#redisAway.map(({ from, to }) => [from - at, to - at].join(' to ')).join(', ')}`,
        );
      }
    }
    const shares = Object.fromEntries(
      Object.entries(shareIn(log, this.#turns)).map(([turn, share]) => [turn, Number(share.toFixed(3))]),
    );
    const reports = this.#all.flatMap(({ sessionsOnce }, machine) => sessionsOnce.map((one) => ({ ...one, machine })));
    const doubled = doubledIn(log, reports);
    const lowerings = loweringsIn(log);
    const slowest = (isRedisAway: boolean) =>
      Math.max(0, ...lowerings.filter((one) => one.isRedisAway === isRedisAway).map(({ tookMs }) => tookMs)) / 1_000;
    const others = this.#machines.doubled.filter(
      ({ from, to }) => !this.#split.some((span) => span.from <= to && span.to >= from),
    );
    const missing = (lists: readonly (readonly string[])[]) =>
      lists.reduce((total, list) => total + ended.filter((id) => !list.includes(id)).length, 0);
    const admitted = log.requests.filter(
      ({ path: where, status }) => where.startsWith('/api/') && status === 200,
    ).length;
    const count = (
      what: string,
      list: readonly string[],
      unit: string,
      beside?: Record<string, number>,
    ): Measurement => {
      for (const one of list.slice(0, 5)) console.log(`     ${what}: ${one}`);
      return {
        name: `${name}: ${what}`,
        figure: list.length,
        unit,
        goal: '<= 0',
        ...(beside ? { beside } : {}),
      };
    };
    const figure = (
      what: string,
      value: number,
      unit: string,
      goal: string,
      beside?: Record<string, number>,
    ): Measurement => ({
      ...{ name: `${name}: ${what}`, figure: Number(value.toFixed(3)), unit, goal },
      ...(beside ? { beside } : {}),
    });
    const share = admitted / seconds / 10;
    const isStalled = stalledMs > STALLED_MS;
    const beside = { ...shares, 'timers late by ms, p99': Number(stalledMs.toFixed(1)) };
    return [
      figure('most requests in a second', mostInASecond(log), 'requests', '<= 10'),
      isStalled
        ? figure('of the limit, not judged on a machine that stalls', share, 'times', '>= 0', beside)
        : { ...figure('of the limit', share, 'times', '>= 0.8', beside), tolerated: TOLERATED },
      figure('429s that were not forced', refusedIn(log) - this.#forced, '429s', '<= 0', { forced: this.#forced }),
      count('writes that came too soon', tooSoonIn(log), 'writes', { writes: writesIn(log).length }),
      count('writes above a limit', aboveLimitIn(log), 'writes', { limits: log.orders.length }),
      figure('the slowest lowering', slowest(false), 's', '<= 66', { lowerings: lowerings.length }),
      figure('the slowest lowering with Redis away', slowest(true), 's', '<= 66'),
      figure(
        'two receivers while Redis is there',
        Math.max(0, ...others.map(({ from, to }) => to - from)),
        'ms',
        '<= 1000',
      ),
      figure('two receivers after Redis came back', Math.max(0, ...this.#returns), 'ms', '<= 1000'),
      figure('two receivers after a frozen one woke', Math.max(0, ...this.#wakings), 'ms', '<= 1000'),
      figure('values that differ afterwards', (await differences()).length, 'values', '<= 0'),
      figure(
        'sessions that a machine has not reported',
        missing(this.#all.map(({ sessions }) => sessions)),
        'sessions',
        '<= 0',
        {
          sessions: ended.length,
          twice: this.#all.reduce((total, { sessions }) => total + sessions.length - new Set(sessions).size, 0),
        },
      ),
      figure('sessions to be reported once that nobody has', missing([once()]), 'sessions', '<= 0'),
      count('sessions that were reported once more', doubled.others, 'sessions', {
        'for a kill or without Redis': doubled.allowed,
      }),
    ];
  }

  async close(): Promise<void> {
    this.#redis.thaw();
    await this.#machines.stop();
    await this.#redis.kill();
  }
}

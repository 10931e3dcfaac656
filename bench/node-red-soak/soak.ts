/**
 * A real Node-RED with every node of the package, and all that can go wrong: npm run soak -- --minutes N --seed S
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { withText } from '../page';
import { RedisServer } from '../../test/support/redis-server';
import { actionsOf, textOf, type Action, type DEPLOYS } from './actions';
import { Cloud, type Truth } from './cloud';
import { EMPTY_FLOW, FILES, messageFor, SoakFlow, TARGETS } from './flow';
import {
  frequentLines,
  isExcused,
  least,
  linesOfNodes,
  secretsIn,
  sessionsWrong,
  statesWrong,
  type Act,
  type KnownCharger,
  type Report,
} from './judgement';
import { Machine, type Look } from './machine';

const PAGE = path.join(__dirname, '../../docs/reliability.md');
const MINUTE = 60_000;
const REDIS_PASSWORD = 'made-up-password-of-redis';
const WRONG_PASSWORD = 'made-up wrong password';
/** A soak of so many minutes has time for the looks at what grows. */
const LONG_MINUTES = 5;
/** What a deploy closes lingers for 30 s. */
const LINGER_MS = 40_000;
/** By then everything must be right. */
const SETTLE_MS = 20 * MINUTE;
/** A car that is plugged in charges by then. */
const CHARGE_MS = 12_000;

const HELP = `npm run soak -- [--minutes 1] [--seed 1] [--redis] [--no-redis] [--page]

  --minutes   how long things go wrong; afterwards all must become right again
  --seed      the same seed gives the same actions at the same times
  --redis     fail where redis-server is not installed; without it, Redis takes part where it is
  --no-redis  without Redis
  --page      writes the result into docs/reliability.md`;

interface Row {
  name: string;
  figure: number | string;
  goal: string;
  isOk: boolean;
}

class Soak {
  readonly #cloud: Cloud;
  readonly #machine = new Machine();
  readonly #flow: SoakFlow;
  readonly #redis: RedisServer | undefined;
  readonly #minutes: number;
  readonly #seed: number;
  readonly #startedAt = performance.now();
  readonly #looks: { life: number; look: Look }[] = [];
  readonly #reports: Report[] = [];
  readonly #kills: number[] = [];
  readonly #acts: Act[] = [];
  readonly #failures: string[] = [];
  readonly #counts = new Map<string, number>();
  #account: { username: string; password: string };
  #slowestEndMs = 0;
  #rejections = 0;
  #isOver = false;
  #clockOffMs = 0;
  /** Wall time at which nothing was wrong any more and messages came, ms. */
  #healedAt = Infinity;

  constructor(cloud: Cloud, redis: RedisServer | undefined, minutes: number, seed: number) {
    this.#cloud = cloud;
    this.#redis = redis;
    this.#minutes = minutes;
    this.#seed = seed;
    this.#flow = new SoakFlow(cloud.baseUrl);
    this.#account = this.#right;
  }

  get #right() {
    const { username, password } = this.#cloud.accounts.find(({ role }) => role === 'owner')!;
    return { username, password };
  }

  get #now(): number {
    return performance.now() - this.#startedAt;
  }

  #print(text: string): void {
    console.log(`${(this.#now / 1_000).toFixed(1).padStart(7)} s  ${text}`);
  }

  #nodes() {
    const redisUrl = this.#redis ? `redis://:${REDIS_PASSWORD}@127.0.0.1:${this.#redis.port}/0` : undefined;
    return this.#flow.nodes({ ...this.#account, ...(redisUrl === undefined ? {} : { redisUrl }) });
  }

  async run(): Promise<Row[]> {
    const faults = await this.#cloud.faults();
    const actions = actionsOf({
      seed: this.#seed,
      minutes: this.#minutes,
      faults,
      nodes: TARGETS,
      chargers: this.#cloud.chargers.length,
      redis: this.#redis !== undefined,
    });
    await this.#start();
    const isLong = this.#minutes >= LONG_MINUTES;
    await this.#machine.deploy(this.#nodes(), 'full');
    const watching = this.#watch();
    try {
      await this.#until('a receiver', MINUTE, () => this.#receiverWrong());
      const beganAt = this.#now;
      for (const [index, action] of actions.entries()) {
        const wait = beganAt + action.at - this.#now;
        if (wait > 0) await pause(wait);
        this.#print(`${textOf(action)}   (seed ${this.#seed}, action ${index + 1} of ${actions.length})`);
        this.#counts.set(action.kind, (this.#counts.get(action.kind) ?? 0) + 1);
        await this.#perform(action).catch((error: unknown) =>
          this.#failures.push(`${textOf(action)}: ${String(error)}`),
        );
      }
      const wait = beganAt + this.#minutes * MINUTE - this.#now;
      if (wait > 0) await pause(wait);
      await this.#heal();
      // Some things heal by themselves only in minutes, for which a short soak has no time.
      const live = isLong ? await this.#settle('without a restart', SETTLE_MS) : [];
      const growing = this.#looks.filter(({ life }) => life === this.#machine.lives).map(({ look }) => look);
      await this.#restart('orderly');
      await this.#setClock(0);
      const restarted = await this.#settle('after a restart', SETTLE_MS);
      const audit = await this.#audit();
      const empty = await this.#emptied();
      return await this.#judge({ live, restarted, audit, growing, empty, isLong });
    } finally {
      this.#isOver = true;
      await watching;
    }
  }

  async #perform(action: Action): Promise<void> {
    switch (action.kind) {
      case 'fault': {
        const { name, on } = action;
        const probability = action.on ? action.probability : undefined;
        return this.#cloud.fault({ name, on, ...(probability === undefined ? {} : { probability }) });
      }
      case 'charger':
        return this.#cloud.act({ what: action.what, charger: this.#cloud.chargers[action.charger]!.id });
      case 'message':
        return this.#machine.send(action.to, messageFor(action.to, action.variant));
      case 'deploy':
        this.#flow.edit(action.edit, action.node);
        return this.#deploy('connection', action.type);
      case 'credentials': {
        const [owner, other] = this.#cloud.accounts;
        this.#account =
          action.which === 'other account'
            ? { username: other!.username, password: other!.password }
            : { username: owner!.username, password: action.which === 'right' ? owner!.password : WRONG_PASSWORD };
        return this.#deploy('account', 'nodes');
      }
      case 'clock':
        return this.#setClock(action.offMs);
      case 'restart':
        return this.#restart(action.how);
      case 'redis':
        if (action.what === 'kill') return this.#redis?.kill();
        if (action.what === 'restart') return this.#redis?.restart();
        if (action.what === 'freeze') return this.#redis?.freeze();
        return this.#redis?.thaw();
    }
  }

  /** Until the deploy is done, requests are still of the flows before it: one that has just started may log in meanwhile. */
  async #deploy(what: 'connection' | 'account', type: (typeof DEPLOYS)[number]): Promise<void> {
    this.#did(what);
    await this.#machine.deploy(this.#nodes(), type);
    this.#did(what);
  }

  #setClock(offMs: number): Promise<void> {
    if (offMs > this.#clockOffMs) this.#did('clock');
    this.#clockOffMs = offMs;
    return this.#machine.setClock(offMs);
  }

  async #restart(how: 'orderly' | 'kill -9'): Promise<void> {
    this.#collect();
    await this.#takeLook();
    if (how === 'orderly') this.#slowestEndMs = Math.max(this.#slowestEndMs, await this.#machine.stop());
    else {
      await this.#machine.kill();
      this.#collect();
      this.#kills.push(this.#now);
    }
    await this.#start();
  }

  async #start(): Promise<void> {
    this.#did('start');
    await this.#machine.start();
  }

  #did(what: Act['what']): void {
    this.#acts.push({ what, at: Date.now() });
  }

  /** Beside the actions: reads the reports, and looks at the process. */
  async #watch(): Promise<void> {
    const lookEvery = this.#minutes >= LONG_MINUTES ? 15_000 : 5_000;
    let lookedAt = 0;
    while (!this.#isOver) {
      this.#collect();
      if (this.#now - lookedAt > lookEvery) {
        lookedAt = this.#now;
        await this.#takeLook();
      }
      await pause(500);
    }
  }

  async #takeLook(): Promise<Look | undefined> {
    const life = this.#machine.lives;
    const look = await Promise.resolve()
      .then(() => this.#machine.look())
      .catch(() => undefined);
    if (!look) return undefined;
    this.#looks.push({ life, look });
    this.#rejections = Math.max(this.#rejections, look.rejections);
    return look;
  }

  #collect(): void {
    const ids = this.#machine
      .file(FILES.finished)
      .split('\n')
      .flatMap((line) => /^\{"id":"([^"]+)"/.exec(line)?.[1] ?? []);
    for (const id of ids.slice(this.#reports.length)) this.#reports.push({ id, at: this.#now });
  }

  /** Ends all that is wrong, as a person would: faults, Redis, clock, password, disabled nodes. */
  async #heal(): Promise<void> {
    this.#print('all faults end');
    await this.#cloud.clear();
    this.#redis?.thaw();
    await this.#redis?.restart();
    await this.#setClock(0);
    this.#account = this.#right;
    this.#flow.reset();
    for (const { id } of this.#cloud.chargers) await this.#cloud.act({ what: 'online', charger: id });
    this.#did('account');
    await this.#machine.deploy(this.#nodes(), 'full');
    await this.#until('a receiver', SETTLE_MS, () => this.#receiverWrong());
    this.#healedAt = Date.now();
    for (const what of ['unplug', 'plug', 'unplug'] as const) {
      for (const { id } of this.#cloud.chargers) await this.#cloud.act({ what, charger: id });
      if (what === 'plug') await pause(CHARGE_MS);
    }
  }

  /** @returns what stays wrong. */
  async #settle(when: string, limitMs: number): Promise<string[]> {
    const startedAt = this.#now;
    const wrong = await this.#until(when, limitMs, async () => {
      const truth = await this.#cloud.truth();
      const known = await this.#machine.get<KnownCharger[]>('/truth');
      this.#collect();
      return [...(await this.#receiverWrong()), ...statesWrong(truth, known), ...this.#sessions(truth)];
    });
    this.#print(`${when}: ${wrong.length} things wrong after ${Math.round((this.#now - startedAt) / 1_000)} s`);
    for (const text of wrong.slice(0, 10)) this.#print(`  ${text}`);
    return wrong;
  }

  async #receiverWrong(): Promise<string[]> {
    return (await this.#cloud.receivers()) === 1 ? [] : ['the feed has not one receiver'];
  }

  #sessions({ ended }: Truth): string[] {
    // A session whose messages were lost comes from the archive, for which a short soak has no time.
    const awaitedFrom = this.#minutes >= LONG_MINUTES ? 0 : this.#healedAt;
    return sessionsWrong(ended, this.#reports, { awaitedFrom, kills: this.#kills, withinMs: MINUTE });
  }

  async #until(what: string, limitMs: number, wrongNow: () => Promise<string[]>): Promise<string[]> {
    const startedAt = this.#now;
    let printedAt = startedAt;
    for (;;) {
      const wrong = await wrongNow();
      if (wrong.length === 0 || this.#now - startedAt > limitMs) return wrong;
      if (this.#now - printedAt > 30_000) {
        printedAt = this.#now;
        this.#print(`waits for ${what}: ${wrong.slice(0, 3).join('; ')}`);
      }
      await pause(2_000);
    }
  }

  async #audit(): Promise<string[]> {
    const broken = (await this.#cloud.audit()).flatMap(({ client, verdicts }) =>
      verdicts
        .filter(({ ok }) => !ok)
        .map((verdict) => ({ client, isExcused: isExcused(verdict, this.#acts), ...verdict })),
    );
    for (const { client, rule, text, evidence, isExcused: excused } of broken) {
      this.#print(
        `audit${excused ? ', explained by a restart or a deploy' : ''}: ${client.split('@', 1)[0]}: ${rule}: ${text}`,
      );
      for (const { at, method, path, status } of evidence) this.#print(`  ${at} ${method} ${path} ${status}`);
    }
    return broken.filter((verdict) => !verdict.isExcused).map(({ rule }) => rule);
  }

  /** Without nodes nothing may stay. */
  async #emptied(): Promise<Look[]> {
    const looks: Look[] = [];
    await this.#machine.deploy(EMPTY_FLOW, 'full');
    await pause(LINGER_MS);
    for (let index = 0; index < 3; index += 1) {
      looks.push(await this.#machine.look());
      await pause(1_000);
    }
    return looks;
  }

  async #judge(found: {
    live: string[];
    restarted: string[];
    audit: string[];
    growing: Look[];
    empty: Look[];
    isLong: boolean;
  }): Promise<Row[]> {
    const { ended } = await this.#cloud.truth();
    await this.#machine.stop();
    this.#collect();
    const log = this.#machine.log().split('\n');
    const files = Object.values(FILES).map((name) => this.#machine.file(name).split('\n'));
    const secrets = [...this.#cloud.accounts.map(({ password }) => password), WRONG_PASSWORD, REDIS_PASSWORD];
    const inLog = secretsIn(log, secrets);
    const inMessages = files.flatMap((lines) => secretsIn(lines, secrets));
    const ofNodes = linesOfNodes(log);
    const [[most, times] = ['', 0]] = frequentLines(ofNodes);
    this.#print(`the most frequent line of the log, ${times} times: ${most.slice(0, 160)}`);
    const minutes = this.#now / MINUTE;
    const third = Math.floor(found.growing.length / 3);
    const [early, late] = [found.growing.slice(third, 2 * third), found.growing.slice(-third)];
    const growth = (figure: 'timers' | 'handles' | 'files') => least(late, figure) - least(early, figure);
    const atMost = (name: string, figure: number, bound: number): Row => ({
      name,
      figure,
      goal: `≤ ${bound}`,
      isOk: figure <= bound,
    });
    for (const text of [...this.#failures, ...inLog, ...inMessages].slice(0, 20)) this.#print(`  ${text}`);
    return [
      ...[...this.#counts].map(([kind, count]): Row => ({
        name: `actions: ${kind}`,
        figure: count,
        goal: '',
        isOk: true,
      })),
      { name: 'requests', figure: await this.#cloud.count(), goal: '', isOk: true },
      { name: 'sessions that ended', figure: ended.length, goal: '', isOk: true },
      atMost('actions that Node-RED refused', this.#failures.length, 0),
      atMost('guidelines broken', found.audit.length, 0),
      ...(found.isLong ? [atMost('wrong without a restart', found.live.length, 0)] : []),
      atMost('wrong after a restart', found.restarted.length, 0),
      atMost('unhandled rejections', this.#rejections, 0),
      atMost('seconds of the slowest end', Math.round(this.#slowestEndMs / 100) / 10, 10),
      ...(found.isLong
        ? [
            atMost(
              'growth of the heap, %',
              Math.round((least(late, 'heap') / least(early, 'heap') - 1) * 1000) / 10,
              5,
            ),
            atMost('growth of timers', growth('timers'), 3),
            atMost('growth of handles', growth('handles'), 3),
            atMost('growth of file descriptors', growth('files'), 3),
          ]
        : []),
      atMost('timers without nodes', least(found.empty, 'timers'), 4),
      atMost('file descriptors without nodes', least(found.empty, 'files'), 32),
      atMost('log lines a minute, without starts and deploys', Math.round(ofNodes.length / minutes), 30),
      atMost('log lines with a secret', inLog.length, 0),
      atMost('messages with a secret', inMessages.length, 0),
    ];
  }

  async close(): Promise<void> {
    await this.#machine.kill().catch(() => undefined);
    if (process.env['SOAK_KEEP'] === undefined) this.#machine.remove();
    else console.log(this.#machine.userDir);
  }
}

const tableOf = (rows: readonly Row[]): string =>
  [
    '| what | figure | goal |',
    '| --- | --- | --- |',
    ...rows.map(({ name, figure, goal, isOk }) => `| ${name} | ${figure} | ${goal}${isOk ? '' : ', **missed**'} |`),
  ].join('\n');

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      redis: { type: 'boolean' },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return true;
  }
  const number = (name: 'minutes' | 'seed') => {
    const value = Number(values[name]);
    if (Number.isFinite(value) && value > 0) return value;
    throw new Error(`--${name} ${values[name]}: use a number above 0`);
  };
  const [minutes, seed] = [number('minutes'), number('seed')];
  const redis = values.redis === false ? undefined : await RedisServer.start('--requirepass', REDIS_PASSWORD);
  if (values.redis && !redis) throw new Error('--redis: redis-server is not installed');
  if (!redis) console.log('without Redis');
  const cloud = await Cloud.start({ seed, scenario: 'home' });
  const soak = new Soak(cloud, redis, minutes, seed);
  try {
    const rows = await soak.run();
    const text = tableOf(rows);
    console.log(`\n${text}`);
    if (values.page) {
      const when = `Seed ${seed}, ${minutes} minutes, ${redis ? 'with' : 'without'} Redis:`;
      writeFileSync(PAGE, withText(readFileSync(PAGE, 'utf8'), 'npm run soak', `${when}\n\n${text}`));
    }
    return rows.every(({ isOk }) => isOk);
  } finally {
    await soak.close();
    await cloud.stop();
    redis?.thaw();
    await redis?.kill();
  }
}

main().then(
  (isOk) => process.exit(isOk ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);

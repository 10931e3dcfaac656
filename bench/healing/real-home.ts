import { setTimeout as pause } from 'node:timers/promises';
import { RedisServer } from '../../test/support/redis-server';
import { Cloud } from '../node-red-soak/cloud';
import { FILES, messageFor, SoakFlow } from '../node-red-soak/flow';
import { statesWrong, type KnownCharger } from '../node-red-soak/judgement';
import { Machine } from '../node-red-soak/machine';
import { HEALINGS, unusual, type Healing, type Row } from './row';

const LASTS_MS = 30_000;
const PAUSE_MS = 500;
const LIMIT_MS = 10 * 60_000;
const REDIS_PASSWORD = 'made-up-password-of-redis';

interface Trouble {
  group: 'redis' | 'process';
  name: string;
  what: string;
  begin: (home: RealHome) => unknown;
  end: (home: RealHome) => unknown;
}

const TROUBLES: readonly Trouble[] = [
  {
    group: 'process',
    name: 'restart',
    what: 'Node-RED is stopped for 30 s and started again; the time counts from its start.',
    begin: ({ machine }) => machine.stop(),
    end: ({ machine }) => machine.start(),
  },
  {
    group: 'process',
    name: 'kill -9',
    what: 'Node-RED is killed, as by a power cut, and started again after 30 s.',
    begin: ({ machine }) => machine.kill(),
    end: ({ machine }) => machine.start(),
  },
  {
    group: 'redis',
    name: 'stopped',
    what: 'Redis is killed, and started again, empty, after 30 s.',
    begin: ({ redis }) => redis?.kill(),
    end: ({ redis }) => redis?.restart(),
  },
  {
    group: 'redis',
    name: 'frozen',
    what: 'Redis keeps its connections and answers nothing for 30 s.',
    begin: ({ redis }) => redis?.freeze(),
    end: ({ redis }) => redis?.thaw(),
  },
];

/** What cannot go wrong in virtual time: the process itself, and Redis. In real time, with every node of the package. */
export async function suffered(): Promise<Row[]> {
  const redis = await RedisServer.start('--requirepass', REDIS_PASSWORD);
  const cloud = await Cloud.start({ seed: 1, scenario: 'home' });
  const home = new RealHome(cloud, redis);
  try {
    await home.open();
    const rows: Row[] = [];
    for (const trouble of TROUBLES) {
      if (trouble.group !== 'redis' || redis) rows.push(await home.suffer(trouble));
    }
    return rows;
  } finally {
    await home.machine.kill();
    home.machine.remove();
    await cloud.stop();
    redis?.thaw();
    await redis?.kill();
  }
}

interface Line {
  status?: { text?: string };
  code?: string;
  payload?: { state?: string; code?: string };
}

class RealHome {
  readonly machine = new Machine();
  readonly redis: RedisServer | undefined;
  readonly #cloud: Cloud;
  #usual: { statuses: string[]; codes: string[]; feed: string[] } = { statuses: [], codes: [], feed: [] };

  constructor(cloud: Cloud, redis: RedisServer | undefined) {
    this.#cloud = cloud;
    this.redis = redis;
  }

  async open(): Promise<void> {
    const { username, password } = this.#cloud.accounts[0]!;
    const redisUrl = this.redis ? `redis://:${REDIS_PASSWORD}@127.0.0.1:${this.redis.port}/0` : undefined;
    await this.machine.start();
    const nodes = new SoakFlow(this.#cloud.baseUrl).nodes({
      username,
      password,
      ...(redisUrl === undefined ? {} : { redisUrl }),
    });
    await this.machine.deploy(nodes, 'full');
    await this.#healed(undefined);
    await this.#work(LASTS_MS);
    this.#usual = this.#seenAfter([0, 0, 0]);
  }

  async suffer({ group, name, what, begin, end }: Trouble): Promise<Row> {
    const [garage] = this.#cloud.chargers;
    await this.#cloud.act({ what: 'plug', charger: garage!.id });
    await this.#work(LASTS_MS / 2);
    const before = this.#files().map((lines) => lines.length);
    await begin(this);
    const ended = (await this.#cloud.truth()).ended.length;
    await this.#cloud.act({ what: 'unplug', charger: garage!.id });
    await this.#work(LASTS_MS);
    const session = (await this.#cloud.truth()).ended[ended]?.id;
    const startedAt = performance.now();
    await end(this);
    const healedS = await this.#healed(session, startedAt);
    const seen = this.#seenAfter(before);
    return {
      group,
      name,
      what,
      statuses: unusual(seen.statuses, this.#usual.statuses),
      codes: unusual(seen.codes, this.#usual.codes),
      feed: unusual(seen.feed, this.#usual.feed),
      healedS,
      limitS: LIMIT_MS / 1_000,
    };
  }

  /** A flow at work; while Node-RED is away nothing reaches it. */
  async #work(ms: number): Promise<void> {
    for (let passed = 0, round = 0; passed < ms; passed += 5_000, round += 1) {
      for (const node of ['state', 'command', 'solar', 'guard', 'surplus']) {
        await Promise.resolve()
          .then(() => this.machine.send(node, messageFor(node, round % 6)))
          .catch(() => undefined);
      }
      await pause(5_000);
    }
  }

  #files(): Line[][] {
    return [FILES.messages, FILES.errors, FILES.feed].map((name) =>
      this.machine
        .file(name)
        .split('\n')
        .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Line] : [])),
    );
  }

  #seenAfter(counts: readonly number[]) {
    const [messages = [], errors = [], feed = []] = this.#files().map((lines, index) => lines.slice(counts[index]));
    return {
      statuses: messages.flatMap(({ status }) => status?.text ?? []),
      codes: errors.flatMap(({ code }) => code ?? []),
      feed: feed.map(({ payload }) => [payload?.state, payload?.code].filter(Boolean).join(' ')),
    };
  }

  async #healed(
    session: string | undefined,
    startedAt = performance.now(),
  ): Promise<Record<Healing, number | undefined>> {
    const healed: Partial<Record<Healing, number | undefined>> = {};
    while (performance.now() - startedAt < LIMIT_MS) {
      const truth = await this.#cloud.truth();
      const known = await this.machine.get<KnownCharger[]>('/truth');
      const right: Record<Healing, boolean> = {
        calls: known !== undefined,
        states: statesWrong(truth, known).length === 0,
        push: (await this.#cloud.receivers()) === 1,
        session: session === undefined || this.machine.file(FILES.finished).includes(`{"id":"${session}"`),
      };
      for (const healing of HEALINGS) {
        if (right[healing]) healed[healing] ??= (performance.now() - startedAt) / 1_000;
        else healed[healing] = undefined;
      }
      if (HEALINGS.every((healing) => right[healing])) break;
      await pause(PAUSE_MS);
    }
    return Object.fromEntries(HEALINGS.map((healing) => [healing, healed[healing]])) as Record<
      Healing,
      number | undefined
    >;
  }
}

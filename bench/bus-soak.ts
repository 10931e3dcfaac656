import { openClient, type ZaptecClient } from '../src/client';
import type { Feed } from '../src/bus/feed-types';
import { isSecretObservation } from '../src/api/decode/secrets';
import { startSimulator, type Simulator } from '../simulator/index';
import { heapNow } from './heap';
import type { Bench } from './result';
import { seeded } from './virtual-time';

const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const CHARGERS = 60;
const MINUTE = 60_000;
const TICK_MS = 250;
/** Something happens at chargers until the world has told so many observations a second. */
const RATE = 250;
/** How long it lasts, and how often the next fault strikes: all of them come by once in each third, or in the short form. */
const WHOLE = { ms: 3 * MINUTE, faultMs: 2_500 };
const SHORT = { ms: 40_000, faultMs: 1_500 };
/** A fault lasts between these. */
const LASTS_MS = { least: 2_000, most: 15_000 };
/** An account reads a state at most five times in five minutes, whatever happens: what is spent comes back by then. */
const MOST_SETTLING_MS = 6 * MINUTE;
/** What takes minutes by default, so that each of it happens within the soak; nothing else is changed. */
const HURRIED = {
  retryMs: [500, 1_000, 2_000],
  refusedMs: [1_000, 2_000],
  steadyMs: 5_000,
  silenceMs: 10_000,
  gapMs: 1_000,
  fillEveryMs: 20_000,
  awayMs: 3_000,
  auditMs: 5_000,
  auditSoonMs: 2_000,
  confirmMs: MINUTE,
  lateMs: 5_000,
  choreMs: 3_000,
  historyWaitMs: 2_000,
  historyEveryMs: 10_000,
  historyDoubtMs: 10_000,
  historyCalmMs: 20_000,
};
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;
/** Never has a value. */
const NOT_COMPARED: ReadonlySet<number> = new Set([-1]);

/** Real minutes of a busy bus with every fault of it at random: nothing may be lost, told twice, leak or stop. */
export const busSoak: Bench = {
  name: 'bus-soak',
  async run({ short }) {
    const extent = short ? SHORT : WHOLE;
    console.error(`bus-soak: seed ${SEED}, ${extent.ms / 1000} s`);
    const rejections: unknown[] = [];
    const count = (reason: unknown) => void rejections.push(reason);
    process.on('unhandledRejection', count);
    const simulator = await startSimulator({ scenario: `fleet:${CHARGERS}`, seed: SEED });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const client = openClient({ baseUrl: simulator.baseUrl, username, password });
    const [installationId = ''] = simulator.world.installations.keys();
    const feed = client.feed({ installationId }, { timing: HURRIED });
    try {
      await feed.ready;
      const sessions = new Sessions(simulator, feed);
      const { rate, growth } = await abuse(simulator, extent);
      simulator.faults.clear();
      const settled = await settle(simulator, feed, sessions);
      const wrong = differences(simulator, client);
      for (const line of [...wrong, ...sessions.wrong()].slice(0, 10)) console.error(`bus-soak: ${line}`);
      for (const reason of rejections.slice(0, 3)) console.error(reason);
      return [
        { name: 'bus soak: messages a second', figure: rate, unit: '1/s', goal: '>= 200' },
        { name: 'bus soak: values that differ from the world', figure: wrong.length, unit: 'values', goal: '<= 0' },
        {
          name: 'bus soak: sessions not told exactly once',
          figure: sessions.wrong().length,
          unit: 'sessions',
          goal: '<= 0',
          beside: { 'sessions in all': sessions.finished.size, 'seconds until all was well': settled },
        },
        {
          name: 'bus soak: messages left over',
          figure: leftOver(simulator),
          unit: 'messages',
          goal: '<= 0',
        },
        { name: 'bus soak: unhandled rejections', figure: rejections.length, unit: 'rejections', goal: '<= 0' },
        // A minute is needed to warm up.
        ...(short
          ? []
          : [{ name: 'bus soak: growth of the heap after a minute', figure: growth, unit: '%', goal: '<= 5' }]),
      ];
    } finally {
      feed.close();
      client.close();
      await simulator.stop();
      process.off('unhandledRejection', count);
    }
  },
};

/** Every session that ended in the world, and how often the feed has told it. */
class Sessions {
  readonly finished = new Map<string, number>();
  readonly #ended = new Set<string>();
  /** Nobody listened then. */
  readonly #old: ReadonlySet<string>;

  constructor({ world }: Simulator, feed: Feed) {
    this.#old = new Set(world.history.map(({ id }) => id));
    world.onSessionFinished(({ id }) => this.#ended.add(id));
    feed.listen({
      session: ({ kind, session: { id } }) => {
        if (kind === 'session-finished') this.finished.set(id, (this.finished.get(id) ?? 0) + 1);
      },
    });
  }

  wrong(): string[] {
    const missing = [...this.#ended].filter((id) => !this.finished.has(id)).map((id) => `session ${id} was never told`);
    const strange = [...this.finished]
      .filter(([id, times]) => times > 1 || this.#old.has(id))
      .map(([id, times]) => `session ${id} came ${times} times`);
    return [...missing, ...strange];
  }
}

/** @returns observations a second, and growth of the heap between the end of the first third and the end, in %. */
async function abuse(simulator: Simulator, { ms, faultMs }: typeof WHOLE): Promise<{ rate: number; growth: number }> {
  const { world } = simulator;
  const random = seeded(SEED);
  const mischief = new Mischief(simulator, random, faultMs);
  const ids = [...world.chargers.keys()];
  const begun = Date.now();
  let told = 0;
  const deaf = world.onObservation(() => (told += 1));
  let early: number | undefined;
  for (let passedMs = 0; passedMs < ms; passedMs = Date.now() - begun) {
    await pause(TICK_MS);
    // Nobody does two things at a charger within the same millisecond: nothing would tell which came last.
    const idle = new Set(ids);
    while (idle.size > 0 && told < (RATE * passedMs) / 1000) {
      const id = any([...idle], random);
      idle.delete(id);
      drive(simulator, id, random());
    }
    mischief.look(passedMs);
    if (early === undefined && passedMs >= ms / 3) early = heapOf(simulator);
  }
  deaf();
  const growth = Math.round((heapOf(simulator) / (early ?? Infinity) - 1) * 1000) / 10;
  return { rate: Math.round((told * 1000) / (Date.now() - begun)), growth };
}

/** Every fault of the bus in random order, several at a time, and then all of them again. */
class Mischief {
  readonly #simulator: Simulator;
  readonly #random: () => number;
  readonly #everyMs: number;
  /** By name when it ends, in ms. */
  readonly #on = new Map<string, number>();
  #left: { name: string; params: readonly string[] }[] = [];
  #nextAt = 0;

  constructor(simulator: Simulator, random: () => number, everyMs: number) {
    this.#simulator = simulator;
    this.#random = random;
    this.#everyMs = everyMs;
  }

  look(passedMs: number): void {
    const { faults } = this.#simulator;
    for (const [name, until] of this.#on) {
      if (passedMs < until) continue;
      faults.set(name, { on: false });
      this.#on.delete(name);
    }
    if (passedMs < this.#nextAt) return;
    this.#nextAt = passedMs + this.#everyMs;
    if (this.#left.length === 0) this.#left = faults.list().filter(({ name }) => name.startsWith('bus-'));
    const { name, params } = any(this.#left, this.#random);
    this.#left = this.#left.filter((fault) => fault.name !== name);
    const probability = 0.2 + 0.8 * this.#random();
    faults.set(name, { on: true, ...(params.includes('probability') ? { probability } : {}) });
    this.#on.set(name, passedMs + LASTS_MS.least + (LASTS_MS.most - LASTS_MS.least) * this.#random());
  }
}

const any = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;

/** Without what the simulator remembers of requests and sessions, and keeps of messages that nobody has fetched. */
function heapOf({ faults, requests, world }: Simulator): number {
  requests.length = 0;
  faults.set('bus-removed', { on: true });
  faults.set('bus-removed', { on: false });
  return heapNow() - JSON.stringify(world.history).length;
}

/** Of the topics that are listened to: the way of the messages may have changed. */
function leftOver({ bus }: Simulator): number {
  const { topics } = bus.stats();
  return topics.reduce((sum, { receivers, waiting, locked }) => sum + (receivers > 0 ? waiting + locked : 0), 0);
}

/** A car comes or goes, or somebody pauses it: each a dozen messages. */
function drive({ world }: Simulator, id: string, chance: number): void {
  const charger = world.chargers.get(id);
  if (!charger) return;
  if (!charger.online) world.setOnline(id, chance < 0.5);
  else if (!charger.car) world.plug(id, CAR);
  else if (chance < 0.3) world.command(id, 506);
  else if (chance < 0.5) world.command(id, 507);
  else if (chance < 0.9) world.unplug(id);
  else world.setOnline(id, false);
}

/**
 * Without faults every charger gets one more car, then the world stands still. What was lost before must not matter any
 * more. @returns seconds until all was well.
 */
async function settle(simulator: Simulator, feed: Feed, sessions: Sessions): Promise<number> {
  const { world } = simulator;
  const begun = Date.now();
  while (feed.status.state !== 'live' && Date.now() - begun < MINUTE) await pause(500);
  for (const { id, online } of world.chargers.values()) {
    if (!online) world.setOnline(id, true);
    world.unplug(id);
  }
  for (const id of world.chargers.keys()) world.plug(id, CAR);
  await pause(12_000);
  for (const id of world.chargers.keys()) world.unplug(id);
  await pause(1_000);
  simulator.setSpeed(0);
  while (Date.now() - begun < MOST_SETTLING_MS) {
    await pause(2_000);
    const isQuiet = feed.status.state === 'live' && leftOver(simulator) === 0;
    if (isQuiet && sessions.wrong().length === 0 && storeDiffers(simulator, feed).length === 0) break;
  }
  return Math.round((Date.now() - begun) / 1000);
}

function differences(simulator: Simulator, client: ZaptecClient): string[] {
  return storeDiffers(simulator, { store: client.store });
}

function storeDiffers({ world }: Simulator, { store }: Pick<Feed, 'store'>): string[] {
  const wrong: string[] = [];
  for (const charger of world.chargers.values()) {
    const known = new Map(store.raw(charger.id).map(({ stateId, valueAsString }) => [stateId, valueAsString]));
    for (const { id, value } of charger.observations.values()) {
      if (NOT_COMPARED.has(id) || isSecretObservation(id)) continue;
      if (known.get(id) !== value) wrong.push(`${charger.name}: ${id} is ${value}, known as ${known.get(id)}`);
    }
  }
  return wrong;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

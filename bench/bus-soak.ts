import { openClient, type ZaptecClient } from '../src/client';
import type { Feed } from '../src/bus/feed-types';
import { isSecretObservation } from '../src/api/decode/secrets';
import { startSimulator, type Simulator } from '../simulator/index';
import { heapNow } from './heap';
import type { Bench } from './result';
import { seeded } from './virtual-time';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 3);
const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const CHARGERS = 60;
const MINUTE = 60_000;
const TICK_MS = 250;
/** Chargers that something happens to in each tick; about 300 messages a second. */
const DRIVEN = 7;
const FAULT_MS = 3_000;
const MOST_SETTLING_MS = 6 * MINUTE;
/** What takes minutes by default, so that each of it happens within the soak; nothing else is changed. */
const HURRIED = {
  retryMs: [500, 1_000, 2_000],
  refusedMs: [1_000, 2_000],
  steadyMs: 5_000,
  silenceMs: 10_000,
  gapMs: 1_000,
  fillEveryMs: 15_000,
  awayMs: 3_000,
  auditMs: 5_000,
  auditSoonMs: 2_000,
  confirmMs: 20_000,
  lateMs: 5_000,
  choreMs: 3_000,
  historyWaitMs: 2_000,
  historyEveryMs: 10_000,
  historyDoubtMs: 10_000,
  historyCalmMs: 20_000,
  historyBackMs: 60_000,
};
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;
/** Never has a value. */
const NOT_COMPARED: ReadonlySet<number> = new Set([-1]);

/** Real minutes of a busy bus with every fault of it at random: nothing may be lost, told twice, leak or stop. */
export const busSoak: Bench = {
  name: 'bus-soak',
  async run() {
    console.error(`bus-soak: seed ${SEED}, ${MINUTES} minutes`);
    const rejections: unknown[] = [];
    const count = (reason: unknown) => void rejections.push(reason);
    process.on('unhandledRejection', count);
    const simulator = await startSimulator({ scenario: `fleet:${CHARGERS}`, seed: SEED });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const client = openClient({ baseUrl: simulator.baseUrl, username, password });
    const [installationId = ''] = simulator.world.installations.keys();
    const feed = client.feed({ installationId }, { timing: HURRIED });
    const sessions = new Sessions(simulator, feed);
    try {
      await feed.ready;
      let told = 0;
      const deaf = simulator.world.onObservation(() => (told += 1));
      const growth = await abuse(simulator);
      deaf();
      simulator.faults.clear();
      const settled = await settle(simulator, feed, sessions);
      const wrong = differences(simulator, client);
      for (const line of [...wrong, ...sessions.wrong()].slice(0, 10)) console.error(`bus-soak: ${line}`);
      for (const reason of rejections.slice(0, 3)) console.error(reason);
      const rate = Math.round(told / (MINUTES * 60));
      const stuck = simulator.bus.stats();
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
          figure: stuck.waiting + stuck.locked,
          unit: 'messages',
          goal: '<= 0',
        },
        { name: 'bus soak: unhandled rejections', figure: rejections.length, unit: 'rejections', goal: '<= 0' },
        { name: 'bus soak: growth of the heap after the first third', figure: growth, unit: '%', goal: '<= 5' },
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
  readonly #simulator: Simulator;

  constructor(simulator: Simulator, feed: Feed) {
    this.#simulator = simulator;
    feed.listen({
      session: ({ kind, session: { id } }) => {
        if (kind === 'session-finished') this.finished.set(id, (this.finished.get(id) ?? 0) + 1);
      },
    });
    this.#since = simulator.world.history.length;
  }
  readonly #since: number;

  wrong(): string[] {
    const ended = this.#simulator.world.history.slice(this.#since).map(({ id }) => id);
    const missing = ended.filter((id) => !this.finished.has(id)).map((id) => `session ${id} was never told`);
    const twice = [...this.finished]
      .filter(([, times]) => times > 1)
      .map(([id, times]) => `session ${id} came ${times} times`);
    return [...missing, ...twice];
  }
}

/** @returns growth of the heap between the end of the first third and the end, in %. */
async function abuse(simulator: Simulator): Promise<number> {
  const { world, faults } = simulator;
  const random = seeded(SEED);
  const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const names = faults.list().filter(({ name }) => name.startsWith('bus-'));
  const ids = [...world.chargers.keys()];
  const end = Date.now() + MINUTES * MINUTE;
  const third = Date.now() + (MINUTES * MINUTE) / 3;
  let early: number | undefined;
  let faultAt = 0;
  while (Date.now() < end) {
    await pause(TICK_MS);
    for (let turn = 0; turn < DRIVEN; turn += 1) drive(simulator, any(ids), random());
    if (Date.now() >= faultAt) {
      faultAt = Date.now() + FAULT_MS;
      const { name, params } = any(names);
      const on = random() < 0.5;
      faults.set(name, { on, ...(on && params.includes('probability') ? { probability: 0.3 } : {}) });
    }
    // What the simulator remembers of requests is not what is measured.
    simulator.requests.length = 0;
    if (early === undefined && Date.now() >= third) early = heapNow();
  }
  return Math.round((heapNow() / (early ?? Infinity) - 1) * 1000) / 10;
}

/** A car comes or goes, or somebody pauses it: each a dozen messages. */
function drive({ world }: Simulator, id: string, chance: number): void {
  const charger = world.chargers.get(id);
  if (!charger) return;
  if (!charger.car) world.plug(id, CAR);
  else if (chance < 0.3) world.command(id, 506);
  else if (chance < 0.5) world.command(id, 507);
  else if (chance < 0.9) world.unplug(id);
  else world.setOnline(id, !charger.online);
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
    const { waiting, locked } = simulator.bus.stats();
    const isQuiet = feed.status.state === 'live' && waiting + locked === 0;
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

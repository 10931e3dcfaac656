import { isSecretObservation } from '../../src/zaptec/decode/secrets';
import { startSimulator, type Simulator } from '../../simulator/index';
import type { Bench } from '../result';
import { seeded } from '../virtual-time';
import { Apart } from './apart';
import { any, Mischief } from './mischief';

const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const CHARGERS = 60;
const MINUTE = 60_000;
const TICK_MS = 250;
/** The heap is looked at so often, and the looks of so long are compared. */
const LOOK_MS = 2_000;
const LOOKED_MS = 20_000;
/** Something happens at chargers until the world has told so many observations a second. */
const RATE = 250;
/** How long it lasts, and how often the next fault strikes: all of them come by once in each third, or in the short form. */
const WHOLE = { ms: 3 * MINUTE, faultMs: 2_500 };
const SHORT = { ms: 40_000, faultMs: 1_500 };
/** An account reads a state at most five times in five minutes, whatever happens: what is spent comes back by then. */
const MOST_SETTLING_MS = 6 * MINUTE;
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;
/** Never has a value. */
const NOT_COMPARED: ReadonlySet<number> = new Set([-1]);

/** Real minutes of a busy bus with every fault of it at random: nothing may be lost, told twice, leak or stop. */
export const busSoak: Bench = {
  name: 'bus-soak',
  async run({ short }) {
    const extent = short ? SHORT : WHOLE;
    console.error(`bus-soak: seed ${SEED}, ${extent.ms / 1000} s`);
    const simulator = await startSimulator({ scenario: `fleet:${CHARGERS}`, seed: SEED });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const [installationId = ''] = simulator.world.installations.keys();
    const listener = await Apart.open({ baseUrl: simulator.baseUrl, username, password, installationId });
    try {
      const sessions = new Sessions(simulator, listener);
      const { rate, growth } = await abuse(simulator, listener, extent);
      simulator.faults.clear();
      const settled = await settle(simulator, listener, sessions);
      const wrong = { values: await differences(simulator, listener), sessions: await sessions.wrong() };
      const rejections = await listener.ask('rejections');
      for (const line of [...wrong.values, ...wrong.sessions, ...rejections].slice(0, 10))
        console.error(`bus-soak: ${line}`);
      return [
        { name: 'bus soak: messages a second', figure: rate, unit: '1/s', goal: '>= 200' },
        {
          name: 'bus soak: values that differ from the world',
          figure: wrong.values.length,
          unit: 'values',
          goal: '<= 0',
        },
        {
          name: 'bus soak: sessions not told exactly once',
          figure: wrong.sessions.length,
          unit: 'sessions',
          goal: '<= 0',
          beside: { 'sessions in all': sessions.ended, 'seconds until all was well': settled },
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
      await listener.close();
      await simulator.stop();
    }
  },
};

/** Every session that ended in the world, and how often the feed has told it. */
class Sessions {
  readonly #listener: Apart;
  readonly #ended = new Set<string>();

  constructor({ world }: Simulator, listener: Apart) {
    this.#listener = listener;
    world.onSessionFinished(({ id }) => this.#ended.add(id));
  }

  get ended(): number {
    return this.#ended.size;
  }

  async wrong(): Promise<string[]> {
    const told = new Map(await this.#listener.ask('sessions'));
    const missing = [...this.#ended].filter((id) => !told.has(id)).map((id) => `session ${id} was never told`);
    const strange = [...told]
      .filter(([id, times]) => times > 1 || !this.#ended.has(id))
      .map(([id, times]) => `session ${id} came ${times} times`);
    return [...missing, ...strange];
  }
}

/** @returns observations a second, and growth of the heap between the end of the first third and the end, in %. */
async function abuse(
  simulator: Simulator,
  listener: Apart,
  { ms, faultMs }: typeof WHOLE,
): Promise<{ rate: number; growth: number }> {
  const { world } = simulator;
  const random = seeded(SEED);
  const mischief = new Mischief(simulator, random, faultMs);
  const ids = [...world.chargers.keys()];
  const begun = Date.now();
  let told = 0;
  const deaf = world.onObservation(() => (told += 1));
  const heap = new Heap(listener);
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
    await heap.look(passedMs);
  }
  deaf();
  const growth = heap.growth(ms / 3, ms);
  return { rate: Math.round((told * 1000) / (Date.now() - begun)), growth };
}

/** What the listener keeps. At any one moment more is on its way through it: the least of several moments counts. */
class Heap {
  readonly #listener: Apart;
  readonly #looks: { at: number; bytes: number }[] = [];

  constructor(listener: Apart) {
    this.#listener = listener;
  }

  async look(at: number): Promise<void> {
    if (at - (this.#looks.at(-1)?.at ?? -Infinity) < LOOK_MS) return;
    this.#looks.push({ at, bytes: await this.#listener.ask('heap') });
  }

  /** From before one time to before another, in %. */
  growth(from: number, until: number): number {
    return Math.round((this.#before(until) / this.#before(from) - 1) * 1000) / 10;
  }

  #before(end: number): number {
    const looks = this.#looks.filter(({ at }) => at > end - LOOKED_MS && at <= end);
    return Math.min(...looks.map(({ bytes }) => bytes));
  }
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
async function settle(simulator: Simulator, listener: Apart, sessions: Sessions): Promise<number> {
  const { world } = simulator;
  const begun = Date.now();
  const isLive = async () => (await listener.ask('state')) === 'live';
  while (!(await isLive()) && Date.now() - begun < MINUTE) await pause(500);
  for (const { id, online } of world.chargers.values()) {
    if (!online) world.setOnline(id, true);
    world.unplug(id);
  }
  for (const id of world.chargers.keys()) world.plug(id, CAR);
  await pause(12_000);
  for (const id of world.chargers.keys()) world.unplug(id);
  await pause(1_000);
  simulator.setSpeed(0);
  const isWell = async () =>
    leftOver(simulator) === 0 &&
    (await isLive()) &&
    (await sessions.wrong()).length === 0 &&
    (await differences(simulator, listener)).length === 0;
  while (Date.now() - begun < MOST_SETTLING_MS) {
    await pause(2_000);
    if (await isWell()) break;
  }
  return Math.round((Date.now() - begun) / 1000);
}

async function differences({ world }: Simulator, listener: Apart): Promise<string[]> {
  const known = new Map(await listener.ask('values'));
  const wrong: string[] = [];
  for (const charger of world.chargers.values()) {
    const values = new Map(known.get(charger.id));
    for (const { id, value } of charger.observations.values()) {
      if (NOT_COMPARED.has(id) || isSecretObservation(id)) continue;
      if (values.get(id) !== value) wrong.push(`${charger.name}: ${id} is ${value}, known as ${values.get(id)}`);
    }
  }
  return wrong;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

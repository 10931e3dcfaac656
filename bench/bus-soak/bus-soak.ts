import { isSecretObservation } from '../../src/zaptec/decode/secrets';
import { startSimulator, type Simulator } from '../../simulator/index';
import type { Bench } from '../result';
import { seeded } from '../virtual-time';
import { FaultInjector, pick } from './fault-injector';
import { ListenerProcess } from './listener-process';

const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const CHARGERS = 60;
const MINUTE = 60_000;
const TICK_MS = 250;
/** How often the heap is measured, and how many of its last measurements are compared. */
const HEAP_EVERY_MS = 2_000;
const HEAP_SPAN_MS = 20_000;
/** Observations a second that the chargers of the simulator are made to send. */
const RATE = 250;
/** Duration of the soak, and time from one fault to the next: each third, and the short form, has all of them once. */
const WHOLE = { ms: 3 * MINUTE, faultMs: 2_500 };
const SHORT = { ms: 40_000, faultMs: 1_500 };
/** An account reads a state at most five times in five minutes. After this time it may read all of them again. */
const SETTLE_LIMIT_MS = 6 * MINUTE;
const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;
/** Observations without a value. */
const NOT_COMPARED: ReadonlySet<number> = new Set([-1]);

/** Some minutes of a busy bus with all of its faults at random: nothing may get lost, come twice, leak or stop. */
export const busSoak: Bench = {
  async run({ short }) {
    const extent = short ? SHORT : WHOLE;
    console.error(`bus-soak: seed ${SEED}, ${extent.ms / 1000} s`);
    const simulator = await startSimulator({ scenario: `fleet:${CHARGERS}`, seed: SEED });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const [installationId = ''] = simulator.world.installations.keys();
    const listener = await ListenerProcess.open({ baseUrl: simulator.baseUrl, username, password, installationId });
    try {
      const sessions = new Sessions(simulator, listener);
      const { rate, growth } = await runWithFaults(simulator, listener, extent);
      simulator.faults.clear();
      const settled = await settle(simulator, listener, sessions);
      const wrong = { values: await differences(simulator, listener), sessions: await sessions.wrong() };
      const rejections = await listener.ask('rejections');
      for (const line of [...wrong.values, ...wrong.sessions, ...rejections].slice(0, 10))
        console.error(`bus-soak: ${line}`);
      return [
        { name: 'bus soak: messages a second', figure: rate, unit: '1/s', goal: '>= 200' },
        {
          name: 'bus soak: values that differ from the simulator',
          figure: wrong.values.length,
          unit: 'values',
          goal: '<= 0',
        },
        {
          name: 'bus soak: sessions not reported exactly once',
          figure: wrong.sessions.length,
          unit: 'sessions',
          goal: '<= 0',
          beside: { 'sessions in all': sessions.ended, 'seconds until all was right': settled },
        },
        {
          name: 'bus soak: messages left on the bus',
          figure: messagesLeft(simulator),
          unit: 'messages',
          goal: '<= 0',
        },
        { name: 'bus soak: unhandled rejections', figure: rejections.length, unit: 'rejections', goal: '<= 0' },
        // The first minute is the warm-up.
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

/** Every session that ended in the simulator, and how many times the feed has reported it. */
class Sessions {
  readonly #listener: ListenerProcess;
  readonly #ended = new Set<string>();

  constructor({ world }: Simulator, listener: ListenerProcess) {
    this.#listener = listener;
    world.onSessionFinished(({ id }) => this.#ended.add(id));
  }

  get ended(): number {
    return this.#ended.size;
  }

  async wrong(): Promise<string[]> {
    const reported = new Map(await this.#listener.ask('sessions'));
    const missing = [...this.#ended].filter((id) => !reported.has(id)).map((id) => `session ${id} was not reported`);
    const unexpected = [...reported]
      .filter(([id, times]) => times > 1 || !this.#ended.has(id))
      .map(([id, times]) => `session ${id} was reported ${times} times`);
    return [...missing, ...unexpected];
  }
}

/** @returns observations a second, and growth of the heap from the end of the first third to the end, in %. */
async function runWithFaults(
  simulator: Simulator,
  listener: ListenerProcess,
  { ms, faultMs }: typeof WHOLE,
): Promise<{ rate: number; growth: number }> {
  const { world } = simulator;
  const random = seeded(SEED);
  const faults = new FaultInjector(simulator, random, faultMs);
  const ids = [...world.chargers.keys()];
  const startedAt = performance.now();
  let sent = 0;
  const unsubscribe = world.onObservation(() => (sent += 1));
  const heap = new Heap(listener);
  for (let passedMs = 0; passedMs < ms; passedMs = performance.now() - startedAt) {
    await pause(TICK_MS);
    // One action at a charger within a millisecond: timestamps do not show the order of two.
    const idle = new Set(ids);
    while (idle.size > 0 && sent < (RATE * passedMs) / 1000) {
      const id = pick([...idle], random);
      idle.delete(id);
      act(simulator, id, random());
    }
    faults.advance(passedMs);
    await heap.measure(passedMs);
  }
  unsubscribe();
  const growth = heap.growth(ms / 3, ms);
  return { rate: Math.round((sent * 1000) / (performance.now() - startedAt)), growth };
}

/** The heap of the listener. Messages under way make it larger for a moment, so the smallest of several figures counts. */
class Heap {
  readonly #listener: ListenerProcess;
  readonly #samples: { at: number; bytes: number }[] = [];

  constructor(listener: ListenerProcess) {
    this.#listener = listener;
  }

  async measure(at: number): Promise<void> {
    if (at - (this.#samples.at(-1)?.at ?? -Infinity) < HEAP_EVERY_MS) return;
    this.#samples.push({ at, bytes: await this.#listener.ask('heap') });
  }

  /** From the time before `from` to the time before `until`, in %. */
  growth(from: number, until: number): number {
    return Math.round((this.#before(until) / this.#before(from) - 1) * 1000) / 10;
  }

  #before(end: number): number {
    const samples = this.#samples.filter(({ at }) => at > end - HEAP_SPAN_MS && at <= end);
    return Math.min(...samples.map(({ bytes }) => bytes));
  }
}

/** In the topics that have a receiver: the feed may have changed to another topic meanwhile. */
function messagesLeft({ bus }: Simulator): number {
  const { topics } = bus.stats();
  return topics.reduce((sum, { receivers, waiting, locked }) => sum + (receivers > 0 ? waiting + locked : 0), 0);
}

/** Plugs or unplugs a car, pauses or resumes it, or takes the charger offline: each makes about a dozen messages. */
function act({ world }: Simulator, id: string, chance: number): void {
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
 * Without faults every charger gets one more car, then the simulated time stops. By then the feed must have found all
 * that was lost.
 * @returns seconds until all was right.
 */
async function settle(simulator: Simulator, listener: ListenerProcess, sessions: Sessions): Promise<number> {
  const { world } = simulator;
  const startedAt = performance.now();
  const isLive = async () => (await listener.ask('state')) === 'live';
  while (!(await isLive()) && performance.now() - startedAt < MINUTE) await pause(500);
  for (const { id, online } of world.chargers.values()) {
    if (!online) world.setOnline(id, true);
    world.unplug(id);
  }
  for (const id of world.chargers.keys()) world.plug(id, CAR);
  await pause(12_000);
  for (const id of world.chargers.keys()) world.unplug(id);
  await pause(1_000);
  simulator.setSpeed(0);
  const isSettled = async () =>
    messagesLeft(simulator) === 0 &&
    (await isLive()) &&
    (await sessions.wrong()).length === 0 &&
    (await differences(simulator, listener)).length === 0;
  while (performance.now() - startedAt < SETTLE_LIMIT_MS) {
    await pause(2_000);
    if (await isSettled()) break;
  }
  return Math.round((performance.now() - startedAt) / 1000);
}

async function differences({ world }: Simulator, listener: ListenerProcess): Promise<string[]> {
  const known = new Map(await listener.ask('values'));
  const wrong: string[] = [];
  for (const charger of world.chargers.values()) {
    const values = new Map(known.get(charger.id));
    for (const { id, value } of charger.observations.values()) {
      if (NOT_COMPARED.has(id) || isSecretObservation(id)) continue;
      if (values.get(id) !== value) wrong.push(`${charger.name}: ${id} is ${value}, in the store ${values.get(id)}`);
    }
  }
  return wrong;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

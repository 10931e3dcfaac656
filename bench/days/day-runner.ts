import { startSimulator, type SimulatorOptions } from '../../simulator/index';
import type { Simulator } from '../../test/support/node-red/harness';
import { VirtualClock } from '../../test/support/virtual-clock';
import type { Absence, Phases, Rules, Setpoint, Write } from './checker';
import { exampleFlow, type FlowInput, type FlowNode } from './example-flow';
import { KillableRuntime } from './killable-runtime';
import { startHere, type Arrival, type Runtime } from './runtime';

const VOLTS = { least: 0.96 * 230, most: 1.04 * 230 };
const MINUTE = 60_000;
const SECOND = 1_000;
/** From a kill -9 until Node-RED starts again, ms. */
const AWAY_MS = MINUTE;
/** A subscribe node tells the states of the chargers so often, s. */
const REPORTED_S = 10;
const realNow = performance.now.bind(performance);

type Payload = Record<string, any>;

/** The record of a simulated day. */
export interface DayRecord {
  from: number;
  until: number;
  initial: Phases;
  maxCurrent: number;
  nodes: Rules[];
  setpoints: Setpoint[];
  writes: Write[];
  /** The input of the charger nodes that send commands. */
  commands: { at: number; payload: unknown }[];
  /** Findings of the simulator's audit. */
  audit: string[];
  /** Requests of all kinds. */
  requests: number;
  /** When Node-RED was killed, and when it ran again. */
  absences: Absence[];
  /** Duration in real time, s. */
  tookS: number;
}

/**
 * Runs at each second, after the simulator has advanced and before the flow gets its input.
 * @returns the value of the meter, if it sends one
 */
export type DayScript = (second: number, simulator: Simulator, record: DayRecord) => object | undefined;

export interface DayOptions extends SimulatorOptions {
  /** Seconds at which Node-RED ends as by kill -9, to start again a minute later with what is on the disk. */
  killedAt?: readonly number[];
  /** Whether the contexts of a Node-RED that is killed are on the disk; true unless said otherwise. */
  isPersistent?: boolean;
}

/**
 * Runs examples in a real Node-RED for a simulated day in which the meter sends a value every second, as fast as the
 * machine can. The flow, the client, the simulator and its audit share one clock. This file sends the values of the meter;
 * the rest of the example is unchanged.
 */
export async function runDay(
  names: readonly string[],
  seconds: number,
  stepS: number,
  script: DayScript,
  { killedAt = [], isPersistent = true, ...options }: DayOptions = {},
): Promise<DayRecord> {
  const startedAt = realNow();
  const clock = new VirtualClock();
  const simulator = await clock.until(startSimulator({ scenario: 'home', seed: 7, ...options }));
  let runtime: Runtime | undefined;
  try {
    const [site] = [...simulator.world.installations.values()];
    if (!site) throw new Error('The simulator has no installation');
    const record: DayRecord = {
      from: Date.now(),
      until: Date.now() + seconds * SECOND,
      initial: [...site.availableCurrent],
      maxCurrent: site.maxCurrent,
      nodes: [],
      setpoints: [],
      writes: [],
      commands: [],
      audit: [],
      requests: 0,
      absences: [],
      tookS: 0,
    };
    const { inputs, listeners, watched, ...flow } = exampleFlow(names, simulator);
    record.nodes = watched.filter(isSetter).map(rulesOf);
    const units = new Map(watched.map((node) => [node.id, isSetter(node) ? String(node.unit) : undefined]));
    const runnable = { ...flow, watched: watched.map(({ id }) => id) };
    runtime =
      killedAt.length > 0
        ? await KillableRuntime.start(runnable, clock, isPersistent)
        : await startHere(runnable, clock);
    for (let second = 0; second < seconds; second += stepS) {
      if (runtime instanceof KillableRuntime) await restart(runtime, record, killedAt.includes(second));
      simulator.world.catchUp();
      const meter = script(second, simulator, record);
      if (second % REPORTED_S === 0) sendStates(runtime, listeners, simulator);
      if (meter) sendMeter(runtime, inputs, { meter, kind: badKindAt(second, stepS, seconds), second });
      for (const arrival of await runtime.pass(stepS * SECOND)) note(record, arrival, units.get(arrival.by));
    }
    record.writes = writesOf(simulator);
    record.audit = simulator.audit
      .report()
      .flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok).map(({ text }) => text));
    record.requests = simulator.requests.length;
    record.tookS = Math.round((realNow() - startedAt) / SECOND);
    return record;
  } finally {
    clock.restore();
    await runtime?.stop();
    await simulator.stop();
  }
}

const isSetter = ({ type }: FlowNode): boolean => type === 'zaptec-update-current';

/** Kills Node-RED, or starts it when it has been away for long enough. */
async function restart(runtime: KillableRuntime, { absences }: DayRecord, isKilled: boolean): Promise<void> {
  const absence = absences.at(-1);
  if (isKilled) {
    await runtime.kill();
    absences.push({ from: Date.now(), until: Date.now() + AWAY_MS });
  } else if (absence && Date.now() >= absence.until && !runtime.isRunning) {
    await runtime.restart();
  }
}

/** @param unit of a node that sets a current */
function note({ commands, setpoints }: DayRecord, { at, by, payload }: Arrival, unit: string | undefined): void {
  if (unit === undefined) commands.push({ at, payload });
  else setpoints.push({ at, by, ...inAmperes(payload as Payload, unit) });
}

function rulesOf({ id: by, role, deadBand, cooldown, deadMan, safeValue }: FlowNode): Rules {
  return {
    by,
    role: role as Rules['role'],
    deadBandA: Number(deadBand),
    cooldownMs: Number(cooldown) * SECOND,
    ...(Number(deadMan) > 0 ? { deadMan: { afterMs: Number(deadMan) * MINUTE, safeA: Number(safeValue) } } : {}),
  };
}

/** The least and the most that a value may mean in A: a power depends on the voltage of the house. */
function inAmperes(payload: Payload, unit: string): { least: Phases; most: Phases } {
  const named = String(payload['unit'] ?? unit);
  if (named === 'A') {
    const { value, phase1 = value, phase2 = value, phase3 = value } = payload;
    const currents: Phases = [phase1, phase2, phase3];
    return { least: currents, most: currents };
  }
  const watts = Number(payload['value']) * (named === 'kW' ? 1_000 : 1);
  const all = (volts: number): Phases => [watts / 3 / volts, watts / 3 / volts, watts / 3 / volts];
  return { least: all(VOLTS.most), most: all(VOLTS.least) };
}

interface Sample {
  meter: object;
  /** Which bad sample comes in its place; undefined: none. */
  kind: number | undefined;
  second: number;
}

function sendMeter(runtime: Runtime, inputs: readonly FlowInput[], { meter, kind, second }: Sample): void {
  const value = kind === undefined ? meter : BAD_SAMPLES[kind]?.(meter);
  // The order changes every second.
  const order = second % 2 === 0 ? inputs : [...inputs].reverse();
  for (const { ids, metered, priced } of order) {
    if (kind !== undefined && priced.length > 0) for (const id of priced) runtime.receive(id, BAD_PRICES[kind]?.());
    else for (const id of ids) runtime.receive(id, metered ? structuredClone(value) : Date.now());
  }
}

/** What the subscribe nodes would tell of the chargers, and the account's store would have. */
function sendStates(runtime: Runtime, listeners: readonly string[], { world }: Simulator): void {
  for (const { id, name, car, powerW, currents, session } of world.chargers.values()) {
    const [phase1, phase2, phase3] = powerW > 0 ? currents : [0, 0, 0];
    const mode = car ? (powerW > 0 ? 'charging' : 'requesting') : 'disconnected';
    const state = { id, name, mode, powerW, currentA: { phase1, phase2, phase3 } };
    const charged = session ? { sessionId: session.id, sessionKwh: session.energyKwh } : {};
    for (const listener of listeners) runtime.receive(listener, { ...state, ...charged });
  }
}

/** One sample of each kind that a meter should not send, each at its part of the day, in the place of the good one. */
const BAD_SAMPLES: readonly ((meter: Payload) => unknown)[] = [
  () => 'unavailable',
  () => null,
  (meter) => ({ ...meter, gridW: null, currentA: { ...meter['currentA'], phase2: null } }),
  (meter) => ({ ...meter, gridW: 'NaN', currentA: { ...meter['currentA'], phase2: 'unknown' } }),
  ({ currentA: { phase1, phase3 }, time }) => ({ time, currentA: { phase1, phase3 } }),
];

/** The same for prices, in the place of those that come at that moment. */
const BAD_PRICES: readonly (() => unknown)[] = [
  () => 'unavailable',
  () => null,
  () => [{ start: new Date().toISOString(), value: null }],
  () => [{ start: new Date().toISOString(), value: 'NaN' }],
  () => [{ value: 0.2 }],
];

/** Also where no step begins at the very second. */
function badKindAt(second: number, stepS: number, seconds: number): number | undefined {
  const kind = BAD_SAMPLES.findIndex((_, index) => {
    const at = Math.round((seconds * (index + 1)) / 7 / 60) * 60 + 30;
    return second <= at && at < second + stepS;
  });
  return kind < 0 ? undefined : kind;
}

function writesOf({ requests }: Simulator): Write[] {
  return requests
    .filter(({ method, path: where, status }) => method === 'POST' && where.endsWith('/update') && status !== 429)
    .map(({ at, body, status }) => {
      const fields = Object.fromEntries(
        Object.entries(body as Record<string, number>).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const of = (phase: number): number =>
        fields[`availablecurrentphase${phase}`] ?? fields['availablecurrent'] ?? Number.NaN;
      return { at, currents: [of(1), of(2), of(3)] as const, accepted: status === 200 };
    });
}

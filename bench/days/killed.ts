import type { Simulator } from '../../test/support/node-red/harness';
import type { Absence } from './checker';
import type { DayRecord } from './day-runner';

const HOUR = 3_600;
const MINUTE = 60;
/** The parts of the time at which Node-RED is killed. */
const KILLED_AT = [0.375, 0.875];
/** Well within an hour. */
const WITHIN_HOUR_S = 31 * MINUTE;
/**
 * In an hour in which Node-RED is killed each phase of the house takes so much more for so long at first, W, s. It is more than
 * what counts as used where nobody knows, so that only a flow which remembers the hour keeps it.
 */
const BUSY = { phaseW: 4_800, forS: 28 * MINUTE };
const VOLTS = 230;
/** The flow and its client need so long to start, s. */
const START_UP_S = 60;

/** When Node-RED is killed within some seconds: in the middle of two hours, or of the only one. */
export const killsWithin = (seconds: number): number[] => [
  ...new Set(KILLED_AT.map((part) => Math.floor((seconds * part) / HOUR) * HOUR + WITHIN_HOUR_S)),
];

/** Whether Node-RED is down or has just started. */
export function isAway(absences: readonly Absence[], now: number): boolean {
  return absences.some(({ from, until }) => now >= from && now < until + START_UP_S * 1_000);
}

/** Whether Node-RED is killed in the hour of a second. */
export const isKillHour = (kills: readonly number[], second: number): boolean =>
  kills.some((at) => Math.floor(at / HOUR) === Math.floor(second / HOUR));

/** Cars at all chargers that charge all day. */
export function plugCars({ world }: Simulator): void {
  for (const { id } of world.chargers.values()) {
    world.plug(id, { batteryKwh: 300, charge: 0.1, target: 1, maxA: 16, phases: 3 });
    world.authorise(id);
  }
}

/** Makes the house busy in the first part of each hour in which Node-RED is killed. */
export function busyBefore(kills: readonly number[], second: number, { world }: Simulator): void {
  if (!isKillHour(kills, second) || (second % HOUR !== 0 && second % HOUR !== BUSY.forS)) return;
  const ampere = second % HOUR === 0 ? BUSY.phaseW / VOLTS : 0;
  world.setHouseLoad([ampere, ampere, ampere]);
}

/** The hours in which a charger has been told to charge, and the energy that its car has got, until the goal is due. */
export class GoalMonitor {
  hours = 0;
  kwh = 0;
  readonly #name: string;
  readonly #dueS: number;

  /** @param dueS when the goal is due, s from the beginning */
  constructor(name: string, dueS: number) {
    this.#name = name;
    this.#dueS = dueS;
  }

  check(second: number, stepS: number, { world }: Simulator, { commands }: DayRecord): void {
    if (second > this.#dueS) return;
    this.kwh = world.findCharger(this.#name)?.session?.energyKwh ?? 0;
    if (second < this.#dueS && commands.at(-1)?.payload === true) this.hours += stepS / HOUR;
  }
}

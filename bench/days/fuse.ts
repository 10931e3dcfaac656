import type { Simulator } from '../../test/support/node-red/harness';
import { seeded } from '../virtual-time';
import type { DayRecord } from './day-runner';
import { isAway } from './killed';
import { Resumption } from './resumption';
import { sunnier } from './sun';

const PHASES = ['phase1', 'phase2', 'phase3'] as const;
const MINUTE = 60;
/** The largest extra load of the house, A: the house alone must not blow the fuse. */
const MAX_LOAD_A = 12;

/** What chargers take while no car charges, A. */
const NO_CAR_A = 0.1;

/** Records how long the current was above the fuse because of the cars. */
class FuseMonitor {
  /** The longest time that a phase stayed above the fuse, s: with a working and with a dead meter. */
  longest = { live: 0, dead: 0 };
  /** Times that a phase rose above the fuse. */
  overloads = 0;
  readonly #fuseA: number;
  readonly #since = new Map<string, number>();

  constructor(fuseA: number) {
    this.#fuseA = fuseA;
  }

  check(second: number, { world }: Simulator, dead: boolean): void {
    const { currentA, houseA } = world.meter();
    for (const phase of PHASES) {
      // Nobody can lower what the house takes for itself.
      const carsA = currentA[phase] - houseA[phase];
      if (currentA[phase] <= this.#fuseA || carsA < NO_CAR_A) {
        this.#since.delete(phase);
        continue;
      }
      if (!this.#since.has(phase)) this.overloads += 1;
      const since = this.#since.get(phase) ?? second;
      this.#since.set(phase, since);
      const kind = dead ? 'dead' : 'live';
      this.longest[kind] = Math.max(this.longest[kind], second - since);
    }
  }
}

/** The fuse of the example, and its reserve, A. */
const FUSE_A = 25;
const RESERVE_A = 2;
/** With so much on each phase a car can charge, though the load changes a little, A. */
const RESUMES_FROM_A = 8;
/** The longest time without charging that is allowed, s: the interval of raises, a steady minute, and failed requests. */
export const LONGEST_PAUSE_S = 15 * 60 + 60 + 60;
/** The longest time above the fuse that is allowed, s: 20 s for the cars to react and 60 s between two writes; 60 s to notice a dead meter. */
export const LONGEST_S = { live: 20 + 60, dead: 20 + 60 + 60 };

/**
 * A day of load steps with two cars that charge. For an eighth of it the cloud answers one of three requests with 429, and
 * the meter dies four times just when the load rises.
 */
export class FuseScenario {
  readonly resumption = new Resumption();
  readonly monitor = new FuseMonitor(FUSE_A);
  readonly #loads: Loads;
  readonly #seconds: number;
  readonly #sunFactor: number;
  readonly #isBusy: boolean;
  #isDead = false;

  /**
   * @param sunFactor multiplies the solar power of the simulator
   * @param busyA what the first phase has beside its loads in the middle of the time
   */
  constructor(seconds: number, seed: number, { sunFactor = 1, busyA = 0 } = {}) {
    this.#seconds = seconds;
    this.#sunFactor = sunFactor;
    this.#isBusy = busyA > 0;
    this.#loads = new Loads(seed, { busyA, from: seconds / 5, to: (seconds * 3) / 5 });
  }

  readonly script = (
    second: number,
    simulator: Simulator,
    { absences }: Pick<DayRecord, 'absences'>,
  ): object | undefined => {
    const { world, faults } = simulator;
    if (second === 0) {
      for (const { id } of world.chargers.values()) {
        world.plug(id, { batteryKwh: 300, charge: 0.1, target: 1, maxA: 16, phases: 3 });
        world.authorise(id);
      }
    }
    const part = second / this.#seconds;
    // A busy phase is about the house and not about the cloud.
    if (part === 0.25 && !this.#isBusy) faults.set('rate-429', { on: true, probability: 0.3, match: '/api/' });
    if (part === 0.375) faults.set('rate-429', { on: false });
    const silence = second % (this.#seconds / 4);
    // The meter sends its last value before the load rises.
    const isDead = silence >= 1_000 && silence < 1_000 + 5 * MINUTE;
    if (isDead && !this.#isDead) world.setHouseLoad([MAX_LOAD_A, MAX_LOAD_A, 0]);
    this.#isDead = isDead;
    if (!isDead) this.#loads.step(second, simulator);
    const isDown = isAway(absences, Date.now());
    // After the meter is back the flow has the usual time to react.
    const isBlind = silence >= 1_000 && silence < 1_000 + 5 * MINUTE + LONGEST_S.live;
    this.monitor.check(second, simulator, isBlind || isDown);
    const { houseA } = world.meter();
    const isFree = PHASES.every((phase) => FUSE_A - RESERVE_A - houseA[phase] >= RESUMES_FROM_A);
    this.resumption.check(second, simulator, isFree && !isDead && !isDown);
    if (isDead) return undefined;
    return sunnier(world.meter(), this.#sunFactor);
  };
}

/** Loads that begin and end on single phases, often during the cooldown of a write. */
class Loads {
  readonly #random: () => number;
  readonly #busy: { busyA: number; from: number; to: number };
  #nextAt = 5 * MINUTE;

  constructor(seed: number, busy: { busyA: number; from: number; to: number }) {
    this.#random = seeded(seed);
    this.#busy = busy;
  }

  step(second: number, { world }: Simulator): void {
    if (second < this.#nextAt) return;
    const ampere = () => (this.#random() < 0.5 ? 0 : Math.round(this.#random() * MAX_LOAD_A * 10) / 10);
    const { busyA, from, to } = this.#busy;
    const first = second >= from && second < to ? Math.max(busyA, ampere()) : ampere();
    world.setHouseLoad([first, ampere(), ampere()]);
    const soon = this.#random() < 0.4;
    this.#nextAt = second + (soon ? 10 + this.#random() * 40 : (5 + this.#random() * 25) * MINUTE);
  }
}

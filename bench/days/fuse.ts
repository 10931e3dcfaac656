import type { Simulator } from '../../test/support/node-red/harness';
import { seeded } from '../virtual-time';
import type { DayRecord } from './day-runner';
import { isAway, isKillHour, plugCars } from './killed';
import { Resumption } from './resumption';
import { PHASES, sunnierBarn, type Meter } from './sun';

const MINUTE = 60;
/** The largest extra load of the house unless said otherwise, A: the house alone must not blow the fuse. */
const MAX_LOAD_A = 12;

/** What chargers take while no car charges, A. */
const NO_CAR_A = 0.1;

/** Records how long the current was above the fuse because of the cars. */
class FuseMonitor {
  /** The longest time that a phase stayed above the fuse, s: with a working and with a dead meter. */
  longest = { live: 0, dead: 0 };
  /** Times that a phase rose above the fuse. */
  overloads = { live: 0, dead: 0 };
  readonly #fuseA: number;
  readonly #since = new Map<string, number>();

  constructor(fuseA: number) {
    this.#fuseA = fuseA;
  }

  check(second: number, { currentA, houseA }: Meter, dead: boolean): void {
    const kind = dead ? 'dead' : 'live';
    for (const phase of PHASES) {
      // Nobody can lower what the house takes for itself.
      const carsA = currentA[phase] - houseA[phase];
      if (currentA[phase] <= this.#fuseA || carsA < NO_CAR_A) {
        this.#since.delete(phase);
        continue;
      }
      if (!this.#since.has(phase)) this.overloads[kind] += 1;
      const since = this.#since.get(phase) ?? second;
      this.#since.set(phase, since);
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

/** The meter is dead for so long, from so many seconds after the beginning of each period on, s. */
const DEAD = { from: 1_000, until: 1_000 + 5 * MINUTE };
/** Into so many such periods the time is divided, unless they would be too short, s. */
const PERIODS = 4;
const SHORTEST_PERIOD_S = 30 * MINUTE;
/** Before a kill the house takes nothing for so long that the cars may have all of the fuse, s. */
const QUIET_S = 18 * MINUTE;

interface FuseScenarioOptions {
  /** The panels are on a barn, out of reach of the fuse, and give so many times what those of the simulator do. */
  barnFactor?: number | undefined;
  /** What the first phase has beside its loads in the middle of the time, A. */
  busyA?: number;
  /** The largest extra load of the house, A. */
  maxLoadA?: number;
  /** When Node-RED is killed, s. */
  killedAt?: readonly number[];
}

/**
 * A day of load steps with two cars that charge. For an eighth of it the cloud answers one of three requests with 429. The load
 * rises when the meter dies, four times, and when Node-RED is killed. In an hour with a kill the meter lives.
 */
export class FuseScenario {
  readonly resumption = new Resumption();
  readonly monitor = new FuseMonitor(FUSE_A);
  readonly #loads: Loads;
  readonly #seconds: number;
  readonly #periodS: number;
  readonly #options: FuseScenarioOptions;
  readonly #maxLoadA: number;
  #isBlind = false;

  constructor(seconds: number, seed: number, options: FuseScenarioOptions = {}) {
    const { busyA = 0, maxLoadA = MAX_LOAD_A } = options;
    this.#seconds = seconds;
    this.#periodS = Math.max(seconds / PERIODS, SHORTEST_PERIOD_S);
    this.#options = options;
    this.#maxLoadA = maxLoadA;
    this.#loads = new Loads(seed, maxLoadA, { busyA, from: seconds / 5, to: (seconds * 3) / 5 });
  }

  readonly script = (
    second: number,
    simulator: Simulator,
    { absences }: Pick<DayRecord, 'absences'>,
  ): object | undefined => {
    const { world } = simulator;
    const { killedAt = [] } = this.#options;
    if (second === 0) plugCars(simulator);
    this.#setFaults(second / this.#seconds, simulator);
    const inPeriod = second % this.#periodS;
    const isMortal = !isKillHour(killedAt, second);
    const isDead = isMortal && inPeriod >= DEAD.from && inPeriod < DEAD.until;
    const isDown = isAway(absences, Date.now());
    const isBlind = isDead || isDown;
    // The meter sends its last value before the load rises.
    if (isBlind && !this.#isBlind) world.setHouseLoad([this.#maxLoadA, this.#maxLoadA, 0]);
    this.#isBlind = isBlind;
    if (killedAt.includes(second + QUIET_S)) world.setHouseLoad([0, 0, 0]);
    const isQuiet = killedAt.some((at) => second >= at - QUIET_S && second < at);
    if (!isBlind && !isQuiet) this.#loads.step(second, simulator);
    const meter = this.#meter(simulator);
    // After the meter is back the flow has the usual time to react.
    const isReacting = isMortal && inPeriod >= DEAD.from && inPeriod < DEAD.until + LONGEST_S.live;
    this.monitor.check(second, meter, isReacting || isDown);
    const isFree = PHASES.every((phase) => FUSE_A - RESERVE_A - meter.houseA[phase] >= RESUMES_FROM_A);
    this.resumption.check(second, simulator, isFree && !isBlind);
    return isDead ? undefined : meter;
  };

  /** A busy phase is about the house and not about the cloud. */
  #setFaults(part: number, { faults }: Simulator): void {
    const isBusy = (this.#options.busyA ?? 0) > 0;
    if (part === 0.25 && !isBusy) faults.set('rate-429', { on: true, probability: 0.3, match: '/api/' });
    if (part === 0.375) faults.set('rate-429', { on: false });
  }

  #meter({ world }: Simulator): Meter {
    const { barnFactor } = this.#options;
    return barnFactor === undefined ? world.meter() : sunnierBarn(world.meter(), barnFactor);
  }
}

/** Loads that begin and end on single phases, often during the cooldown of a write. */
class Loads {
  readonly #random: () => number;
  readonly #maxA: number;
  readonly #busy: { busyA: number; from: number; to: number };
  #nextAt = 5 * MINUTE;

  constructor(seed: number, maxA: number, busy: { busyA: number; from: number; to: number }) {
    this.#random = seeded(seed);
    this.#maxA = maxA;
    this.#busy = busy;
  }

  step(second: number, { world }: Simulator): void {
    if (second < this.#nextAt) return;
    const ampere = () => (this.#random() < 0.5 ? 0 : Math.round(this.#random() * this.#maxA * 10) / 10);
    const { busyA, from, to } = this.#busy;
    const first = second >= from && second < to ? Math.max(busyA, ampere()) : ampere();
    world.setHouseLoad([first, ampere(), ampere()]);
    const soon = this.#random() < 0.4;
    this.#nextAt = second + (soon ? 10 + this.#random() * 40 : (5 + this.#random() * 25) * MINUTE);
  }
}

import type { Simulator } from '../../test/support/node-red/harness';
import { seeded } from '../virtual-time';
import { sunnier } from './sun';

const PHASES = ['phase1', 'phase2', 'phase3'] as const;
const MINUTE = 60;
/** So much more than usual the house draws at most, A; the house alone must not blow the fuse. */
const MOST_A = 12;

/** What the fuse had to bear, apart from what the house alone takes. */
class FuseWatch {
  /** The longest time that a phase stayed above the fuse, s: while the meter spoke, and while it was dead. */
  longest = { live: 0, dead: 0 };
  /** Times that a phase rose above the fuse. */
  overloads = 0;
  readonly #fuseA: number;
  readonly #since = new Map<string, number>();

  constructor(fuseA: number) {
    this.#fuseA = fuseA;
  }

  look(second: number, { world }: Simulator, dead: boolean): void {
    const { currentA } = world.meter();
    for (const phase of PHASES) {
      if (currentA[phase] <= this.#fuseA) {
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

/** The fuse of the example, A. */
const FUSE_A = 25;
/** From a load step to the currents of the cars, and between two writes: the bounds of the promise, s. */
export const BOUND = { live: 20 + 60, dead: 20 + 60 + 60 };

/**
 * A time of load steps with two cars that charge: an eighth of it with a cloud that answers 429 to one request of three,
 * and a meter that dies four times just when the load rises.
 */
export class FuseStory {
  readonly watch = new FuseWatch(FUSE_A);
  readonly #loads: Loads;
  readonly #seconds: number;
  readonly #roof: number;
  #isDead = false;

  /** @param roof so many times the sun of the world, on a connection of its own. */
  constructor(seconds: number, seed: number, roof = 1) {
    this.#seconds = seconds;
    this.#roof = roof;
    this.#loads = new Loads(seed);
  }

  readonly script = (second: number, simulator: Simulator): object | undefined => {
    const { world, faults } = simulator;
    if (second === 0) {
      for (const { id } of world.chargers.values()) {
        world.plug(id, { batteryKwh: 300, charge: 0.1, target: 1, maxA: 16, phases: 3 });
        world.authorise(id);
      }
    }
    const part = second / this.#seconds;
    if (part === 0.25) faults.set('rate-429', { on: true, probability: 0.3, match: '/api/' });
    if (part === 0.375) faults.set('rate-429', { on: false });
    const silence = second % (this.#seconds / 4);
    // It is heard once more before the load rises, so that nothing is known of it.
    const isDead = silence >= 1_000 && silence < 1_000 + 5 * MINUTE;
    if (isDead && !this.#isDead) world.setHouseLoad([MOST_A, MOST_A, 0]);
    this.#isDead = isDead;
    if (!isDead) this.#loads.step(second, simulator);
    // After a silence the flow has a bound of its own to hear and to act.
    this.watch.look(second, simulator, silence >= 1_000 && silence < 1_000 + 5 * MINUTE + BOUND.live);
    if (isDead) return undefined;
    return sunnier(world.meter(), this.#roof);
  };
}

/** Loads that come and go on single phases, often while a write is still cooling down. */
class Loads {
  readonly #random: () => number;
  #nextAt = 5 * MINUTE;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  step(second: number, { world }: Simulator): void {
    if (second < this.#nextAt) return;
    const ampere = () => (this.#random() < 0.5 ? 0 : Math.round(this.#random() * MOST_A * 10) / 10);
    world.setHouseLoad([ampere(), ampere(), ampere()]);
    const soon = this.#random() < 0.4;
    this.#nextAt = second + (soon ? 10 + this.#random() * 40 : (5 + this.#random() * 25) * MINUTE);
  }
}

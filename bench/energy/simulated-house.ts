import type { Car, Charger, Meter, WorldModel } from '../../simulator/world/model';
import { World } from '../../simulator/world/world';

/** A car that stays all day: its highest current on each phase, A, and the energy with which it is full, kWh, if ever. */
interface SimulatedCar {
  phases: 1 | 3;
  maxA: number;
  takesKwh?: number;
}

interface HouseOptions {
  /** When its time begins, ms since 1970. It has no sun until `world.setSun`. */
  at: number;
  cars: readonly SimulatedCar[];
  model?: 'Go' | 'Go 2';
}

/** What the cloud has reported of a charger, which is older than what it does. */
export interface Reported {
  mode: 'disconnected' | 'requesting' | 'charging' | 'finished';
  /** Where the car has ended charging by itself, as in a snapshot. */
  reason: 'car-full' | undefined;
  powerW: number;
  sessionKwh: number;
  currents: readonly [number, number, number];
  /** ms since 1970 of its last message. */
  at: number;
}

const SEED = 7;
const MODES = new Map<string, Reported['mode']>([
  ['1', 'disconnected'],
  ['2', 'requesting'],
  ['3', 'charging'],
  ['5', 'finished'],
]);
/** Observations: the operation mode, whether charging was stopped, the power, the energy of the session, and the current of each phase. */
const ID = { mode: 710, finalStop: 718, powerW: 513, sessionKwh: 553, currents: [507, 508, 509] } as const;
/** So large that a day neither fills it nor reaches the charge at which cars reduce their current. */
export const LASTING: Pick<Car, 'batteryKwh' | 'charge' | 'target'> = { batteryKwh: 5_000, charge: 0.1, target: 0.8 };
/** Of the simulator: the part of the energy that reaches the battery. */
const EFFICIENCY = 0.92;
const COMMAND = { pause: 506, resume: 507 } as const;
const PHASES = [0, 1, 2] as const;

/** Sets what a simulated house takes, whatever it would take by itself. */
export class HouseLoad {
  readonly #world: WorldModel;
  #added: [number, number, number] = [0, 0, 0];

  constructor(world: WorldModel) {
    this.#world = world;
  }

  /** @param wanted A of the house on each phase, without cars */
  set(wanted: readonly [number, number, number]): void {
    const { houseA } = this.#world.meter();
    const own = [houseA.phase1, houseA.phase2, houseA.phase3] as const;
    const added = (phase: 0 | 1 | 2): number => wanted[phase] - (own[phase] - this.#added[phase]);
    this.#added = [added(0), added(1), added(2)];
    this.#world.setHouseLoad(this.#added);
  }
}

/**
 * The house of the simulator in virtual time: its installation, chargers, cars, meter, and what the cloud reports of them,
 * by the code that answers requests. Only HTTP and AMQP are left out; `agreement` plays some days with them.
 */
export class SimulatedHouse {
  readonly world: World;
  readonly chargers: readonly Charger[];
  readonly load: HouseLoad;
  readonly #installationId: string;
  readonly #reportedAt = new Map<string, number>();
  #now: number;

  constructor({ at, cars, model = 'Go' }: HouseOptions) {
    this.#now = at;
    const clock = { now: () => this.#now, setTimeout: () => undefined, clearTimeout: () => undefined };
    this.world = new World({ scenario: 'home', seed: SEED, speed: 1, clock, sessionsPerDay: 0 });
    const { world } = this;
    this.load = new HouseLoad(world);
    world.setSun(0);
    const [installation] = world.installations.values();
    if (!installation) throw new Error('The simulator has no installation');
    this.#installationId = installation.id;
    world.onObservation(({ at: reportedAt }, { id }) => this.#reportedAt.set(id, reportedAt));
    for (const id of [...world.chargers.keys()]) world.removeCharger(id);
    this.chargers = cars.map(({ phases, maxA, takesKwh }) => {
      const { batteryKwh, target } = LASTING;
      const charge = takesKwh === undefined ? LASTING.charge : target - (takesKwh * EFFICIENCY) / batteryKwh;
      const charger = world.addCharger(installation.id, { model });
      world.plug(charger.id, { ...LASTING, phases, maxA, charge });
      return charger;
    });
  }

  get now(): number {
    return this.#now;
  }

  /** @param stepMs of the physics */
  advance(ms: number, stepMs: number): void {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.#now += Math.min(stepMs, ms - passed);
      this.world.catchUp();
    }
  }

  meter(): Meter {
    return this.world.meter();
  }

  setAvailableCurrent(currents: [number, number, number]): void {
    this.world.setAvailableCurrent(this.#installationId, currents);
  }

  /** What the charger node does: a command only where it changes something. */
  command({ id, mode, finalStop }: Charger, charge: boolean): void {
    if (mode === 1 || charge !== finalStop) return;
    this.world.command(id, charge ? COMMAND.resume : COMMAND.pause);
  }

  reported({ id, observations }: Charger): Reported {
    const of = (observation: number): number => Number(observations.get(observation)?.value ?? 0);
    const [first, second, third] = ID.currents;
    const mode = MODES.get(observations.get(ID.mode)?.value ?? '') ?? 'disconnected';
    const isPaused = Number(observations.get(ID.finalStop)?.value ?? 0) === 1;
    return {
      mode,
      reason: mode === 'finished' && !isPaused ? 'car-full' : undefined,
      powerW: of(ID.powerW),
      sessionKwh: of(ID.sessionKwh),
      currents: [of(first), of(second), of(third)],
      at: this.#reportedAt.get(id) ?? this.#now,
    };
  }

  /** A that the cars take on each phase. */
  carsA(): [number, number, number] {
    const sum: [number, number, number] = [0, 0, 0];
    for (const { powerW, currents } of this.chargers)
      if (powerW > 0) for (const phase of PHASES) sum[phase] += currents[phase];
    return sum;
  }

  get carsKw(): number {
    return this.chargers.reduce((sum, { powerW }) => sum + powerW, 0) / 1_000;
  }
}

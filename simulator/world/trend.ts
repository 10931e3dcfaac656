import type { SimulatorClock } from '../clock';
import { MINUTE } from '../durations';
import type { WorldModel } from './model';

/** A quarter of an hour of the client's time. */
const CAPACITY = 900;
const EVERY_MS = 1000;
/** A leap of the world is seen in so many parts at most, none shorter than a minute. */
const MAX_PARTS = 60;
const MIN_PART_MS = MINUTE;

type Phases = [number, number, number];

interface SiteSample {
  used: Phases;
  available: Phases;
}

interface WorldSample {
  at: number;
  power: [house: number, sun: number, chargers: number, grid: number];
  sites: Map<string, SiteSample>;
}

/** Power and currents of the recent past, once a second, so that charts are full as soon as the page is opened. */
export class Trend {
  /** Tells one world from the next. */
  world = 1;
  readonly #world: WorldModel;
  readonly #clock: SimulatorClock;
  readonly #samples: WorldSample[] = [];
  /** How many there were before those that are kept. */
  #dropped = 0;
  #sampledAt = -Infinity;

  constructor(face: WorldModel, clock: SimulatorClock) {
    this.#world = face;
    this.#clock = clock;
  }

  /** To be called often; takes a sample when one is due and the world has moved. */
  sampleIfDue(): void {
    const passed = this.#clock.now() - this.#sampledAt;
    // A clock that was set back must not end the trend.
    if (passed < 0 || passed >= EVERY_MS) this.#sample();
  }

  /** Moves the world and sees what happens on the way. */
  advance(ms: number): void {
    const parts = Math.max(1, Math.min(MAX_PARTS, Math.floor(ms / MIN_PART_MS)));
    for (let part = 0; part < parts; part++) {
      this.#world.advance(Math.floor(((part + 1) * ms) / parts) - Math.floor((part * ms) / parts));
      this.#sample();
    }
  }

  /** Another world has begun. */
  restart(): void {
    this.world += 1;
    this.#samples.length = 0;
    this.#dropped = 0;
    this.#sample();
  }

  /** The samples of one site from a number on; `next` is the number of the one that comes next. */
  since(from: number, site: string) {
    const nothing: SiteSample = { used: [0, 0, 0], available: [0, 0, 0] };
    const samples = this.#samples.slice(Math.max(0, from - this.#dropped)).map(({ at, power, sites }) => {
      const { used, available } = sites.get(site) ?? nothing;
      return [at, power, used, available] as [number, WorldSample['power'], Phases, Phases];
    });
    return { world: this.world, next: this.#dropped + this.#samples.length, samples };
  }

  #sample(): void {
    this.#sampledAt = this.#clock.now();
    const at = this.#world.now;
    if (this.#samples.at(-1)?.at === at) return;
    const { houseW, sunW, chargersW, gridW } = this.#world.meter();
    this.#samples.push({ at, power: [houseW, sunW, chargersW, gridW], sites: sitesOf(this.#world) });
    if (this.#samples.length <= CAPACITY) return;
    this.#samples.shift();
    this.#dropped += 1;
  }
}

/** What the chargers of each installation take, beside what they may. */
export function sitesOf({ installations, chargers }: WorldModel): Map<string, SiteSample> {
  const sites = new Map<string, SiteSample>();
  for (const { id, availableCurrent } of installations.values()) {
    sites.set(id, { used: [0, 0, 0], available: [...availableCurrent] });
  }
  for (const { installationId, currents, powerW } of chargers.values()) {
    const used = powerW > 0 ? sites.get(installationId)?.used : undefined;
    if (used) for (const phase of [0, 1, 2] as const) used[phase] += currents[phase];
  }
  return sites;
}

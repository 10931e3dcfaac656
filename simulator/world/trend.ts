import type { SimulatorClock } from '../clock';
import type { WorldModel } from './model';

/** A quarter of an hour of the client's time. */
const CAPACITY = 900;
const EVERY_MS = 1000;

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

/** Samples power and currents once a second, so that the charts are complete as soon as the page opens. */
export class Trend {
  /** Changes with each restart of the world. */
  world = 1;
  readonly #world: WorldModel;
  readonly #clock: SimulatorClock;
  readonly #samples: WorldSample[] = [];
  /** The number of samples before the kept ones. */
  #dropped = 0;
  #sampledAt = -Infinity;

  constructor(world: WorldModel, clock: SimulatorClock) {
    this.#world = world;
    this.#clock = clock;
  }

  /** Call this often: it takes a sample when one is due and the world has moved. */
  sampleIfDue(): void {
    const passed = this.#clock.now() - this.#sampledAt;
    // Samples continue after the clock was set back.
    if (passed < 0 || passed >= EVERY_MS) this.sample();
  }

  /** Call this when the world was restarted. */
  restart(): void {
    this.world += 1;
    this.#samples.length = 0;
    this.#dropped = 0;
    this.sample();
  }

  /** The samples of one installation from a number on; `next` is the number of the next sample. */
  since(from: number, site: string) {
    const nothing: SiteSample = { used: [0, 0, 0], available: [0, 0, 0] };
    const samples = this.#samples.slice(Math.max(0, from - this.#dropped)).map(({ at, power, sites }) => {
      const { used, available } = sites.get(site) ?? nothing;
      return [at, power, used, available] as [number, WorldSample['power'], Phases, Phases];
    });
    return { world: this.world, next: this.#dropped + this.#samples.length, samples };
  }

  /** Samples at once; call this after each part of an advance of the world. */
  sample(): void {
    this.#sampledAt = this.#clock.now();
    const at = this.#world.now;
    if (this.#samples.at(-1)?.at === at) return;
    const { houseW, sunW, chargersW, gridW } = this.#world.power();
    this.#samples.push({ at, power: [houseW, sunW, chargersW, gridW], sites: sitesOf(this.#world) });
    if (this.#samples.length <= CAPACITY) return;
    this.#samples.shift();
    this.#dropped += 1;
  }
}

/** The used and the available current of each installation, A per phase. */
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

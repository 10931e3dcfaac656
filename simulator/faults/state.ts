import { FAULT_TABLE, type FaultEntry, type FaultParam } from './table';
import type { FaultSwitches } from '../rest/context';

/** How a fault is switched. */
export interface FaultSetting {
  on: boolean;
  /** 0 to 1 for each request, or for each message, connection or link of the bus; absent: always. */
  probability?: number | undefined;
  /** Only requests whose "METHOD /path" contains this, in any case; for the bus what docs/simulator.md tells. */
  match?: string | undefined;
  /** Ends by itself after so many hits. */
  count?: number | undefined;
  /** ms, for `slow` and `bus-delay`. */
  delayMs?: number | undefined;
}

/** A fault with its setting, as told by `GET /simulator/faults`. */
export interface FaultStatus extends FaultEntry {
  setting: FaultSetting;
  /** How often it has struck since it was last set. */
  hits: number;
}

/** Something that a caller asked for cannot be; the message names the field, the value and the remedy. */
export class BadInput extends Error {}

/** Which faults are on. The dice are seeded, so that a run can be repeated. */
export class Faults implements FaultSwitches {
  readonly #on = new Map<string, FaultSetting>();
  readonly #hits = new Map<string, number>();
  readonly #listeners = new Set<(name: string) => void>();
  readonly #dice: () => number;

  constructor(seed = 1) {
    this.#dice = mulberry32(seed);
  }

  /** Switches one fault; what it was set to before is forgotten. */
  set(name: string, setting: FaultSetting): void {
    check(entryOf(name), setting);
    this.#hits.set(name, 0);
    if (setting.on) this.#on.set(name, { ...setting });
    else this.#on.delete(name);
    this.#tell(name);
  }

  /** Called with the name of each fault that is set, cleared, or ends by its count. Returns how to stop that. */
  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Without a path `match` does not count: the caller is then not about one request. */
  hits(name: string, path?: string): boolean {
    entryOf(name);
    const setting = this.#on.get(name);
    if (!setting || !matches(setting, path)) return false;
    if (setting.probability !== undefined && this.#dice() >= setting.probability) return false;
    this.#hits.set(name, (this.#hits.get(name) ?? 0) + 1);
    if (setting.count !== undefined && --setting.count <= 0) {
      this.#on.delete(name);
      this.#tell(name);
    }
    return true;
  }

  /** Whether it may strike; asking does not count. Without a path as in `hits`. */
  isOn(name: string, path?: string): boolean {
    const setting = this.#on.get(name);
    return setting !== undefined && matches(setting, path);
  }

  /** What it was given; undefined: always, or off. */
  probability(name: string): number | undefined {
    return this.#on.get(name)?.probability;
  }

  /** The delay of a fault that has one; read it before `hits`, which may end the fault. */
  delayMs(name: string): number | undefined {
    return this.#on.get(name)?.delayMs;
  }

  list(): FaultStatus[] {
    return FAULT_TABLE.map((entry) => ({
      ...entry,
      setting: { ...(this.#on.get(entry.name) ?? { on: false }) },
      hits: this.#hits.get(entry.name) ?? 0,
    }));
  }

  /** Everything works again. */
  clear(): void {
    const names = [...this.#on.keys()];
    this.#on.clear();
    this.#hits.clear();
    for (const name of names) this.#tell(name);
  }

  #tell(name: string): void {
    for (const listener of this.#listeners) listener(name);
  }
}

const ENTRIES = new Map(FAULT_TABLE.map((entry) => [entry.name, entry]));

function entryOf(name: string): FaultEntry {
  const entry = ENTRIES.get(name);
  if (entry) return entry;
  throw new BadInput(
    `name: there is no fault "${name}"; use one of ${FAULT_TABLE.map((known) => known.name).join(', ')}`,
  );
}

/** A login is only struck by the faults of all requests where `match` asks for it: without one, nobody could begin. */
function matches({ match }: FaultSetting, path: string | undefined): boolean {
  if (path === undefined) return true;
  if (match === undefined) return !/ \/oauth\//i.test(path);
  return path.toLowerCase().includes(match.toLowerCase());
}

function check({ name, params }: FaultEntry, { probability, match, count, delayMs }: FaultSetting): void {
  const refuse = (field: FaultParam, value: unknown, remedy: string) => {
    throw new BadInput(`${field}: ${JSON.stringify(value)} is not possible for the fault "${name}"; ${remedy}`);
  };
  for (const [field, value] of Object.entries({ probability, match, count, delayMs }) as [FaultParam, unknown][]) {
    if (value !== undefined && !params.includes(field)) refuse(field, value, 'leave it out');
  }
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    refuse('probability', probability, 'use a number from 0 to 1');
  }
  if (count !== undefined && !(Number.isSafeInteger(count) && count > 0)) refuse('count', count, 'use 1 or more');
  if (delayMs !== undefined && !(delayMs >= 0 && delayMs <= 600_000)) refuse('delayMs', delayMs, 'use 0 to 600000');
}

/** A small seeded generator, good enough for dice. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

import { BadInput } from '../bad-input';
import { Prng } from '../prng';
import { checkSetting, matches, type FaultSetting } from './setting';
import { FAULT_TABLE, type Fault, type FaultName } from './table';

/** A fault with its setting, as `GET /simulator/faults` answers it. */
export interface FaultStatus extends Fault {
  setting: FaultSetting;
  /** How often the fault has struck since it was last set. */
  hits: number;
}

/** Which faults are on. Chance is seeded, so that a run can be repeated. */
export class Faults {
  readonly #on = new Map<FaultName, FaultSetting>();
  readonly #hits = new Map<FaultName, number>();
  readonly #listeners = new Set<(name: FaultName) => void>();
  readonly #prng: Prng;

  constructor(seed = 1) {
    this.#prng = new Prng(seed);
  }

  /** Switches one fault and forgets its previous setting. Throws BadInput for an unknown name or a wrong setting. */
  set(name: FaultName, setting: FaultSetting): void {
    checkSetting(faultNamed(name), setting);
    this.#hits.set(name, 0);
    if (setting.on) this.#on.set(name, { ...setting });
    else this.#on.delete(name);
    this.#changed(name);
  }

  /** The listener gets the name of each fault that is set, cleared, or ended by its count. Returns how to remove it. */
  onChange(listener: (name: FaultName) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether the fault strikes now, which counts as a hit. Without a subject `match` does not apply. */
  hits(name: FaultName, subject?: string): boolean {
    const setting = this.#on.get(faultNamed(name).name);
    if (!setting || !matches(setting, subject)) return false;
    if (setting.probability !== undefined && !this.#prng.chance(setting.probability)) return false;
    this.#hits.set(name, (this.#hits.get(name) ?? 0) + 1);
    if (setting.count !== undefined && --setting.count <= 0) {
      this.#on.delete(name);
      this.#changed(name);
    }
    return true;
  }

  /** Whether the fault may strike; asking does not count as a hit. Without a subject as in `hits`. */
  isOn(name: FaultName, subject?: string): boolean {
    const setting = this.#on.get(name);
    return setting !== undefined && matches(setting, subject);
  }

  /** 0 to 1; undefined: the fault always strikes, or is off. */
  probability(name: FaultName): number | undefined {
    return this.#on.get(name)?.probability;
  }

  /** The delay of a fault that has one, ms; read it before `hits`, which may end the fault. */
  delayMs(name: FaultName): number | undefined {
    return this.#on.get(name)?.delayMs;
  }

  list(): FaultStatus[] {
    return FAULT_TABLE.map((fault) => ({
      ...fault,
      setting: { ...(this.#on.get(fault.name) ?? { on: false }) },
      hits: this.#hits.get(fault.name) ?? 0,
    }));
  }

  /** Switches every fault off. */
  clear(): void {
    const names = [...this.#on.keys()];
    this.#on.clear();
    this.#hits.clear();
    for (const name of names) this.#changed(name);
  }

  #changed(name: FaultName): void {
    for (const listener of this.#listeners) listener(name);
  }
}

const BY_NAME = new Map<string, Fault>(FAULT_TABLE.map((fault) => [fault.name, fault]));

/** Throws BadInput where no fault has that name: names also come from requests and from programs in JavaScript. */
export function faultNamed(name: string): Fault {
  const fault = BY_NAME.get(name);
  if (fault) return fault;
  throw new BadInput(
    `name: there is no fault "${name}"; use one of ${FAULT_TABLE.map((known) => known.name).join(', ')}`,
  );
}

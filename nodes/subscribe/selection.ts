import { nearestNames, type KnownCharger, type Observation, phrase } from '../../src/client';
import type { SubscribeSettings } from '../shared/properties';

const EVERYTHING = 'all';

/** What of a feed a node is interested in; an empty list means everything. */
export class Selection {
  readonly #chargers: ReadonlySet<string> | undefined;
  readonly #observations: ReadonlySet<string> | undefined;
  readonly #carries: boolean;
  readonly #events: ReadonlySet<string> | undefined;

  constructor({ chargers, observations, events }: Pick<SubscribeSettings, 'chargers' | 'observations' | 'events'>) {
    this.#chargers = wanted(chargers);
    this.#observations = wanted(observations);
    this.#carries = observations.length > 0;
    this.#events = wanted(events);
  }

  /** By id, serial or name; a name that several chargers have means all of these. */
  charger(charger: KnownCharger): boolean {
    return this.#chargers === undefined || keysOf(charger).some((key) => this.#chargers?.has(key));
  }

  /** By id or by name. */
  observation({ id, name }: Pick<Observation, 'id' | 'name'>): boolean {
    return (
      this.#observations === undefined ||
      this.#observations.has(String(id)) ||
      this.#observations.has(name.toLowerCase())
    );
  }

  /** The names of the observations that a snapshot should hold; undefined when the settings name none. */
  named(observations: () => readonly Observation[]): Set<string> | undefined {
    if (!this.#carries) return undefined;
    return new Set(observations().flatMap((observation) => (this.observation(observation) ? [observation.name] : [])));
  }

  event(name: string): boolean {
    return this.#events === undefined || this.#events.has(name);
  }

  /** The wanted chargers that are not among these, each with the names that may have been meant. */
  missing(chargers: readonly KnownCharger[]): string[] {
    const known = new Set(chargers.flatMap(keysOf));
    const names = chargers.map(({ name, deviceId, id }) => name ?? deviceId ?? id);
    return [...(this.#chargers ?? [])]
      .filter((key) => !known.has(key))
      .map((key) => (names.length === 0 ? key : phrase`${key} (the nearest: ${nearestNames(key, names).join(', ')})`));
  }
}

function wanted(list: readonly string[]): Set<string> | undefined {
  const keys = new Set(list.map((entry) => entry.trim().toLowerCase()));
  return keys.size === 0 || keys.has(EVERYTHING) ? undefined : keys;
}

function keysOf({ id, deviceId, name }: KnownCharger): string[] {
  return [id, deviceId, name].flatMap((key) => (key ? [key.trim().toLowerCase()] : []));
}

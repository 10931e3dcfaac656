import type { OperationMode } from '../zaptec/device';
import type { ObservationValue } from '../zaptec/observations';
import type { Snapshot } from './snapshot';
import { ModeTimeline, type ModePeriod, type Transition } from './mode-timeline';
import type { Change, Store } from './store';
import { ValueTimeline } from './value-timeline';
import { stopsCharging } from '../zaptec/warnings';
import { OBSERVATION } from '../zaptec/observation-ids';
import { clock } from '../time/clock';

/**
 * What happens to a charger.
 *
 * | event                       | told when                                                                         |
 * | --------------------------- | --------------------------------------------------------------------------------- |
 * | `plugged-in`, `unplugged`   | 710 leaves or becomes 1.                                                          |
 * | `waiting-for-authorisation` | 710 becomes 2 where 120 is 1, and neither session nor user came within 5 s.       |
 * | `charging-started`          | 710 becomes 3 for the first time since the car was plugged in.                    |
 * | `charging-resumed`          | 710 becomes 3 again.                                                              |
 * | `charging-paused`           | 710 becomes 5 with 718, 718 becomes 1 while it is 5, or 710 falls from 3 to 2.    |
 * | `car-full`                  | 710 becomes 5 and 718 is 0 after 5 s.                                             |
 * | `offline`, `online`         | -2 changes.                                                                       |
 * | `fault`, `fault-cleared`    | The first warning that stops charging comes, the last one goes (804).             |
 */
type EventName =
  Transition | 'waiting-for-authorisation' | 'car-full' | 'offline' | 'online' | 'fault' | 'fault-cleared';

export interface ChargerEvent {
  event: EventName;
  chargerId: string;
  /** When it happened, ISO 8601 with `Z`. */
  time: string;
  /** What is known when it is told. */
  snapshot: Snapshot;
}

/**
 * Observations of one moment are separate messages in no fixed order (`zaptec-api.md` 8.2), so what depends on two of
 * them is decided that long after. Guess, in ms.
 */
const SETTLING_MS = 5_000;

/** Those of which it matters what they were at a moment. */
const TRACKED = [
  OBSERVATION.AuthenticationRequired,
  OBSERVATION.FinalStopActive,
  OBSERVATION.SessionIdentifier,
  OBSERVATION.ChargerCurrentUserUuid,
];
const TELLING: ReadonlySet<number> = new Set([
  OBSERVATION.IsOnline,
  OBSERVATION.Warnings,
  OBSERVATION.ChargerOperationMode,
  ...TRACKED,
]);

interface Watched {
  chargerId: string;
  stays: ModeTimeline;
  tracks: Map<number, ValueTimeline<boolean>>;
}

/** An event before it is told. */
type Found = [event: EventName, at: number];

/**
 * Turns changes into events. What is known first is none. Every event follows from the times at which things were
 * measured, so the order in which they become known does not matter.
 */
export class EventDetector {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #watched = new Map<string, Watched>();
  readonly #unsettled = new Map<ModePeriod, Watched>();

  constructor(store: Store, now: () => number = () => clock.now()) {
    this.#store = store;
    this.#now = now;
  }

  onChange(change: Change): ChargerEvent[] {
    return [...this.settle(), ...this.#told(change.charger.id, this.#find(change))];
  }

  /** When `settle` has something to decide next, in ms; a timer then makes the events come without another change. */
  get settlesAt(): number | undefined {
    const [first] = this.#unsettled.keys();
    return first && this.#dueAt(first);
  }

  /** The events that wanted a moment of patience. */
  settle(): ChargerEvent[] {
    const events: ChargerEvent[] = [];
    for (const [stay, watched] of this.#unsettled) {
      if (this.#now() < this.#dueAt(stay)) break;
      this.#unsettled.delete(stay);
      stay.settled = true;
      events.push(...this.#told(watched.chargerId, this.#settled(watched, stay)));
    }
    return events;
  }

  #dueAt(stay: ModePeriod): number {
    return stay.seenAt + SETTLING_MS;
  }

  #find(change: Change): Found[] {
    const { id, value } = change.observation;
    // Most values are of no concern here.
    if (!TELLING.has(id)) return [];
    const before = change.previous?.value;
    const at = timeOf(change);
    if (id === OBSERVATION.IsOnline) return turned(before, value) ? [[value === true ? 'online' : 'offline', at]] : [];
    if (id === OBSERVATION.Warnings) return warned(before, value).map((event): Found => [event, at]);
    if (id === OBSERVATION.ChargerOperationMode) return this.#moved(change, at);
    this.#track(change, at);
    return id === OBSERVATION.FinalStopActive && value === true ? this.#stopped(this.#watch(change.charger.id)) : [];
  }

  #moved(change: Change, at: number): Found[] {
    const mode = change.observation.value as OperationMode | undefined;
    const before = change.previous?.value as OperationMode | undefined;
    if (mode === undefined || mode === 'unknown') return [];
    const watched = this.#watch(change.charger.id);
    const { stays } = watched;
    if (stays.empty) stays.begin(known(before) ?? mode, Date.parse(change.previous?.time ?? '') || at);
    const found = stays.next(mode, at, change.receivedAt).map((event): Found => [event, at]);
    const stay = stays.all.at(-1);
    if (stay?.settled === false) this.#unsettled.set(stay, watched);
    return mode === 'finished' ? [...found, ...this.#stopped(watched)] : found;
  }

  #track(change: Change, at: number): void {
    const { tracks } = this.#watch(change.charger.id);
    const { id, value } = change.observation;
    const track = tracks.get(id) ?? new ValueTimeline<boolean>();
    tracks.set(id, track);
    const { previous } = change;
    if (track.empty && previous) track.push(Date.parse(previous.time ?? '') || 0, isThere(previous.value));
    track.push(at, isThere(value));
  }

  /** Pauses that show at once: 718 came about when the mode did, or while a charger was full. */
  #stopped(watched: Watched): Found[] {
    return watched.stays.all.flatMap((stay): Found[] => {
      if (stay.mode !== 'finished' || stay.paused) return [];
      const at = watched.tracks.get(OBSERVATION.FinalStopActive)?.firstAfter(true, stay.from - SETTLING_MS, stay.until);
      if (at === undefined || (!stay.settled && at > stay.from + SETTLING_MS)) return [];
      stay.paused = true;
      return [['charging-paused', Math.max(at, stay.from)]];
    });
  }

  #settled(watched: Watched, stay: ModePeriod): Found[] {
    if (stay.paused) return [];
    const after = stay.from + SETTLING_MS;
    const brief = stay.until < after;
    const was = (id: number) => this.#was(watched, id, after);
    if (stay.mode === 'requesting') {
      const waits =
        !brief &&
        was(OBSERVATION.AuthenticationRequired) === true &&
        was(OBSERVATION.SessionIdentifier) !== true &&
        was(OBSERVATION.ChargerCurrentUserUuid) !== true;
      return waits ? [['waiting-for-authorisation', stay.from]] : [];
    }
    if (!brief && this.#was(watched, OBSERVATION.FinalStopActive, stay.from) === false) {
      return [['car-full', stay.from], ...this.#stopped(watched)];
    }
    if (brief) return [];
    // Without 718 nobody knows why; what is certain is told.
    stay.paused = true;
    return [['charging-paused', stay.from]];
  }

  #was({ chargerId, tracks }: Watched, id: number, time: number): boolean | undefined {
    const track = tracks.get(id);
    if (track) return track.at(time);
    const observation = this.#store.observation(chargerId, id);
    return observation && isThere(observation.value);
  }

  #watch(chargerId: string): Watched {
    const watched = this.#watched.get(chargerId) ?? { chargerId, stays: new ModeTimeline(), tracks: new Map() };
    this.#watched.set(chargerId, watched);
    return watched;
  }

  #told(chargerId: string, found: readonly Found[]): ChargerEvent[] {
    return found.flatMap(([event, at]) => {
      const snapshot = this.#store.view(chargerId)?.snapshot;
      return snapshot ? [{ event, chargerId, time: new Date(at).toISOString(), snapshot }] : [];
    });
  }
}

function timeOf({ observation, receivedAt }: Change): number {
  return observation.time === undefined ? receivedAt : Date.parse(observation.time);
}

function known(mode: OperationMode | undefined): OperationMode | undefined {
  return mode === 'unknown' ? undefined : mode;
}

function turned(before: ObservationValue | undefined, after: ObservationValue | undefined): boolean {
  return typeof before === 'boolean' && typeof after === 'boolean' && before !== after;
}

function warned(before: ObservationValue | undefined, after: ObservationValue | undefined): EventName[] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const [was, is] = [before.some(stopsCharging), after.some(stopsCharging)];
  if (was === is) return [];
  return [is ? 'fault' : 'fault-cleared'];
}

/** A flag that is set, or an id that is not empty. */
function isThere(value: ObservationValue | undefined): boolean {
  return value !== undefined && value !== false;
}

import { clock, type TimeSource } from '../time/clock';
import { familyOf, type OperationMode } from '../zaptec/device';
import type { ObservationValue } from '../zaptec/observations';
import type { Snapshot } from './snapshot';
import { ModeTimeline, type ModePeriod, type Transition } from './mode-timeline';
import type { Change, Store } from './store';
import { ValueTimeline } from './value-timeline';
import { stopsCharging, warningBit } from '../zaptec/warnings';
import { OBSERVATION } from '../zaptec/observation-ids';

/**
 * What happens to a charger.
 *
 * | event                       | when                                                                              |
 * | --------------------------- | --------------------------------------------------------------------------------- |
 * | `plugged-in`, `unplugged`   | 710 leaves or becomes 1.                                                          |
 * | `waiting-for-authorisation` | 710 becomes 2 where 120 is 1, and neither session nor user came within 5 s.       |
 * | `charging-started`          | 710 becomes 3 for the first time since the car was plugged in.                    |
 * | `charging-resumed`          | 710 becomes 3 again.                                                              |
 * | `charging-paused`           | 710 becomes 5 with 718, 718 becomes 1 while it is 5, or 710 falls from 3 to 2.    |
 * | `car-full`                  | 710 becomes 5 and 718 is 0 after 5 s.                                             |
 * | `offline`, `online`         | -2 changes.                                                                       |
 * | `fault`, `fault-cleared`    | The first warning that stops charging comes, the last one goes (804).             |
 *
 * A read that shows another session of a connected car than before stands for a car that was swapped: `unplugged`,
 * `plugged-in` and, if it charges, `charging-started`.
 */
type EventName =
  Transition | 'waiting-for-authorisation' | 'car-full' | 'offline' | 'online' | 'fault' | 'fault-cleared';

export interface ChargerEvent {
  event: EventName;
  chargerId: string;
  /** When it happened, ISO 8601 with `Z`. */
  time: string;
  /** What is known when the event is reported. */
  snapshot: Snapshot;
  /** Of `fault` those that stop charging now, of `fault-cleared` those that did. */
  warnings?: EventWarning[];
}

/** A warning by Zaptec's name, and its bit in the mask of observation 804. */
interface EventWarning {
  name: string;
  bit?: number;
}

/**
 * Observations of one moment are separate messages in no fixed order (docs/zaptec-api.md, "Session tracking"), so what
 * depends on two of them is decided that long after. Guess, in ms.
 */
const SETTLING_MS = 5_000;

/** Observations whose value at a moment matters. */
const TRACKED = [
  OBSERVATION.AuthenticationRequired,
  OBSERVATION.FinalStopActive,
  OBSERVATION.SessionIdentifier,
  OBSERVATION.ChargerCurrentUserUuid,
];
const RELEVANT: ReadonlySet<number> = new Set([
  OBSERVATION.IsOnline,
  OBSERVATION.Warnings,
  OBSERVATION.ChargerOperationMode,
  ...TRACKED,
]);

interface ChargerHistory {
  chargerId: string;
  modes: ModeTimeline;
  /** By observation, whether it was set. */
  flags: Map<number, ValueTimeline<boolean>>;
}

/** An event without what is known of the charger. */
type Found = [event: EventName, at: number, warnings?: EventWarning[]];

/**
 * Turns changes into events. What is known first is none. Every event follows from the times at which things were
 * measured, so the order in which they become known does not matter.
 */
export class EventDetector {
  readonly #store: Store;
  readonly #time: TimeSource;
  readonly #histories = new Map<string, ChargerHistory>();
  /** Chargers whose car had charged before the restart. */
  readonly #chargedBefore = new Set<string>();
  /** Periods about which nothing is decided yet, in the order in which they became known. */
  readonly #undecided = new Map<ModePeriod, ChargerHistory>();

  constructor(store: Store, time: TimeSource = clock) {
    this.#store = store;
    this.#time = time;
  }

  onChange(change: Change): ChargerEvent[] {
    return [...this.settle(), ...this.#eventsOf(change.charger.id, this.#find(change))];
  }

  /**
   * Events of a car that was swapped while nobody watched, which no single change shows. To be called with all changes
   * of a read, before `onChange` with each of them.
   */
  onRead(changes: readonly Change[]): ChargerEvent[] {
    const of = (id: number) => changes.find(({ observation }) => observation.id === id);
    const [session, mode] = [of(OBSERVATION.SessionIdentifier), of(OBSERVATION.ChargerOperationMode)];
    const previous = session?.previous;
    if (!session?.changed || !previous || !isSet(previous.value)) return [];
    const chargerId = session.charger.id;
    const now = this.#store.observation(chargerId, OBSERVATION.ChargerOperationMode)?.value as
      OperationMode | undefined;
    const before = mode ? (mode.previous?.value as OperationMode | undefined) : now;
    if (!isConnected(before) || !isConnected(now)) return [];
    // Without a new session the car may be the same, if its mode is.
    if (!isSet(session.observation.value) && before === now) return [];
    const history = this.#historyOf(chargerId);
    const startedAt = Date.parse(previous.time ?? '');
    if (history.modes.all.some((period) => period.mode === 'disconnected' && period.from >= startedAt)) return [];
    const at = this.#timeOf(mode ?? session);
    const found = history.modes.swap(now, at, this.#time.steady()).map((event): Found => [event, at]);
    this.#chargedBefore.delete(chargerId);
    const period = history.modes.all.at(-1);
    if (period?.settled === false) this.#undecided.set(period, history);
    return this.#eventsOf(chargerId, found);
  }

  /** The chargers whose connected car has charged, to be kept over a restart. */
  dump(): unknown {
    const charged = [...this.#histories.values()].filter(({ modes }) => modes.all.at(-1)?.charged === true);
    const unseen = [...this.#chargedBefore].filter((id) => !this.#histories.get(id)?.modes.all.length);
    return [...new Set([...charged.map(({ chargerId }) => chargerId), ...unseen])];
  }

  /** Takes what `dump` gave, and passes over whatever else it holds. */
  restore(dumped: unknown): void {
    for (const id of Array.isArray(dumped) ? (dumped as unknown[]) : []) {
      if (typeof id === 'string') this.#chargedBefore.add(id);
    }
  }

  /** In how many ms `settle` has something to decide; a timer then makes the events come without another change. */
  get settlesInMs(): number | undefined {
    const [first] = this.#undecided.keys();
    return first && first.seenAt + SETTLING_MS - this.#time.steady();
  }

  /** The events that had to wait for messages of the same moment. */
  settle(): ChargerEvent[] {
    const events: ChargerEvent[] = [];
    for (const [period, history] of this.#undecided) {
      if (this.#time.steady() < period.seenAt + SETTLING_MS) break;
      this.#undecided.delete(period);
      period.settled = true;
      events.push(...this.#eventsOf(history.chargerId, this.#decide(history, period)));
    }
    return events;
  }

  #find(change: Change): Found[] {
    const { id, value } = change.observation;
    if (!RELEVANT.has(id)) return [];
    const before = change.previous?.value;
    const at = this.#timeOf(change);
    if (id === OBSERVATION.IsOnline)
      return hasFlipped(before, value) ? [[value === true ? 'online' : 'offline', at]] : [];
    if (id === OBSERVATION.Warnings) return faultEvent(change, at);
    if (id === OBSERVATION.ChargerOperationMode) return this.#onMode(change, at);
    this.#onFlag(change, at);
    return id === OBSERVATION.FinalStopActive && value === true
      ? this.#pausedAtOnce(this.#historyOf(change.charger.id))
      : [];
  }

  #onMode(change: Change, at: number): Found[] {
    const mode = change.observation.value as OperationMode | undefined;
    const before = change.previous?.value as OperationMode | undefined;
    if (mode === undefined || mode === 'unknown') return [];
    const history = this.#historyOf(change.charger.id);
    const { modes } = history;
    if (modes.empty) modes.begin(known(before) ?? mode, Date.parse(change.previous?.time ?? '') || at);
    if (mode === 'charging' && modes.startsConnected && this.#hasCharged(change.charger.id, at)) modes.markCharged();
    if (mode === 'disconnected') this.#chargedBefore.delete(change.charger.id);
    const found = modes.next(mode, at, this.#time.steady()).map((event): Found => [event, at]);
    const period = modes.all.at(-1);
    if (period?.settled === false) this.#undecided.set(period, history);
    return mode === 'finished' ? [...found, ...this.#pausedAtOnce(history)] : found;
  }

  /** Whether the car that was connected at the start had charged before then: by what was kept, or by its energy. */
  #hasCharged(chargerId: string, at: number): boolean {
    if (this.#chargedBefore.has(chargerId)) return true;
    const energy = this.#store.observation(chargerId, OBSERVATION.TotalChargePowerSession);
    const session = this.#store.observation(chargerId, OBSERVATION.SessionIdentifier);
    if (typeof energy?.value !== 'number' || energy.value <= 0 || !session || !isSet(session.value)) return false;
    const measuredAt = Date.parse(energy.time ?? '');
    return measuredAt < at && measuredAt >= Date.parse(session.time ?? '');
  }

  #onFlag(change: Change, at: number): void {
    const { flags } = this.#historyOf(change.charger.id);
    const { id, value } = change.observation;
    const timeline = flags.get(id) ?? new ValueTimeline<boolean>();
    flags.set(id, timeline);
    const { previous } = change;
    if (timeline.empty && previous) timeline.push(Date.parse(previous.time ?? '') || 0, isSet(previous.value));
    timeline.push(at, isSet(value));
  }

  /** Pauses that are certain at once: 718 became 1 when the mode changed, or while the car was full. */
  #pausedAtOnce({ modes, flags }: ChargerHistory): Found[] {
    return modes.all.flatMap((period): Found[] => {
      if (period.mode !== 'finished' || period.paused) return [];
      const { from, until } = period;
      const at = flags.get(OBSERVATION.FinalStopActive)?.firstAfter(true, from - SETTLING_MS, until);
      if (at === undefined || (!period.settled && at > from + SETTLING_MS)) return [];
      period.paused = true;
      return [['charging-paused', Math.max(at, from)]];
    });
  }

  #decide(history: ChargerHistory, period: ModePeriod): Found[] {
    if (period.paused) return [];
    const after = period.from + SETTLING_MS;
    const brief = period.until < after;
    const was = (id: number) => this.#was(history, id, after);
    if (period.mode === 'requesting') {
      const waits =
        !brief &&
        was(OBSERVATION.AuthenticationRequired) === true &&
        was(OBSERVATION.SessionIdentifier) !== true &&
        was(OBSERVATION.ChargerCurrentUserUuid) !== true;
      return waits ? [['waiting-for-authorisation', period.from]] : [];
    }
    if (brief) return [];
    if (this.#was(history, OBSERVATION.FinalStopActive, period.from) === false) {
      return [['car-full', period.from], ...this.#pausedAtOnce(history)];
    }
    // Without 718 the reason is not known; the pause is certain.
    period.paused = true;
    return [['charging-paused', period.from]];
  }

  #was({ chargerId, flags }: ChargerHistory, id: number, time: number): boolean | undefined {
    const timeline = flags.get(id);
    if (timeline) return timeline.at(time);
    const observation = this.#store.observation(chargerId, id);
    return observation && isSet(observation.value);
  }

  #historyOf(chargerId: string): ChargerHistory {
    const history = this.#histories.get(chargerId) ?? { chargerId, modes: new ModeTimeline(), flags: new Map() };
    this.#histories.set(chargerId, history);
    return history;
  }

  /** When it was measured, by the cloud's time; where the cloud gives none, when it came. */
  #timeOf({ observation, receivedAt }: Change): number {
    return observation.time === undefined ? this.#time.cloud(receivedAt) : Date.parse(observation.time);
  }

  #eventsOf(chargerId: string, found: readonly Found[]): ChargerEvent[] {
    return found.flatMap(([event, at, warnings]) => {
      const snapshot = this.#store.view(chargerId)?.snapshot;
      if (!snapshot) return [];
      return [{ event, chargerId, time: new Date(at).toISOString(), snapshot, ...(warnings ? { warnings } : {}) }];
    });
  }
}

function known(mode: OperationMode | undefined): OperationMode | undefined {
  return mode === 'unknown' ? undefined : mode;
}

function hasFlipped(before: ObservationValue | undefined, after: ObservationValue | undefined): boolean {
  return typeof before === 'boolean' && typeof after === 'boolean' && before !== after;
}

function faultEvent({ charger, observation, previous }: Change, at: number): Found[] {
  const [before, after] = [previous?.value, observation.value];
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const [was, is] = [before.filter(stopsCharging), after.filter(stopsCharging)];
  if (was.length > 0 === is.length > 0) return [];
  const family = familyOf(charger.deviceType, charger.deviceId);
  const described = (is.length > 0 ? is : was).map((name) => {
    const bit = warningBit(name, family);
    return bit === undefined ? { name } : { name, bit };
  });
  return [[is.length > 0 ? 'fault' : 'fault-cleared', at, described]];
}

function isConnected(mode: OperationMode | undefined): mode is OperationMode {
  return mode === 'requesting' || mode === 'charging' || mode === 'finished';
}

/** A flag that is set, or an id that is not empty. */
function isSet(value: ObservationValue | undefined): boolean {
  return value !== undefined && value !== false;
}

import { inOrder, knownAt } from './archived';
import { ChargerLedger, type OpenSession } from './charger-ledger';
import { familyOf } from '../zaptec/device';
import { readObservation, type Observation, type RawObservation } from '../zaptec/observations';
import { fromArchived, fromCompleted, fromStart, type SessionRecord } from './session-record';
import type { Change, ReadingSource, Store } from './store';
import { isObject } from '../zaptec/json';
import { OBSERVATION } from '../zaptec/observation-ids';
import { clock } from '../time/clock';

export type { SessionRecord } from './session-record';

export interface LedgerEntry {
  kind: 'session-started' | 'session-finished';
  session: SessionRecord;
}

/** A session whose end the messages left out. */
export interface MissingFinish {
  chargerId: string;
  sessionId: string;
  /** When it began as far as known here, and since when it is over, ms. */
  startedAt: number;
  since: number;
}

const TELLING: ReadonlySet<number> = new Set([
  OBSERVATION.IsOnline,
  OBSERVATION.ChargerOperationMode,
  OBSERVATION.SessionIdentifier,
  OBSERVATION.ChargerCurrentUserUuid,
  OBSERVATION.CompletedSession,
]);

/** The record of a session that is over for all other signs comes by itself within that time, ms. */
const PATIENCE_MS = 2 * 60_000;
/** guess: messages of one moment carry times that differ by less than this, ms. */
const MOMENT_MS = 5_000;

/** What a message tells, whether or not the store could use it. */
interface Told {
  chargerId: string;
  observation: Observation;
  source: ReadingSource;
  receivedAt: number;
  /** The store knew no value of it before. */
  first: boolean;
}

/**
 * Sessions, each begun and finished exactly once, from the messages alone (`zaptec-api.md` 8.2).
 *
 * A session begins with a new id in 721 and is finished when 723 brings its record, however late and in whatever order.
 * When 721 is cleared or taken by another session, or 710 becomes 1, and no record comes, `missing` names it, and
 * `found` takes the record from the history. The last 723 stays in `/state`, so one that is known first from there is
 * told only if its session was open here before.
 */
export class Ledger {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #chargers = new Map<string, ChargerLedger>();

  constructor(store: Store, now: () => number = () => clock.now()) {
    this.#store = store;
    this.#now = now;
  }

  onChange(change: Change): LedgerEntry[] {
    const { charger, observation, source, receivedAt, changed } = change;
    // Told again it says nothing new, except that the same user charges again.
    if (!TELLING.has(observation.id) || (!changed && observation.id !== OBSERVATION.ChargerCurrentUserUuid)) return [];
    const first = change.previous === undefined;
    return this.#take({ chargerId: charger.id, observation, source, receivedAt, first });
  }

  /** A message that the store refused, because a newer value of it is known: records of several sessions may overtake. */
  onLate(raw: RawObservation): LedgerEntry[] {
    if (raw.stateId !== OBSERVATION.SessionIdentifier && raw.stateId !== OBSERVATION.CompletedSession) return [];
    const { deviceType, deviceId } = this.#store.charger(raw.chargerId) ?? {};
    const observation = readObservation(raw, familyOf(deviceType, deviceId));
    if (raw.stateId === OBSERVATION.SessionIdentifier) return this.#beganBefore(raw.chargerId, observation);
    return this.#take({ chargerId: raw.chargerId, observation, source: 'push', receivedAt: this.#now(), first: false });
  }

  /** Sessions that have been over for two minutes without a record. Named again until found, at most for 14 days. */
  missing(now: number = this.#now()): MissingFinish[] {
    return [...this.#chargers].flatMap(([chargerId, ledger]) =>
      ledger.overdue(now, PATIENCE_MS).map(({ id, seenAt, overSince = now }) => ({
        chargerId,
        sessionId: id,
        startedAt: seenAt,
        since: overSince,
      })),
    );
  }

  /**
   * Takes entries of the archived history (`zaptec-api.md` 2.17). Told are sessions that were open here, and those of
   * which no message ever came if they became known to the cloud at or after `since`, in ms: what is older is history.
   * One that was replaced is told as the session that stands for it, if that one is among the entries.
   */
  found(archived: readonly unknown[], since = Infinity): LedgerEntry[] {
    const entries = inOrder(archived);
    return entries.flatMap((entry) => {
      const chargerId = entry['chargerId'];
      if (typeof chargerId !== 'string') return [];
      const charger = this.#store.charger(chargerId) ?? { id: chargerId };
      const session = fromArchived(entry, charger);
      if (!session) return [];
      const open = this.#chargers.get(chargerId)?.open.get(session.id);
      if (!open) return this.#notOpen(chargerId, session, knownAt(entry), since);
      const replacement = fromArchived(
        entries.find(({ id }) => id === session.replacedBy),
        charger,
      );
      if (replacement === undefined) return this.#finish(chargerId, session, open);
      this.#of(chargerId).finish(session.id, this.#now());
      return this.#finish(chargerId, replacement, open);
    });
  }

  dump(): unknown {
    return { schema: 1, chargers: Object.fromEntries([...this.#chargers].map(([id, ledger]) => [id, ledger.dump()])) };
  }

  /** Takes what `dump` gave; anything strange in it is passed over. */
  restore(dumped: unknown): void {
    const chargers: unknown = isObject(dumped) && dumped['schema'] === 1 ? dumped['chargers'] : undefined;
    if (!isObject(chargers)) return;
    for (const [id, ledger] of Object.entries(chargers)) if (isObject(ledger)) this.#of(id).restore(ledger);
  }

  #of(chargerId: string): ChargerLedger {
    const ledger = this.#chargers.get(chargerId) ?? new ChargerLedger(this.#now());
    this.#chargers.set(chargerId, ledger);
    return ledger;
  }

  #take(told: Told): LedgerEntry[] {
    const { value } = told.observation;
    switch (told.observation.id) {
      case OBSERVATION.SessionIdentifier:
        return this.#session(told);
      case OBSERVATION.ChargerCurrentUserUuid:
        this.#user(told);
        return [];
      case OBSERVATION.ChargerOperationMode:
        if (value === 'disconnected') this.#of(told.chargerId).end(told.receivedAt);
        return [];
      case OBSERVATION.IsOnline:
        if (typeof value === 'boolean')
          this.#of(told.chargerId).wentOnline(value, timeOf(told.observation, told.receivedAt));
        return [];
      case OBSERVATION.CompletedSession:
        return this.#completed(told);
      default:
        return [];
    }
  }

  #session(told: Told): LedgerEntry[] {
    const { chargerId, observation, receivedAt, first, source } = told;
    const ledger = this.#of(chargerId);
    const id = typeof observation.value === 'string' ? observation.value : undefined;
    if (ledger.running?.id === id) return [];
    ledger.end(receivedAt);
    if (id === undefined || ledger.isFinished(id)) return [];
    const known = ledger.open.get(id);
    if (known) {
      delete known.overSince;
      return [];
    }
    const session = ledger.begin(id, receivedAt);
    const at = timeOf(observation, receivedAt);
    const userId = this.#userSince(chargerId, at);
    if (userId !== undefined) session.userId = userId;
    // It ran before anybody looked.
    if (first && source === 'rest' && !ledger.restored) return [];
    return [this.#started(chargerId, id, at, userId)];
  }

  /** A session of which only now is told that it began, while a later one is known. */
  #beganBefore(chargerId: string, observation: Observation): LedgerEntry[] {
    const ledger = this.#of(chargerId);
    const id = typeof observation.value === 'string' ? observation.value : undefined;
    if (id === undefined || ledger.isFinished(id) || ledger.open.has(id)) return [];
    const now = this.#now();
    ledger.begin(id, now).overSince = now;
    return [this.#started(chargerId, id, timeOf(observation, now), undefined)];
  }

  #started(chargerId: string, id: string, at: number, userId: string | undefined): LedgerEntry {
    const charger = this.#store.charger(chargerId) ?? { id: chargerId };
    return { kind: 'session-started', session: fromStart(id, charger, new Date(at).toISOString(), userId) };
  }

  /** Who is named while a session runs is who charges; at its end 722 is cleared. */
  #user({ chargerId, observation }: Told): void {
    const { running } = this.#of(chargerId);
    if (running && typeof observation.value === 'string') running.userId = observation.value;
  }

  /** 722 is a message of its own and may come before 721; an older one belongs to the session before. */
  #userSince(chargerId: string, at: number): string | undefined {
    const user = this.#store.observation(chargerId, OBSERVATION.ChargerCurrentUserUuid);
    if (typeof user?.value !== 'string' || user.time === undefined) return undefined;
    return Date.parse(user.time) >= at - MOMENT_MS ? user.value : undefined;
  }

  #completed({ chargerId, observation, source, receivedAt, first }: Told): LedgerEntry[] {
    const ledger = this.#of(chargerId);
    const session = fromCompleted(observation.value, this.#store.charger(chargerId) ?? { id: chargerId });
    if (!session || ledger.isFinished(session.id)) return [];
    const open = ledger.open.get(session.id);
    const since = ledger.restored ? -Infinity : receivedAt;
    const isNew = session.end !== undefined && Date.parse(session.end) > ledger.knownSince;
    if (first && source === 'rest' && !isNew && (open === undefined || open.seenAt === since)) {
      ledger.finish(session.id, receivedAt);
      return [];
    }
    // 723 does not tell that it is late.
    const offline = session.end !== undefined && ledger.wasAway(Date.parse(session.end));
    return this.#finish(chargerId, offline ? { ...session, offline } : session, open);
  }

  /** A session that is not open here: it was told, or no message of it came, or it is history. */
  #notOpen(chargerId: string, session: SessionRecord, at: number, since: number): LedgerEntry[] {
    const ledger = this.#chargers.get(chargerId);
    if (session.replacedBy !== undefined) {
      // What stands for it has an entry of its own, and was told with it.
      if (ledger?.isFinished(session.id)) ledger.finish(session.replacedBy, this.#now());
      return [];
    }
    if (!(at >= since && at > (ledger?.forgottenUntil ?? -Infinity))) return [];
    return this.#finish(chargerId, session, undefined);
  }

  #finish(chargerId: string, session: SessionRecord, open: OpenSession | undefined): LedgerEntry[] {
    const ledger = this.#of(chargerId);
    if (ledger.isFinished(session.id)) return [];
    ledger.finish(session.id, this.#now());
    const { userId = open?.userId, ...rest } = session;
    return [{ kind: 'session-finished', session: userId === undefined ? rest : { ...rest, userId } }];
  }
}

function timeOf({ time }: Observation, otherwise: number): number {
  return time === undefined ? otherwise : Date.parse(time);
}

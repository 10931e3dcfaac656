import { clock, type TimeSource } from '../time/clock';
import { familyOf } from '../zaptec/device';
import { isObject } from '../zaptec/json';
import { OBSERVATION } from '../zaptec/observation-ids';
import { readObservation, type Observation, type RawObservation } from '../zaptec/observations';
import { ChargerSessions, type OpenSession } from './charger-sessions';
import { fromArchived, fromCompleted, fromStart, inOrder, recognizedAt, type SessionRecord } from './session-record';
import type { Change, ObservationSource, Store } from './store';

export type { SessionRecord } from './session-record';

export interface LedgerEntry {
  kind: 'session-started' | 'session-finished';
  session: SessionRecord;
}

/** A session whose end the messages left out. */
export interface MissingFinish {
  chargerId: string;
  sessionId: string;
  /** When it became known here, and since when it is over, ms of `clock.now()`. */
  startedAt: number;
  since: number;
}

/** The observations that say something of a session. */
const RELEVANT: ReadonlySet<number> = new Set([
  OBSERVATION.IsOnline,
  OBSERVATION.ChargerOperationMode,
  OBSERVATION.SessionIdentifier,
  OBSERVATION.ChargerCurrentUserUuid,
  OBSERVATION.CompletedSession,
]);

/** The record of a session that is over by every other sign comes by itself within that time, ms. */
const PATIENCE_MS = 2 * 60_000;
/** guess: messages of one moment carry times that differ by less than this, ms. */
const MOMENT_MS = 5_000;

/** An observation that says something of a session, whether or not the store could use it. */
interface SessionSign {
  chargerId: string;
  observation: Observation;
  source: ObservationSource;
  /** ms of `clock.now()` */
  receivedAt: number;
  /** The store knew no value of it before. */
  first: boolean;
}

/**
 * Sessions, each begun and finished exactly once, from the messages alone (docs/zaptec-api.md, "Session tracking").
 *
 * A session begins with a new id in 721 and is finished when 723 brings its record, however late and in whatever order.
 * When 721 is cleared or taken by another session, or 710 becomes 1, and no record comes, `missing` names the session,
 * and `addArchived` takes the record from the archive. The last 723 stays in `/state`, so a record that is first known
 * from there is reported only if its session was open here before.
 */
export class Ledger {
  readonly #store: Store;
  readonly #time: TimeSource;
  readonly #chargers = new Map<string, ChargerSessions>();

  constructor(store: Store, time: TimeSource = clock) {
    this.#store = store;
    this.#time = time;
  }

  onChange(change: Change): LedgerEntry[] {
    const { charger, observation, source, receivedAt, changed } = change;
    // The same value once more says nothing new, except that the same user charges again.
    if (!RELEVANT.has(observation.id) || (!changed && observation.id !== OBSERVATION.ChargerCurrentUserUuid)) return [];
    const first = change.previous === undefined;
    return this.#onSign({ chargerId: charger.id, observation, source, receivedAt, first });
  }

  /** A message that the store refused because it knows a newer value: records of several sessions may overtake. */
  onLate(raw: RawObservation): LedgerEntry[] {
    if (raw.stateId !== OBSERVATION.SessionIdentifier && raw.stateId !== OBSERVATION.CompletedSession) return [];
    const charger = this.#store.charger(raw.chargerId);
    // Refused for another reason: it is of nobody.
    if (!charger) return [];
    const { deviceType, deviceId } = charger;
    const observation = readObservation(raw, familyOf(deviceType, deviceId));
    if (raw.stateId === OBSERVATION.SessionIdentifier) return this.#onEarlierStart(raw.chargerId, observation);
    const receivedAt = this.#time.now();
    return this.#onSign({ chargerId: raw.chargerId, observation, source: 'push', receivedAt, first: false });
  }

  /** Who charges at present, as far as it is known. */
  get users(): { chargerId: string; userId: string }[] {
    return [...this.#chargers].flatMap(([chargerId, { running }]) =>
      running?.userId === undefined ? [] : [{ chargerId, userId: running.userId }],
    );
  }

  /** Sessions that have been over for two minutes without a record. Named again until found, at most for 14 days. */
  missing(now: number = this.#time.now()): MissingFinish[] {
    return [...this.#chargers].flatMap(([chargerId, sessions]) =>
      sessions.overdue(now, PATIENCE_MS).map(({ id, seenAt, overSince = now }) => ({
        chargerId,
        sessionId: id,
        startedAt: seenAt,
        since: overSince,
      })),
    );
  }

  /**
   * Takes entries of the archive (docs/zaptec-api.md, "Archived sessions"). Reported are sessions that were open here,
   * and those of which no message ever came if the cloud learned of them at or after `since`, ms of the cloud's time:
   * what is older is history. A session that was replaced is reported as the session that stands for it, if the entries
   * hold that one.
   */
  addArchived(archived: readonly unknown[], since = Infinity): LedgerEntry[] {
    const entries = inOrder(archived);
    return entries.flatMap((entry) => {
      const chargerId = entry['chargerId'];
      if (typeof chargerId !== 'string') return [];
      const charger = this.#store.charger(chargerId) ?? { id: chargerId };
      const session = fromArchived(entry, charger);
      if (!session) return [];
      const open = this.#chargers.get(chargerId)?.open.get(session.id);
      if (!open) return this.#finishUnseen(chargerId, session, recognizedAt(entry), since);
      const replacement = fromArchived(
        entries.find(({ id }) => id === session.replacedBy),
        charger,
      );
      if (replacement === undefined) return this.#finish(chargerId, session, open);
      this.#of(chargerId).finish(session.id, this.#time.now());
      return this.#finish(chargerId, replacement, open);
    });
  }

  /** Plain JSON with wall times, to be kept over a restart. */
  dump(): unknown {
    const chargers = Object.fromEntries([...this.#chargers].map(([id, sessions]) => [id, sessions.dump()]));
    return { schema: 1, chargers };
  }

  /** Takes what `dump` gave, and passes over whatever else it holds. */
  restore(dumped: unknown): void {
    const chargers: unknown = isObject(dumped) && dumped['schema'] === 1 ? dumped['chargers'] : undefined;
    if (!isObject(chargers)) return;
    for (const [id, sessions] of Object.entries(chargers)) if (isObject(sessions)) this.#of(id).restore(sessions);
  }

  #of(chargerId: string): ChargerSessions {
    const sessions = this.#chargers.get(chargerId) ?? new ChargerSessions(this.#time);
    this.#chargers.set(chargerId, sessions);
    return sessions;
  }

  #onSign(sign: SessionSign): LedgerEntry[] {
    const { chargerId, observation, receivedAt } = sign;
    const { value } = observation;
    switch (observation.id) {
      case OBSERVATION.SessionIdentifier:
        return this.#onSessionId(sign);
      case OBSERVATION.ChargerCurrentUserUuid:
        this.#onUser(sign);
        return [];
      case OBSERVATION.ChargerOperationMode:
        if (value === 'disconnected') this.#of(chargerId).end(receivedAt);
        return [];
      case OBSERVATION.IsOnline:
        if (typeof value === 'boolean') this.#of(chargerId).setOnline(value, this.#timeOf(observation, receivedAt));
        return [];
      case OBSERVATION.CompletedSession:
        return this.#onCompleted(sign);
      default:
        return [];
    }
  }

  #onSessionId({ chargerId, observation, receivedAt, first, source }: SessionSign): LedgerEntry[] {
    const sessions = this.#of(chargerId);
    const id = typeof observation.value === 'string' ? observation.value : undefined;
    if (sessions.running?.id === id) return [];
    sessions.end(receivedAt);
    if (id === undefined || sessions.isFinished(id)) return [];
    const known = sessions.open.get(id);
    if (known) {
      delete known.overSince;
      return [];
    }
    const session = sessions.begin(id, receivedAt);
    const at = this.#timeOf(observation, receivedAt);
    const userId = this.#userSince(chargerId, at);
    if (userId !== undefined) session.userId = userId;
    // It ran before anybody listened.
    if (first && source === 'rest' && !sessions.restored) return [];
    return [this.#started(chargerId, id, at, userId)];
  }

  /** A session whose start comes after that of a later one. */
  #onEarlierStart(chargerId: string, observation: Observation): LedgerEntry[] {
    const sessions = this.#of(chargerId);
    const id = typeof observation.value === 'string' ? observation.value : undefined;
    if (id === undefined || sessions.isFinished(id) || sessions.open.has(id)) return [];
    const now = this.#time.now();
    sessions.begin(id, now).overSince = now;
    return [this.#started(chargerId, id, this.#timeOf(observation, now), undefined)];
  }

  #started(chargerId: string, id: string, at: number, userId: string | undefined): LedgerEntry {
    const charger = this.#store.charger(chargerId) ?? { id: chargerId };
    return { kind: 'session-started', session: fromStart(id, charger, new Date(at).toISOString(), userId) };
  }

  /** Who is named while a session runs is who charges; at its end 722 is cleared. */
  #onUser({ chargerId, observation }: SessionSign): void {
    const { running } = this.#of(chargerId);
    if (running && typeof observation.value === 'string') running.userId = observation.value;
  }

  /** 722 is a message of its own and may come before 721; an older one belongs to the session before. */
  #userSince(chargerId: string, at: number): string | undefined {
    const user = this.#store.observation(chargerId, OBSERVATION.ChargerCurrentUserUuid);
    if (typeof user?.value !== 'string' || user.time === undefined) return undefined;
    return Date.parse(user.time) >= at - MOMENT_MS ? user.value : undefined;
  }

  #onCompleted({ chargerId, observation, source, receivedAt, first }: SessionSign): LedgerEntry[] {
    const sessions = this.#of(chargerId);
    const charger = this.#store.charger(chargerId) ?? { id: chargerId };
    const session = fromCompleted(observation.value, charger, source === 'push' ? 'push' : 'state');
    if (!session || sessions.isFinished(session.id)) return [];
    const open = sessions.open.get(session.id);
    const since = sessions.restored ? -Infinity : receivedAt;
    const isNew = session.end !== undefined && Date.parse(session.end) > sessions.knownSince;
    if (first && source === 'rest' && !isNew && (open === undefined || open.seenAt === since)) {
      sessions.finish(session.id, receivedAt);
      return [];
    }
    // 723 does not say that it is late.
    const offline = session.end !== undefined && sessions.wasOffline(Date.parse(session.end));
    return this.#finish(chargerId, offline ? { ...session, offline } : session, open);
  }

  /** A session that is not open here: it was reported, or no message of it came, or it is history. */
  #finishUnseen(chargerId: string, session: SessionRecord, knownAt: number, since: number): LedgerEntry[] {
    const sessions = this.#chargers.get(chargerId);
    if (session.replacedBy !== undefined) {
      // The session that stands for it has an entry of its own, and was reported with it.
      if (sessions?.isFinished(session.id)) sessions.finish(session.replacedBy, this.#time.now());
      return [];
    }
    const { forgottenUntil = -Infinity } = sessions ?? {};
    if (!(knownAt >= since && knownAt > this.#time.cloud(forgottenUntil))) return [];
    return this.#finish(chargerId, session, undefined);
  }

  #finish(chargerId: string, session: SessionRecord, open: OpenSession | undefined): LedgerEntry[] {
    const sessions = this.#of(chargerId);
    if (sessions.isFinished(session.id)) return [];
    sessions.finish(session.id, this.#time.now());
    const { userId = open?.userId, ...rest } = session;
    return [{ kind: 'session-finished', session: userId === undefined ? rest : { ...rest, userId } }];
  }

  /** When it was measured, by the cloud's time; where the cloud gives none, when it came. */
  #timeOf({ time }: Observation, receivedAt: number): number {
    return time === undefined ? this.#time.cloud(receivedAt) : Date.parse(time);
  }
}

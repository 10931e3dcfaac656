import type { Sessions } from '../api/sessions';
import type { SessionsPage } from '../api/sessions-page';
import { isZaptecError, zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { CallOptions } from '../http/cache';
import type { KnownCharger } from '../state/charger-record';
import { fromArchived, type SessionRecord } from '../state/session-record';
import { clock } from '../time/clock';
import { isObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** An installation or a charger. */
export type SessionPlace = { installationId: string } | { chargerId: string };

/** Which finished sessions. */
export interface SessionQuery {
  /** One place or several; a session of two of them comes twice. */
  of: SessionPlace | readonly SessionPlace[];
  /** The sessions that ended then or later; a time that `Date` understands. */
  from: string | Date;
  /** The sessions that ended before. */
  to: string | Date;
  /** Only those of a user. */
  userId?: string;
}

/** Which list of the cloud was read: the old history where the account may not read the archive. */
export type SessionList = 'archive' | 'history';

export interface SessionPage {
  /** Of the archive: the one that ended first first. */
  sessions: SessionRecord[];
  /** Entries of the page that name no session or no charger; such an entry is left out. */
  unusable: number;
  place: SessionPlace;
  source: SessionList;
  /** How many requests and sessions there were so far, this page included. */
  requests: number;
  total: number;
  /** How much of the whole was read by then, from 0 to 1: by the time that has passed in it, so a rough figure. */
  progress: number;
  /** The last one. */
  last: boolean;
}

/** What is known of chargers and installations without a request. */
export interface SessionNames {
  charger(id: string): KnownCharger | undefined;
  installation(id: string): string | undefined;
}

/** A refused archive is not asked for again within this time, in ms. */
const REFUSED_MS = 24 * 3600_000;
/**
 * The old history is filtered by when the cloud closed a session. A session that was closed later than this after its end,
 * in ms, is not found in it: its charger was offline for longer.
 */
const LATE_MS = 31 * 24 * 3600_000;
/** The answers to a call that does not exist any more (docs/zaptec-api.md, "Announced changes"). */
const REMOVED: ReadonlySet<number | undefined> = new Set([403, 404, 405, 410, 501]);

interface Period {
  from: number;
  to: number;
}

/** Reads finished sessions of the cloud as records, page by page, so that memory does not grow with the time. */
export class SessionReader {
  readonly #sessions: Sessions;
  readonly #names: SessionNames;
  /** By place, when its archive was refused, ms of `clock.steady()`. */
  readonly #refusedAt = new Map<string, number>();

  constructor(sessions: Sessions, names: SessionNames) {
    this.#sessions = sessions;
    this.#names = names;
  }

  /**
   * The sessions that ended in a time, one page of at most 100 after the other: one request for each. Voided, aborted and
   * replaced ones are among them. The archive is read where the account may; else the old history, and `source` says so.
   * The next page is not requested before it is asked for; `options.signal`, `break` or `return()` ends the reading.
   * @throws ZaptecError `ID_INVALID`, `INPUT_INVALID`, `ABORTED`, `TOO_SOON`, `HTTP_403` where neither list may be read …
   */
  async *pages(query: SessionQuery, options: CallOptions = {}): AsyncGenerator<SessionPage, void, undefined> {
    const period = periodOf(query);
    const places = 'length' in query.of ? query.of : [query.of];
    let [requests, total] = [0, 0];
    for (const [index, place] of places.entries()) {
      for await (const page of this.#place(place, period, query.userId, options)) {
        requests += page.requests;
        total += page.sessions.length;
        const progress = (index + page.progress) / places.length;
        yield { ...page, place, requests, total, progress, last: page.last && index === places.length - 1 };
      }
    }
  }

  async *#place(place: SessionPlace, period: Period, userId: string | undefined, options: CallOptions) {
    const key = JSON.stringify(place).toLowerCase();
    const refused = this.#refusedAt.get(key);
    if (refused !== undefined && clock.steady() - refused < REFUSED_MS) {
      yield* this.#history(place, period, userId, options);
      return;
    }
    const pages = this.#archive(place, period, userId, options);
    const first = await unlessRefused(pages.next());
    if (!isZaptecError(first)) {
      this.#refusedAt.delete(key);
      if (first.done) return;
      yield first.value;
      yield* pages;
      return;
    }
    let hasHistory = false;
    try {
      for await (const page of this.#history(place, period, userId, options)) {
        // The request that was refused counts.
        yield hasHistory ? page : { ...page, requests: page.requests + first.cause.attempts };
        hasHistory = true;
        this.#refusedAt.set(key, clock.steady());
      }
    } catch (error) {
      throw !hasHistory && isZaptecError(error) && REMOVED.has(error.cause.status) ? closed(first) : error;
    }
  }

  async *#archive(place: SessionPlace, { from, to }: Period, userId: string | undefined, options: CallOptions) {
    const query = { ...place, from: new Date(from), to: new Date(to) };
    const until = Math.min(to, clock.cloud());
    for await (const page of this.#sessions.archivePages(query, options)) {
      const { sessions, unusable } = this.#records(page, place, 'archive');
      const end = Date.parse(sessions.at(-1)?.end ?? '');
      const progress = page.isLast ? 1 : Number.isNaN(end) ? 0 : share(end - from, until - from);
      yield {
        sessions: sessions.filter((session) => isOf(session, userId)),
        unusable,
        source: 'archive' as const,
        requests: page.requests,
        progress,
        last: page.isLast,
      };
    }
  }

  async *#history(place: SessionPlace, { from, to }: Period, userId: string | undefined, options: CallOptions) {
    const by = userId === undefined ? {} : { userId };
    const query = { ...place, ...by, from: new Date(from), to: new Date(to + LATE_MS) };
    let read = 0;
    for await (const page of this.#sessions.historyPages(query, options)) {
      const { sessions, unusable } = this.#records(page, place, 'history');
      read += 1;
      const isWithin = ({ end }: SessionRecord) =>
        end === undefined || (Date.parse(end) >= from && Date.parse(end) < to);
      yield {
        sessions: sessions.filter((session) => isWithin(session) && isOf(session, userId)),
        unusable,
        source: 'history' as const,
        requests: page.requests,
        progress: page.isLast ? 1 : share(read, page.pages ?? 0),
        last: page.isLast,
      };
    }
  }

  #records({ entries }: SessionsPage, place: SessionPlace, source: SessionList) {
    const sessions = entries.flatMap((entry) => this.#record(entry, place, source) ?? []);
    return { sessions, unusable: entries.length - sessions.length };
  }

  #record(entry: unknown, place: SessionPlace, source: SessionList): SessionRecord | undefined {
    const named = isObject(entry) && typeof entry['chargerId'] === 'string' ? entry['chargerId'] : undefined;
    const id = (named ?? ('chargerId' in place ? place.chargerId : undefined))?.toLowerCase();
    if (id === undefined) return undefined;
    const charger = this.#names.charger(id) ?? { id };
    const record = fromArchived(entry, charger, source);
    if (!record) return undefined;
    const { installationId = 'installationId' in place ? place.installationId.toLowerCase() : undefined } = record;
    if (installationId === undefined) return record;
    const { installationName = this.#names.installation(installationId) } = record;
    return { ...record, installationId, ...(installationName === undefined ? {} : { installationName }) };
  }
}

/** The result, or the error of an archive that the account may not read. */
async function unlessRefused<T>(reading: Promise<T>): Promise<T | ZaptecError> {
  try {
    return await reading;
  } catch (error) {
    if (isZaptecError(error) && error.cause.status === 403) return error;
    throw error;
  }
}

function closed(refusal: ZaptecError): ZaptecError {
  return zaptecError(refusal.code, 'This account may read neither the archive of sessions nor the old charge history', {
    status: 403,
    attempts: refusal.cause.attempts,
    remedy:
      'Ask the owner of the installation for the owner role in the Zaptec portal: only an owner may read the archive, and Zaptec removes the old history on 2027-01-01',
  });
}

/** @throws ZaptecError `INPUT_INVALID` */
function periodOf(query: SessionQuery): Period {
  const [from, to] = [new Date(query.from).getTime(), new Date(query.to).getTime()];
  for (const [field, at] of Object.entries({ from, to })) {
    if (!Number.isNaN(at)) continue;
    const value = String(query[field as 'from' | 'to']).slice(0, 60);
    throw zaptecError('INPUT_INVALID', phrase`${field} "${value}" is no time`, {
      remedy: 'Use a time such as 2026-05-04T10:00:00Z',
    });
  }
  if (from < to) return { from, to };
  const times = phrase`from ${new Date(from).toISOString()} is not before to ${new Date(to).toISOString()}`;
  throw zaptecError('INPUT_INVALID', times, { remedy: 'Exchange the two times, or ask for a longer one' });
}

function isOf({ userId }: SessionRecord, wanted: string | undefined): boolean {
  return wanted === undefined || userId?.toLowerCase() === wanted.toLowerCase();
}

/** From 0 to 1. */
function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

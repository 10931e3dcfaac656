import type { Answer, CallOptions } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { zaptecError } from '../errors/zaptec-error';
import { asGuid } from '../zaptec/guid';
import type { Caller } from './caller';
import { historyTarget, walkHistory, type HistoryPage } from './charge-history';
import { loadCursor, walkCursor } from './cursor';
import { readReport, type InstallationReport, type ReportQuery } from './installation-report';
import type { SessionsPage } from './sessions-page';
import { objectFrom, withId } from './shape';
import { type JsonObject, isObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** Which sessions of the archive: those of an installation or of a charger that **ended** in a time. */
export type ArchiveQuery = ({ installationId: string } | { chargerId: string }) & {
  /** Inclusive; a time that `Date` understands. */
  from: string | Date;
  /** Exclusive. */
  to: string | Date;
};

/** An entry of the archive (docs/zaptec-api.md, "Archived sessions"); what is not known is left out. */
export type ArchivedSession = JsonObject & { id: string };

/** The archive allows 200, but the usage guidelines ask for 100 (docs/zaptec-api.md, "Usage guidelines"). */
const ARCHIVE_PAGE_SIZE = '100';

/** One charge from authorisation to unplugging (docs/zaptec-api.md, "Session and priority"). */
export class Sessions {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** @throws ZaptecError `ID_INVALID` */
  async get(id: string, options: CallOptions = {}): Promise<Answer<JsonObject>> {
    return this.#caller.get(`/api/session/${asGuid(id, 'session')}`, options, objectFrom('the session'));
  }

  /**
   * The name of a user by the last sessions of an installation, as far as the account may read them
   * (docs/zaptec-api.md, "Charge history"); undefined where none has it.
   * @throws ZaptecError `ID_INVALID`, `HTTP_403` …
   */
  async userName(
    { userId, installationId }: { userId: string; installationId: string },
    options: CallOptions = {},
  ): Promise<string | undefined> {
    const of = { InstallationId: asGuid(installationId, 'installation'), UserId: asGuid(userId, 'user') };
    const query = new URLSearchParams({ ...of, DetailLevel: '0', PageSize: '5', PageIndex: '0' });
    const { data } = await this.#caller.get(`/api/chargehistory?${query.toString()}`, options, (answer) =>
      isObject(answer) && Array.isArray(answer['data']) ? answer['data'].filter(isObject) : [],
    );
    const name = data.find((entry) => String(entry['userId']).toLowerCase() === of.UserId && entry['userFullName']);
    return typeof name?.['userFullName'] === 'string' ? name['userFullName'] : undefined;
  }

  /**
   * The archived sessions, oldest end first; for owners only.
   * @throws ZaptecError `ID_INVALID`, `INPUT_INVALID`, `HTTP_403` …
   */
  async archived(query: ArchiveQuery, options: CallOptions = {}): Promise<Answer<ArchivedSession[]>> {
    const where = archive(query);
    const key = `${where.path}#${where.query.toString()}`;
    const floor = () => where.endpoint?.floorMs ?? 0;
    return this.#caller.cached(key, options, floor, async (context) => {
      const { data, attempts } = await this.#caller.pace.run(where, () => loadCursor(this.#caller, where, context));
      return { data: usable(data), attempts };
    });
  }

  /** The same one page at a time and past the cache, so that memory does not grow with the time. */
  async *archivedPages(query: ArchiveQuery, options: CallOptions = {}): AsyncGenerator<ArchivedSession[]> {
    for await (const { entries } of walkCursor(this.#caller, archive(query), options)) yield usable(entries);
  }

  /**
   * The same with entries of any form, as the cloud sent them. What moves the time is a question of its own, so that only
   * some may come at once.
   * @throws ZaptecError `ID_INVALID`, `INPUT_INVALID`, `TOO_SOON`, `HTTP_403` …
   */
  archivePages(query: ArchiveQuery, options: CallOptions = {}): AsyncGenerator<SessionsPage> {
    const where = archive(query);
    return this.#paced(where, walkCursor(this.#caller, where, options));
  }

  /**
   * The pages of the old history, which Zaptec removes on 2027-01-01 (docs/zaptec-api.md, "Charge history"), the session
   * that was closed first first; for every account, with what it may see.
   * @param query its times are those at which the cloud closed a session.
   * @throws ZaptecError `ID_INVALID`, `INPUT_INVALID`, `TOO_SOON`, `HTTP_404` …
   */
  historyPages(query: ArchiveQuery & { userId?: string }, options: CallOptions = {}): AsyncGenerator<HistoryPage> {
    const { userId } = query;
    const by = userId === undefined ? {} : { UserId: asGuid(userId, 'user') };
    const where = historyTarget({ ...place(query), ...by, ...period(query) });
    return this.#paced(where, walkHistory(this.#caller, where, options));
  }

  /**
   * The sums of an installation by user, charger or card; for owners only (docs/zaptec-api.md, "Installation report").
   * @throws ZaptecError `ID_INVALID`, `INPUT_INVALID`, `TOO_SOON`, `HTTP_403` …
   */
  async report(query: ReportQuery, options: CallOptions = {}): Promise<Answer<InstallationReport>> {
    return readReport(this.#caller, query, options);
  }

  /** Further pages belong to the question of the first one. */
  async *#paced<T>(where: Target, pages: AsyncGenerator<T>): AsyncGenerator<T> {
    const first = await this.#caller.pace.run(where, () => pages.next());
    if (first.done) return;
    yield first.value;
    yield* pages;
  }
}

function archive(query: ArchiveQuery): Target {
  const search = new URLSearchParams({ ...place(query), ...period(query), PageSize: ARCHIVE_PAGE_SIZE });
  return target('GET', `/api/sessions/archived?${search.toString()}`);
}

function place(query: ArchiveQuery): Record<string, string> {
  return 'chargerId' in query
    ? { ChargerId: asGuid(query.chargerId, 'charger') }
    : { InstallationId: asGuid(query.installationId, 'installation') };
}

function period({ from, to }: ArchiveQuery): Record<string, string> {
  return { From: timeOf(from, 'from'), To: timeOf(to, 'to') };
}

function timeOf(value: string | Date, field: string): string {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw zaptecError('INPUT_INVALID', phrase`${field} "${String(value).slice(0, 60)}" is no time`, {
    remedy: 'Use a time such as 2026-05-04T10:00:00Z',
  });
}

/** An entry of an unexpected form does not affect the others. */
function usable(sessions: readonly unknown[]): ArchivedSession[] {
  return sessions.filter(isObject).filter(withId);
}

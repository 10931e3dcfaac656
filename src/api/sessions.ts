import type { Answer, CallOptions } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { zaptecError } from '../errors/zaptec-error';
import { asGuid } from '../zaptec/guid';
import type { Caller } from './caller';
import { loadCursor, walkCursor } from './cursor';
import { objectFrom, withId } from './shape';
import { type JsonObject, isObject } from '../zaptec/json';

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
    for await (const { sessions } of walkCursor(this.#caller, archive(query), options)) yield usable(sessions);
  }
}

function archive(query: ArchiveQuery): Target {
  const of: Record<string, string> =
    'chargerId' in query
      ? { ChargerId: asGuid(query.chargerId, 'charger') }
      : { InstallationId: asGuid(query.installationId, 'installation') };
  const range = { From: timeOf(query.from, 'from'), To: timeOf(query.to, 'to') };
  const search = new URLSearchParams({ ...of, ...range, PageSize: ARCHIVE_PAGE_SIZE });
  return target('GET', `/api/sessions/archived?${search.toString()}`);
}

function timeOf(value: string | Date, field: string): string {
  const time = new Date(value);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw zaptecError('INPUT_INVALID', `${field} "${String(value).slice(0, 60)}" is no time`, {
    remedy: 'Use a time such as 2026-05-04T10:00:00Z',
  });
}

/** An entry of an unexpected form does not affect the others. */
function usable(sessions: readonly unknown[]): ArchivedSession[] {
  return sessions.filter(isObject).filter(withId);
}

import type { ArchiveQuery, EndOfSession, FinishedSession, FinishedSessions, Sum, SumsQuery } from './model';
import { sumsOf } from './session-sums';

/** The oldest end comes first; of equal ends the lower id. */
const byEnd = (a: EndOfSession, b: EndOfSession): number =>
  a.endedAt - b.endedAt || (a.id < b.id ? -1 : Number(a.id > b.id));

/**
 * All finished sessions: the recent ones, and those before, which are made when somebody first asks. A year of a large
 * installation is read in hundreds of pages, so the older ones are kept sorted for each installation and charger.
 */
export class SessionArchive implements FinishedSessions {
  readonly #makeOlder: () => FinishedSession[];
  readonly #recent: readonly FinishedSession[];
  readonly #installationOf: (session: FinishedSession) => string | undefined;
  #older: FinishedSession[] | undefined;
  readonly #sorted = new Map<string, FinishedSession[]>();

  constructor(
    makeOlder: () => FinishedSession[],
    recent: readonly FinishedSession[],
    installationOf: (session: FinishedSession) => string | undefined,
  ) {
    this.#makeOlder = makeOlder;
    this.#recent = recent;
    this.#installationOf = installationOf;
  }

  get all(): readonly FinishedSession[] {
    return [...this.#olderSessions(), ...this.#recent];
  }

  find(id: string): FinishedSession | undefined {
    const isWanted = (session: FinishedSession) => session.id === id;
    return this.#recent.findLast(isWanted) ?? this.#olderSessions().findLast(isWanted);
  }

  ended(query: ArchiveQuery, most: number): FinishedSession[] {
    const { installationId, chargerId, from, to, after } = query;
    const older = this.#olderOf(installationId, chargerId);
    const begin = after && after.endedAt >= from ? firstAfter(older, after) : firstFrom(older, from);
    const page: FinishedSession[] = [];
    for (let index = begin; index < older.length && page.length < most; index += 1) {
      const session = older[index];
      if (session === undefined || session.endedAt >= to) break;
      page.push(session);
    }
    const recent = this.#recent.filter(
      (session) =>
        session.endedAt >= from &&
        session.endedAt < to &&
        (after === undefined || byEnd(session, after) > 0) &&
        this.#isOf(session, installationId, chargerId),
    );
    return [...page, ...recent].sort(byEnd).slice(0, most);
  }

  sums(query: SumsQuery): Record<string, Sum> {
    const { installationId, chargerId } = query;
    const sessions = this.all.filter((session) => this.#isOf(session, installationId, chargerId));
    return sumsOf(sessions, query);
  }

  #isOf(session: FinishedSession, installationId?: string, chargerId?: string): boolean {
    if (chargerId !== undefined && session.chargerId !== chargerId) return false;
    return installationId === undefined || this.#installationOf(session) === installationId;
  }

  #olderSessions(): FinishedSession[] {
    this.#older ??= this.#makeOlder();
    return this.#older;
  }

  #olderOf(installationId?: string, chargerId?: string): FinishedSession[] {
    const key = `${installationId ?? ''} ${chargerId ?? ''}`;
    const known = this.#sorted.get(key);
    if (known) return known;
    const found = this.#olderSessions().filter((session) => this.#isOf(session, installationId, chargerId));
    this.#sorted.set(key, found);
    return found;
  }
}

const firstFrom = (sessions: readonly FinishedSession[], from: number): number =>
  firstWhere(sessions, ({ endedAt }) => endedAt >= from);

const firstAfter = (sessions: readonly FinishedSession[], after: EndOfSession): number =>
  firstWhere(sessions, (session) => byEnd(session, after) > 0);

/** The index of the first session for which a condition holds, which holds for all after it. */
function firstWhere(sessions: readonly FinishedSession[], holds: (session: FinishedSession) => boolean): number {
  let [low, high] = [0, sessions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const session = sessions[middle];
    if (session === undefined || holds(session)) high = middle;
    else low = middle + 1;
  }
  return low;
}

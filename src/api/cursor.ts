import { zaptecError } from '../errors/zaptec-error';
import type { CallOptions, LoadContext, Loaded } from '../http/cache';
import type { Target } from '../http/endpoints';
import { isObject, type JsonObject } from '../zaptec/json';
import type { Caller } from './caller';
import { MOST_PAGES } from './pages';
import type { SessionsPage } from './sessions-page';
import { formOf } from './shape';
import { phrase } from '../errors/phrase';

type FetchPage = (where: Target) => Promise<Loaded<unknown> | undefined>;

/**
 * The archive of sessions page by page, oldest first (docs/zaptec-api.md, "Archived sessions").
 * @throws ZaptecError `BAD_ANSWER` where sessions would be missing: the list does not end, or says that it goes on but
 * not where.
 */
export function walkCursor(caller: Caller, where: Target, options: CallOptions): AsyncGenerator<SessionsPage> {
  return walk((page) => caller.guarded(options, (guarded) => caller.fetch(page, guarded)), where);
}

/** All pages as one list, to be kept in the cache. @throws ZaptecError as `walkCursor` */
export async function loadCursor(
  caller: Caller,
  where: Target,
  { lane, signal }: LoadContext,
): Promise<Loaded<unknown[]>> {
  const pages: unknown[][] = [];
  let attempts = 0;
  // Not guarded: the load may be shared with clients that go on when this one is closed.
  for await (const page of walk((next) => caller.fetch(next, { lane, signal }), where)) {
    pages.push(page.entries);
    attempts += page.requests;
  }
  return { data: pages.flat(), attempts };
}

async function* walk(fetch: FetchPage, where: Target): AsyncGenerator<SessionsPage> {
  const used = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams(where.query);
    if (cursor !== undefined) query.set('Cursor', cursor);
    const reply = await fetch({ ...where, query });
    const body = bodyOf(reply?.data);
    const sessions = sessionsOf(body);
    cursor = nextCursor(body, used, sessions.length > 0);
    yield { entries: sessions, requests: reply?.attempts ?? 0, isLast: cursor === undefined };
    if (cursor === undefined) return;
    used.add(cursor);
  }
  throw zaptecError('BAD_ANSWER', phrase`Zaptec announced more than ${MOST_PAGES} pages of sessions (hasMore)`, {
    remedy: 'Ask for a shorter time',
  });
}

/** Without a reply a duplicate was answered. `sessions` may be null, and is not there then. */
function bodyOf(data: unknown = { hasMore: false }): JsonObject {
  if (isObject(data) && ('sessions' in data || 'hasMore' in data)) return data;
  throw zaptecError('BAD_ANSWER', phrase`Zaptec answered with ${formOf(data)} instead of the archive of sessions`);
}

function sessionsOf({ sessions }: JsonObject): unknown[] {
  if (sessions === undefined) return [];
  if (Array.isArray(sessions)) return sessions as unknown[];
  throw zaptecError(
    'BAD_ANSWER',
    phrase`Zaptec answered with ${formOf(sessions)} in the field sessions instead of a list`,
  );
}

/** Where the next page begins; undefined at the end. A cursor that was used before leads to pages that were read. */
function nextCursor(body: JsonObject, used: ReadonlySet<string>, hasSessions: boolean): string | undefined {
  const { cursor, hasMore = cursor !== undefined } = body;
  if (hasMore !== true && hasMore !== 'true' && hasMore !== 1) return undefined;
  const next = typeof cursor === 'number' ? String(cursor) : cursor;
  if (typeof next === 'string' && next !== '' && !used.has(next)) return next;
  // A page without sessions leaves nothing out, whatever it announces.
  if (!hasSessions) return undefined;
  const what = typeof next === 'string' && next !== '' ? 'a cursor that it gave before' : 'no usable cursor';
  throw zaptecError(
    'BAD_ANSWER',
    phrase`Zaptec announced more sessions (hasMore) with ${what}: sessions would be missing`,
  );
}

import type { CallOptions, LoadContext, Loaded } from '../http/cache';
import type { Target } from '../http/endpoints';
import { isObject } from '../zaptec/json';
import type { Caller } from './caller';

/** A server that always announces more pages must not be asked for ever. */
const MOST_PAGES = 1_000;

export interface CursorPage {
  sessions: unknown[];
  /** How many requests the page took. */
  attempts: number;
}

type FetchPage = (where: Target) => Promise<Loaded<unknown> | undefined>;

/**
 * The archive of sessions page by page, oldest first (docs/zaptec-api.md, "Archived sessions"), up to a cursor that
 * does not move.
 */
export function walkCursor(caller: Caller, where: Target, options: CallOptions): AsyncGenerator<CursorPage> {
  return walk((page) => caller.guarded(options, (guarded) => caller.fetch(page, guarded)), where);
}

/** All pages as one list, to be kept in the cache. */
export async function loadCursor(
  caller: Caller,
  where: Target,
  { lane, signal }: LoadContext,
): Promise<Loaded<unknown[]>> {
  const pages: unknown[][] = [];
  let attempts = 0;
  // Not guarded: the load may be shared with clients that go on when this one is closed.
  for await (const page of walk((next) => caller.fetch(next, { lane, signal }), where)) {
    pages.push(page.sessions);
    attempts += page.attempts;
  }
  return { data: pages.flat(), attempts };
}

async function* walk(fetch: FetchPage, where: Target): AsyncGenerator<CursorPage> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams(where.query);
    if (cursor !== undefined) query.set('Cursor', cursor);
    const reply = await fetch({ ...where, query });
    const body = isObject(reply?.data) ? reply.data : {};
    const sessions = Array.isArray(body['sessions']) ? (body['sessions'] as unknown[]) : [];
    yield { sessions, attempts: reply?.attempts ?? 0 };
    const next = body['cursor'];
    if (body['hasMore'] !== true || typeof next !== 'string' || next === cursor) return;
    cursor = next;
  }
}

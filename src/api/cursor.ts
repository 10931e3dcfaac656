import type { CallOptions, LoadContext, Loaded } from '../http/cache';
import type { Target } from '../http/endpoints';
import type { Caller } from './caller';
import { isObject } from '../zaptec/json';

/** A server that always has more must not hold us for ever. */
const MOST_PAGES = 1_000;

export interface CursorPage {
  sessions: unknown[];
  /** Requests that it took. */
  attempts: number;
}

type Ask = (where: Target) => Promise<Loaded<unknown> | undefined>;

/** The archive of sessions page by page, oldest first; `zaptec-api.md` 2.17. It ends at a cursor that does not move. */
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
  // Only the flight ends its pages: it may be shared with clients that go on when this one is closed.
  for await (const page of walk((next) => caller.fetch(next, { lane, signal }), where)) {
    pages.push(page.sessions);
    attempts += page.attempts;
  }
  return { data: pages.flat(), attempts };
}

async function* walk(ask: Ask, where: Target): AsyncGenerator<CursorPage> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams(where.query);
    if (cursor !== undefined) query.set('Cursor', cursor);
    const reply = await ask({ ...where, query });
    const body = isObject(reply?.data) ? reply.data : {};
    const sessions = Array.isArray(body['sessions']) ? (body['sessions'] as unknown[]) : [];
    yield { sessions, attempts: reply?.attempts ?? 0 };
    const next = body['cursor'];
    if (body['hasMore'] !== true || typeof next !== 'string' || next === cursor) return;
    cursor = next;
  }
}

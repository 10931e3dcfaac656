import type { CallOptions } from '../http/cache';
import type { Target } from '../http/endpoints';
import type { Caller } from './caller';
import { isObject } from './shape';

/** A server that always has more must not hold us for ever. */
const MOST_PAGES = 1_000;

export interface CursorPage {
  sessions: unknown[];
  /** Requests that it took. */
  attempts: number;
}

/** The archive of sessions page by page, oldest first; `zaptec-api.md` 2.17. It ends at a cursor that does not move. */
export async function* walkCursor(caller: Caller, where: Target, options: CallOptions): AsyncGenerator<CursorPage> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams(where.query);
    if (cursor !== undefined) query.set('Cursor', cursor);
    const reply = await caller.guarded(options, (guarded) => caller.fetch({ ...where, query }, guarded));
    const body = isObject(reply?.data) ? reply.data : {};
    const sessions = Array.isArray(body['sessions']) ? (body['sessions'] as unknown[]) : [];
    yield { sessions, attempts: reply?.attempts ?? 0 };
    const next = body['cursor'];
    if (body['hasMore'] !== true || typeof next !== 'string' || next === cursor) return;
    cursor = next;
  }
}

/** All pages as one list. */
export async function readCursor(
  caller: Caller,
  where: Target,
  options: CallOptions,
): Promise<{ data: unknown[]; attempts: number }> {
  const pages: unknown[][] = [];
  let attempts = 0;
  for await (const page of walkCursor(caller, where, options)) {
    pages.push(page.sessions);
    attempts += page.attempts;
  }
  return { data: pages.flat(), attempts };
}

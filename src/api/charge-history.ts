import { zaptecError } from '../errors/zaptec-error';
import type { CallOptions } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { isObject } from '../zaptec/json';
import type { Caller } from './caller';
import { numberOf } from './field-types';
import { MOST_PAGES } from './pages';
import type { SessionsPage } from './sessions-page';
import { formOf } from './shape';
import { phrase } from '../errors/phrase';

/** Zaptec's maximum (docs/zaptec-api.md, "Paging"). */
const PAGE_SIZE = 100;

export interface HistoryPage extends SessionsPage {
  /** How many pages the list has; undefined where the cloud gives no number that can be true. */
  pages: number | undefined;
}

/**
 * The request for the first page of the old history, sorted by when the cloud closed the sessions: what is added while
 * pages are read comes at the end, so that reading forward misses none.
 * @param of the parameters that choose the sessions.
 */
export function historyTarget(of: Record<string, string>): Target {
  // guess: EndDateTime can be sorted by; a server that ignores it may repeat sessions but leaves none out.
  const sorted = { SortProperty: 'EndDateTime', SortDescending: 'false' };
  const query = { ...of, DetailLevel: '1', IncludeDisabled: 'true', ...sorted, PageSize: String(PAGE_SIZE) };
  return target('GET', `/api/chargehistory?${new URLSearchParams({ ...query, PageIndex: '0' }).toString()}`);
}

/**
 * The old history page by page (docs/zaptec-api.md, "Charge history"), each session once. The number of requests is that of
 * the pages.
 * @throws ZaptecError `BAD_ANSWER` for a list that does not end.
 */
export async function* walkHistory(caller: Caller, where: Target, options: CallOptions): AsyncGenerator<HistoryPage> {
  const seen = new Set<unknown>();
  /** An entry without an id is none that was read before; whoever reads it counts it as unusable. */
  const isNew = (entry: unknown) => {
    if (!isObject(entry)) return false;
    const { id } = entry;
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  };
  for (let index = 0; index < MOST_PAGES; index += 1) {
    const query = new URLSearchParams(where.query);
    query.set('PageIndex', String(index));
    const reply = await caller.guarded(options, (guarded) => caller.fetch({ ...where, query }, guarded));
    const { sent, pages } = pageOf(reply?.data, index);
    const entries = sent.filter(isNew);
    // Without a number of pages, a page that has no new session is the end.
    const isEnd = !entries.some((entry) => isObject(entry) && entry['id'] !== undefined);
    const isLast = pages === undefined ? isEnd : index + 1 >= pages;
    yield { entries, requests: reply?.attempts ?? 0, isLast, pages };
    if (isLast) return;
  }
  throw zaptecError('BAD_ANSWER', phrase`The charge history has more than the ${MOST_PAGES} pages that are read`, {
    remedy: 'Ask for a shorter time',
  });
}

/** A field that was null is not there. A page that is announced has sessions: an empty bill would hide that they are missing. */
function pageOf(envelope: unknown, index: number): { sent: unknown[]; pages: number | undefined } {
  if (!isObject(envelope)) {
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered with ${formOf(envelope)} instead of the charge history`);
  }
  const isAnnounced = (numberOf(envelope['pages']) ?? 0) > index;
  const { data: sent = isAnnounced ? null : [] } = envelope;
  if (!Array.isArray(sent)) {
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered with ${formOf(sent)} in the field Data instead of a list`);
  }
  const pages = numberOf(envelope['pages']);
  const isBelievable = pages !== undefined && Number.isInteger(pages) && pages >= 0 && pages <= MOST_PAGES;
  return { sent, pages: isBelievable ? pages : undefined };
}

import { ENDPOINTS, target } from '../http/endpoints';
import { outcomeOf, type RequestRecord } from '../http/journal';
import { isGuid } from '../zaptec/guid';

const CUT = '…';
/** More of a path says nothing to a person. */
const LONGEST_PATH = 300;
/** A number, a word of true or false, or a time. */
const HARMLESS = /^(?:-?\d{1,12}|true|false|\d{4}-\d\d-\d\d(?:T[\d:.]{5,18}(?:Z|[+-]\d\d:\d\d)?)?)$/i;
const WORD = /^[A-Za-z]{1,40}$/;
/** What the paths of the cloud, of its login and of the simulator are made of. */
const SEGMENTS: ReadonlySet<string> = new Set([
  ...ENDPOINTS.flatMap(({ path }) => path.split('/')),
  ...['oauth', 'token', 'simulator', 'meter'],
]);
/** Parameters whose values are words of Zaptec. */
const WORDS: ReadonlySet<string> = new Set(['SortProperty', 'reportFormat', 'groupBy']);

/** One request as one line: no bodies and no secrets, ids as they are, and of a query only what cannot be private. */
export function requestLine(record: RequestRecord): string {
  const { method, path, ms, attempt, lane, by } = record;
  return `${method} ${shownPath(method, path)} ${outcomeOf(record)} in ${ms} ms, attempt ${attempt}, lane ${lane}, by ${by}`;
}

/** A path with its ids; anything else that somebody may have typed is cut. */
export function shownPath(method: string, path: string): string {
  const [place = '', query] = path.split('?', 2);
  const endpoint = documented(method, path);
  const shown = endpoint ? place : place.split('/').map(segment).join('/');
  const parameters = query === undefined ? '' : `?${shownQuery(query, endpoint?.query ?? [])}`;
  return (shown + parameters).slice(0, LONGEST_PATH);
}

function documented(method: string, path: string): ReturnType<typeof target>['endpoint'] {
  try {
    return target(method, path).endpoint;
  } catch {
    return undefined;
  }
}

function segment(part: string): string {
  return SEGMENTS.has(part) || isGuid(part) ? part : CUT;
}

function shownQuery(query: string, known: readonly string[]): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => {
      if (!known.includes(name)) return `${CUT}=${CUT}`;
      const isHarmless = isGuid(value) || HARMLESS.test(value) || (WORDS.has(name) && WORD.test(value));
      return `${name}=${isHarmless ? value : CUT}`;
    })
    .join('&');
}

import { zaptecError } from '../errors/zaptec-error';
import { isGuid } from '../zaptec/guid';
import { phrase } from '../errors/phrase';

/** Who may call (docs/zaptec-api.md, "Endpoints" and "Roles"). */
type Role = 'any' | 'owner or service' | 'owner';

/** How often one object may be asked about in different ways, or written to in the same way. */
export interface Pace {
  /** So many at once. */
  readonly burst: number;
  /** Then one in so many ms. */
  readonly everyMs: number;
  /** The parameters that name the object, beside the path; all others may move. */
  readonly by?: readonly string[];
  readonly remedy: string;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** `{id}` stands for a GUID, `{command}` for a number. */
  readonly path: string;
  readonly role: Role;
  /** The names that its query may have, in Zaptec's spelling; none by default. */
  readonly query?: readonly string[];
  /** How a list is divided into pages: by `PageIndex` or by a cursor. */
  readonly paging?: 'index' | 'cursor';
  /** How long an answer is good for, however often it is asked for, in ms; 0: every call sends a request. */
  readonly floorMs?: number;
  /** Bounds questions that are all different. */
  readonly pace?: Pace;
  /** The paths whose answers a write invalidates, by their beginning. */
  readonly invalidates?: readonly string[];
  /** False: not sent again while nobody knows whether it acted. */
  readonly repeatable?: false;
  /** Whether it reads although it is a POST. */
  readonly reads?: true;
  /** The largest answer that is read, in bytes; by default 4 MB. */
  readonly largestAnswer?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Servers refuse a longer one. */
const LONGEST_PATH = 16_000;
/** Each installation in an answer may bring the logo of its support group (docs/zaptec-api.md, "Installation"). */
const WITH_LOGOS = { largestAnswer: 16 * 1024 * 1024 } as const;
const OWNER_OR_SERVICE = 'owner or service';

const PAGES = ['PageSize', 'PageIndex', 'PageInfoOnly', 'SortProperty', 'SortDescending', 'IncludeDisabled', 'Exclude'];
const LIST = ['Roles', 'InstallationType', 'NameFilter', 'ReturnIdNameOnly', ...PAGES];
const PERIOD = ['InstallationId', 'ChargerId', 'From', 'To'];
const REPORT = ['fromDate', 'endDate', 'installationId', 'userIds', 'chargerIds', 'groupBy', 'reportFormat'];

const ASK_LESS = 'each different query is a question of its own; ask for a longer time at once, or follow all pages';
const OBJECTS = ['InstallationId', 'ChargerId', 'UserId'];
const LIST_PACE: Pace = { burst: 20, everyMs: 5 * MINUTE, by: OBJECTS, remedy: ASK_LESS };
const PERIOD_PACE: Pace = { burst: 10, everyMs: MINUTE, by: OBJECTS, remedy: ASK_LESS };
const REPORT_PACE: Pace = {
  burst: 5,
  everyMs: MINUTE,
  by: ['installationId', 'userIds', 'chargerIds'],
  remedy: ASK_LESS,
};
/** The same write within a minute has no effect of its own. */
const SAME_WRITE: Pace = { burst: 1, everyMs: MINUTE, remedy: 'the same was sent within the last minute' };

const get = (path: string, role: Role, more: Partial<Endpoint> = {}): Endpoint => ({
  method: 'GET',
  path,
  role,
  ...more,
});
const post = (path: string, role: Role, more: Partial<Endpoint> = {}): Endpoint => ({
  method: 'POST',
  path,
  role,
  ...more,
});

/**
 * For so long the cloud answers with a state that it kept (docs/zaptec-api.md, "Charger state"), in ms: a new request within
 * it brings nothing new, and an answer may be so much older than it looks.
 */
export const STATE_KEPT_MS = 15_000;

/**
 * How often a state is read without a feed (agreed between Home Assistant and Zaptec,
 * docs/zaptec-api.md, "Rate limits"), in ms.
 */
export const STATE_FLOOR = { chargingMs: MINUTE, idleMs: 10 * MINUTE } as const;

/** Every endpoint that Zaptec documents (docs/zaptec-api.md, "Endpoints"). */
export const ENDPOINTS: readonly Endpoint[] = [
  get('/api/constants', 'any', { floorMs: 24 * HOUR }),
  get('/api/installation', 'any', {
    ...WITH_LOGOS,
    floorMs: HOUR,
    paging: 'index',
    pace: LIST_PACE,
    query: [...LIST, 'ExcludeIfVisibleForUserGroupLookupKey'],
  }),
  get('/api/installation/{id}', 'any', { ...WITH_LOGOS, floorMs: HOUR, pace: LIST_PACE, query: ['DetailLevel'] }),
  get('/api/installation/{id}/hierarchy', OWNER_OR_SERVICE, { floorMs: HOUR }),
  get('/api/installation/{id}/messagingConnectionDetails', OWNER_OR_SERVICE, { floorMs: MINUTE }),
  post('/api/installation/{id}/update', OWNER_OR_SERVICE, {
    invalidates: ['/api/installation/{id}', '/api/installation?', '/api/installation#'],
  }),
  get('/api/userGroups/{id}/messagingConnectionDetails', OWNER_OR_SERVICE, { floorMs: MINUTE }),
  get('/api/chargers', 'any', {
    floorMs: HOUR,
    paging: 'index',
    pace: LIST_PACE,
    query: [...LIST, 'DeviceType', 'InstallationId'],
  }),
  get('/api/chargers/{id}', OWNER_OR_SERVICE, { floorMs: HOUR }),
  get('/api/chargers/{id}/state', OWNER_OR_SERVICE, { floorMs: STATE_FLOOR.idleMs }),
  post('/api/chargers/{id}/update', OWNER_OR_SERVICE, { invalidates: ['/api/chargers/{id}'] }),
  post('/api/chargers/{id}/sendCommand/{command}', OWNER_OR_SERVICE, {
    invalidates: ['/api/chargers/{id}'],
    pace: SAME_WRITE,
  }),
  get('/api/chargerFirmware/installation/{id}', OWNER_OR_SERVICE, { floorMs: HOUR }),
  get('/api/chargehistory', 'any', {
    paging: 'index',
    floorMs: MINUTE,
    pace: PERIOD_PACE,
    query: [...PERIOD, 'UserId', 'GroupBy', 'DetailLevel', ...PAGES],
  }),
  get('/api/chargehistory/installationreport', 'owner', {
    ...WITH_LOGOS,
    floorMs: MINUTE,
    query: REPORT,
    pace: REPORT_PACE,
  }),
  post('/api/chargehistory/installationreport', 'owner', {
    ...WITH_LOGOS,
    reads: true,
    floorMs: MINUTE,
    pace: REPORT_PACE,
  }),
  get('/api/session/{id}', 'any', { floorMs: MINUTE }),
  post('/api/session/{id}/priority', OWNER_OR_SERVICE, {
    invalidates: ['/api/session/{id}'],
    repeatable: false,
  }),
  get('/api/sessions/archived', 'owner', {
    paging: 'cursor',
    floorMs: MINUTE,
    pace: PERIOD_PACE,
    query: [...PERIOD, 'PageSize', 'Cursor'],
  }),
];

/** Pause and resume do no harm when they act twice; any other command may, and so may undocumented ones. */
const REPEATABLE_COMMANDS: ReadonlySet<string> = new Set(['506', '507']);

export interface Target {
  /** The path without its query. */
  path: string;
  /** Names that Zaptec documents are in its spelling. */
  query: URLSearchParams;
  /** The names in the query that Zaptec does not document for this endpoint. */
  unknown: readonly string[];
  /** Undefined when Zaptec does not document it. */
  endpoint: Endpoint | undefined;
  repeatable: boolean;
  /** `invalidates` of the endpoint with the ids filled in. */
  invalidates: readonly string[];
}

/**
 * Finds the documented endpoint of a path that a user typed.
 * @throws ZaptecError `INPUT_INVALID` when it is no plain path below `/api/`, `ID_INVALID` when a part that must be
 *   an id is none.
 */
export function target(method: string, typed: string): Target {
  const url = plainUrl(typed);
  const endpoint = ENDPOINTS.find((e) => e.method === method && matches(e.path, url.pathname));
  if (!endpoint) refuseBadId(method, url.pathname);
  const parts = url.pathname.split('/');
  const fill = (template: string) => {
    const pattern = endpoint?.path.split('/') ?? [];
    return template.replace('{id}', parts[pattern.indexOf('{id}')]?.toLowerCase() ?? '');
  };
  const { query, unknown } = spelled(endpoint, url.searchParams);
  return {
    path: endpoint ? canonical(endpoint, parts) : url.pathname,
    query,
    unknown,
    endpoint,
    repeatable: endpoint !== undefined && endpoint.repeatable !== false && !isOnce(endpoint, parts),
    invalidates: endpoint?.invalidates?.map(fill) ?? [],
  };
}

/** Zaptec takes the names in any case; each spelling would be another key of the cache. */
function spelled(endpoint: Endpoint | undefined, typed: URLSearchParams): Pick<Target, 'query' | 'unknown'> {
  const spelling = new Map(endpoint?.query?.map((name) => [name.toLowerCase(), name]));
  const query = new URLSearchParams();
  const unknown = new Set<string>();
  for (const [name, value] of typed) {
    const documented = spelling.get(name.toLowerCase());
    if (endpoint && documented === undefined) unknown.add(name);
    query.append(documented ?? name, value);
  }
  return { query, unknown: [...unknown] };
}

function isOnce(endpoint: Endpoint, parts: readonly string[]): boolean {
  return endpoint.path.endsWith('{command}') && !REPEATABLE_COMMANDS.has(parts.at(-1) ?? '');
}

/** Zaptec matches without regard to case; one spelling lets equal requests be seen as equal. */
function canonical(endpoint: Endpoint, parts: readonly string[]): string {
  const segment = (pattern: string, index: number) => (pattern.startsWith('{') ? parts[index]?.toLowerCase() : pattern);
  return endpoint.path.split('/').map(segment).join('/');
}

function matches(pattern: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return wanted.length === parts.length && wanted.every((part, index) => fits(part, parts[index] ?? ''));
}

function fits(pattern: string, part: string): boolean {
  if (pattern === '{id}') return isGuid(part);
  // A number with leading zeros would be another spelling of a command that must not act twice.
  if (pattern === '{command}') return /^(0|[1-9]\d{0,4})$/.test(part);
  return pattern.toLowerCase() === part.toLowerCase();
}

/** For a documented path with a bad id the error names the id, and not an unknown endpoint. */
function refuseBadId(method: string, path: string): void {
  const parts = path.split('/');
  const meant = ENDPOINTS.find((e) => {
    const wanted = e.path.split('/');
    const fixed = (part: string, index: number) => part.startsWith('{') || fits(part, parts[index] ?? '');
    return e.method === method && wanted.length === parts.length && wanted.every(fixed);
  });
  if (!meant) return;
  const at = meant.path.split('/').findIndex((part, index) => !fits(part, parts[index] ?? ''));
  const wrong = decodeURIComponent(parts[at] ?? '').slice(0, 60);
  throw zaptecError('ID_INVALID', phrase`"${wrong}" in the path is not ${meant.path.split('/')[at]} of ${meant.path}`);
}

function plainUrl(typed: string): URL {
  const refuse = (why: string) =>
    zaptecError('INPUT_INVALID', phrase`path "${typed.slice(0, 100)}" ${why}`, {
      remedy: 'Use a path such as /api/chargers?PageSize=100, without the address of the server',
    });
  if (typed.length > LONGEST_PATH) throw refuse(phrase`has more than ${LONGEST_PATH} characters`);
  if (!typed.startsWith('/') || typed.startsWith('//')) throw refuse('does not begin with one slash');
  const path = typed.split(/[?#]/)[0] ?? '';
  if (/%2f|%5c|%2e|\\|\/\.{1,2}(\/|$)/i.test(path)) throw refuse('is not a plain path');
  try {
    decodeURIComponent(path);
    return new URL(typed, 'http://path.invalid');
  } catch {
    throw refuse('is not a plain path');
  }
}

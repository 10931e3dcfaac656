/** The parameters that a fault can have. */
export type FaultParam = 'probability' | 'match' | 'count' | 'delayMs';

/** What a fault is about. */
export type FaultGroup = 'login' | 'server' | 'answers' | 'chargers' | 'bus' | 'house';

interface Row {
  group: FaultGroup;
  /** What a client sees, for people. */
  what: string;
  /** Absent: probability, match and count. */
  params?: readonly FaultParam[];
}

const DEFAULT_PARAMS: readonly FaultParam[] = ['probability', 'match', 'count'];

/** Every fault by name; docs/simulator.md has the same table. */
const FAULTS = {
  'token-503': {
    group: 'login',
    what: 'The login answers 503 with an nginx page, as after more than one request a second.',
  },
  'token-demands-scope': {
    group: 'login',
    what: 'The login answers 400 invalid_scope unless the client asks for offline_access.',
  },
  'token-invalid': { group: 'login', what: 'The login answers 400 invalid_grant to every client.' },
  'token-no-lifetime': { group: 'login', what: 'The login does not send the lifetime of the token.' },
  'token-short': { group: 'login', what: 'Tokens are valid for 5 s.' },
  'tokens-revoked': {
    group: 'login',
    what: 'Answers 401 to the first try of each call, as if its token had just been revoked.',
  },
  'rate-429': { group: 'server', what: 'Answers 429 with Retry-After: 1 without counting.' },
  'server-500-html': { group: 'server', what: 'Answers 500 with an nginx page.' },
  'server-500-empty': { group: 'server', what: 'Answers 500 without a body.' },
  'server-500-code': { group: 'server', what: 'Answers 500 with the Zaptec code 500 and no details.' },
  'server-502': { group: 'server', what: 'Answers 502 with an nginx page.' },
  'server-503': { group: 'server', what: 'Answers 503 with an nginx page.' },
  'server-504': { group: 'server', what: 'Answers 504 with an nginx page.' },
  'server-524': {
    group: 'server',
    what: 'Answers 524 with an HTML page, as the network in front of the cloud does in outages.',
  },
  'drop-before': { group: 'server', what: 'Resets the connection before the call takes effect.' },
  'drop-after': { group: 'server', what: 'The call takes effect, then the connection is reset instead of an answer.' },
  slow: {
    group: 'server',
    what: 'The call waits before it takes effect: 11 s, or delayMs.',
    params: ['probability', 'match', 'count', 'delayMs'],
  },
  hang: { group: 'server', what: 'The call never takes effect and gets no answer.' },
  'empty-200': { group: 'answers', what: 'The call takes effect and answers 200 without a body.' },
  'null-200': { group: 'answers', what: 'The call takes effect and answers 200 with a literal null.' },
  'html-200': { group: 'answers', what: 'The call takes effect and answers 200 with an HTML page.' },
  'wrong-content-type': { group: 'answers', what: 'The right JSON with the content type text/plain.' },
  'garbage-json': { group: 'answers', what: 'Truncated JSON.' },
  oversized: { group: 'answers', what: 'An answer of 64 MiB.' },
  'unknown-fields': { group: 'answers', what: 'Adds unknown fields to every object.' },
  'extra-secrets': {
    group: 'answers',
    what: 'Adds passwords, a pin and a huge logo, marked "planted-…", at several depths of JSON answers.',
  },
  'echo-secrets': {
    group: 'answers',
    what: 'Errors repeat the Authorization header, or at the login user name and password.',
  },
  'times-future': { group: 'answers', what: 'All times in answers are a day in the future.' },
  'hierarchy-204': {
    group: 'answers',
    what: 'The hierarchy answers 204 without a body, as for some time after access was granted.',
  },
  'data-null': { group: 'answers', what: 'Lists have Data: null.' },
  'archive-403': {
    group: 'answers',
    what: 'The archive of sessions answers 403 to owners too.',
  },
  'history-removed': {
    group: 'answers',
    what: 'The old charge history answers 404, as Zaptec announced for 2027-01-01.',
  },
  'missing-fields': { group: 'answers', what: 'Fields that real answers sometimes lack are missing.' },
  'no-available-current': {
    group: 'answers',
    what: 'Installations have no AvailableCurrent, as where nobody ever set one.',
  },
  'session-camel-case': {
    group: 'answers',
    what: '/api/session/{id} answers in camelCase, with Z and nulls, as one source has it.',
  },
  'pagesize-400': {
    group: 'answers',
    what: 'A PageSize above 100 is refused with 400 instead of being limited to 100.',
  },
  'paging-unstable': { group: 'answers', what: 'The order of a list differs from page to page.' },
  'command-528': {
    group: 'chargers',
    what: 'A command is refused with 528 in every state and takes no effect.',
  },
  'command-528-acts': { group: 'chargers', what: 'A command is refused with 528 but takes effect.' },
  'apm-527': {
    group: 'chargers',
    what: 'Setting the current is refused with 527, as under automatic power management.',
  },
  'current-reset': {
    group: 'chargers',
    what: 'At every midnight of world time (UTC) the available current returns to its maximum.',
    params: [],
  },
  'foreign-current': {
    group: 'chargers',
    what: 'Another program sets the available current to its maximum every 10 to 50 minutes of world time.',
    params: ['probability', 'count'],
  },
  'update-resets-current': {
    group: 'chargers',
    what: 'An update that does not name the available current sets it back to its maximum.',
  },
  'stale-state': { group: 'answers', what: '/state answers from its cache for 60 s instead of 15 s.' },
  'charger-offline': { group: 'chargers', what: 'Chargers appear offline, and commands do not reach them.' },
  'external-403': {
    group: 'chargers',
    what: 'Updates of chargers answer 403, as in installations with another operator.',
  },
  'bus-cut': {
    group: 'bus',
    what: 'Connections to the bus are reset, and new ones too while the fault is on.',
    params: ['probability', 'count'],
  },
  'bus-auth-error': {
    group: 'bus',
    what: 'Links are closed as unauthorised, and tokens are refused with 401, or with the status in match.',
  },
  'bus-auth-silent': {
    group: 'bus',
    what: 'Links are closed, and tokens for the bus get no answer.',
    params: ['probability', 'count'],
  },
  'bus-refused': {
    group: 'bus',
    what: 'Links are closed and refused, each with another AMQP condition; match selects some.',
  },
  'bus-refused-at-once': { group: 'bus', what: 'The same, but together with the opening of the link.' },
  'bus-detach': {
    group: 'bus',
    what: 'Links are closed once, each with another AMQP condition; match selects some.',
  },
  'bus-stall': { group: 'bus', what: 'Links stay open, but no message is sent.', params: [] },
  'bus-half-open': { group: 'bus', what: 'Connections are neither read nor written nor closed.', params: [] },
  'bus-removed': {
    group: 'bus',
    what: 'Subscriptions are removed with all messages, until a client loads their details again.',
    params: ['probability', 'count'],
  },
  'bus-details-5xx': { group: 'bus', what: 'The connection details answer 500, 502, 503 or 504.' },
  'bus-details-403': { group: 'bus', what: 'The connection details answer 403.' },
  'bus-off': {
    group: 'bus',
    what: 'Messaging is switched off: the details answer 526, subscriptions are removed, links refused.',
  },
  'bus-details-change': {
    group: 'bus',
    what: 'Each call of the connection details gives another host name and a new key.',
  },
  'bus-duplicates': { group: 'bus', what: 'Each message comes twice.' },
  'bus-disorder': { group: 'bus', what: 'Messages are delayed by different times up to 3 s.' },
  'bus-delay': {
    group: 'bus',
    what: 'Messages are delayed by 30 s, or by delayMs.',
    params: ['probability', 'match', 'count', 'delayMs'],
  },
  'bus-times-future': { group: 'bus', what: 'The times in messages are a day in the future.' },
  'bus-broken-bytes': { group: 'bus', what: 'Messages cannot be decoded; their content is lost.' },
  'bus-foreign-charger': {
    group: 'bus',
    what: 'After each message comes the same for an unknown charger.',
  },
  'bus-zero-charger': {
    group: 'bus',
    what: 'After each message comes the same for a charger with an id of zeros.',
  },
  'bus-no-value': { group: 'bus', what: 'Messages have no value; it is lost.' },
  'bus-no-id': { group: 'bus', what: 'Messages have no message id.' },
  'bus-thief': {
    group: 'bus',
    what: 'A second consumer takes messages, whose numbers are left out: every second message, or by probability.',
  },
  'meter-silent': {
    group: 'house',
    what: 'The meter of the house gives no answer.',
    params: ['probability', 'count'],
  },
  'meter-text': {
    group: 'house',
    what: 'The meter answers "unavailable" in the place of each number.',
    params: ['probability', 'count'],
  },
  'meter-null': {
    group: 'house',
    what: 'The meter answers null in the place of each number.',
    params: ['probability', 'count'],
  },
  'meter-missing-phase': {
    group: 'house',
    what: 'The answers of the meter lack the second phase.',
    params: ['probability', 'count'],
  },
  'meter-stuck': {
    group: 'house',
    what: 'The meter repeats its last answer, with the time of that.',
    params: ['probability', 'count'],
  },
  'meter-spike': {
    group: 'house',
    what: 'The meter answers 1000000 in the place of each number.',
    params: ['probability', 'count'],
  },
  'prices-late': {
    group: 'house',
    what: 'The prices of tomorrow are not published at 13:00.',
    params: ['probability', 'count'],
  },
} as const satisfies Record<string, Row>;

export type FaultName = keyof typeof FAULTS;

/** One thing that the simulated cloud can do wrong. */
export interface Fault extends Required<Row> {
  name: FaultName;
}

/** Every fault, in the order of docs/simulator.md. */
export const FAULT_TABLE: readonly Fault[] = (Object.entries(FAULTS) as [FaultName, Row][]).map(
  ([name, { group, what, params = DEFAULT_PARAMS }]) => ({ name, group, what, params }),
);

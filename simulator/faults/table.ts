/** What a fault can be told besides on and off. */
export type FaultParam = 'probability' | 'match' | 'count' | 'delayMs';

/** What a fault is about. */
export type FaultGroup = 'login' | 'server' | 'answers' | 'chargers' | 'bus';

interface Row {
  group: FaultGroup;
  /** For people: what a client sees. */
  what: string;
  /** Absent: probability, match and count. */
  params?: readonly FaultParam[];
}

const USUAL: readonly FaultParam[] = ['probability', 'match', 'count'];

/** Every fault by name; the same table is in docs/simulator.md. */
const FAULTS = {
  'token-503': {
    group: 'login',
    what: 'The login answers 503 with an nginx page, as at more than one request a second.',
  },
  'token-demands-scope': {
    group: 'login',
    what: 'The login answers 400 invalid_scope unless offline_access is asked for.',
  },
  'token-invalid': { group: 'login', what: 'The login answers 400 invalid_grant to everybody.' },
  'token-no-lifetime': { group: 'login', what: 'The login does not tell how long the token lives.' },
  'token-short': { group: 'login', what: 'Tokens live for 5 s.' },
  'tokens-revoked': {
    group: 'login',
    what: 'Each call is answered 401 the first time, as if its token had just been revoked.',
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
  'drop-before': { group: 'server', what: 'Resets the connection before anything is done.' },
  'drop-after': { group: 'server', what: 'Does what was asked, then resets the connection instead of answering.' },
  slow: {
    group: 'server',
    what: 'Waits before it acts: 11 s, or delayMs.',
    params: ['probability', 'match', 'count', 'delayMs'],
  },
  hang: { group: 'server', what: 'Never answers and never acts.' },
  'empty-200': { group: 'answers', what: 'Does what was asked and answers 200 without a body.' },
  'null-200': { group: 'answers', what: 'Does what was asked and answers 200 with a literal null.' },
  'html-200': { group: 'answers', what: 'Does what was asked and answers 200 with an HTML page.' },
  'wrong-content-type': { group: 'answers', what: 'The right JSON, called text/plain.' },
  'garbage-json': { group: 'answers', what: 'JSON that ends in the middle.' },
  oversized: { group: 'answers', what: 'An answer of 64 MiB.' },
  'unknown-fields': { group: 'answers', what: 'Adds fields that no client knows to every object.' },
  'extra-secrets': {
    group: 'answers',
    what: 'Plants passwords, a pin and a huge logo, marked "planted-…", at several depths of JSON answers.',
  },
  'echo-secrets': {
    group: 'answers',
    what: 'Errors that repeat the Authorization header, or user name and password at the login.',
  },
  'times-future': { group: 'answers', what: 'All times in answers are a day ahead.' },
  'hierarchy-204': { group: 'answers', what: 'The hierarchy is 204 and empty, as some time after access was granted.' },
  'data-null': { group: 'answers', what: 'Lists have Data: null.' },
  'missing-fields': { group: 'answers', what: 'Fields that are optional in practice are missing.' },
  'pagesize-400': {
    group: 'answers',
    what: 'A PageSize above 100 is refused with 400 instead of being reduced to 100.',
  },
  'paging-unstable': { group: 'answers', what: 'The order of a list differs from page to page.' },
  'command-528': {
    group: 'chargers',
    what: 'A command is refused with 528 whatever the state is, and not carried out.',
  },
  'command-528-acts': { group: 'chargers', what: 'A command is refused with 528 but is carried out.' },
  'apm-527': {
    group: 'chargers',
    what: 'Setting the current is refused with 527, as under automatic power management.',
  },
  'current-reset': {
    group: 'chargers',
    what: "Every midnight of the world's time (UTC) the available current goes back to its maximum.",
    params: [],
  },
  'foreign-current': {
    group: 'chargers',
    what: 'Another program sets the available current to its maximum every 10 to 50 minutes of the world.',
    params: ['probability', 'count'],
  },
  'update-resets-current': {
    group: 'chargers',
    what: 'An update that does not name the available current sets it back to its maximum.',
  },
  'stale-state': { group: 'answers', what: '/state keeps telling what it told first.' },
  'charger-offline': { group: 'chargers', what: 'Chargers are told to be offline and commands do not reach them.' },
  'external-403': { group: 'chargers', what: 'Charger updates answer 403, as in installations that others manage.' },
  'bus-cut': {
    group: 'bus',
    what: 'Connections to the bus are reset, and new ones too as long as it lasts.',
    params: ['probability', 'count'],
  },
  'bus-auth-error': {
    group: 'bus',
    what: 'Links are closed as unauthorised, and tokens refused: 401, or the status in match.',
  },
  'bus-auth-silent': {
    group: 'bus',
    what: 'Links are closed, and tokens for the bus are never answered.',
    params: ['probability', 'count'],
  },
  'bus-refused': {
    group: 'bus',
    what: 'Links are closed and refused, with another AMQP condition each time; match chooses some.',
  },
  'bus-refused-at-once': { group: 'bus', what: 'The same, but in the very breath in which a link is opened.' },
  'bus-detach': {
    group: 'bus',
    what: 'Links are closed once, with another AMQP condition each time; match chooses some.',
  },
  'bus-stall': { group: 'bus', what: 'Links stay as they are, but no message is sent.', params: [] },
  'bus-half-open': { group: 'bus', what: 'Connections are neither read nor written nor closed.', params: [] },
  'bus-removed': {
    group: 'bus',
    what: 'Subscriptions are removed with all messages, until their details are loaded again.',
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
  'bus-duplicates': { group: 'bus', what: 'Messages come twice.' },
  'bus-disorder': { group: 'bus', what: 'Messages come up to 3 s late, each by another time.' },
  'bus-delay': {
    group: 'bus',
    what: 'Messages come 30 s late, or by delayMs.',
    params: ['probability', 'match', 'count', 'delayMs'],
  },
  'bus-times-future': { group: 'bus', what: 'The times in messages are a day ahead.' },
  'bus-broken-bytes': { group: 'bus', what: 'Messages cannot be read: what they would have told is lost.' },
  'bus-foreign-charger': {
    group: 'bus',
    what: 'Behind each message comes the same about a charger that nobody knows.',
  },
  'bus-zero-charger': {
    group: 'bus',
    what: 'Behind each message comes the same about the charger with the id of zeros.',
  },
  'bus-no-value': { group: 'bus', what: 'Messages come without their value, which is lost.' },
  'bus-no-id': { group: 'bus', what: 'Messages come without a message id.' },
  'bus-thief': {
    group: 'bus',
    what: 'A second consumer takes messages, which are lost: every second one, or by probability.',
  },
} as const satisfies Record<string, Row>;

export type FaultName = keyof typeof FAULTS;

/** One thing that the simulated cloud can do wrong. */
export interface Fault extends Required<Row> {
  name: FaultName;
}

/** Every fault, in the order of docs/simulator.md. */
export const FAULT_TABLE: readonly Fault[] = (Object.entries(FAULTS) as [FaultName, Row][]).map(
  ([name, { group, what, params = USUAL }]) => ({ name, group, what, params }),
);

/** What a fault can be told besides on and off. */
export type FaultParam = 'probability' | 'match' | 'count' | 'delayMs';

/** One thing that the pretend cloud can do wrong. */
export interface FaultEntry {
  name: string;
  /** For people: what a client sees. */
  what: string;
  params: readonly FaultParam[];
}

const USUAL: readonly FaultParam[] = ['probability', 'match', 'count'];

/** For faults that are about connections, and not about one request or message. */
const CHANCE: readonly FaultParam[] = ['probability', 'count'];

const fault = (name: string, what: string, params = USUAL): FaultEntry => ({ name, what, params });

/** Every fault by name; the same table is in docs/simulator.md. */
export const FAULT_TABLE: readonly FaultEntry[] = [
  fault('token-503', 'The login answers 503 with an nginx page, as at more than one request a second.'),
  fault('token-demands-scope', 'The login answers 400 invalid_scope unless offline_access is asked for.'),
  fault('token-invalid', 'The login answers 400 invalid_grant to everybody.'),
  fault('token-no-lifetime', 'The login does not tell how long the token lives.'),
  fault('token-short', 'Tokens live for 5 s.'),
  fault('tokens-revoked', 'Each call is answered 401 the first time, as if its token had just been revoked.'),
  fault('rate-429', 'Answers 429 with Retry-After: 1 without counting.'),
  fault('server-500-html', 'Answers 500 with an nginx page.'),
  fault('server-500-empty', 'Answers 500 without a body.'),
  fault('server-500-code', 'Answers 500 with the Zaptec code 500 and no details.'),
  fault('server-502', 'Answers 502 with an nginx page.'),
  fault('server-503', 'Answers 503 with an nginx page.'),
  fault('server-504', 'Answers 504 with an nginx page.'),
  fault('server-524', 'Answers 524 with an HTML page, as the network in front of the cloud does in outages.'),
  fault('drop-before', 'Resets the connection before anything is done.'),
  fault('drop-after', 'Does what was asked, then resets the connection instead of answering.'),
  fault('slow', 'Waits before it acts: 11 s, or delayMs.', [...USUAL, 'delayMs']),
  fault('hang', 'Never answers and never acts.'),
  fault('empty-200', 'Does what was asked and answers 200 without a body.'),
  fault('null-200', 'Does what was asked and answers 200 with a literal null.'),
  fault('html-200', 'Does what was asked and answers 200 with an HTML page.'),
  fault('wrong-content-type', 'The right JSON, called text/plain.'),
  fault('garbage-json', 'JSON that ends in the middle.'),
  fault('oversized', 'An answer of 64 MiB.'),
  fault('unknown-fields', 'Adds fields that no client knows to every object.'),
  fault(
    'extra-secrets',
    'Plants passwords, a pin and a huge logo, marked "planted-…", at several depths of JSON answers.',
  ),
  fault('echo-secrets', 'Errors that repeat the Authorization header, or user name and password at the login.'),
  fault('times-future', 'All times in answers are a day ahead.'),
  fault('hierarchy-204', 'The hierarchy is 204 and empty, as some time after access was granted.'),
  fault('data-null', 'Lists have Data: null.'),
  fault('missing-fields', 'Fields that are optional in practice are missing.'),
  fault('pagesize-400', 'A PageSize above 100 is refused with 400 instead of being reduced to 100.'),
  fault('paging-unstable', 'The order of a list differs from page to page.'),
  fault('command-528', 'A command is refused with 528 whatever the state is, and not carried out.'),
  fault('command-528-acts', 'A command is refused with 528 but is carried out.'),
  fault('apm-527', 'Setting the current is refused with 527, as under automatic power management.'),
  fault(
    'current-reset',
    "Every midnight of the world's time (UTC) the available current goes back to its maximum.",
    [],
  ),
  fault(
    'foreign-current',
    'Another program sets the available current to its maximum every 10 to 50 minutes of the world.',
    ['probability', 'count'],
  ),
  fault('update-resets-current', 'An update that does not name the available current sets it back to its maximum.'),
  fault('stale-state', '/state keeps telling what it told first.'),
  fault('charger-offline', 'Chargers are told to be offline and commands do not reach them.'),
  fault('external-403', 'Charger updates answer 403, as in installations that others manage.'),
  fault('bus-cut', 'Connections to the bus are reset, and new ones too as long as it lasts.', CHANCE),
  fault('bus-auth-error', 'Links are closed as unauthorised, and tokens refused: 401, or the status in match.'),
  fault('bus-auth-silent', 'Links are closed, and tokens for the bus are never answered.', CHANCE),
  fault('bus-refused', 'Links are closed and refused, with another AMQP condition each time; match chooses some.'),
  fault('bus-refused-at-once', 'The same, but in the very breath in which a link is opened.'),
  fault('bus-detach', 'Links are closed once, with another AMQP condition each time; match chooses some.'),
  fault('bus-stall', 'Links stay as they are, but no message is sent.', []),
  fault('bus-half-open', 'Connections are neither read nor written nor closed.', []),
  fault('bus-removed', 'Subscriptions are removed with all messages, until their details are loaded again.', CHANCE),
  fault('bus-details-5xx', 'The connection details answer 500, 502, 503 or 504.'),
  fault('bus-details-403', 'The connection details answer 403.'),
  fault('bus-off', 'Messaging is switched off: the details answer 526, subscriptions are removed, links refused.'),
  fault('bus-details-change', 'Each call of the connection details gives another host name and a new key.'),
  fault('bus-duplicates', 'Messages come twice.'),
  fault('bus-disorder', 'Messages come up to 3 s late, each by another time.'),
  fault('bus-delay', 'Messages come 30 s late, or by delayMs.', [...USUAL, 'delayMs']),
  fault('bus-times-future', 'The times in messages are a day ahead.'),
  fault('bus-broken-bytes', 'Messages cannot be read: what they would have told is lost.'),
  fault('bus-foreign-charger', 'Behind each message comes the same about a charger that nobody knows.'),
  fault('bus-zero-charger', 'Behind each message comes the same about the charger with the id of zeros.'),
  fault('bus-no-value', 'Messages come without their value, which is lost.'),
  fault('bus-no-id', 'Messages come without a message id.'),
  fault('bus-thief', 'A second consumer takes messages, which are lost: every second one, or by probability.'),
];

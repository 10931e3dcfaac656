/**
 * Every status text with its English default, by node type.
 *
 * The catalogue of a node holds them as `<type>.status.<key>`; the defaults serve where no catalogue is loaded.
 * Status nodes make these texts an interface. They are shown whole: fewer than 20 characters with the simulator's `SIM `
 * in front have room below a node. `__name__` is filled in.
 */
const COMMON = {
  'no-connection': 'no connection',
  connecting: 'connecting',
  connected: 'connected',
  'no-credentials': 'no credentials',
  'bad-settings': 'bad settings',
  'login-refused': 'login refused',
  unreachable: 'unreachable',
  limited: '429, slowing',
  working: 'working',
  'working-many': '__n__ working',
  failed: '__code__',
  done: 'done',
} as const;

/** In the place of `working`, where a node does only one kind of thing. Its code stays `working`. */
const READING = { working: 'reading…' } as const;
const CHANGING = { changing: 'changing…' } as const;

const FOUND = { found: '__n__ found', updated: 'updated' } as const;

export const STATUS_TEXTS = {
  'zaptec-connection': COMMON,
  'zaptec-installation': { ...COMMON, ...READING, ...CHANGING, ...FOUND },
  'zaptec-charger': {
    ...COMMON,
    ...READING,
    ...CHANGING,
    ...FOUND,
    pausing: 'pausing…',
    resuming: 'resuming…',
    restarting: 'restarting…',
    upgrading: 'upgrading…',
    deauthorizing: 'deauthorizing…',
    commanding: 'sending…',
    prioritizing: 'prioritising…',
    changed: '__command__ done',
    unchanged: 'unchanged',
    sent: '__command__ sent',
    unconfirmed: 'unconfirmed',
    summary: '__done__ of __all__ done',
    prioritized: 'prioritised',
    offline: 'offline',
    charging: 'charging __kw__ kW',
    disconnected: 'no car',
    requesting: 'requesting',
    finished: 'finished',
    paused: 'paused',
    unknown: 'unknown',
  },
  'zaptec-subscribe': {
    ...COMMON,
    live: 'live',
    'live-ago': 'live, __age__ ago',
    'some-live': '__n__ of __all__ live',
    shared: 'second consumer',
    polling: 'polling',
    'no-push': 'no push',
    'no-role': 'no push: role',
    'not-enabled': 'no push: off',
  },
  'zaptec-update-current': {
    ...COMMON,
    working: 'setting…',
    applied: '__a__ A',
    'too-little': '__a__ A, paused',
    unit: '__a__ A: A meant?',
    waiting: '__a__ A in __min__m',
    'dead-man': 'no input, __a__ A',
    foreign: 'foreign: __a__ A',
    'not-following': 'not following',
    dropped: '__a__ A, enough',
    dry: 'dry run: __a__ A',
    reset: 'withdrawn',
    left: '__a__ A left by __by__',
    'no-record': 'no record kept',
    unrecorded: '__a__ A, no record',
    capped: 'at most __a__ A',
    outranked: '__a__ A by __by__',
  },
  'zaptec-request': { ...COMMON, working: 'requesting…' },
  'zaptec-plan': {
    ...COMMON,
    on: 'on, __rest__',
    late: 'late, __rest__',
    from: '__from__, __rest__',
    waits: 'waits, __rest__',
    'no-prices': 'no prices',
    dear: 'too dear',
    full: 'car full',
    'no-car': 'no car',
    over: 'time is over',
    'forced-on': 'on by message',
    'forced-off': 'off by message',
    'dry-on': 'dry run: on',
    'dry-off': 'dry run: off',
  },
  'zaptec-doctor': {
    ...COMMON,
    working: 'checking…',
    healthy: 'all well',
    findings: 'findings: __n__',
  },
  'zaptec-sessions': {
    ...COMMON,
    ...READING,
    found: FOUND.found,
    reading: '__percent__ %, __n__',
    stopped: 'stopped',
    unacknowledged: '__n__, no ack yet',
    acknowledged: 'acknowledged',
  },
  'zaptec-load-guard': {
    ...COMMON,
    starts: 'waits for meter',
    'awaits-cars': 'waits for cars',
    holds: '__a__ A',
    raised: '__a__ A free',
    lowered: 'lowered: __a__ A',
    restless: '__a__ A, restless',
    overload: 'overload: __a__ A',
    'no-meter': 'no meter: __a__ A',
    'forced-on': 'on by message',
    'forced-off': 'off by message',
    dry: 'dry run: __a__ A',
  },
  'zaptec-surplus': {
    ...COMMON,
    sun: '__a__ A, __kw__ kW',
    held: '__a__ A, held',
    least: '__a__ A, least',
    fast: '__a__ A, fast',
    'too-little-sun': 'waits, __kw__ kW',
    spent: 'no start left',
    'no-meter': 'no meter: __a__ A',
    'no-input': 'no meter yet',
    'no-chargers': 'cars: ? kW',
    off: 'off',
    'forced-on': 'on by message',
    'forced-off': 'off by message',
    'dry-run': 'dry run: __a__ A',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

type Texts = typeof STATUS_TEXTS;
/** The name of a status; texts of it are in every catalogue. */
export type StatusKey = { [T in keyof Texts]: keyof Texts[T] }[keyof Texts];

/**
 * The properties of every node: names, defaults and allowed values, once.
 *
 * The editor builds its `defaults` from this table and the runtime derives the types of its settings from it, so the
 * two cannot drift apart. Plain data, no imports: it is part of the editor's bundle too. Flows are shared as JSON,
 * which makes these names an interface: never rename one, raise `VERSION` and migrate instead.
 */
export interface Property {
  /** Default of a freshly dragged node. */
  readonly value: string | number | boolean | readonly string[];
  /** Value of a flow that was saved before there was the property, where it differs. */
  readonly absent?: string | readonly string[];
  readonly required?: boolean;
  /** Allowed values, where the choice is closed. */
  readonly values?: readonly string[];
  /** Name of the property that holds the type of this TypedInput. */
  readonly typeOf?: string;
  /** Set on properties that point at a configuration node. */
  readonly type?: 'zaptec-connection';
}

export type Properties = Readonly<Record<string, Property>>;

/** The layout of the settings; nodes saved before this field existed count as 1. */
export const VERSION = 1;

/** Where a TypedInput may take its value from. */
export const INPUT_TYPES = ['str', 'msg', 'flow', 'global', 'env', 'jsonata'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

/** The same for what is known before a message comes. */
export const SETTING_TYPES = ['str', 'flow', 'global', 'env', 'jsonata'] as const;

/** The same for a number. */
export const VALUE_TYPES = ['num', 'msg', 'flow', 'global', 'env', 'jsonata'] as const;

/** The same for a list of prices. */
export const PRICE_TYPES = ['msg', 'flow', 'global', 'env', 'jsonata'] as const;

/** A toggle becomes a pause or a resume; the others are commands of the cloud. */
export const COMMANDS = ['pause', 'resume', 'toggle', 'restart', 'upgrade-firmware', 'deauthorize'] as const;
/** The events of a subscription; the words are part of the payload. */
export const EVENTS = [
  'plugged-in',
  'waiting-for-authorisation',
  'charging-started',
  'charging-paused',
  'charging-resumed',
  'car-full',
  'unplugged',
  'session-started',
  'session-finished',
  'offline',
  'online',
  'fault',
  'fault-cleared',
  'stream-lost',
  'stream-back',
] as const;
/**
 * The observations that flows use, and whose meaning is documented (docs/zaptec-api.md, "Observations"). Their
 * descriptions are in the catalogue.
 */
export const DESCRIBED_OBSERVATIONS: readonly number[] = [
  -3, -2, -1, 120, 145, 150, 151, 153, 201, 270, 501, 502, 503, 507, 508, 509, 510, 511, 513, 519, 520, 522, 523, 553,
  554, 702, 708, 710, 711, 712, 715, 718, 721, 722, 723, 750, 760, 761, 763, 800, 802, 803, 804, 809, 911, 1161,
];
/** The times of the sessions node, as `src/billing/periods.ts` knows them. */
export const PERIODS = [
  'today',
  'yesterday',
  'this-week',
  'last-week',
  'this-month',
  'last-month',
  'this-year',
  'last-year',
  'since',
  'between',
] as const;
/** The days of the week, as `src/billing/tariff.ts` knows them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** The highest speed of the simulator. */
export const MAX_SPEED = 100_000;

const NAME = { value: '' } as const;
const CONNECTION_REF = { value: '', required: true, type: 'zaptec-connection' } as const;
const TYPE_STR = { value: 'str', values: INPUT_TYPES } as const;
/** The type of a number that may come from elsewhere. */
const TYPE_NUM = { value: 'num', values: VALUE_TYPES } as const;
/** Nothing chosen means everything. */
const NONE: readonly string[] = [];
const ALL = { value: NONE } as const;
/**
 * Which properties of a message may take the place of settings, unless `lockOverrides` forbids all of them. A flow
 * without the property allows all; a new node names those that it allows.
 * @param all the names
 * @param fresh those of a new node
 */
// Without this mark the dialog of each node would hold the tables of all.
// @__NO_SIDE_EFFECTS__
const overrides = (all: readonly string[], fresh = all) => ({ value: fresh, absent: all, values: all }) as const;
const OUTPUT = { value: 'array', values: ['array', 'each'] } as const;
/** The form of a charger's state: nested, nested with the age of each value, or one value for each name. */
const FORMAT = { value: 'snapshot', values: ['snapshot', 'ages', 'flat'] } as const;

export const CONNECTION = {
  name: NAME,
  cloud: { value: 'zaptec', required: true, values: ['zaptec', 'simulator', 'custom'] },
  baseUrl: { value: '' },
  readOnly: { value: false },
  transport: { value: 'auto', values: ['auto', 'amqp', 'websocket'] },
  userGroup: { value: '' },
  endedSessions: { value: 'each', values: ['each', 'once'] },
  /** Of the texts at run time; a new connection takes that of the editor. */
  language: { value: 'en', values: ['en', 'de', 'nl', 'fr', 'da', 'nb', 'sv'] },
  scenario: { value: 'home' },
  speed: { value: 1 },
  version: { value: VERSION },
} as const satisfies Properties;

/** Kept by Node-RED in its encrypted store; a `password` never reaches the editor again, a `text` does. */
export const CONNECTION_CREDENTIALS = {
  username: { type: 'text' },
  password: { type: 'password' },
  redisUrl: { type: 'password' },
  /** The address that the password belongs to; the runtime writes it. */
  binding: { type: 'password' },
} as const;

export const INSTALLATION = {
  name: NAME,
  connection: CONNECTION_REF,
  action: {
    value: 'list',
    required: true,
    values: ['list', 'get', 'hierarchy', 'chargers', 'firmware', 'update'],
  },
  installation: { value: '', typeOf: 'installationType' },
  installationType: TYPE_STR,
  output: OUTPUT,
  lockOverrides: { value: false },
  overrides: overrides(['action', 'installation'], ['installation']),
  version: { value: VERSION },
} as const satisfies Properties;

export const CHARGER = {
  name: NAME,
  connection: CONNECTION_REF,
  action: {
    value: 'state',
    required: true,
    values: ['list', 'get', 'state', 'command', 'update', 'prioritize'],
  },
  target: { value: 'charger', values: ['charger', 'installation'] },
  charger: { value: '', typeOf: 'chargerType' },
  chargerType: TYPE_STR,
  installation: { value: '', typeOf: 'installationType' },
  installationType: TYPE_STR,
  command: { value: 'payload', typeOf: 'commandType' },
  commandType: { value: 'msg', values: INPUT_TYPES },
  allowDestructive: { value: false },
  /** A; blank settings stay as they are. */
  maxChargeCurrent: { value: '', typeOf: 'maxChargeCurrentType' },
  maxChargeCurrentType: TYPE_NUM,
  /** A */
  minChargeCurrent: { value: '', typeOf: 'minChargeCurrentType' },
  minChargeCurrentType: TYPE_NUM,
  maxChargePhases: { value: '', values: ['', '1', '3'] },
  /** A; -1 for automatic. */
  offlineChargeCurrent: { value: '', typeOf: 'offlineChargeCurrentType' },
  offlineChargeCurrentType: TYPE_NUM,
  offlineChargePhase: { value: '', values: ['', '0', '1', '2', '4', '7'] },
  /** s */
  meterValueInterval: { value: '', typeOf: 'meterValueIntervalType' },
  meterValueIntervalType: TYPE_NUM,
  /** Of the priority; blank for what the message says. */
  priorityPhases: { value: '', values: ['', '1', '3'] },
  /** A */
  priorityCurrent: { value: '', typeOf: 'priorityCurrentType' },
  priorityCurrentType: TYPE_NUM,
  format: FORMAT,
  output: OUTPUT,
  lockOverrides: { value: false },
  /** A message must not make a node that reads one that sends commands. */
  overrides: overrides(['action', 'charger', 'installation', 'command'], ['charger', 'installation', 'command']),
  version: { value: VERSION },
} as const satisfies Properties;

export const SUBSCRIBE = {
  name: NAME,
  connection: CONNECTION_REF,
  installation: { value: '', typeOf: 'installationType' },
  /** No message comes before the first one that goes out. */
  installationType: { value: 'str', values: SETTING_TYPES },
  emit: { value: 'events', required: true, values: ['observations', 'snapshots', 'events', 'sessions'] },
  chargers: ALL,
  observations: ALL,
  events: { value: NONE, values: EVENTS },
  onChange: { value: true },
  /** s; 0 for every one. */
  every: { value: 0 },
  initial: { value: true },
  /** Whether payloads say who charged; a flow without it shows. */
  who: { value: 'show', values: ['show', 'hash', 'omit'] },
  format: FORMAT,
  version: { value: VERSION },
} as const satisfies Properties;

export const UPDATE_CURRENT = {
  name: NAME,
  connection: CONNECTION_REF,
  target: { value: 'installation', values: ['installation', 'charger'] },
  installation: { value: '', typeOf: 'installationType' },
  installationType: TYPE_STR,
  charger: { value: '', typeOf: 'chargerType' },
  chargerType: TYPE_STR,
  role: { value: 'target', values: ['target', 'limit'] },
  value: { value: 'payload', typeOf: 'valueType' },
  valueType: { value: 'msg', values: VALUE_TYPES },
  unit: { value: 'A', values: ['A', 'kW', 'W'] },
  interval: { value: 15 },
  deadBand: { value: 1 },
  lowerAtOnce: { value: true },
  cooldown: { value: 60 },
  deadMan: { value: 0 },
  safeValue: { value: 6 },
  withdrawn: { value: 'restore', absent: 'keep', values: ['keep', 'restore'] },
  /** Which target counts beside those of other nodes; a flow without it says the newest, as before. */
  combine: { value: 'newest', values: ['newest', 'highest', 'lowest', 'priority'] },
  /** The highest counts; of no effect unless targets are combined by it. */
  priority: { value: 0 },
  foreign: { value: 'report', values: ['report', 'reassert', 'yield'] },
  dryRun: { value: false },
  lockOverrides: { value: false },
  overrides: overrides(['installation', 'charger']),
  version: { value: VERSION },
} as const satisfies Properties;

export const REQUEST = {
  name: NAME,
  connection: CONNECTION_REF,
  method: { value: 'GET', required: true, values: ['GET', 'POST', 'PUT', 'DELETE'] },
  path: { value: '/api/constants', required: true, typeOf: 'pathType' },
  pathType: TYPE_STR,
  pages: { value: false },
  undocumented: { value: false },
  version: { value: VERSION },
} as const satisfies Properties;

/** What the nodes of all strategies have, last in their dialogs. */
export const STRATEGY = {
  timeZone: { value: '' },
  /** min; 0 for changes alone. */
  repeat: { value: 5 },
  dryRun: { value: false },
  lockOverrides: { value: false },
  overrides: overrides(['config', 'override']),
  version: { value: VERSION },
} as const satisfies Properties;

// @__NO_SIDE_EFFECTS__
const strategy = <const T extends Properties>(own: T): Omit<typeof STRATEGY, keyof T> & T => ({
  ...own,
  ...STRATEGY,
  ...own,
});

export const PLAN = strategy({
  name: NAME,
  /** Blank if messages bring the state of the car. */
  connection: { value: '', type: 'zaptec-connection' },
  charger: { value: '', typeOf: 'chargerType' },
  /** The plan goes on when no message comes. */
  chargerType: { value: 'str', values: SETTING_TYPES },
  prices: { value: 'payload', typeOf: 'pricesType' },
  pricesType: { value: 'msg', values: PRICE_TYPES },
  /** Unit of the prices, for the cost alone. */
  pricePer: { value: 'kWh', values: ['kWh', 'MWh'] },
  goal: { value: 'energy', values: ['energy', 'hours', 'battery'] },
  /** kWh, hours or percent. */
  amount: { value: '20', typeOf: 'amountType' },
  amountType: TYPE_NUM,
  /** kWh */
  capacityKwh: { value: '60', typeOf: 'capacityKwhType' },
  capacityKwhType: TYPE_NUM,
  by: { value: '07:00', typeOf: 'byType' },
  byType: TYPE_STR,
  days: { value: 'daily', values: ['daily', 'weekdays', 'chosen', 'once'] },
  /** For chosen days; none means all. */
  weekdays: { value: NONE, values: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
  /** kW */
  powerKw: { value: '7.4', typeOf: 'powerKwType' },
  powerKwType: TYPE_NUM,
  /** A number, or blank for any price. */
  maxPrice: { value: '', typeOf: 'maxPriceType' },
  maxPriceType: TYPE_NUM,
  force: { value: true },
  onePiece: { value: false },
  /** min */
  leastRun: { value: '15', typeOf: 'leastRunType' },
  leastRunType: TYPE_NUM,
  /** min */
  buffer: { value: '15', typeOf: 'bufferType' },
  bufferType: TYPE_NUM,
  /** What is looked at beside the price. */
  series: { value: 'none', values: ['none', 'sun', 'co2'] },
  seriesFrom: { value: 'forecast', typeOf: 'seriesFromType' },
  seriesFromType: { value: 'msg', values: PRICE_TYPES },
  seriesWeight: { value: 'alike', values: ['price', 'alike', 'series'] },
  /** W */
  houseW: { value: '500', typeOf: 'houseWType' },
  houseWType: TYPE_NUM,
});

export const LOAD_GUARD = strategy({
  name: NAME,
  /** Blank if messages bring the currents of the chargers. */
  connection: { value: '', type: 'zaptec-connection' },
  /** Blank for all chargers of the account. */
  installation: { value: '', typeOf: 'installationType' },
  installationType: { value: 'str', values: SETTING_TYPES },
  /** For the fuse of one charger alone. */
  charger: { value: '', typeOf: 'chargerType' },
  chargerType: { value: 'str', values: SETTING_TYPES },
  /** What the meter of the connection says. */
  meter: { value: 'payload', typeOf: 'meterType' },
  meterType: { value: 'msg', values: PRICE_TYPES },
  /** Of values whose name does not tell it. */
  unit: { value: 'A', values: ['A', 'W', 'kW'] },
  mode: { value: 'fuse', values: ['fuse', 'tariff'] },
  phases: { value: '3', values: ['3', '1'] },
  /** A */
  fuseA: { value: '25', typeOf: 'fuseAType' },
  fuseAType: TYPE_NUM,
  /** A */
  reserveA: { value: '1', typeOf: 'reserveAType' },
  reserveAType: TYPE_NUM,
  /** min at 1.13 times the fuse; 0 for none. */
  overloadMin: { value: '0', typeOf: 'overloadMinType' },
  overloadMinType: TYPE_NUM,
  /** min */
  steadyMin: { value: '1', typeOf: 'steadyMinType' },
  steadyMinType: TYPE_NUM,
  /** s */
  holdS: { value: '60', typeOf: 'holdSType' },
  holdSType: TYPE_NUM,
  /** A */
  safeA: { value: '0', typeOf: 'safeAType' },
  safeAType: TYPE_NUM,
  /** V */
  voltage: { value: '230', typeOf: 'voltageType' },
  voltageType: TYPE_NUM,
  rotation: { value: '', typeOf: 'rotationType' },
  rotationType: TYPE_STR,
  /** kW */
  limitKw: { value: '5', typeOf: 'limitKwType' },
  limitKwType: TYPE_NUM,
  /** min */
  period: { value: '60', values: ['60', '15'] },
  keep: { value: 'limit', values: ['limit', 'peak'] },
  peakDays: { value: '3', typeOf: 'peakDaysType' },
  peakDaysType: TYPE_NUM,
});

export const DOCTOR = {
  name: NAME,
  connection: CONNECTION_REF,
  show: { value: 'all', values: ['all', 'findings'] },
  /** The least severity of the findings that are sent, where only findings are. */
  severity: { value: 'warning', values: ['error', 'warning', 'info'] },
  /** min */
  silence: { value: 90 },
  version: { value: VERSION },
} as const satisfies Properties;

export const SESSIONS = {
  name: NAME,
  connection: CONNECTION_REF,
  installations: ALL,
  chargers: ALL,
  /** Id, e-mail address, name, or tag; blank for everybody. */
  user: { value: '' },
  /** All of a period, or what is new since the last time. */
  which: { value: 'all', values: ['all', 'new'] },
  period: { value: 'last-month', values: PERIODS },
  /** Begin of `since` and `between`, and of the first time of `new`. */
  from: { value: '' },
  to: { value: '' },
  /** Days after its end in which a session may become known or change. */
  lookback: { value: 35 },
  acknowledge: { value: false },
  timeZone: { value: '' },
  rows: { value: 'sessions', values: ['sessions', 'user', 'charger', 'day', 'month'] },
  output: OUTPUT,
  who: { value: 'show', values: ['show', 'hash', 'omit'] },
  /** In the place of what is not known. */
  unknown: { value: 'empty', values: ['empty', 'null'] },
  /** Voided and replaced sessions too. */
  corrected: { value: false },
  /** Readings and the signed text too. */
  details: { value: false },
  /** What is odd about a session. */
  odd: { value: false },
  /** The check of the signed text. */
  ocmf: { value: false },
  publicKey: { value: '', typeOf: 'publicKeyType' },
  publicKeyType: TYPE_STR,
  spot: { value: false },
  prices: { value: 'prices', typeOf: 'pricesType' },
  pricesType: { value: 'msg', values: PRICE_TYPES },
  pricePer: { value: 'kWh', values: ['kWh', 'MWh'] },
  tariff: { value: 'none', values: ['none', 'flat', 'high-low'] },
  /** For each kWh. */
  price: { value: '' },
  highPrice: { value: '' },
  lowPrice: { value: '' },
  highFrom: { value: '06:00' },
  highTo: { value: '22:00' },
  highDays: { value: ['mon', 'tue', 'wed', 'thu', 'fri'], values: WEEKDAYS },
  /** For each session; blank for none. */
  perSession: { value: '' },
  lockOverrides: { value: false },
  overrides: overrides(['installation', 'charger', 'user', 'period', 'from', 'to']),
  version: { value: VERSION },
} as const satisfies Properties;

/** Where a reading of a meter comes from. */
const READING = { value: 'msg', values: PRICE_TYPES } as const;

export const SURPLUS = strategy({
  name: NAME,
  /** Blank if messages bring the power of the chargers. */
  connection: { value: '', type: 'zaptec-connection' },
  installation: { value: '', typeOf: 'installationType' },
  /** The strategy goes on when no message comes. */
  installationType: { value: 'str', values: SETTING_TYPES },
  mode: { value: 'sun', values: ['sun', 'sun-and-least', 'fast', 'off'] },
  preference: { value: 'mostly-sun', values: ['only-sun', 'mostly-sun', 'sun-first'] },
  grid: { value: 'payload', typeOf: 'gridType' },
  gridType: READING,
  gridSign: { value: 'import', values: ['import', 'export'] },
  unit: { value: 'W', values: ['W', 'kW'] },
  /** Blank for what the account's store has. */
  chargersPower: { value: '', typeOf: 'chargersPowerType' },
  chargersPowerType: TYPE_NUM,
  house: { value: '', typeOf: 'houseType' },
  houseType: TYPE_NUM,
  battery: { value: '', typeOf: 'batteryType' },
  batteryType: TYPE_NUM,
  batterySign: { value: 'charging', values: ['charging', 'discharging'] },
  batteryLevel: { value: '', typeOf: 'batteryLevelType' },
  batteryLevelType: TYPE_NUM,
  /** %; blank for the house battery always first. */
  batteryFirstTo: { value: '', typeOf: 'batteryFirstToType' },
  batteryFirstToType: TYPE_NUM,
  phases: { value: 'auto', values: ['auto', 'one', 'three', 'switching'] },
  /** A */
  switchBelowA: { value: '8', typeOf: 'switchBelowAType' },
  switchBelowAType: TYPE_NUM,
  /** A */
  maxA: { value: '16', typeOf: 'maxAType' },
  maxAType: TYPE_NUM,
  /** W; blank for what is worth it. */
  startW: { value: '', typeOf: 'startWType' },
  startWType: TYPE_NUM,
  /** min */
  startMinutes: { value: '3', typeOf: 'startMinutesType' },
  startMinutesType: TYPE_NUM,
  /** W; blank for what is worth it. */
  stopW: { value: '', typeOf: 'stopWType' },
  stopWType: TYPE_NUM,
  /** min */
  stopMinutes: { value: '10', typeOf: 'stopMinutesType' },
  stopMinutesType: TYPE_NUM,
  /** min */
  leastOnMinutes: { value: '20', typeOf: 'leastOnMinutesType' },
  leastOnMinutesType: TYPE_NUM,
  /** 0 for any number. */
  startsPerDay: { value: '0', typeOf: 'startsPerDayType' },
  startsPerDayType: TYPE_NUM,
  /** min */
  smoothing: { value: '3', typeOf: 'smoothingType' },
  smoothingType: TYPE_NUM,
  /** W */
  reserveW: { value: '0', typeOf: 'reserveWType' },
  reserveWType: TYPE_NUM,
  /** min */
  silence: { value: '5', typeOf: 'silenceType' },
  silenceType: TYPE_NUM,
  overrides: overrides(['mode', 'config', 'override']),
});

type Widen<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : never;
type Value<P> = P extends { readonly value: readonly string[] }
  ? string[]
  : P extends { readonly values: readonly (infer U)[] }
    ? U
    : P extends { readonly value: infer V }
      ? Widen<V>
      : never;

/** The settings that a table of properties describes. */
export type Settings<T extends Properties> = { -readonly [K in keyof T]: Value<T[K]> };
export type ConnectionSettings = Settings<typeof CONNECTION>;
export type InstallationSettings = Settings<typeof INSTALLATION>;
export type ChargerSettings = Settings<typeof CHARGER>;
export type SubscribeSettings = Settings<typeof SUBSCRIBE>;
export type UpdateCurrentSettings = Settings<typeof UPDATE_CURRENT>;
export type RequestSettings = Settings<typeof REQUEST>;
export type LoadGuardNodeSettings = Settings<typeof LOAD_GUARD>;
export type PlanNodeSettings = Settings<typeof PLAN>;
export type DoctorSettings = Settings<typeof DOCTOR>;
export type SessionsSettings = Settings<typeof SESSIONS>;
export type SurplusNodeSettings = Settings<typeof SURPLUS>;

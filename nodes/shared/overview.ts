/**
 * What the runtime sends to the sidebar about an account. Types alone, since both sides read them; what nobody has read
 * yet is absent.
 */
export interface AccountView {
  id: string;
  name: string;
  simulator: boolean;
  /** Of the built-in simulator. */
  scenario?: string;
  readOnly: boolean;
  /** Key of the status text of the connection; `idle` when nothing has used it yet. */
  state: string;
  /** Requests a second that are allowed and used, and how many wait. */
  budget?: { permits: number; used: number; waiting: number };
  /** Who has sent how many requests over so many minutes, the heaviest first. */
  usage?: { minutes: number; callers: { by: string; requests: number }[] };
  /** How old the list of chargers is, in ms; absent when it was never read. */
  listAgeMs?: number;
  /** When the log of its requests ends by itself, ms since 1970; empty while it is off. */
  requestLog: { until?: number };
  installations: InstallationView[];
  recentErrors: readonly RecentErrorView[];
}

export interface InstallationView {
  id: string;
  name: string;
  role?: string;
  feed?: { state: string; text: string; remedy?: string };
  pause?: PauseView;
  limits?: MachineLimitView[];
  governor?: GovernorPart;
  circuits: CircuitView[];
}

/** The available current, and what the governor waits for. */
export interface GovernorPart {
  /** In A; absent while nobody knows it. */
  applied?: string;
  /** When it may be raised next, ms since 1970; absent when at once. */
  raiseAt?: number;
  requests: { by: string; name: string; role: string; current: string }[];
}

export interface CircuitView {
  id: string;
  name?: string;
  /** In A. */
  maxCurrent?: number;
  chargers: ChargerView[];
}

export interface ChargerView {
  id: string;
  name: string;
  serial?: string;
  model?: string;
  online?: boolean;
  mode: string;
  reason?: string;
  powerW?: number;
  /** How old the state is, in ms. */
  ageMs?: number;
  /** It may be otherwise by now. */
  stale: boolean;
  /** A command that is not confirmed yet. */
  pending?: string;
  /** The account may pause and resume it. */
  controlled: boolean;
  pause?: PauseView;
  limits?: MachineLimitView[];
}

/** A limit of another machine of the account. */
export interface MachineLimitView {
  machine: string;
  /** Id of its node there. */
  node: string;
  name: string;
  /** In A. */
  current: string;
  /** How long ago the machine was there, in ms; absent where nobody knows. */
  silentMs?: number;
  /** The machine is no longer there: somebody may remove the limit. */
  gone: boolean;
}

/** A current at which nothing flows, although no target and no limit asks for it. */
export interface PauseView {
  /** In A. */
  current: string;
  /** Who has set it. */
  by: string;
  /** How long ago it was seen last, in ms. */
  ageMs: number;
}

export interface RecentErrorView {
  message: string;
  remedy: string;
  /** When it happened last, ms since 1970. */
  at: number;
  count: number;
  /** The node that had it; absent when it is the connection's own. */
  node?: string;
}

/** The latest decision of a strategy node. */
export interface DecisionView {
  node: string;
  type: string;
  name: string;
  /** When, ms since 1970. */
  at: number;
  code: string;
  reason: string;
  /** For a chart; absent where the strategy has none. */
  rows?: readonly ChartRow[];
}

/** From this time on, ms since 1970. */
export interface ChartRow {
  x: number;
  price: number;
  /** What is planned; 0 for nothing. */
  kw: number;
}

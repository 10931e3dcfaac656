import type { FaultGroup } from '../../faults/table';

/** The answer of `GET /simulator/live`. Types only, because the browser shares them. */

type Phases = [number, number, number];

export interface LiveSite {
  id: string;
  name: string;
  chargers: number;
  charging: number;
  maxCurrent: number;
  /** A per phase. */
  availableCurrent: Phases;
  /** 0 manual, 1 schedule, 2 automatic. */
  availableCurrentMode: 0 | 1 | 2;
  authenticationRequired: boolean;
  /** A per phase that its chargers draw. */
  usedA: Phases;
  powerW: number;
}

export interface LiveCharger {
  id: string;
  deviceId: string;
  name: string;
  site: string;
  model: string;
  online: boolean;
  modeName: LiveMode;
  reason: string;
  authorised: boolean;
  powerW: number;
  currents: Phases;
  allocatedA: number;
  car?: { batteryKwh: number; charge: number; target: number; maxA: number; phases: number };
  sessionKwh?: number;
}

/** The modes of the cloud, but a paused charger apart from one whose car is full. */
export type LiveMode = 'disconnected' | 'waiting' | 'charging' | 'paused' | 'full';

export type LiveEventKind = 'car' | 'charger' | 'command' | 'write' | 'fault' | 'world';

/** A request; `about` has the names of what its path is about. */
export interface LiveCall {
  id: number;
  at: number;
  account: string;
  method: string;
  path: string;
  status: number;
  about?: string;
}

/** Something that happened, with the requests from then until the next event; the newest of them first. */
export interface LiveEvent {
  id: number;
  at: number;
  kind: LiveEventKind;
  text: string;
  /** Of a command or a write; 0 while it is unanswered. */
  status?: number;
  requests: number;
  latest: LiveCall[];
}

/** World time in ms; W of house, sun, chargers and grid; A used and available per phase of one installation. */
export type Sample = [at: number, power: [number, number, number, number], used: Phases, available: Phases];

export interface LiveRequests {
  recorded: number;
  limitPerSecond: number;
  burst: number;
  /** The second, since 1970, of the newest count. */
  second: number;
  /** By account: calls in each of the last seconds, oldest first. */
  perSecond: Record<string, number[]>;
  /** Answers 429 in the same seconds, for all accounts. */
  refused: number[];
  latest: LiveCall[];
}

export interface LiveClient {
  client: string;
  requests: number;
  ok: boolean;
  verdicts: { rule: string; ok: boolean; text: string }[];
}

export interface LiveFault {
  name: string;
  group: FaultGroup;
  what: string;
  params: readonly string[];
  setting: { on: boolean; probability?: number | undefined };
  hits: number;
}

export interface LiveTopic {
  name: string;
  /** The name of its installation. */
  about?: string;
  removed: boolean;
  receivers: number;
  waiting: number;
  locked: number;
  delivered: number;
  completed: number;
}

/** Sums over all topics, and the topics that a client has asked for. */
export interface LiveBus extends Omit<LiveTopic, 'name' | 'removed'> {
  connections: number;
  published: number;
  redelivered: number;
  stolen: number;
  topics: LiveTopic[];
}

export interface Live {
  time: string;
  scenario: string;
  seed: number;
  speed: number;
  meter: { houseW: number; sunW: number; chargersW: number; gridW: number };
  sites: LiveSite[];
  /** `finished` are the paused and the full ones. */
  counts: Record<LiveMode | 'finished' | 'offline' | 'all', number>;
  chargers: { matching: number; from: number; list: LiveCharger[] };
  /** `world` changes with each restart; `next` is the value of `since` for the next call. */
  trend: { world: number; next: number; samples: Sample[] };
  /** Newest first. */
  timeline: LiveEvent[];
  requests: LiveRequests;
  bus: LiveBus;
  audit: LiveClient[];
  faults: LiveFault[];
}

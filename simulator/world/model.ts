/** The data of the simulated world, in the units of their names. Times are ms since 1970, world time. */

import type { HouseBattery } from './house/battery';
import type { PricePattern } from './house/market';
import type { SeasonName } from './house/season';

export type ChargerModel = 'Pro' | 'Go' | 'Go 2';
/** Observation 710 (docs/zaptec-api.md, "Operation modes"). */
export type OperationMode = 1 | 2 | 3 | 5;
export type Role = 'owner' | 'service' | 'user';

export interface Car {
  batteryKwh: number;
  /** 0 to 1. */
  charge: number;
  /** The car stops charging there, 0 to 1. */
  target: number;
  maxA: number;
  phases: 1 | 3;
  /** The time at which the car leaves; absent: it stays until it is unplugged. */
  leavesAt?: number;
}

export interface User {
  id: string;
  name: string;
  email: string;
}

export interface Session {
  id: string;
  chargerId: string;
  startedAt: number;
  /** Who authorised the session; absent: nobody. */
  user?: User;
  tokenName?: string;
  energyKwh: number;
  /** Cumulative energy at each reading. */
  readings: { at: number; energyKwh: number; meterKwh: number }[];
  /** How often charging has switched between three phases and one. */
  phaseSwitches: number;
}

export interface FinishedSession extends Session {
  endedAt: number;
  /** When the cloud learned of the end; later than endedAt for a charger that was offline. */
  recognisedAt: number;
  offline: boolean;
  replacedBy?: string;
  stoppedByRfid: boolean;
  /** Absent: true. */
  reliableClock?: boolean;
  voided?: boolean;
  aborted?: boolean;
}

/** A session in the order of its end. */
export interface EndOfSession {
  endedAt: number;
  id: string;
}

/** Which sessions of an archive. */
export interface ArchiveQuery {
  installationId?: string | undefined;
  chargerId?: string | undefined;
  /** ms since 1970, inclusive and exclusive. */
  from: number;
  to: number;
  /** Only those after this one. */
  after?: EndOfSession | undefined;
}

/** What sums are by. */
export type SumsBy = 'month' | 'day' | 'charger' | 'user' | 'quarter';

export interface SumsQuery {
  by: SumsBy;
  /** IANA, for months and days; UTC by default. */
  zone?: string | undefined;
  /** The sessions that ended from then on, and before, ms since 1970. */
  from?: number | undefined;
  to?: number | undefined;
  installationId?: string | undefined;
  chargerId?: string | undefined;
  /** With voided and replaced sessions, which nobody pays. */
  all?: boolean | undefined;
}

export interface Sum {
  wh: number;
  sessions: number;
}

/** All finished sessions of a world. */
export interface FinishedSessions {
  readonly all: readonly FinishedSession[];
  find(id: string): FinishedSession | undefined;
  /** At most so many, the oldest end first. */
  ended(query: ArchiveQuery, most: number): FinishedSession[];
  /**
   * What they amount to, without those that are voided or replaced: for tests that compare it with what a client makes of
   * the answers. A session counts where it ended.
   */
  sums(query: SumsQuery): Record<string, Sum>;
}

/** One value of one charger; an event such as Pulse has no `value`. */
export interface Observation {
  chargerId: string;
  id: number;
  value?: string;
  at: number;
}

/** The priority of a session: a part that is absent has no effect. */
export interface Priority {
  phases?: 1 | 3;
  /** A */
  current?: number;
}

export interface Charger {
  readonly id: string;
  readonly deviceId: string;
  name: string;
  readonly installationId: string;
  readonly circuitId: string;
  readonly model: ChargerModel;
  /** 1 Pro, 4 Go and Go 2. */
  readonly deviceType: 1 | 4;
  readonly createdAt: number;
  readonly pin: string;
  active: boolean;
  online: boolean;
  /** Registered but never started: the charger has no firmware and no observations. */
  neverStarted: boolean;
  standAlone: boolean;
  firmware: { current: string; available: string };
  settings: {
    maxChargeCurrent: number;
    minChargeCurrent: number;
    maxChargePhases: 1 | 3;
    offlineChargeCurrent: number;
    offlineChargePhase: number;
    meterValueInterval: number;
  };
  /** Settings that the charger keeps itself; brightness is 0 to 1. */
  local: { permanentLock: boolean; brightness: number };
  mode: OperationMode;
  /** Observation 718: paused by command 506. */
  finalStop: boolean;
  authorised: boolean;
  car?: Car;
  session?: Session;
  priority?: Priority;
  /** A schedule delays charging until then; observation 763. */
  scheduledUntil?: number;
  allocatedA: number;
  /** Amperes and volts per phase. */
  currents: [number, number, number];
  voltages: [number, number, number];
  powerW: number;
  meterKwh: number;
  warnings: bigint;
  /** The latest observation of each id, which /state answers and the bus sends. */
  readonly observations: Map<number, Observation>;
}

export interface Circuit {
  readonly id: string;
  readonly name: string;
  maxCurrent: number;
}

export interface Installation {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly zipCode: string;
  readonly city: string;
  /** 0 Pro, 1 Smart. */
  readonly installationType: 0 | 1;
  /** 1 IT 1, 2 IT 3, 3 TN 1, 4 TN 3 phases. */
  readonly networkType: 1 | 2 | 3 | 4;
  readonly createdAt: number;
  updatedAt: number;
  maxCurrent: number;
  /** A per phase. */
  availableCurrent: [number, number, number];
  /** Nobody ever set the available current: the cloud does not send one, and the maximum applies. */
  availableCurrentUnset?: boolean;
  /** 0 manual, 1 schedule, 2 automatic. */
  availableCurrentMode: 0 | 1 | 2;
  threeToOnePhaseSwitchCurrent: number;
  authenticationRequired: boolean;
  /** 0 native, 1 web hooks, 2 OCPP. */
  authenticationType: number;
  minPowerOfflineMode: boolean;
  messagingEnabled: boolean;
  readonly notes: string;
  readonly ocppCloudUrl?: string;
  readonly supportGroupId: string;
  readonly circuits: Circuit[];
  readonly users: User[];
}

/** The world calls it at once for each observation that a charger sends. */
export type ObservationListener = (observation: Observation, charger: Charger) => void;

/** Why a command is refused, with Zaptec's code (docs/zaptec-api.md, "Error codes" and "Command refusals"). */
export interface CommandRefusal {
  code: number;
  details: string | null;
}

/** The power of a house as a whole. */
export interface MeterPower {
  /** W; consumption of the house without the chargers. */
  houseW: number;
  /** W; production. */
  sunW: number;
  /** W; all chargers. */
  chargersW: number;
  /** W; import from the grid positive. */
  gridW: number;
}

/** The readings of a meter in the house. */
export interface Meter extends MeterPower {
  time: string;
  /** W; discharging positive. Absent: the house has no battery. */
  batteryW?: number;
  batteryPercent?: number;
  /** A at the grid connection per phase, import positive. */
  currentA: { phase1: number; phase2: number; phase3: number };
  /** A of the house alone, per phase. */
  houseA: { phase1: number; phase2: number; phase3: number };
  /** W at the grid connection per phase, import positive. */
  powerW: { phase1: number; phase2: number; phase3: number };
  /** V between each phase and neutral. */
  voltageV: { phase1: number; phase2: number; phase3: number };
}

/** The world as the HTTP server, the bus and the faults use it; class `World` implements it. */
export interface WorldModel {
  readonly seed: number;
  /** World time, ms since 1970. */
  readonly now: number;
  readonly speed: number;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly chargers: ReadonlyMap<string, Charger>;
  /** Those of the last 30 days before the start, and all since; oldest first. */
  readonly history: readonly FinishedSession[];
  /** These and those of the 13 months before. */
  readonly archive: FinishedSessions;
  /** Advances the world to the client's time; costs little when little time has passed. */
  catchUp(): void;
  setSpeed(speed: number): void;
  /** Advances the world only, in ms, in steps of stepMs; by default in about 120 steps. */
  advance(ms: number, stepMs?: number): void;
  meter(): Meter;
  /** The same, but only what the charts need. */
  power(): MeterPower;
  /** Sets what the house draws beside its base load, A per phase; a new scenario begins with 0. */
  setHouseLoad(currents: [number, number, number]): void;
  readonly season: SeasonName;
  /** Sets the time of the year for house, sun and prices; a new scenario keeps it. */
  setSeason(season: SeasonName): void;
  /**
   * The house lives this date now, as `2026-06-21`, and the days after it from there on; a new scenario begins with it
   * again. undefined: the date of the clock.
   */
  setDate(date: string | undefined): void;
  /** Sets what the sun brings, W; undefined: the weather decides. */
  setSun(watts: number | undefined): void;
  /** Gives the house a battery; undefined: takes it away. */
  setBattery(battery: HouseBattery | undefined): void;
  /** The price of electricity at a time, per kWh. */
  priceAt(time: number, pattern: PricePattern): number;
  /** What a forecast says that the sun brings at a time, W. */
  forecastAt(time: number): number;
  onObservation(listener: ObservationListener): () => void;
  onSessionFinished(listener: (session: FinishedSession) => void): () => void;
  /** Finds a charger by id, serial number or name. */
  findCharger(ref: string): Charger | undefined;
  plug(chargerId: string, car?: Partial<Car>): void;
  unplug(chargerId: string): void;
  authorise(chargerId: string): void;
  addCharger(installationId: string, options?: { name?: string; model?: ChargerModel }): Charger;
  removeCharger(chargerId: string): void;
  setOnline(chargerId: string, online: boolean): void;
  setStandAlone(chargerId: string, standAlone: boolean): void;
  /**
   * Runs command 102, 200, 506, 507 or 10001 by the tables of docs/zaptec-api.md, "State machine" and
   * "Command refusals"; undefined: done.
   */
  command(chargerId: string, commandId: number): CommandRefusal | undefined;
  /** Returns to the state in which nobody ever set a current: the maximum applies. */
  unsetAvailableCurrent(installationId: string): void;
  /** A per phase; takes effect on the cars within 5 s of world time. */
  setAvailableCurrent(installationId: string, currents: [number, number, number]): void;
  updateInstallation(
    installationId: string,
    changes: Partial<
      Pick<
        Installation,
        | 'maxCurrent'
        | 'minPowerOfflineMode'
        | 'threeToOnePhaseSwitchCurrent'
        | 'availableCurrentMode'
        | 'authenticationRequired'
      >
    >,
  ): void;
  updateCharger(chargerId: string, changes: Partial<Charger['settings']>): void;
  /** Settings that the charger keeps itself; observations 151 and 153 follow. */
  updateLocalSettings(chargerId: string, changes: Partial<Charger['local']>): void;
  prioritise(sessionId: string, priority: Priority): boolean;
}

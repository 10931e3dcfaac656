import type { Car, ChargerModel, Installation } from '../model';
import type { Prng } from '../../prng';
import type { SeasonName } from '../house/season';

/** The initial state of a charger. */
export type Start = 'free' | 'charging' | 'paused' | 'full' | 'waiting' | 'offline' | 'never started';

export interface ChargerPlan {
  name: string;
  model: ChargerModel;
  /** Index of its circuit. */
  circuit: number;
  start: Start;
  car?: Partial<Car>;
  /** h in which no car arrives by itself. */
  pinnedHours?: number;
}

export interface InstallationPlan {
  name: string;
  address: string;
  zipCode: string;
  city: string;
  installationType: Installation['installationType'];
  networkType: Installation['networkType'];
  maxCurrent: number;
  availableCurrentMode: Installation['availableCurrentMode'];
  /** Nobody ever set the available current. */
  availableCurrentUnset?: boolean;
  threeToOnePhaseSwitchCurrent: number;
  authenticationRequired: boolean;
  ocppCloudUrl?: string;
  circuits: { name: string; maxCurrent: number }[];
  users: string[];
  chargers: ChargerPlan[];
}

export interface ScenarioPlan {
  /** The base load and the sun are those of this number of houses. */
  houses: number;
  /** Past sessions of a charger per day. */
  sessionsPerDay: number;
  installations: InstallationPlan[];
  /** The world begins at the next such local hour, in this season, whatever the clock and the season that was set. */
  begins?: { hour: number; season: SeasonName };
}

interface ScenarioOptions {
  chargers?: number;
  prng: Prng;
}

export interface Scenario {
  /** One line for people. */
  about: string;
  plan(options: ScenarioOptions): ScenarioPlan;
}

/** A car that charges for hours, so that a demonstration shows a charging car. */
export const LASTING_CAR: Partial<Car> = { batteryKwh: 200, charge: 0.05, target: 1, maxA: 16, phases: 3 };

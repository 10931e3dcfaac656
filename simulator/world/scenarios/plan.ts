import type { Car, ChargerModel, Installation } from '../model';
import type { Prng } from '../../prng';

/** How a charger is found when the world begins. */
export type Start = 'free' | 'charging' | 'paused' | 'full' | 'waiting' | 'offline' | 'never started';

export interface ChargerPlan {
  name: string;
  model: ChargerModel;
  /** Index of its circuit. */
  circuit: number;
  start: Start;
  car?: Partial<Car>;
  /** Traffic leaves it alone for that long, h. */
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
  threeToOnePhaseSwitchCurrent: number;
  authenticationRequired: boolean;
  circuits: { name: string; maxCurrent: number }[];
  users: string[];
  chargers: ChargerPlan[];
}

export interface ScenarioPlan {
  /** How many houses the base load and the sun amount to. */
  houses: number;
  /** Past sessions of a charger per day. */
  sessionsPerDay: number;
  installations: InstallationPlan[];
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

/** A car that charges for a long time, so that a demonstration has something to show. */
export const LASTING_CAR: Partial<Car> = { batteryKwh: 200, charge: 0.05, target: 1, maxA: 16, phases: 3 };

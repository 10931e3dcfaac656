import type { LoadGuardSettings } from '../../src/energy/load-guard/guard-settings';
import type { PlanSettings } from '../../src/energy/plan/plan-settings';
import type { SurplusSettings } from '../../src/energy/surplus/surplus-settings';

/** The settings that a new surplus node has, for a house on three phases. */
export const SURPLUS: Readonly<SurplusSettings> = {
  mode: 'sun',
  preference: 'mostly-sun',
  unit: 'W',
  gridSign: 'import',
  batterySign: 'charging',
  batteryFirstTo: undefined,
  phases: 'three',
  switchBelowA: 8,
  maxA: 16,
  startW: undefined,
  startMinutes: 3,
  stopW: undefined,
  stopMinutes: 10,
  leastOnMinutes: 20,
  startsPerDay: 0,
  smoothing: 3,
  reserveW: 0,
  silence: 5,
};

/** A load guard on a fuse of 25 A. */
export const LOAD_GUARD: Readonly<LoadGuardSettings> = {
  mode: 'fuse',
  fuseA: 25,
  reserveA: 1,
  phases: '3',
  overloadMin: 0,
  steadyMin: 1,
  holdS: 60,
  safeA: 6,
  voltage: 230,
  rotation: '',
  limitKw: 8,
  period: '60',
  keep: 'limit',
  peakDays: 3,
};

/** 20 kWh by seven every day, with a charger of 10 kW. */
export const PLAN: Readonly<PlanSettings> = {
  goal: 'energy',
  amount: 20,
  capacityKwh: 60,
  by: '07:00',
  days: 'daily',
  weekdays: [],
  powerKw: 10,
  maxPrice: undefined,
  force: true,
  onePiece: false,
  leastRun: 0,
  buffer: 15,
  series: 'none',
  seriesWeight: 'alike',
  houseW: 500,
};

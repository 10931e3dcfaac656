import type { LoadGuardSettings } from '../../src/energy/load-guard/guard-settings';
import type { SurplusSettings } from '../../src/energy/surplus/surplus-settings';

/** A surplus node in watts that starts its car as often as the sun comes. */
export const SURPLUS: SurplusSettings = {
  mode: 'sun',
  preference: 'mostly-sun',
  unit: 'W',
  gridSign: 'import',
  batterySign: 'charging',
  batteryFirstTo: undefined,
  phases: 'auto',
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

/** A load guard of a fuse that pauses the cars where its meter is silent. */
export const FUSE: LoadGuardSettings = {
  mode: 'fuse',
  fuseA: 25,
  reserveA: 1,
  phases: '3',
  overloadMin: 0,
  steadyMin: 1,
  holdS: 60,
  safeA: 0,
  voltage: 230,
  rotation: '',
  limitKw: 5,
  period: '60',
  keep: 'limit',
  peakDays: 3,
};

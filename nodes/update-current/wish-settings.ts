import type { WishSettings } from '../../src/control/current-types';
import type { UpdateCurrentSettings } from '../shared/properties';

const MINUTE = 60_000;
const SECOND = 1_000;

/** The settings of a node in the words and units of the governor, which keeps to its own least values. */
export function wishSettings(by: string, settings: UpdateCurrentSettings): WishSettings {
  const { role, interval, deadBand, lowerAtOnce, cooldown, deadMan, safeValue, foreign, dryRun } = settings;
  return {
    by,
    role,
    intervalMs: interval * MINUTE,
    deadBandA: deadBand,
    lowerAtOnce,
    cooldownMs: cooldown * SECOND,
    ...(deadMan > 0 ? { deadMan: { afterMs: deadMan * MINUTE, safeA: safeValue } } : {}),
    foreign,
    dryRun,
  };
}

import { choiceOf, numberFrom, textThat, type SettingRules } from '../setting-rules';
import { isRotation } from './rotation';

/** What is guarded: the fuse of the connection, or the mean power of an hour or a quarter-hour. */
type GuardMode = 'fuse' | 'tariff';
/** The highest mean power: the one of the settings, or the one that the month has had already. */
type TariffRule = 'limit' | 'peak';

/** What a load guard protects, and how. */
export interface LoadGuardSettings {
  mode: GuardMode;
  /** The main fuse, or that of a sub-distribution, A. */
  fuseA: number;
  /** Left free whenever a limit is raised or lowered, A. */
  reserveA: number;
  /** Of the connection. */
  phases: '1' | '3';
  /** How long the fuse bears 1.13 times its current, min; 0 for a fuse that is to bear nothing. */
  overloadMin: number;
  /** A phase is loosened after its load was low enough for so long, min. */
  steadyMin: number;
  /** The last good value of a phase counts for so long, s. */
  holdS: number;
  /** The limit while a phase is not known, A. */
  safeA: number;
  /** Between a phase and neutral, V. */
  voltage: number;
  /** How the chargers are connected to the phases of the meter; see `rotationOf`. */
  rotation: string;
  /** The highest mean power of a period, kW. */
  limitKw: number;
  /** Length of a period, min. */
  period: '60' | '15';
  keep: TariffRule;
  /** The tariff charges the mean of so many days of the month, each with its highest period. */
  peakDays: number;
}

/** What each setting may be. */
export const LOAD_GUARD_RULES: SettingRules<LoadGuardSettings> = {
  mode: choiceOf(['fuse', 'tariff'] satisfies GuardMode[]),
  fuseA: numberFrom(6, 2_000),
  reserveA: numberFrom(0, 500),
  phases: choiceOf(['1', '3']),
  overloadMin: numberFrom(0, 60),
  steadyMin: numberFrom(1, 5),
  holdS: numberFrom(5, 600),
  safeA: numberFrom(0, 500),
  voltage: numberFrom(100, 300),
  rotation: textThat(isRotation, 'blank, or a text such as "Garage: L2 L3 L1; Carport: L3 L1 L2"'),
  limitKw: numberFrom(0.1, 1_000),
  period: choiceOf(['60', '15']),
  keep: choiceOf(['limit', 'peak'] satisfies TariffRule[]),
  peakDays: numberFrom(1, 10),
};

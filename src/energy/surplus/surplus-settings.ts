import { choiceOf, numberFrom, type SettingRule, type SettingRules } from '../setting-rules';
import { phrase } from '../../errors/phrase';

/** Sun only; the least current always and more with the sun; as much as possible; nothing. */
export type SurplusMode = 'sun' | 'sun-and-least' | 'fast' | 'off';

/** How much energy from the grid the car may take, so that it gets more of the sun. */
export type SunPreference = 'only-sun' | 'mostly-sun' | 'sun-first';

/** How many phases the car uses: seen from its currents, always so many, or one below a current and three above it. */
type PhaseSetting = 'auto' | 'one' | 'three' | 'switching';

/** How a car is charged from the sun. Powers are in W, currents in A for each phase. */
export interface SurplusSettings {
  mode: SurplusMode;
  preference: SunPreference;
  /** The unit of the powers of an input that have none. */
  unit: 'W' | 'kW';
  /** Which direction is positive. */
  gridSign: 'import' | 'export';
  batterySign: 'charging' | 'discharging';
  /** From this level of the house battery on the car comes first, percent; undefined for the battery always first. */
  batteryFirstTo: number | undefined;
  phases: PhaseSetting;
  /** With `switching`: one phase below this current, A. */
  switchBelowA: number;
  /** The highest current that is of use, A. */
  maxA: number;
  /** Charging begins when the mean of so many minutes is at least this, W; undefined: when it is worth it. */
  startW: number | undefined;
  startMinutes: number;
  /** Charging ends when the mean of so many minutes is below this, W; undefined: when it is no longer worth it. */
  stopW: number | undefined;
  stopMinutes: number;
  /** Charging goes on for at least so many minutes. */
  leastOnMinutes: number;
  /** Charging begins at most so often a day; 0 for as often as it is worth it. */
  startsPerDay: number;
  /** A raise goes by the mean of so many minutes. */
  smoothing: number;
  /** This is left over for the grid, W; a negative one may be taken from it. */
  reserveW: number;
  /** After so many minutes without a good value of the meter charging from the sun ends. */
  silence: number;
}

const MODES: readonly SurplusMode[] = ['sun', 'sun-and-least', 'fast', 'off'];
const PREFERENCES: readonly SunPreference[] = ['only-sun', 'mostly-sun', 'sun-first'];
const PHASES: readonly PhaseSetting[] = ['auto', 'one', 'three', 'switching'];
const MOST_W = 1_000_000;
const MOST_MINUTES = 120;

/** What each setting may be. */
export const SURPLUS_RULES: SettingRules<SurplusSettings> = {
  mode: choiceOf(MODES),
  preference: choiceOf(PREFERENCES),
  unit: choiceOf(['W', 'kW']),
  gridSign: choiceOf(['import', 'export']),
  batterySign: choiceOf(['charging', 'discharging']),
  batteryFirstTo: orBlank(numberFrom(0, 100)),
  phases: choiceOf(PHASES),
  switchBelowA: numberFrom(6, 32),
  maxA: numberFrom(6, 80),
  startW: orBlank(numberFrom(0, MOST_W)),
  startMinutes: numberFrom(1, MOST_MINUTES),
  stopW: orBlank(numberFrom(-MOST_W, MOST_W)),
  stopMinutes: numberFrom(1, MOST_MINUTES),
  leastOnMinutes: numberFrom(15, MOST_MINUTES),
  startsPerDay: numberFrom(0, 100),
  smoothing: numberFrom(1, MOST_MINUTES),
  reserveW: numberFrom(-MOST_W, MOST_W),
  silence: numberFrom(1, MOST_MINUTES),
};

/** Whether a value is the name of a mode. */
export function isMode(value: unknown): value is SurplusMode {
  return MODES.includes(value as SurplusMode);
}

/** The same, or undefined, which null and a blank text stand for. */
function orBlank({ expected, typed, isValid }: SettingRule): SettingRule {
  return {
    expected: phrase`${expected}, or blank`,
    typed: (value) => (value === null || (typeof value === 'string' && value.trim() === '') ? undefined : typed(value)),
    isValid: (value) => value === undefined || isValid(value),
  };
}

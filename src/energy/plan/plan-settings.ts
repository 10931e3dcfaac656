import { WEEKDAYS, type Weekday } from '../calendar';
import { choiceOf, numberFrom, optionalNumber, someOf, textThat, YES_OR_NO, type SettingRules } from '../setting-rules';
import { minutesOf, type Days } from './deadline';

/** What is to be reached: kWh of the session, hours of charging, or a percentage of the battery. */
type GoalKind = 'energy' | 'hours' | 'battery';

/** A second series of values beside the prices. */
export type SeriesKind = 'none' | 'sun' | 'co2';
/** Mostly the price, both alike, or mostly the second series. */
export type SeriesWeight = 'price' | 'alike' | 'series';

/** What a plan is to reach, and how. */
export interface PlanSettings {
  goal: GoalKind;
  /** kWh, hours or percent. */
  amount: number;
  /** kWh that the battery holds; for a percentage only. */
  capacityKwh: number;
  /** Local time of day, `HH:mm`. */
  by: string;
  days: Days;
  /** For chosen days; none means all. */
  weekdays: readonly Weekday[];
  /** What the car is said to draw, kW. */
  powerKw: number;
  /** Charges at no higher price; undefined for any price. */
  maxPrice: number | undefined;
  /** Above the highest price too, if the goal would be missed otherwise. */
  force: boolean;
  /** In one piece, instead of in the cheapest parts. */
  onePiece: boolean;
  /** Charging lasts at least so long once it has begun, minutes. */
  leastRun: number;
  /** How long before its time the goal is to be reached where it has to be charged without a choice, minutes. */
  buffer: number;
  /** What is looked at beside the price: nothing, a forecast of the sun in W, or the CO₂ of electricity. */
  series: SeriesKind;
  /** How much CO₂ counts beside the price. */
  seriesWeight: SeriesWeight;
  /** What the house takes of the sun before the car gets any, W. */
  houseW: number;
}

const GOALS: readonly string[] = ['energy', 'hours', 'battery'] satisfies GoalKind[];
const DAYS: readonly string[] = ['daily', 'weekdays', 'chosen', 'once'] satisfies Days[];
const SERIES: readonly string[] = ['none', 'sun', 'co2'] satisfies SeriesKind[];
const WEIGHTS: readonly string[] = ['price', 'alike', 'series'] satisfies SeriesWeight[];
const MOST_MINUTES = 720;

/** What each setting may be. */
export const PLAN_RULES: SettingRules<PlanSettings> = {
  goal: choiceOf(GOALS),
  amount: numberFrom(0, 1_000),
  capacityKwh: numberFrom(1, 1_000),
  by: textThat(isTimeOfDay, 'a time of day such as 07:00'),
  days: choiceOf(DAYS),
  weekdays: someOf(WEEKDAYS),
  powerKw: numberFrom(0.5, 500),
  maxPrice: optionalNumber('a number, or blank for any price'),
  force: YES_OR_NO,
  onePiece: YES_OR_NO,
  leastRun: numberFrom(0, MOST_MINUTES),
  buffer: numberFrom(0, MOST_MINUTES),
  series: choiceOf(SERIES),
  seriesWeight: choiceOf(WEIGHTS),
  houseW: numberFrom(0, 100_000),
};

function isTimeOfDay(value: string): boolean {
  try {
    minutesOf(value);
    return true;
  } catch {
    return false;
  }
}

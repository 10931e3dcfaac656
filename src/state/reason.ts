import type { OperationMode } from '../zaptec/device';
import { DISABLED_WARNING, stopsCharging } from '../zaptec/warnings';

/**
 * Why a connected car is not charging, or why nothing is known. The texts for people are in the locales of the nodes.
 *
 * | reason                      | means                                                                              |
 * | --------------------------- | ---------------------------------------------------------------------------------- |
 * | `offline`                   | The charger has no connection to the cloud; what is known of it may be old.        |
 * | `fault`                     | A warning is active that stops charging.                                           |
 * | `disabled`                  | The charger was switched off in the portal or by its operator.                     |
 * | `paused`                    | Charging was paused by a command; resume continues it.                             |
 * | `scheduled`                 | A schedule delays charging.                                                        |
 * | `car-full`                  | The car ended charging by itself; resume has no effect.                            |
 * | `waiting-for-authorisation` | A tag or the app is needed first.                                                  |
 * | `not-enough-current`        | The cloud allots less than the least current with which a car can charge.          |
 * | `waiting-for-car`           | The charger is ready; the car does not ask for energy.                             |
 */
export type Reason =
  | 'offline'
  | 'fault'
  | 'paused'
  | 'car-full'
  | 'waiting-for-authorisation'
  | 'scheduled'
  | 'not-enough-current'
  | 'waiting-for-car'
  | 'disabled';

/** What the reason is derived from; the number is the observation. Absent means not known. */
export interface ReasonFacts {
  /** -2 */
  online?: boolean | undefined;
  /** 710 */
  mode: OperationMode;
  /** 804, names */
  warnings?: readonly string[] | undefined;
  /** 711 */
  enabled?: boolean | undefined;
  /** 718 FinalStopActive */
  finalStop?: boolean | undefined;
  /** 763 NextScheduleEvent, a text that is set while a schedule delays charging */
  schedule?: string | undefined;
  /** 120 */
  authenticationRequired?: boolean | undefined;
  /** 722, user of the running session */
  user?: string | undefined;
  /** 712 */
  standAlone?: boolean | undefined;
  /** 708, A */
  allocatedA?: number | undefined;
  /** 511, A */
  minimumA?: number | undefined;
  /** 513, W */
  powerW?: number | undefined;
}

/**
 * A, when the charger does not report its own (docs/zaptec-api.md, "Charger settings": minChargeCurrent is 6 by
 * default).
 */
const DEFAULT_MINIMUM_A = 6;

/**
 * W above which a car certainly draws energy; an idle charger reports about 2.8 W
 * (docs/zaptec-api.md, "Cloud oddities"), the figure is a guess.
 */
const DRAWING_W = 100;

/** The reason, or undefined when the car charges, none is connected, or the facts are not enough. */
export function reasonOf(facts: ReasonFacts): Reason | undefined {
  if (facts.online === false) return 'offline';
  if (facts.mode === 'charging')
    return !drawsPower(facts) && hasTooLittleCurrent(facts) ? 'not-enough-current' : undefined;
  if (facts.mode === 'finished') return blocked(facts) ?? finished(facts);
  if (facts.mode === 'requesting') return blocked(facts) ?? requesting(facts);
  return undefined;
}

function blocked(facts: ReasonFacts): Reason | undefined {
  if (facts.warnings?.some(stopsCharging)) return 'fault';
  return facts.enabled === false || facts.warnings?.includes(DISABLED_WARNING) ? 'disabled' : undefined;
}

function finished(facts: ReasonFacts): Reason | undefined {
  if (facts.finalStop === true) return 'paused';
  // Before car-full, which says that nothing can be done: charging goes on by itself when the schedule allows.
  if (isScheduled(facts)) return 'scheduled';
  return facts.finalStop === false ? 'car-full' : undefined;
}

function requesting(facts: ReasonFacts): Reason {
  if (isScheduled(facts)) return 'scheduled';
  if (facts.authenticationRequired === true && facts.user === undefined) return 'waiting-for-authorisation';
  return hasTooLittleCurrent(facts) ? 'not-enough-current' : 'waiting-for-car';
}

function isScheduled(facts: ReasonFacts): boolean {
  return (facts.schedule ?? '').trim() !== '';
}

function hasTooLittleCurrent(facts: ReasonFacts): boolean {
  // A stand-alone charger does not obey the allotment of the cloud (docs/zaptec-api.md, "Charging current").
  if (facts.standAlone === true || facts.allocatedA === undefined) return false;
  return facts.allocatedA < (facts.minimumA ?? DEFAULT_MINIMUM_A);
}

function drawsPower(facts: ReasonFacts): boolean {
  return facts.powerW !== undefined && facts.powerW > DRAWING_W;
}

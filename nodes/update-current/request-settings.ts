import type { RequestSettings } from '../../src/client';
import { UPDATE_CURRENT, type UpdateCurrentSettings } from '../shared/properties';
import { phrase } from '../../src/client';

const MINUTE = 60_000;
const SECOND = 1_000;
/** The least waiting times that the governor keeps, whatever a node asks for, in min and s. */
const LEAST = { interval: 15, cooldown: 60 } as const;

/** The settings of a node in the words and units of the governor, which keeps to its own least values. */
export function requestSettings(by: string, settings: UpdateCurrentSettings): RequestSettings {
  const { role, combine, lowerAtOnce, foreign, dryRun } = settings;
  const deadMan = numberOr(settings.deadMan, 0);
  return {
    by,
    name: settings.name === '' ? by : settings.name,
    restores: settings.withdrawn === 'restore',
    role,
    combine,
    priority: numberOr(settings.priority, UPDATE_CURRENT.priority.value),
    intervalMs: numberOr(settings.interval, LEAST.interval) * MINUTE,
    deadBandA: numberOr(settings.deadBand, 0),
    lowerAtOnce,
    cooldownMs: numberOr(settings.cooldown, LEAST.cooldown) * SECOND,
    ...(deadMan > 0
      ? { deadMan: { afterMs: deadMan * MINUTE, safeA: Math.max(0, numberOr(settings.safeValue, 0)) } }
      : {}),
    foreign,
    dryRun,
  };
}

/** A constant that is blank is no 0 A: the value is then taken from the message, as in a new node. */
export function withValue<S extends UpdateCurrentSettings>(settings: S, warn: (text: string) => void): S {
  if (settings.valueType !== 'num' || settings.value.trim() !== '') return settings;
  warn('The setting value is blank: msg.payload applies');
  return { ...settings, value: UPDATE_CURRENT.value.value, valueType: UPDATE_CURRENT.valueType.value };
}

/** Warnings of settings that do not take effect: a flow written by hand may hold what the dialog refuses. */
export function settingWarnings(settings: UpdateCurrentSettings): string[] {
  const { interval, cooldown, deadMan, safeValue, priority } = settings;
  return [
    ...(interval >= LEAST.interval
      ? []
      : [phrase`Raises wait for ${LEAST.interval} minutes, as Zaptec asks for, and not for ${interval}`]),
    ...(cooldown >= LEAST.cooldown ? [] : [phrase`Early lowerings are ${LEAST.cooldown} s apart, and not ${cooldown}`]),
    ...(Number.isFinite(deadMan) ? [] : ['Nobody watches for missing input: its minutes are no number']),
    ...(Number.isFinite(safeValue) ? [] : ['Without input nothing may flow: the safe value is no number']),
    ...(Number.isFinite(priority) ? [] : [phrase`The priority is no number: ${UPDATE_CURRENT.priority.value} applies`]),
  ];
}

/** The environment may have put anything into a flow. */
function numberOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}

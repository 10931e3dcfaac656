import { zaptecError } from '../errors/zaptec-error';
import { type JsonObject, isObject } from '../zaptec/json';
import { readBoolean, readNumber } from '../zaptec/values';
import { phrase } from '../errors/phrase';

/** What a field of a write may hold. */
type Rule =
  | { type: 'number'; min: number; max: number; unit: string }
  | { type: 'boolean' }
  | { type: 'choice'; of: readonly number[] };

type Rules = Readonly<Record<string, Rule>>;

const amperes = (min: number, max: number): Rule => ({ type: 'number', min, max, unit: 'A' });
/** No documented upper end; the installation's own maximum is the server's to check. */
const ANY_CURRENT = amperes(0, 10_000);

/** Settings of an installation (docs/zaptec-api.md, "Installation settings"). */
export const INSTALLATION: Rules = {
  availableCurrent: ANY_CURRENT,
  availableCurrentPhase1: ANY_CURRENT,
  availableCurrentPhase2: ANY_CURRENT,
  availableCurrentPhase3: ANY_CURRENT,
  maxCurrent: ANY_CURRENT,
  minPowerOfflineMode: { type: 'boolean' },
  threeToOnePhaseSwitchCurrent: amperes(0, 32),
};

export interface InstallationSettings {
  availableCurrent?: number;
  availableCurrentPhase1?: number;
  availableCurrentPhase2?: number;
  availableCurrentPhase3?: number;
  maxCurrent?: number;
  minPowerOfflineMode?: boolean;
  threeToOnePhaseSwitchCurrent?: number;
}

/**
 * Settings of a charger (docs/zaptec-api.md, "Charger settings"). A minimum below 6 A makes the portal refuse others.
 */
export const CHARGER: Rules = {
  maxChargeCurrent: amperes(0, 32),
  minChargeCurrent: amperes(6, 32),
  maxChargePhases: { type: 'choice', of: [1, 3] },
  offlineChargeCurrent: amperes(-1, 32),
  offlineChargePhase: { type: 'choice', of: [0, 1, 2, 4, 7] },
  meterValueInterval: { type: 'number', min: 0, max: 86_400, unit: 's' },
};

export interface ChargerSettings {
  maxChargeCurrent?: number;
  minChargeCurrent?: number;
  maxChargePhases?: 1 | 3;
  offlineChargeCurrent?: number;
  offlineChargePhase?: 0 | 1 | 2 | 4 | 7;
  meterValueInterval?: number;
}

/** Priority of a session (docs/zaptec-api.md, "Session and priority"). */
export const PRIORITY: Rules = {
  prioritizedPhases: { type: 'choice', of: [1, 3] },
  prioritizedCurrent: amperes(0, 32),
};

const PHASES = ['availableCurrentPhase1', 'availableCurrentPhase2', 'availableCurrentPhase3'];

/**
 * Lets settings through that Zaptec can understand. A number or a truth value may come as text, as MQTT delivers it.
 * @returns the settings with numbers and truth values.
 * @throws ZaptecError `INPUT_INVALID` that names the field, the value and what it may be.
 */
export function checkSettings(rules: Rules, settings: unknown): JsonObject {
  const known = Object.keys(rules).join(', ');
  if (!isObject(settings) || Object.keys(settings).length === 0) {
    throw zaptecError('INPUT_INVALID', 'There are no settings to write', {
      remedy: phrase`Give an object with some of ${known}`,
    });
  }
  const checked: JsonObject = {};
  for (const [field, given] of Object.entries(settings)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    const value = rule && typeof given === 'string' ? fromText(rule, given) : given;
    if (!rule) {
      const reason = phrase`Unknown setting ${field.slice(0, 40)}`;
      throw zaptecError('INPUT_INVALID', reason, { remedy: phrase`Use ${known}` });
    }
    const wanted = mismatch(rule, value);
    if (wanted) {
      throw zaptecError('INPUT_INVALID', phrase`${field} is ${shown(value)}`, { remedy: phrase`Give ${wanted}` });
    }
    checked[field] = value;
  }
  checkPhases(checked);
  return checked;
}

function fromText({ type }: Rule, text: string): unknown {
  return (type === 'boolean' ? readBoolean(text) : readNumber(text)) ?? text;
}

function mismatch(rule: Rule, value: unknown): string | undefined {
  switch (rule.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'choice':
      return rule.of.includes(value as number) ? undefined : phrase`one of ${rule.of.join(', ')}`;
    case 'number': {
      const fits = typeof value === 'number' && value >= rule.min && value <= rule.max;
      return fits ? undefined : phrase`a number of ${rule.unit} from ${rule.min} to ${rule.max}`;
    }
  }
}

/**
 * A phase that is left out goes back to its default, and one value excludes the three
 * (docs/zaptec-api.md, "Installation settings").
 */
function checkPhases(settings: JsonObject): void {
  const given = PHASES.filter((field) => field in settings);
  if (given.length > 0 && given.length < PHASES.length) {
    const missing = PHASES.filter((field) => !(field in settings)).join(', ');
    throw zaptecError('INPUT_INVALID', phrase`${given.join(', ')} without ${missing}`, {
      remedy: 'Give all three phases, because a phase that is left out goes back to its default',
    });
  }
  if (given.length > 0 && 'availableCurrent' in settings) {
    throw zaptecError('INPUT_INVALID', 'availableCurrent together with single phases', {
      remedy: 'Give either availableCurrent or all three phases',
    });
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : Array.isArray(value) ? 'a list' : String(value);
}

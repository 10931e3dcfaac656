import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { isObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** What one setting may be. */
export interface SettingRule {
  /** In words, for an error: `a number from 0 to 720`. */
  expected: string;
  /** A value of a message, a context or the environment in its type: numbers and booleans also as text. */
  typed: (value: unknown) => unknown;
  isValid: (value: unknown) => boolean;
}

/** A rule for each setting of a strategy. */
export type SettingRules<S> = { readonly [K in keyof S]-?: SettingRule };

const LONGEST_SHOWN = 40;

/** A finite number from `least` to `most`, both included. */
export function numberFrom(least: number, most: number): SettingRule {
  return {
    expected: phrase`a number from ${least} to ${most}`,
    typed: toNumber,
    isValid: (value) => typeof value === 'number' && value >= least && value <= most,
  };
}

/** A finite number, or undefined, which a blank text and null stand for. @param expected in words */
export function optionalNumber(expected: string): SettingRule {
  return {
    expected,
    typed: (value) => (value === null || isBlank(value) ? undefined : toNumber(value)),
    isValid: (value) => value === undefined || Number.isFinite(value),
  };
}

export function choiceOf(values: readonly string[]): SettingRule {
  return {
    expected: phrase`one of ${values.join(', ')}`,
    typed: (value) => (typeof value === 'string' ? value.trim() : value),
    isValid: (value) => values.includes(value as string),
  };
}

/** A list of some of the values, also as a text with commas. */
export function someOf(values: readonly string[]): SettingRule {
  const isKnown = (entry: unknown): boolean => typeof entry === 'string' && values.includes(entry);
  return {
    expected: phrase`some of ${values.join(', ')}`,
    typed: (value) =>
      typeof value === 'string' ? value.split(',', values.length + 1).map((entry) => entry.trim()) : value,
    isValid: (value) => Array.isArray(value) && value.every(isKnown),
  };
}

/** A text that a predicate takes. @param expected in words */
export function textThat(isValid: (text: string) => boolean, expected: string): SettingRule {
  return { expected, typed: (value) => value, isValid: (value) => typeof value === 'string' && isValid(value) };
}

export const YES_OR_NO: SettingRule = {
  expected: 'true or false',
  typed: (value) =>
    typeof value === 'string' && /^(true|false)$/i.test(value.trim()) ? value.trim().toLowerCase() === 'true' : value,
  isValid: (value) => typeof value === 'boolean',
};

/** @throws ZaptecError `INPUT_INVALID` that names the setting, its value and what it may be. */
export function checkSettings<S extends object>(rules: SettingRules<S>, settings: S): S {
  for (const [name, rule] of entriesOf(rules)) {
    const value = settings[name];
    if (!rule.isValid(value)) throw refusal(String(name), value, rule.expected);
  }
  return settings;
}

/**
 * One setting from a message, a context or the environment.
 * @param source what the error calls it, such as `msg.config.amount`
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readSetting(rule: SettingRule, value: unknown, source: string): unknown {
  const typed = rule.typed(value);
  if (!rule.isValid(typed)) throw refusal(source, value, rule.expected);
  return typed;
}

/**
 * Settings by message: some of them. `null` clears an optional one.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readSettingsChange<S extends object>(rules: SettingRules<S>, input: unknown): Partial<S> {
  const names = Object.keys(rules);
  if (!isObject(input)) throw refusal('msg.config', input, phrase`an object with some of ${names.join(', ')}`);
  const read = Object.entries(input).map(([name, value]) => {
    const source = `msg.config.${name.slice(0, LONGEST_SHOWN)}`;
    if (!Object.hasOwn(rules, name)) throw refusal(source, value, phrase`one of the settings ${names.join(', ')}`);
    return [name, readSetting(rules[name as keyof S], value, source)];
  });
  return Object.fromEntries(read) as Partial<S>;
}

/** A value in an error: short, and never the contents of an object. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, LONGEST_SHOWN)}"`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, LONGEST_SHOWN);
}

const entriesOf = <S extends object>(rules: SettingRules<S>) => Object.entries(rules) as [keyof S, SettingRule][];

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && !isBlank(value) ? Number(value.trim().replace(',', '.')) : value;
}

function refusal(name: string, value: unknown, expected: string): ZaptecError {
  return zaptecError('INPUT_INVALID', phrase`${name} is ${shownValue(value)}`, {
    remedy: phrase`Expected: ${expected}`,
  });
}

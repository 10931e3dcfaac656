import type { NodeMessageInFlow } from 'node-red';
import { type PeriodQuery, shownValue, zaptecError, phrase } from '../../src/client';
import { overridden } from '../shared/message';
import type { SessionsSettings } from '../shared/properties';
import { referenceOf } from '../shared/references';

const ALL = 'all';

/** Which sessions a message asks for, before names are looked up. */
export interface SessionsQuery {
  /** Ids or names; empty for all. */
  installations: string[];
  chargers: string[];
  /** Id, e-mail address, name or tag; undefined for everybody. */
  user: string | undefined;
  /** Undefined for what is new. */
  period: PeriodQuery | undefined;
  /** Where the sessions that are new begin at the first time; undefined: the look-back. */
  begin: unknown;
}

/**
 * The settings, and what the message has in their place.
 * @throws ZaptecError `INPUT_INVALID` that names the field, its value and what it may be.
 */
export function readQuery(message: NodeMessageInFlow, settings: SessionsSettings): SessionsQuery {
  const own = (name: Parameters<typeof overridden>[1]) => overridden(message, name, settings);
  const [installation, charger, asked] = [own('installation'), own('charger'), own('user')];
  const user =
    asked === undefined ? referenceOf(settings.user, 'user') : (referenceOf(asked, 'user') ?? nobody(asked, 'user'));
  const from = own('from') ?? settings.from;
  return {
    installations:
      installation === undefined
        ? references(settings.installations, 'installation')
        : named(installation, 'installation'),
    chargers: charger === undefined ? references(settings.chargers, 'charger') : named(charger, 'charger'),
    user: user?.toLowerCase() === ALL ? undefined : user,
    period: settings.which === 'new' ? undefined : periodOf(message, settings),
    begin: from === '' ? undefined : from,
  };
}

/** Times by message mean these times, whatever the dialog has chosen. */
function periodOf(message: NodeMessageInFlow, settings: SessionsSettings): PeriodQuery {
  const own = (name: 'period' | 'from' | 'to') => overridden(message, name, settings);
  const [period, from, to] = [own('period'), own('from'), own('to')];
  if (from === undefined && to === undefined) {
    return { period: period ?? settings.period, from: settings.from, to: settings.to };
  }
  if (from === undefined && settings.from === '') {
    throw zaptecError('INPUT_INVALID', 'msg.to has no msg.from', { remedy: 'Send both, or msg.from alone' });
  }
  return { period: period ?? 'between', from: from ?? settings.from, to };
}

/**
 * What a message names. A list in which a flow has found nothing must not mean all of them: the sessions of others are
 * private.
 */
function named(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.some((one) => referenceOf(one, what) !== undefined) ? references(list, what) : nobody(value, what);
}

function nobody(value: unknown, what: string): never {
  const shown = Array.isArray(value) ? phrase`a list of ${value.length} without any ${what}` : shownValue(value);
  throw zaptecError('INPUT_INVALID', phrase`msg.${what} is ${shown}`, {
    remedy: phrase`Name a ${what}, or send "${ALL}" for all of them; without msg.${what} the settings of the node count`,
  });
}

/** One, several, or all of them. */
function references(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const names = list.map((one) => referenceOf(one, what)).filter((one) => one !== undefined);
  return names.some((name) => name.toLowerCase() === ALL) ? [] : names;
}

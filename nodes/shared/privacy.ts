import { createHash } from 'node:crypto';
import { isObject } from '../../src/client';
import type { Item } from './message';
import type { SubscribeSettings } from './properties';

/** The fields of sessions and the observations that name a person, in lower case. */
const WHO: ReadonlySet<string> = new Set([
  'userid',
  'username',
  'useremail',
  'token',
  'tokenname',
  'authenticationcode',
  'chargercurrentuseruuid',
  'chargercurrentuseruuiddeprecated',
  'rejecteduseruuid',
  'plugandchargeauthorizerequest',
  'unconditionalnfcdetectionindication',
  'newchargecard',
]);
/** These name a person somewhere inside, and a signed text with a hole proves nothing. */
const DROPPED: ReadonlySet<string> = new Set(['signed', 'signedsession', 'authorizationcache']);

/** The record of a session names a person too where it could not be read and is still a text. */
const SESSION_RECORD = 'completedsession';

/**
 * Hides who charged. A hash is the same for the same person at the same installation, so that flows can still tell people
 * apart; an id keeps the form of an id.
 */
export function withoutWho(item: Item, who: SubscribeSettings['who']): Item {
  if (who !== 'hash' && who !== 'omit') return item;
  const salt = item.facts.installation?.id ?? '';
  const hidden = (value: unknown): unknown => (who === 'hash' ? hashed(value, salt) : undefined);
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (!isObject(value)) return value;
    const named = typeof value['name'] === 'string' && 'id' in value ? value['name'].toLowerCase() : '';
    const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
      // An observation carries its name beside its value.
      const key = name === 'value' ? named : name.toLowerCase();
      if (DROPPED.has(key) || (key === SESSION_RECORD && typeof inner === 'string')) return [];
      const shown = WHO.has(key) && inner !== undefined ? hidden(inner) : clean(inner);
      return shown === undefined ? [] : [[name, shown]];
    });
    return Object.fromEntries(entries);
  };
  return { ...item, payload: clean(item.payload) };
}

function hashed(value: unknown, salt: string): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const hex = createHash('sha256').update(`${salt.toLowerCase()}\n${text.toLowerCase()}`).digest('hex');
  const [, a, b, c, d, e] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(hex) ?? [];
  return [a, b, c, d, e].join('-');
}

import type { SharedLimit, SharedView, SharedWrite } from '../cluster/shared-current';
import { isObject, present } from '../zaptec/json';
import { currentsFrom } from './currents';
import type { LastingValues, OtherLimit, OwnLimit, WriteRecord } from './governor/events';
import { recordFrom } from './record';

/** What the machines of an account share about a current, as JSON and back. Lenient: what is not understood is left out. */

/** Names are for people; what is longer than anything a machine sends is thrown away at Redis. */
const LONGEST_NAME = 500;

/** @param id for a record of before the machines shared it */
export function writeOf(record: WriteRecord, id: string): SharedWrite {
  const { sentAt, doneAt, early, ...lasting } = record;
  return {
    id: record.id ?? id,
    at: sentAt,
    doneAt: Number.isFinite(doneAt) ? doneAt : undefined,
    early,
    value: lastingText(lasting),
  };
}

export function lastingText(lasting: LastingValues): string {
  return JSON.stringify({ ...lasting, setBy: lasting.setBy?.slice(0, LONGEST_NAME) });
}

export function recordOf({ id, at, doneAt, early, value }: SharedWrite): WriteRecord | undefined {
  const lasting = parsed(value);
  return isObject(lasting) ? recordFrom({ ...lasting, id, at, doneAt, early: [...early] }) : undefined;
}

export function limitTextOf({ by, lastInputAt, name, currents, deadMan, deadManFired }: OwnLimit): SharedLimit {
  const value = { name: name.slice(0, LONGEST_NAME), currents, deadMan, deadManFired };
  return { by, at: lastInputAt, value: JSON.stringify(value) };
}

/** Undefined where the value limits nothing. */
export function otherLimitOf({ at, value }: Pick<SharedLimit, 'at' | 'value'>): OtherLimit | undefined {
  const limit = parsed(value);
  if (!isObject(limit)) return undefined;
  const currents = currentsFrom(limit['currents']);
  const deadMan = deadManFrom(limit['deadMan']);
  if (!currents && !deadMan) return undefined;
  const deadManFired = deadMan !== undefined && limit['deadManFired'] === true;
  return present<OtherLimit>({ currents, deadMan, deadManFired, lastInputAt: at });
}

/** The name of the node that has the limit, for people. */
export function limitNameOf({ by, value }: Pick<SharedLimit, 'by' | 'value'>): string {
  const limit = parsed(value);
  return isObject(limit) && typeof limit['name'] === 'string' ? limit['name'] : by;
}

export function otherLimitsOf({ limits }: SharedView): OtherLimit[] {
  return limits.flatMap((limit) => otherLimitOf(limit) ?? []);
}

function deadManFrom(value: unknown): OtherLimit['deadMan'] {
  if (!isObject(value)) return undefined;
  const { afterMs, safeA } = value;
  const isUsable = isFromZero(afterMs) && isFromZero(safeA);
  return isUsable ? { afterMs, safeA } : undefined;
}

function isFromZero(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

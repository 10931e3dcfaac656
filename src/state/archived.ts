import { utcOf } from '../zaptec/decode/times';
import { isObject } from '../zaptec/json';

/** An entry of the archived history, `zaptec-api.md` 2.17. */
type Archived = Record<string, unknown>;

/** The entries that are some: first those that were replaced, since others stand for them, then as they ended. */
export function inOrder(entries: readonly unknown[]): Archived[] {
  const rank = ({ replacedBySessionId, endDateTime }: Archived) =>
    typeof replacedBySessionId === 'string' ? 0 : (msOf(endDateTime) ?? Number.MAX_SAFE_INTEGER);
  return entries.filter(isObject).sort((a, b) => rank(a) - rank(b));
}

/** When the cloud learned that the session had ended, ms: long after its end where the charger was offline. */
export function knownAt({ recognizedDateTime, endDateTime }: Archived): number {
  return msOf(recognizedDateTime) ?? msOf(endDateTime) ?? -Infinity;
}

function msOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? utcOf(value) : undefined;
  return time === undefined ? undefined : Date.parse(time);
}

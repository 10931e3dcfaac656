import { zaptecError } from '../errors/zaptec-error';
import { phrase } from '../errors/phrase';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a value is an id in the form that Zaptec uses, in either case. */
export function isGuid(value: unknown): boolean {
  return typeof value === 'string' && GUID.test(value);
}

/**
 * Lets an id into a path only if it is a GUID, so that nothing else can ever reach a URL.
 * @throws ZaptecError `ID_INVALID`
 */
export function asGuid(value: unknown, field: string): string {
  if (typeof value === 'string' && isGuid(value)) return value.toLowerCase();
  const shown = typeof value === 'string' ? phrase`"${value.slice(0, 60)}"` : typeof value;
  throw zaptecError('ID_INVALID', phrase`${field} ${shown} is not an id of Zaptec`);
}

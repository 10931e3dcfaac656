import { BadInput } from '../bad-input';
import type { Fault, FaultParam } from './table';

/** How a fault is switched. */
export interface FaultSetting {
  on: boolean;
  /** 0 to 1 for each request, or for each message, connection or link of the bus; absent: always. */
  probability?: number | undefined;
  /**
   * Only requests whose "METHOD /path" contains this text, in any case; docs/simulator.md says what it means for the
   * bus.
   */
  match?: string | undefined;
  /** The fault ends after this many hits. */
  count?: number | undefined;
  /** ms, for `slow` and `bus-delay`. */
  delayMs?: number | undefined;
}

/** Throws BadInput for a parameter that the fault does not have, and for a value out of range. */
export function checkSetting({ name, params }: Fault, { probability, match, count, delayMs }: FaultSetting): void {
  const refuse = (field: FaultParam, value: unknown, remedy: string) => {
    throw new BadInput(`${field}: ${JSON.stringify(value)} is not possible for the fault "${name}"; ${remedy}`);
  };
  for (const [field, value] of Object.entries({ probability, match, count, delayMs }) as [FaultParam, unknown][]) {
    if (value !== undefined && !params.includes(field)) refuse(field, value, 'leave it out');
  }
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    refuse('probability', probability, 'use a number from 0 to 1');
  }
  if (count !== undefined && !(Number.isSafeInteger(count) && count > 0)) refuse('count', count, 'use 1 or more');
  if (delayMs !== undefined && !(delayMs >= 0 && delayMs <= 600_000)) refuse('delayMs', delayMs, 'use 0 to 600000');
}

/**
 * Whether a setting applies to a subject, such as the request "GET /api/chargers"; without a subject it always does.
 * Without `match` a fault spares the login, because otherwise no client could begin.
 */
export function matches({ match }: FaultSetting, subject: string | undefined): boolean {
  if (subject === undefined) return true;
  if (match === undefined) return !/ \/oauth\//i.test(subject);
  return subject.toLowerCase().includes(match.toLowerCase());
}

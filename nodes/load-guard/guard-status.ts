import type { LoadGuardDecision } from '../../src/client';
import type { StatusDescription } from '../shared/status';

type Code = LoadGuardDecision['code'];

const GREEN = { fill: 'green', shape: 'dot' } as const;
const YELLOW = { fill: 'yellow', shape: 'dot' } as const;
const WAITING = { fill: 'yellow', shape: 'ring' } as const;
const IDLE = { fill: 'grey', shape: 'ring' } as const;

/** What the node shows for each code. */
const SHOWN: { readonly [C in Code]: Pick<StatusDescription, 'fill' | 'shape' | 'key'> } = {
  starts: { ...IDLE, key: 'starts' },
  holds: { ...GREEN, key: 'holds' },
  raised: { ...GREEN, key: 'raised' },
  lowered: { ...YELLOW, key: 'lowered' },
  waits: { ...WAITING, key: 'restless' },
  overload: { fill: 'red', shape: 'dot', key: 'overload' },
  unknown: { fill: 'red', shape: 'ring', key: 'no-meter' },
  'override-on': { ...GREEN, key: 'forced-on' },
  'override-off': { ...IDLE, key: 'forced-off' },
};

/** A decision as a status: the limit, which is the least of the phases. */
export function guardStatus({ code, limit, awaitsCars }: LoadGuardDecision, dryRun: boolean): StatusDescription {
  if (awaitsCars === true) return { ...IDLE, key: 'awaits-cars' };
  const least = limit && Math.min(limit.phase1, limit.phase2, limit.phase3);
  const parameters = { a: least === undefined ? '-' : String(Math.round(least * 10) / 10) };
  return dryRun ? { ...WAITING, key: 'dry', parameters } : { ...SHOWN[code], parameters };
}

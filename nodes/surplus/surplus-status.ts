import type { SurplusDecision } from '../../src/client';
import type { StatusDescription } from '../shared/status';

type Shown = Pick<StatusDescription, 'fill' | 'shape' | 'key'>;

const GREEN = { fill: 'green', shape: 'dot' } as const;
const WAITING = { fill: 'yellow', shape: 'ring' } as const;
const IDLE = { fill: 'grey', shape: 'ring' } as const;

/** What the node shows for each code. */
const SHOWN: { readonly [C in SurplusDecision['code']]: Shown } = {
  sun: { ...GREEN, key: 'sun' },
  paced: { ...GREEN, key: 'sun' },
  held: { fill: 'yellow', shape: 'dot', key: 'held' },
  least: { ...GREEN, key: 'least' },
  fast: { ...GREEN, key: 'fast' },
  waiting: { ...WAITING, key: 'too-little-sun' },
  'starts-spent': { ...WAITING, key: 'spent' },
  'no-meter': { fill: 'red', shape: 'ring', key: 'no-meter' },
  'no-input': { ...WAITING, key: 'no-input' },
  off: { ...IDLE, key: 'off' },
  'override-on': { ...GREEN, key: 'forced-on' },
  'override-off': { ...IDLE, key: 'forced-off' },
};

/** A decision as a status: the current, and the sun that is left in kW. */
export function surplusStatus(decision: SurplusDecision, dryRun: boolean): StatusDescription {
  const { code, currentA, sunW, parts } = decision;
  const parameters = { a: String(currentA ?? '?'), kw: String(Math.round((sunW ?? 0) / 100) / 10) };
  const isMeterThere = parts.gridW !== undefined && parts.chargersW === undefined;
  if (code === 'no-input' && isMeterThere) return { ...WAITING, key: 'no-chargers' };
  return dryRun ? { ...WAITING, key: 'dry-run', parameters } : { ...SHOWN[code], parameters };
}

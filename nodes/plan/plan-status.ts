import type { Calendar, PlanDecision } from '../../src/client';
import type { StatusDescription } from '../shared/status';

type Code = PlanDecision['code'];
type Shown = Pick<StatusDescription, 'fill' | 'shape' | 'key'>;

const GREEN = { fill: 'green', shape: 'dot' } as const;
const WAITING = { fill: 'yellow', shape: 'ring' } as const;
const IDLE = { fill: 'grey', shape: 'ring' } as const;

/** What the node shows for each code. */
const SHOWN: { readonly [C in Code]: Shown } = {
  cheap: { ...GREEN, key: 'on' },
  'in-time': { ...GREEN, key: 'on' },
  'no-prices': { ...GREEN, key: 'on' },
  late: { fill: 'yellow', shape: 'dot', key: 'late' },
  waiting: { ...WAITING, key: 'waits' },
  'too-dear': { ...WAITING, key: 'dear' },
  done: { ...GREEN, key: 'done' },
  full: { ...GREEN, key: 'full' },
  'no-car': { ...IDLE, key: 'no-car' },
  over: { ...IDLE, key: 'over' },
  'override-on': { ...GREEN, key: 'forced-on' },
  'override-off': { ...IDLE, key: 'forced-off' },
};

export interface StatusOptions {
  isHours: boolean;
  /** Prices are for a MWh and not for a kWh. */
  perMwh: boolean;
  dryRun: boolean;
  /** ms since 1970. */
  now: number;
}

/** A decision as a status: what is to go, from when, and what it costs. */
export function planStatus(
  { code, charge, segments, needKwh, needHours, cost, hasPrices }: PlanDecision,
  calendar: Calendar,
  { isHours, perMwh, dryRun, now }: StatusOptions,
): StatusDescription {
  if (dryRun) return { ...WAITING, key: charge ? 'dry-on' : 'dry-off' };
  const rest = isHours ? `${rounded(needHours)} h` : `${rounded(needKwh)} kWh`;
  const shown = SHOWN[code];
  const first = segments[0];
  if (!hasPrices && shown.key === 'waits') return { ...shown, key: 'no-prices' };
  if (shown.key !== 'waits' || first === undefined) return { ...shown, parameters: { rest } };
  const paid = cost === undefined ? '' : `, ${Math.round(perMwh ? cost / 10 : cost * 100) / 100}`;
  return {
    ...shown,
    key: 'from',
    parameters: { from: calendar.when(first.start, now), rest: `${rest}${paid}` },
  };
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

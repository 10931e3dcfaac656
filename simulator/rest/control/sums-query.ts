import type { Context } from 'hono';
import { BadInput } from '../../bad-input';
import type { SumsBy, SumsQuery } from '../../world/model';
import { parseTime } from '../wire/times';

const SUMS_BY: readonly SumsBy[] = ['month', 'day', 'charger', 'user', 'quarter'];

/** The query of `GET /simulator/sums`. Throws BadInput. */
export function sumsQueryOf(c: Context): SumsQuery {
  const wanted = c.req.query('by') ?? 'month';
  const by = SUMS_BY.find((name) => name === wanted);
  if (!by) throw new BadInput(`by: "${wanted}" is not possible; use ${SUMS_BY.join(', ')}`);
  return {
    by,
    zone: zoneOf(c.req.query('zone')),
    from: timeOf(c, 'from'),
    to: timeOf(c, 'to'),
    installationId: c.req.query('installationId')?.toLowerCase(),
    chargerId: c.req.query('chargerId')?.toLowerCase(),
    all: c.req.query('all') === 'true',
  };
}

function zoneOf(zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw new BadInput(`zone: "${zone.slice(0, 60)}" is not possible; use a time zone such as Europe/Oslo`);
  }
}

function timeOf(c: Context, field: string): number | undefined {
  const text = c.req.query(field);
  if (text === undefined) return undefined;
  const time = parseTime(text.slice(0, 60));
  if (time !== undefined) return time;
  throw new BadInput(`${field}: "${text.slice(0, 60)}" is not possible; use a time such as 2026-05-01T00:00:00Z`);
}

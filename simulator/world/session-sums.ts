import { HOUR, QUARTER } from '../durations';
import type { FinishedSession, Sum, SumsBy, SumsQuery } from './model';

/**
 * What the sessions of a world amount to, to the Wh: for tests that compare it with what a client makes of the answers. A
 * session counts where it ended. Quarters of an hour (UTC) have the energy between the readings, and a session counts in
 * each in which it charged.
 */
export function sumsOf(sessions: readonly FinishedSession[], query: SumsQuery): Record<string, Sum> {
  const { from = -Infinity, to = Infinity, all = false } = query;
  const wanted = sessions.filter(
    (session) =>
      session.endedAt >= from &&
      session.endedAt < to &&
      (all || (session.voided !== true && session.replacedBy === undefined)),
  );
  const sums = new Map<string, Sum>();
  const add = (key: string, wh: number) => {
    const sum = sums.get(key) ?? { wh: 0, sessions: 0 };
    sums.set(key, { wh: sum.wh + wh, sessions: sum.sessions + 1 });
  };
  const keysOf = KEYS[query.by](query.zone ?? 'UTC');
  for (const session of wanted) for (const [key, wh] of keysOf(session)) add(key, wh);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type KeysOf = (session: FinishedSession) => Iterable<[string, number]>;

const whOf = ({ energyKwh }: FinishedSession): number => Math.round(energyKwh * 1000);

const one =
  (key: (session: FinishedSession) => string): KeysOf =>
  (session) => [[key(session), whOf(session)]];

const KEYS: Record<SumsBy, (zone: string) => KeysOf> = {
  month: (zone) => byDate(zone, 7),
  day: (zone) => byDate(zone, 10),
  charger: () => one(({ chargerId }) => chargerId),
  user: () => one(({ user }) => user?.id ?? ''),
  quarter: () => quarters,
};

function byDate(zone: string, length: number): KeysOf {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  // The offset changes with the full hour at most.
  const dates = new Map<number, string>();
  return one(({ endedAt }) => {
    const hour = Math.floor(endedAt / HOUR) * HOUR;
    const known = dates.get(hour) ?? format.format(hour);
    dates.set(hour, known);
    return known.slice(0, length);
  });
}

function* quarters({ readings }: FinishedSession): Iterable<[string, number]> {
  for (const [index, { at, energyKwh }] of readings.entries()) {
    const before = readings[index - 1];
    if (!before) continue;
    const wh = Math.round(energyKwh * 1000) - Math.round(before.energyKwh * 1000);
    // Readings fall on each quarter while the car charges.
    if (wh !== 0) yield [new Date(Math.floor((at - 1) / QUARTER) * QUARTER).toISOString(), wh];
  }
}

import { DateTime } from 'luxon';
import { SessionCloud } from '../test/support/session-cloud';
import { heapNow } from './heap';
import type { Bench } from './result';

const MB = 1024 * 1024;
const DAY_MS = 86_400_000;
const PAGE = 100;
const ZONES = ['Europe/Oslo', 'Europe/London', 'UTC'];
/** Sessions a day and charger: 40,000 a year of 130 chargers. */
const A_DAY = { short: 0.1, whole: 0.85 };
/** Memory is measured after each so many pages, and from the first such measurement on. */
const SAMPLE = 10;

type Months = Record<string, { wh: number; sessions: number }>;

/** A year of sessions of all installations of an account, page by page in virtual time, beside what the simulator knows. */
export const sessions: Bench = {
  async run({ short }) {
    const cloud = await SessionCloud.start({
      scenario: 'housing',
      sessionsPerDay: short ? A_DAY.short : A_DAY.whole,
    });
    try {
      return await measure(cloud);
    } finally {
      await cloud.stop();
    }
  },
};

async function measure(cloud: SessionCloud) {
  const { archive, now } = cloud.simulator.world;
  const [from, to] = [now - 365 * DAY_MS, now];
  const truth = ZONES.map((zone) => archive.sums({ by: 'month', zone, from, to }));
  const least = cloud.places
    .map(({ installationId }) => Math.ceil(archive.ended({ installationId, from, to }, Infinity).length / PAGE))
    .reduce((all, pages) => all + pages, 0);
  const found = ZONES.map((): Months => ({}));
  // The clock is virtual: what passes is what the pace of requests takes.
  let [count, pages, base, most] = [0, 0, 0, 0];
  const began = { ms: performance.now(), cpu: process.cpuUsage() };
  const read = async () => {
    const client = cloud.client();
    const { data } = await client.installations.list();
    const of = data.map(({ id }) => ({ installationId: id }));
    for await (const page of client.sessionRecords.pages({ of, from: new Date(from), to: new Date(to) })) {
      for (const { end = '', energyKwh = 0, voided, replacedBy } of page.sessions) {
        count += 1;
        if (voided === true || replacedBy !== undefined) continue;
        for (const [index, zone] of ZONES.entries()) {
          const key = DateTime.fromISO(end, { zone }).toFormat('yyyy-MM');
          const month = ((found[index] ??= {})[key] ??= { wh: 0, sessions: 0 });
          month.wh += Math.round(energyKwh * 1000);
          month.sessions += 1;
        }
      }
      pages += 1;
      if (pages === SAMPLE) base = heapNow();
      if (pages > SAMPLE && pages % SAMPLE === 0) most = Math.max(most, heapNow() - base);
    }
  };
  await cloud.clock.until(read());
  const { user, system } = process.cpuUsage(began.cpu);
  const requests = cloud.requests('/api/sessions/archived').length;
  const all = cloud.simulator.requests.length;
  const beside = {
    sessions: count,
    requests,
    'requests in all': all,
    'seconds of the account': Math.round((performance.now() - began.ms) / 1_000),
    'CPU seconds with the simulator': Math.round((user + system) / 1e6),
  };
  return [
    { name: 'sessions: requests above the least possible', figure: requests - least, unit: '', goal: '<= 0', beside },
    {
      name: `sessions: memory beyond the first ${SAMPLE * PAGE} sessions`,
      figure: Math.round((most / MB) * 10) / 10,
      unit: 'MB',
      goal: '<= 30',
    },
    {
      name: 'sessions: Wh that differ from the simulator, by month in three zones',
      figure: truth.reduce((sum, months, index) => sum + difference(months, found[index] ?? {}), 0),
      unit: 'Wh',
      goal: '<= 0',
    },
  ];
}

/** Wh, and one for each session that one side alone has. */
function difference(one: Months, other: Months): number {
  const nothing = { wh: 0, sessions: 0 };
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].reduce((sum, month) => {
    const [a, b] = [one[month] ?? nothing, other[month] ?? nothing];
    return sum + Math.abs(a.wh - b.wh) + Math.abs(a.sessions - b.sessions);
  }, 0);
}

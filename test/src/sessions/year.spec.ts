import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { DateTime } from 'luxon';
import { SessionCloud } from '../../support/session-cloud';

const MB = 1024 * 1024;
const ZONES = ['Europe/Oslo', 'Europe/London', 'UTC'];

/** Bytes that are in use after everything else was given back. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

describe('a year of 130 chargers', () => {
  let cloud: SessionCloud;
  before(async () => (cloud = await SessionCloud.start({ scenario: 'housing', sessionsPerDay: 0.2 })));
  after(() => cloud.stop());

  it('takes the least number of requests and little memory, and its months are right to the Wh', async () => {
    const { archive, now } = cloud.simulator.world;
    // A year with both changes of the clocks, which begins and ends within a day.
    const [from, to] = [now - 365 * 86_400_000, now];
    const sums = (zone: string) => archive.sums({ by: 'month', zone, from, to });
    const truth = new Map(ZONES.map((zone) => [zone, sums(zone)]));
    const count = (installationId: string) => archive.ended({ installationId, from, to }, 1_000_000).length;
    const least = cloud.places.map(({ installationId }) => Math.ceil(count(installationId) / 100));
    const found = new Map(ZONES.map((zone) => [zone, new Map<string, { wh: number; sessions: number }>()]));
    let [sessions, pages, mostMb] = [0, 0, 0];
    const client = cloud.client();
    const read = async () => {
      let began = 0;
      for await (const page of client.sessionRecords.pages({
        of: cloud.places,
        from: new Date(from),
        to: new Date(to),
      })) {
        for (const { end = '', energyKwh = 0, voided, replacedBy } of page.sessions) {
          sessions += 1;
          if (voided === true || replacedBy !== undefined) continue;
          for (const [zone, months] of found) {
            const month = DateTime.fromISO(end, { zone }).toFormat('yyyy-MM');
            const sum = months.get(month) ?? { wh: 0, sessions: 0 };
            months.set(month, { wh: sum.wh + Math.round(energyKwh * 1000), sessions: sum.sessions + 1 });
          }
        }
        pages += 1;
        // The first pages load code and fill what is kept for good.
        if (pages === 10) began = bytesInUse();
        if (pages > 10 && pages % 25 === 0) mostMb = Math.max(mostMb, (bytesInUse() - began) / MB);
        if (page.last) expect(page).to.include({ progress: 1, total: sessions });
      }
    };
    await cloud.clock.until(read());
    expect(sessions).to.be.within(8_000, 10_500);
    expect(pages).to.equal(least.reduce((sum, needed) => sum + needed, 0));
    expect(cloud.requests('/api/sessions/archived')).to.have.length(pages);
    for (const [zone, months] of found)
      expect(Object.fromEntries([...months].sort())).to.deep.equal(truth.get(zone), zone);
    expect(new Set([...truth.values()].map((months) => JSON.stringify(months))).size, 'zones differ').to.equal(3);
    expect(mostMb, 'MB').to.be.below(30);
    expect(cloud.simulator.audit.report().every(({ ok }) => ok)).to.equal(true);
  }).timeout(300_000);
});

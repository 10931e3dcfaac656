import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { NodeAPI, NodeDef } from 'node-red';
import { heapNow } from '../../../bench/heap';
import { readQuery } from '../../../nodes/sessions/query';
import { read } from '../../../nodes/sessions/reading';
import { EachSender } from '../../../nodes/sessions/sender';
import { SESSIONS } from '../../../nodes/shared/properties';
import { readSettings } from '../../../nodes/shared/settings';
import { openClient } from '../../../src/client';
import { connection, flow, sessions, sink } from '../../support/node-red/builder';
import { accountOf, coreNode, get, load, send, status, useNodeRed, type Message } from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';

const QUARTER = 900_000;
const MB = 1024 * 1024;
const PAGE = 100;
const MOST_MB = 30;
/** Sessions a day and charger; 0.85 makes 40,000 sessions a year. */
const A_DAY = Number(process.env['SESSIONS_A_DAY'] ?? 0.05);
/** Memory is measured after each so many. */
const SAMPLE = Math.ceil((365 * 130 * A_DAY) / 10);
const EXPECTED = 365 * 130 * A_DAY;
/** Midnight in the zone begins the month in which the clock of the test stands, and the same a year before. */
const ZONES = {
  'Europe/Oslo': { from: '2025-05-01T00:00+02:00', to: '2026-05-01T00:00+02:00' },
  'Europe/London': { from: '2025-05-01T00:00+01:00', to: '2026-05-01T00:00+01:00' },
  UTC: { from: '2025-05-01T00:00Z', to: '2026-05-01T00:00Z' },
} as const;

/** A price for each quarter of an hour, of no pattern. */
const priceOf = (quarter: number) => ((quarter * 7_919) % 10_007) / 10_000 - 0.1;

/** `SESSIONS_A_DAY=0.85` plays it in full, which takes some minutes. */
describe('a year of 130 chargers', function () {
  this.timeout(300_000);
  useNodeRed();
  let virtual: VirtualCloud;
  before(async () => {
    virtual = new VirtualCloud();
    await virtual.startSimulator({ scenario: 'housing', sessionsPerDay: A_DAY, speed: 0 });
    // The simulator makes its history at the first question.
    virtual.cloud.world.archive.sums({ by: 'month' });
  });
  after(() => virtual.stop());

  const inYear = (zone: keyof typeof ZONES) => ({ from: Date.parse(ZONES[zone].from), to: Date.parse(ZONES[zone].to) });

  it('takes the fewest requests, and its CSV has the sums and the costs of the cloud', async () => {
    const [from, to] = [Date.parse('2025-04-28T00:00Z'), Date.parse('2026-05-02T00:00Z')];
    const prices = Array.from({ length: (to - from) / QUARTER }, (_, index) => ({
      start: new Date(from + index * QUARTER).toISOString(),
      price: priceOf(from / QUARTER + index),
    }));
    const csv = {
      id: 'csv',
      z: 'tab',
      type: 'csv',
      spec: 'rfc',
      sep: ',',
      hdrin: '',
      hdrout: 'once',
      multi: 'one',
      ret: '\\n',
      temp: 'endLocal,day,energyKwh,cost,unpricedKwh,estimatedKwh,id',
      wires: [['out']],
    };
    const settings = { period: 'between', from: '2025-05', to: '2026-04', output: 'each', spot: true };
    const nodes = [sessions({ ...settings, wires: [['csv']] }), csv, sink()];
    const cloud = connection({ cloud: 'custom', baseUrl: virtual.cloud.baseUrl });
    await virtual.time.until(load([cloud, ...flow(...nodes)], accountOf(virtual.cloud), [coreNode('parsers/70-CSV')]));
    const rows = new RowCounter();
    get('out').on('input', ({ payload }: Message) => rows.take(payload as string));
    virtual.cloud.requests.length = 0;
    const done = status('sessions', / found$/);
    send('sessions', { prices });
    await virtual.time.until(done);

    const period = inYear('Europe/Oslo');
    const { archive, installations } = virtual.cloud.world;
    const all = archive.ended(period, Infinity);
    const pages = [...installations.keys()].map((installationId) =>
      Math.ceil(archive.ended({ ...period, installationId }, Infinity).length / PAGE),
    );
    const calls = virtual.cloud.requests.filter(({ path }) => path === '/api/sessions/archived');
    expect(all.length).to.be.within(EXPECTED * 0.8, EXPECTED * 1.2);
    expect(calls.length, 'one request for each 100 sessions').to.equal(pages.reduce((a, b) => a + b, 0));
    expect(
      virtual.cloud.requests.length - calls.length,
      'login, installations, and the time zone of each',
    ).to.be.at.most(2 + installations.size);
    const truth = archive.sums({ by: 'month', zone: 'Europe/Oslo', ...period });
    expect(rows.months).to.deep.equal(truth);

    let [differing, cents] = [0, 0];
    for (const session of all) {
      if (session.voided === true || session.replacedBy !== undefined) continue;
      const expected = session.readings.slice(1).reduce((sum, { at, energyKwh }, index) => {
        const wh = Math.round(energyKwh * 1000) - Math.round(session.readings[index]!.energyKwh * 1000);
        return sum + (wh / 1000) * priceOf(Math.floor((at - 1) / QUARTER));
      }, 0);
      const cost = rows.costs.get(session.id);
      if (session.startedAt < from) {
        // Its prices are not there, and it has no cost rather than a wrong one.
        expect(cost).to.equal(undefined);
        continue;
      }
      if (cost === undefined || Math.abs(cost - expected) > 0.0051) differing += 1;
      cents += Math.round(expected * 100);
    }
    const sum = [...rows.costs.values()].reduce<number>((total, cost) => total + Math.round((cost ?? 0) * 100), 0);
    expect(differing, 'sessions of another cost than by quarters').to.equal(0);
    expect(Math.abs(sum - cents), 'roundings of a half').to.be.at.most(all.length / 1_000);
  });

  // The helper keeps every message that a node has sent, so the node works without one here.
  it('needs no more memory however many sessions have been sent, one message each', async () => {
    const { util } = createRequire(__filename)('@node-red/util') as { util: NodeAPI['util'] };
    const { username, password } = virtual.cloud.accounts.find(({ role }) => role === 'owner')!;
    const client = openClient({ baseUrl: virtual.cloud.baseUrl, username, password });
    const settings = readSettings(SESSIONS, { ...sessions({ output: 'each', which: 'all' }), name: '' } as NodeDef);
    let [count, base, worst] = [0, 0, 0];
    const send = () => {
      count += 1;
      if (count === 10 * PAGE) base = heapNow();
      if (count > 10 * PAGE && count % SAMPLE === 0) worst = Math.max(worst, heapNow() - base);
    };
    const message = { _msgid: '1', payload: '' };
    const sender = new EachSender({ RED: { util } as NodeAPI, message, send, account: 'Test', prices: undefined });
    const reading = read({
      client,
      settings,
      query: readQuery({ ...message, from: '2025-05', to: '2026-04' }, settings),
      pricing: { tariff: { kind: 'flat', price: 1 }, perSession: undefined, hasCosts: true },
      prices: undefined,
      keys: undefined,
      news: undefined,
      sender,
      signal: new AbortController().signal,
      words: (english) => english,
      progress: () => undefined,
      warn: () => undefined,
    });
    expect(await virtual.time.until(reading))
      .to.equal(count)
      .and.to.be.above(EXPECTED * 0.8);
    client.close();
    expect(worst / MB, 'MB').to.be.below(MOST_MB);
  });

  for (const zone of Object.keys(ZONES) as (keyof typeof ZONES)[]) {
    it(`has the sums of the cloud month by month in ${zone}`, async () => {
      const cloud = connection({ cloud: 'custom', baseUrl: virtual.cloud.baseUrl });
      const node = sessions({ rows: 'month', timeZone: zone, period: 'between', from: '2025-05', to: '2026-04' });
      await virtual.time.until(load([cloud, ...flow(node)], accountOf(virtual.cloud)));
      const answer = new Promise<Message>((resolve) => get('out').on('input', resolve));
      send('sessions');
      const totals = (await virtual.time.until(answer)).payload as Message[];
      const truth = virtual.cloud.world.archive.sums({ by: 'month', zone, ...inYear(zone) });
      const found = totals.map((row) => [
        row['month'],
        { wh: Math.round(row['energyKwh'] * 1000), sessions: row['sessions'] },
      ]);
      expect(Object.fromEntries(found)).to.deep.equal(truth);
      expect(totals).to.have.lengthOf(12);
    });
  }
});

/** What a file of these lines would add up to. */
class RowCounter {
  count = 0;
  readonly months: Record<string, { wh: number; sessions: number }> = {};
  readonly costs = new Map<string, number | undefined>();

  take(text: string): void {
    for (const line of text.trim().split('\n')) {
      const [, day = '', kwh, cost, unpriced, , id = ''] = line.split(',');
      if (day === 'day') continue;
      this.count += 1;
      const month = (this.months[day.slice(0, 7)] ??= { wh: 0, sessions: 0 });
      month.wh += Math.round(Number(kwh) * 1000);
      month.sessions += 1;
      this.costs.set(id, cost === '' || unpriced !== '0' ? undefined : Number(cost));
    }
  }
}

import { expect } from 'chai';
import { FeedCloud } from './feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Row {
  fault: string;
  match?: string;
  /** What the listener is told within 10 s. */
  code: RegExp;
}

/** The first table of `service-bus-facts.md`, as far as a cloud can cause it. */
const ROWS: readonly Row[] = [
  { fault: 'bus-cut', code: /BUS_CUT/ },
  { fault: 'bus-auth-error', code: /BUS_AUTH/ },
  { fault: 'bus-auth-silent', code: /BUS_CUT|BUS_NO_ANSWER/ },
  { fault: 'bus-refused', match: 'not-found', code: /BUS_REMOVED/ },
  { fault: 'bus-refused', match: 'unauthorized', code: /BUS_AUTH/ },
  { fault: 'bus-refused', match: 'resource-limit', code: /BUS_REFUSED/ },
  { fault: 'bus-detach', code: /BUS_REMOVED|BUS_CUT/ },
  { fault: 'bus-removed', code: /BUS_REMOVED/ },
  { fault: 'bus-off', code: /BUS_REMOVED|BUS_NOT_ENABLED/ },
];

describe('a feed and the faults of the bus', () => {
  let cloud: FeedCloud;

  beforeEach(async () => {
    cloud = await FeedCloud.start();
    cloud.open();
    await cloud.live();
    await cloud.hears();
    // A stream that has only just begun is given less credit.
    await cloud.pass(MINUTE);
    cloud.statuses.length = 0;
  });
  afterEach(async () => {
    expect(JSON.stringify(cloud.statuses)).not.to.contain(cloud.key);
    await cloud.stop();
  });

  const told = () => cloud.until('told', () => cloud.statuses.length > 0, 10 * SECOND);

  for (const { fault, match, code } of ROWS) {
    const name = match ? `${fault} (${match})` : fault;
    const strike = () => cloud.fault(fault, true, match ? { match } : {});

    it(`${name} is told within 10 s, makes at most 3 connects in a minute and then fewer, and passes`, async () => {
      const start = Date.now();
      strike();
      await told();
      expect(cloud.statuses[0]!.code).to.match(code);
      expect(cloud.statuses[0]!.state).not.to.equal('live');
      await cloud.pass(start + 3 * MINUTE - Date.now());
      const inMinute = (n: number) => cloud.connectsBetween(start + n * MINUTE, start + (n + 1) * MINUTE);
      expect(inMinute(0)).to.be.at.most(3);
      expect(inMinute(1)).to.be.at.most(2);
      expect(inMinute(2)).to.be.at.most(1);
      expect(
        cloud.statuses.length,
        JSON.stringify(cloud.statuses.map(({ state, code, via }) => [state, code, via])),
      ).to.be.at.most(8);
      cloud.fault(fault, false);
      await cloud.hears(20 * MINUTE);
      expect(cloud.now).to.include({ state: 'live', via: 'push' });
      expect(cloud.now.code).to.equal(undefined);
    });

    it(`${name} does not keep a feed from closing`, async () => {
      strike();
      await told();
      cloud.feed.close();
      cloud.client.close();
      await cloud.pass(30 * SECOND);
      await cloud.until('closed', () => cloud.openSockets === 0, 5 * SECOND);
      const before = [cloud.connects.length, cloud.simulator.requests.length];
      await cloud.pass(5 * MINUTE);
      expect([cloud.connects.length, cloud.simulator.requests.length]).to.deep.equal(before);
    });
  }

  it('details that fail are loaded again, and meanwhile the state is polled', async () => {
    cloud.fault('bus-details-5xx');
    cloud.fault('bus-cut', true, { count: 1 });
    cloud.fault('bus-removed');
    await told();
    await cloud.until('told why', () => cloud.statuses.some(({ code }) => code === 'BUS_NO_DETAILS'), 4 * MINUTE);
    expect(cloud.now).to.include({ state: 'polling', via: 'poll' });
    cloud.simulator.faults.clear();
    await cloud.hears(10 * MINUTE);
    expect(cloud.now.state).to.equal('live');
  });

  it('a host and a key that change are followed', async () => {
    cloud.fault('bus-details-change');
    for (let n = 0; n < 3; n += 1) {
      cloud.fault('bus-detach');
      await cloud.until('away', () => cloud.now.state !== 'live');
      await cloud.hears(5 * MINUTE);
      await cloud.pass(MINUTE);
    }
    expect(cloud.now.state).to.equal('live');
  });

  it('messages that make no sense are completed, and the others come', async () => {
    for (const fault of ['bus-zero-charger', 'bus-foreign-charger', 'bus-no-value', 'bus-duplicates'])
      cloud.fault(fault);
    cloud.fault('bus-broken-bytes', true, { probability: 0.5 });
    for (let n = 0; n < 20; n += 1) cloud.say();
    await cloud.until('settled', () => cloud.simulator.bus.stats().locked + cloud.simulator.bus.stats().waiting === 0);
    await cloud.pass(2 * MINUTE);
    const { redelivered, completed, delivered } = cloud.simulator.bus.stats();
    expect(redelivered).to.equal(0);
    expect(completed).to.equal(delivered);
    expect(cloud.statuses).to.deep.equal([]);
    expect(new Set(cloud.changes.map(({ charger }) => charger.id)).size).to.equal(2);
  });
});

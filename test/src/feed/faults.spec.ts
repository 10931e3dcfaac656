import { expect } from 'chai';
import type { FaultName } from '../../../simulator/index';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A fault, `match`, and the codes of the statuses one after the other; none: it is live again. */
type Row = readonly [fault: FaultName, match: string | undefined, ...codes: readonly (string | undefined)[]];

/** The faults that the bus reports; those that it does not report are in idle-watchdog.spec. */
const LASTING: readonly Row[] = [
  ['bus-cut', undefined, 'BUS_CUT'],
  ['bus-auth-error', '401', 'BUS_AUTH'],
  ['bus-auth-error', '403', 'BUS_AUTH', 'BUS_REFUSED'],
  ['bus-auth-error', '404', 'BUS_AUTH', 'BUS_CUT'],
  ['bus-auth-error', '500', 'BUS_AUTH', 'BUS_CUT'],
  ['bus-auth-silent', undefined, 'BUS_CUT', 'BUS_NO_ANSWER'],
  ['bus-refused', 'not-found', 'BUS_REMOVED'],
  ['bus-refused', 'unauthorized', 'BUS_AUTH'],
  ['bus-refused', 'resource-limit', 'BUS_REFUSED'],
  ['bus-refused-at-once', 'not-found', 'BUS_REMOVED'],
  ['bus-refused-at-once', 'unauthorized', 'BUS_AUTH'],
  ['bus-refused-at-once', 'resource-limit', 'BUS_REFUSED'],
  ['bus-off', undefined, 'BUS_REMOVED', 'BUS_NOT_ENABLED'],
];
const PASSING: readonly Row[] = [
  ['bus-detach', 'detach-forced', 'BUS_CUT', undefined],
  ['bus-detach', 'timeout', 'BUS_CUT', undefined],
  ['bus-detach', 'server-busy', 'BUS_CUT', undefined],
  ['bus-detach', 'not-found', 'BUS_REMOVED', undefined],
  ['bus-removed', undefined, 'BUS_REMOVED', undefined],
];
const nameOf = ([fault, match]: Row) => (match ? `${fault} (${match})` : fault);

describe('a feed and the faults of the bus', () => {
  let cloud: FeedCloud;
  let idleTimers: number;

  beforeEach(async () => {
    cloud = await FeedCloud.start();
    idleTimers = cloud.clock.timers;
    cloud.open();
  });
  afterEach(async () => {
    expect(JSON.stringify(cloud.statuses)).not.to.contain(cloud.key);
    await cloud.stop();
  });

  const begin = async () => {
    await cloud.live();
    await cloud.receives();
    // A younger stream waits longer after an error.
    await cloud.pass(MINUTE);
    cloud.statuses.length = 0;
  };
  const strike = ([fault, match]: Row) => cloud.fault(fault, true, match ? { match } : {});
  const reported = () => cloud.until('reported', () => cloud.statuses.length > 0, 10 * SECOND);
  /** Without those that repeat. */
  const codes = () => cloud.statuses.map(({ code }) => code).filter((code, index, all) => code !== all[index - 1]);
  const recovers = async () => {
    await cloud.receives(20 * MINUTE);
    expect(cloud.now).to.include({ state: 'live', via: 'push' });
    expect(cloud.now.code).to.equal(undefined);
  };
  const expectFewConnects = (start: number) => {
    const inMinute = (n: number) => cloud.connectsBetween(start + n * MINUTE, start + (n + 1) * MINUTE);
    expect(inMinute(0)).to.be.at.most(3);
    expect(inMinute(1)).to.be.at.most(2);
    expect(inMinute(2)).to.be.at.most(1);
  };

  for (const row of [...LASTING, ...PASSING]) {
    const [fault, , ...expected] = row;

    it(`${nameOf(row)} is reported within 10 s, makes at most 3 connects in a minute and then fewer, and passes`, async () => {
      await begin();
      const start = Date.now();
      strike(row);
      await reported();
      expect(cloud.statuses[0]!.state).not.to.equal('live');
      await cloud.pass(start + 3 * MINUTE - Date.now());
      expect(codes()).to.deep.equal(expected);
      expectFewConnects(start);
      expect(cloud.statuses.length).to.be.at.most(4);
      cloud.fault(fault, false);
      await recovers();
    });

    it(`${nameOf(row)} does not keep a feed from closing, and leaves nothing behind`, async () => {
      await begin();
      strike(row);
      await reported();
      cloud.feed.close();
      cloud.client.close();
      await cloud.pass(30 * SECOND);
      await cloud.until('closed', () => cloud.openSockets === 0, 5 * SECOND);
      const before = [cloud.connects.length, cloud.simulator.requests.length];
      await cloud.pass(5 * MINUTE);
      expect([cloud.connects.length, cloud.simulator.requests.length]).to.deep.equal(before);
      // Fewer where a timer of the test before, such as a heartbeat of its last connection, was still set at the start.
      expect(cloud.clock.pending).to.have.lengthOf.at.most(idleTimers);
    });
  }

  for (const row of LASTING) {
    it(`${nameOf(row)} from the beginning is reported as well, and passes`, async () => {
      const start = Date.now();
      strike(row);
      await reported();
      await cloud.pass(start + 3 * MINUTE - Date.now());
      expect(cloud.statuses.at(-1)!.code).to.equal(row.at(-1));
      expectFewConnects(start);
      cloud.fault(row[0], false);
      await recovers();
    });
  }

  for (const [fault, match] of [['bus-auth-error', '401'], ['bus-off']] as const) {
    it(`${fault} that is over does not keep a feed waiting that is opened again, which is tried once a minute`, async () => {
      await begin();
      cloud.fault(fault, true, match ? { match } : {});
      await cloud.until('away', () => cloud.now.state !== 'live');
      await cloud.pass(20 * MINUTE);
      const deploy = () => {
        cloud.feed.close();
        cloud.open();
      };
      const tries = () => cloud.connects.length + cloud.requests('/messagingConnectionDetails');
      const before = tries();
      for (let n = 0; n < 5; n += 1) {
        deploy();
        await cloud.pass(SECOND);
      }
      expect(tries() - before).to.be.within(1, 3);
      await cloud.pass(MINUTE);
      cloud.fault(fault, false);
      deploy();
      await cloud.live(5 * SECOND);
    });
  }

  it('one cut is over at once', async () => {
    await begin();
    const before = cloud.connects.length;
    cloud.fault('bus-cut', true, { count: 1 });
    await cloud.until('lost', () => cloud.now.state !== 'live');
    await cloud.live(2 * SECOND);
    await cloud.receives();
    expect(codes()).to.deep.equal(['BUS_CUT', undefined]);
    expect(cloud.connects.length - before).to.equal(1);
  });

  it('messages without an id come, are completed, and open nothing anew', async () => {
    await begin();
    const { length } = cloud.connects;
    cloud.fault('bus-no-id');
    const { received } = cloud.now;
    for (let n = 0; n < 50; n += 1) cloud.publish();
    await cloud.until('messages', () => cloud.now.received === received + 50);
    await cloud.pass(2 * MINUTE);
    const { redelivered, completed, delivered, locked } = cloud.simulator.bus.stats();
    expect({ redelivered, locked }).to.deep.equal({ redelivered: 0, locked: 0 });
    expect(completed).to.equal(delivered);
    expect(cloud.statuses).to.deep.equal([]);
    expect(cloud.connects.length).to.equal(length);
  });

  it('details that fail are loaded again, and meanwhile the state is polled', async () => {
    await begin();
    cloud.fault('bus-details-5xx');
    cloud.fault('bus-cut', true, { count: 1 });
    cloud.fault('bus-removed');
    await reported();
    await cloud.until('reported why', () => cloud.statuses.some(({ code }) => code === 'BUS_NO_DETAILS'), 4 * MINUTE);
    expect(cloud.now).to.include({ state: 'polling', via: 'poll' });
    cloud.simulator.faults.clear();
    await cloud.receives(10 * MINUTE);
    expect(cloud.now.state).to.equal('live');
  });

  it('a host and a key that change are followed', async () => {
    await begin();
    cloud.fault('bus-details-change');
    for (let n = 0; n < 3; n += 1) {
      cloud.fault('bus-detach');
      await cloud.until('away', () => cloud.now.state !== 'live');
      await cloud.receives(5 * MINUTE);
      await cloud.pass(MINUTE);
    }
    expect(cloud.now.state).to.equal('live');
  });

  it('messages that make no sense are completed, and the others come', async () => {
    await begin();
    for (const fault of ['bus-zero-charger', 'bus-foreign-charger', 'bus-no-value', 'bus-duplicates'] as const)
      cloud.fault(fault);
    cloud.fault('bus-broken-bytes', true, { probability: 0.5 });
    for (let n = 0; n < 20; n += 1) cloud.publish();
    await cloud.until('settled', () => cloud.simulator.bus.stats().locked + cloud.simulator.bus.stats().waiting === 0);
    await cloud.pass(2 * MINUTE);
    const { redelivered, completed, delivered } = cloud.simulator.bus.stats();
    expect(redelivered).to.equal(0);
    expect(completed).to.equal(delivered);
    expect(cloud.statuses).to.deep.equal([]);
    expect(new Set(cloud.changes.map(({ charger }) => charger.id)).size).to.equal(2);
  });

  it('a message whose content is lost has the chargers read, and nothing old is as good as a read', async () => {
    await begin();
    await cloud.clock.until(cloud.feed.ready);
    const { id } = cloud.charger;
    await cloud.pass(20 * MINUTE);
    cloud.fault('bus-broken-bytes');
    const before = cloud.requests('/state');
    cloud.simulator.world.unplug(id);
    await cloud.until('settled', () => cloud.simulator.bus.stats().locked + cloud.simulator.bus.stats().waiting === 0);
    expect(cloud.feed.covers(id)).to.equal(false);
    await cloud.pass(3 * MINUTE);
    expect(cloud.feed.store.view(id)?.snapshot.mode).to.equal('disconnected');
    cloud.fault('bus-broken-bytes', false);
    await cloud.pass(2 * HOUR);
    expect(cloud.requests('/state') - before).to.be.below(8);
    expect(cloud.statuses).to.deep.equal([]);
  });
});

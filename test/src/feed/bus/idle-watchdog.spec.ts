import { expect } from 'chai';
import { IdleWatchdog } from '../../../../src/feed/bus/idle-watchdog';
import { FeedCloud } from '../../../support/feed/feed-cloud';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('the idle watchdog', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(Date.UTC(2026, 4, 4, 10));
  });
  afterEach(() => {
    timers.restore();
  });

  for (const setMinutes of [-60_000, -60, -1.5, 0, 1.5, 60, 60_000]) {
    it(`reports in time, and on two timers, when the wall clock is set by ${setMinutes} min`, async () => {
      let reports = 0;
      const watchdog = new IdleWatchdog(30 * MINUTE, () => (reports += 1));
      watchdog.start();
      await timers.tickAsync(10 * MINUTE);
      watchdog.onMessage();
      timers.setSystemTime(Date.now() + setMinutes * MINUTE);
      await timers.tickAsync(30 * MINUTE - 1);
      expect(reports).to.equal(0);
      await timers.tickAsync(1);
      expect(reports).to.equal(1);
      watchdog.stop();
      expect(timers.countTimers()).to.equal(0);
    });
  }

  it('waits twice as long after a time that was only quiet, until a message comes', async () => {
    let reports = 0;
    const watchdog = new IdleWatchdog(30 * MINUTE, () => {
      reports += 1;
      watchdog.onQuiet();
    });
    watchdog.start();
    await timers.tickAsync(89 * MINUTE);
    expect(reports).to.equal(1);
    await timers.tickAsync(MINUTE);
    expect(reports).to.equal(2);
    watchdog.onMessage();
    await timers.tickAsync(60 * MINUTE);
    expect(reports).to.equal(3);
    watchdog.stop();
  });

  it('counts from its last start, on one timer however often it is started', async () => {
    let reports = 0;
    const watchdog = new IdleWatchdog(30 * MINUTE, () => (reports += 1));
    watchdog.start();
    await timers.tickAsync(20 * MINUTE);
    watchdog.start();
    expect(timers.countTimers()).to.equal(1);
    await timers.tickAsync(30 * MINUTE - 1);
    expect(reports).to.equal(0);
    await timers.tickAsync(1);
    expect(reports).to.equal(1);
    watchdog.stop();
  });

  it('reports again and again while no message comes', async () => {
    let reports = 0;
    const watchdog = new IdleWatchdog(30 * MINUTE, () => (reports += 1));
    watchdog.start();
    await timers.tickAsync(90 * MINUTE);
    expect(reports).to.equal(3);
    watchdog.stop();
  });

  it('is over when it is stopped, also by its own report, and can be started again', async () => {
    let reports = 0;
    const watchdog = new IdleWatchdog(30 * MINUTE, () => {
      reports += 1;
      watchdog.stop();
    });
    watchdog.start();
    await timers.tickAsync(90 * MINUTE);
    expect([reports, timers.countTimers()]).to.deep.equal([1, 0]);
    watchdog.start();
    await timers.tickAsync(30 * MINUTE);
    expect(reports).to.equal(2);
  });

  it('waits for months where it is told to', async () => {
    let reports = 0;
    const months = 60 * 24 * 60 * MINUTE;
    const watchdog = new IdleWatchdog(months, () => (reports += 1));
    watchdog.start();
    await timers.tickAsync(months - 1);
    expect(reports).to.equal(0);
    await timers.tickAsync(1);
    expect(reports).to.equal(1);
    watchdog.stop();
  });
});

describe('a feed without messages', () => {
  let cloud: FeedCloud;

  const begin = async (options: object) => {
    cloud = await FeedCloud.start(options);
    cloud.open();
    await cloud.live();
    await cloud.pass(2 * MINUTE);
    cloud.statuses.length = 0;
  };
  afterEach(() => cloud.stop());

  // The AMQP heartbeat may notice a half-open connection before the watchdog does.
  const deaths = [
    ['bus-stall', /^BUS_SILENT$/],
    ['bus-half-open', /^BUS_(SILENT|CUT)$/],
  ] as const;
  for (const [fault, code] of deaths) {
    it(`${fault}: is reported within 30 minutes and 10 s, is polled, and flows again by itself`, async () => {
      await begin({ speed: 1 });
      await cloud.until('a message', () => cloud.now.received > 0, 10 * MINUTE);
      const start = Date.now();
      cloud.fault(fault);
      cloud.simulator.world.unplug(cloud.charger.id);
      await cloud.until('reported', () => cloud.statuses.length > 0, 30 * MINUTE + 10 * SECOND);
      expect(cloud.statuses[0]!.code).to.match(code);
      await cloud.pass(5 * MINUTE);
      expect(cloud.client.store.view(cloud.charger.id)?.snapshot.mode, 'read meanwhile').to.equal('disconnected');
      expect(cloud.now.state, 'an open link proves nothing').not.to.equal('live');
      for (let minute = 0; minute < 35; minute += 1) {
        const from = start + minute * MINUTE;
        expect(cloud.connectsBetween(from, from + MINUTE)).to.be.at.most(3);
      }
      cloud.fault(fault, false);
      await cloud.receives(10 * MINUTE);
      expect(cloud.now).to.include({ state: 'live', via: 'push' });
    });

    it(`${fault}: does not keep the feed from closing`, async () => {
      await begin({ speed: 0 });
      cloud.fault(fault);
      cloud.feed.close();
      cloud.client.close();
      await cloud.pass(30 * SECOND);
      await cloud.until('closed', () => cloud.openSockets === 0, 5 * SECOND);
    });
  }

  it('because nothing happens makes one read and a fresh connection after half an hour, and no status', async () => {
    await begin({ speed: 0 });
    const before = { states: cloud.requests('/state'), connects: cloud.connects.length };
    await cloud.pass(31 * MINUTE);
    expect(cloud.requests('/state') - before.states).to.equal(1);
    expect(cloud.connects.length - before.connects).to.equal(1);
    expect(cloud.statuses).to.deep.equal([]);
    await cloud.receives();
    expect(cloud.now.state).to.equal('live');
  });
});

import { expect } from 'chai';
import { IdleWatchdog } from '../../../../src/feed/bus/idle-watchdog';
import { FeedCloud } from '../../../support/feed/feed-cloud';
import { fakeTimers } from '../../../support/fake-timers';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('the clock of silence', () => {
  const timers = () => fakeTimers(Date.UTC(2026, 4, 4, 10));
  let clock: ReturnType<typeof timers>;
  beforeEach(() => {
    clock = timers();
  });
  afterEach(() => clock.restore());

  it('tells a silence in time, and without haste, though the clock was set back by weeks', async () => {
    let silences = 0;
    const silence = new IdleWatchdog(30 * MINUTE, () => (silences += 1));
    silence.start();
    await clock.tickAsync(10 * MINUTE);
    silence.onMessage();
    clock.setSystemTime(Date.now() - 40 * 24 * 60 * MINUTE);
    let fired = 0;
    const end = performance.now() + 60 * MINUTE;
    for (; silences === 0 && performance.now() < end; fired += 1) await clock.nextAsync();
    silence.stop();
    expect({ silences, fired }).to.deep.equal({ silences: 1, fired: 2 });
  });
});

describe('a feed that hears nothing', () => {
  let cloud: FeedCloud;

  const begin = async (options: object) => {
    cloud = await FeedCloud.start(options);
    cloud.open();
    await cloud.live();
    await cloud.pass(2 * MINUTE);
    cloud.statuses.length = 0;
  };
  afterEach(() => cloud.stop());

  // The AMQP heartbeat may notice a half-open connection before the silence does.
  const deaths = [
    ['bus-stall', /^BUS_SILENT$/],
    ['bus-half-open', /^BUS_(SILENT|CUT)$/],
  ] as const;
  for (const [fault, code] of deaths) {
    it(`${fault}: is told within 30 minutes and 10 s, is polled, and flows again by itself`, async () => {
      await begin({ speed: 1 });
      await cloud.until('a message', () => cloud.now.received > 0, 10 * MINUTE);
      const start = Date.now();
      cloud.fault(fault);
      cloud.simulator.world.unplug(cloud.charger.id);
      await cloud.until('told', () => cloud.statuses.length > 0, 30 * MINUTE + 10 * SECOND);
      expect(cloud.statuses[0]!.code).to.match(code);
      await cloud.pass(5 * MINUTE);
      expect(cloud.client.store.view(cloud.charger.id)?.snapshot.mode, 'read meanwhile').to.equal('disconnected');
      expect(cloud.now.state, 'an open link proves nothing').not.to.equal('live');
      for (let minute = 0; minute < 35; minute += 1) {
        const from = start + minute * MINUTE;
        expect(cloud.connectsBetween(from, from + MINUTE)).to.be.at.most(3);
      }
      cloud.fault(fault, false);
      await cloud.hears(10 * MINUTE);
      expect(cloud.now).to.include({ state: 'live', via: 'push' });
    });

    it(`${fault}: does not keep it from closing`, async () => {
      await begin({ speed: 0 });
      cloud.fault(fault);
      cloud.feed.close();
      cloud.client.close();
      await cloud.pass(30 * SECOND);
      await cloud.until('closed', () => cloud.openSockets === 0, 5 * SECOND);
    });
  }

  it('because nothing happens costs one read and a fresh connection after half an hour, without a word', async () => {
    await begin({ speed: 0 });
    const before = { states: cloud.requests('/state'), connects: cloud.connects.length };
    await cloud.pass(31 * MINUTE);
    expect(cloud.requests('/state') - before.states).to.equal(1);
    expect(cloud.connects.length - before.connects).to.equal(1);
    expect(cloud.statuses).to.deep.equal([]);
    await cloud.hears();
    expect(cloud.now.state).to.equal('live');
  });
});

import { expect } from 'chai';
import { clock } from '../../../src/time/clock';
import { FeedCloud } from '../../support/feed/feed-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [-DAY, -HOUR, -90 * SECOND, 90 * SECOND, HOUR, DAY];
const POWER = 513;
const nameOf = (ms: number) => `${ms < 0 ? 'back' : 'forward'} by ${Math.abs(ms) / SECOND} s`;

describe('a feed whose wall clock is set', () => {
  let cloud: FeedCloud;

  const begin = async (timing = {}) => {
    cloud = await FeedCloud.start({ speed: 0 });
    cloud.open({}, timing);
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
    await cloud.pass(2 * MINUTE);
    cloud.statuses.length = 0;
  };
  afterEach(() => cloud.stop());

  for (const ms of STEPS) {
    it(`${nameOf(ms)} stays live, receives messages and checks the idle stream after 30 minutes`, async () => {
      await begin();
      await cloud.receives();
      const { length } = cloud.connects;
      cloud.clock.setWallClock(ms);
      await cloud.receives();
      expect(cloud.feed.covers(cloud.charger.id)).to.equal(true);
      await cloud.pass(30 * MINUTE - 5 * SECOND);
      expect(cloud.connects.length - length, 'not before').to.equal(0);
      await cloud.pass(10 * SECOND);
      expect(cloud.connects.length - length, 'not after').to.equal(1);
      expect(cloud.statuses).to.deep.equal([]);
      expect(cloud.simulator.audit.clean()).to.equal(true);
    });

    it(`${nameOf(ms)} after a cut opens the connection within 2 s`, async () => {
      await begin();
      cloud.fault('bus-cut', true, { count: 1 });
      await cloud.until('lost', () => cloud.now.state !== 'live');
      cloud.clock.setWallClock(ms);
      await cloud.live(2 * SECOND);
      await cloud.receives();
    });

    it(`${nameOf(ms)} while it is away polls in time`, async () => {
      await begin();
      cloud.fault('bus-off');
      await cloud.until('away', () => cloud.now.state !== 'live');
      cloud.clock.setWallClock(ms);
      const before = cloud.requests('/state');
      await cloud.until('polls', () => cloud.requests('/state') > before, 11 * MINUTE);
      cloud.fault('bus-off', false);
      await cloud.live(20 * MINUTE);
      expect(cloud.simulator.audit.clean()).to.equal(true);
    });
  }

  for (const ms of STEPS) {
    it(`${nameOf(ms)} before the start connects at once`, async () => {
      cloud = await FeedCloud.start({ speed: 0 });
      cloud.clock.setWallClock(ms);
      clock.restart();
      cloud.open();
      await cloud.live(10 * SECOND);
      await cloud.clock.until(cloud.feed.ready);
      await cloud.receives();
    });
  }

  it('forward by a day and right again keeps no value for newer that the cloud dates a day ahead', async () => {
    await begin();
    cloud.clock.setWallClock(DAY);
    await cloud.pass(MINUTE);
    cloud.clock.setWallClock(-DAY);
    cloud.fault('bus-times-future');
    cloud.publish(POWER, '7777');
    await cloud.until('the future value', () => cloud.feed.store.observation(cloud.charger.id, POWER)?.value === 7777);
    cloud.fault('bus-times-future', false);
    await cloud.pass(MINUTE);
    cloud.publish(POWER, '4444');
    await cloud.pass(MINUTE);
    expect(cloud.feed.store.observation(cloud.charger.id, POWER)?.value).to.equal(4444);
  });

  it('forward in a short cut reads every charger: the computer may have slept while messages were lost', async () => {
    await begin();
    await cloud.pass(15 * MINUTE);
    const before = cloud.requests('/state');
    cloud.clock.setWallClock(10 * MINUTE);
    cloud.fault('bus-cut', true, { count: 1 });
    await cloud.until('lost', () => cloud.now.state !== 'live');
    await cloud.live(2 * SECOND);
    await cloud.pass(10 * SECOND);
    expect(cloud.requests('/state') - before).to.equal(cloud.simulator.world.chargers.size);
  });
});

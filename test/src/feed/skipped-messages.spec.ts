import { expect } from 'chai';
import { FeedCloud } from '../../support/feed/feed-cloud';
import { SequenceGaps } from '../../../src/feed/bus/sequence-gaps';
import { SecondConsumerDetector } from '../../../src/feed/second-consumer';
import { SkippedMessages } from '../../../src/feed/skipped-messages';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;

describe('messages whose numbers leave some out', () => {
  let cloud: FeedCloud;
  beforeEach(async () => {
    cloud = await FeedCloud.start({ speed: 1 });
    cloud.open();
    await cloud.live();
    await cloud.clock.until(cloud.feed.ready);
  });
  afterEach(() => cloud.stop());

  const states = () => cloud.requests('/state');
  const steal = (observation: string) => cloud.fault('bus-thief', true, { match: observation, probability: 1 });
  const unplugged = () => cloud.events.some(({ event }) => event === 'unplugged');

  it('have the chargers read, so that what another program received is known a minute later', async () => {
    const { world } = cloud.simulator;
    world.plug(cloud.charger.id);
    await cloud.until('messages', () => cloud.now.received > 10, 5 * MINUTE);
    steal(`${cloud.charger.id} 710`);
    world.unplug(cloud.charger.id);
    await cloud.until('a gap', () => !cloud.feed.covers(cloud.charger.id), MINUTE);
    expect(unplugged(), 'the message is lost').to.equal(false);
    await cloud.until('the event', unplugged, 2 * MINUTE);
    expect(cloud.now).to.include({ state: 'live', suspicion: 'second-consumer' });
    cloud.fault('bus-thief', false);
    await cloud.until('trust again', () => !cloud.now.suspicion, 60 * MINUTE);
    expect(cloud.feed.covers(cloud.charger.id)).to.equal(true);
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });

  it('mean nothing after three rounds of reads that showed nothing missed', async () => {
    // Nobody misses this one, as with a filter of the topic.
    steal(`${cloud.charger.id} 202`);
    for (let round = 0; round < 8; round += 1) {
      cloud.publish(202, '1');
      cloud.publish(201, String(round));
      await cloud.pass(20 * MINUTE);
    }
    const before = states();
    for (let round = 0; round < 6; round += 1) {
      cloud.publish(202, '2');
      cloud.publish(201, String(20 + round));
      await cloud.pass(10 * MINUTE);
    }
    expect(cloud.now.suspicion).to.equal(undefined);
    expect(states() - before, 'no more than now and then').to.be.at.most(2);
    expect(cloud.feed.covers(cloud.charger.id)).to.equal(true);
    expect(cloud.simulator.audit.clean()).to.equal(true);
  });
});

describe('the reading of the chargers after a gap between numbers', () => {
  const LATE_MS = 30_000;
  let timers: FakeTimers;
  let ids: Set<string>;
  let reads: number;
  let skipped: SkippedMessages;
  beforeEach(() => {
    timers = fakeTimers();
    ids = new Set(['a', 'b']);
    reads = 0;
    skipped = new SkippedMessages({
      detector: new SecondConsumerDetector(15 * MINUTE),
      lateMs: LATE_MS,
      ids: () => ids,
      readAll: () => (reads += 1),
    });
  });
  afterEach(() => timers.restore());

  const gap = () => {
    const at = clock.now();
    skipped.notice(at);
    return at;
  };
  const readOnce = () => {
    gap();
    timers.tick(LATE_MS + 1_000);
    skipped.onRead('a');
    skipped.onRead('b');
  };

  it('waits until what is missing cannot come any more', () => {
    expect(skipped.skippedAt).to.equal(-Infinity);
    const at = gap();
    expect(skipped.skippedAt).to.equal(at);
    timers.tick(LATE_MS + 999);
    expect(reads).to.equal(0);
    timers.tick(1);
    expect(reads).to.equal(1);
  });

  it('is one for all gaps that come while it waits, and there is another one for a later gap', () => {
    skipped.notice(undefined);
    const at = gap();
    timers.tick(MINUTE / 3);
    const second = gap();
    expect(skipped.skippedAt, 'the last one').to.equal(second);
    timers.tick(MINUTE);
    expect(reads).to.equal(1);
    skipped.notice(second);
    timers.tick(MINUTE);
    expect(reads, 'no new gap').to.equal(1);
    expect(second).to.be.above(at);
    gap();
    timers.tick(MINUTE);
    expect(reads).to.equal(2);
  });

  it('comes no more after three that found nothing, each over all chargers', () => {
    for (let round = 0; round < 3; round += 1) readOnce();
    expect(reads).to.equal(3);
    const before = skipped.skippedAt;
    gap();
    timers.tick(MINUTE);
    expect([reads, skipped.skippedAt]).to.deep.equal([3, before]);
  });

  it('is not over before each charger of then was read, whatever else was', () => {
    skipped.onRead('a');
    skipped.onRead('b');
    for (let round = 0; round < 4; round += 1) {
      gap();
      timers.tick(MINUTE);
      skipped.onRead('a');
      skipped.onRead('other');
      skipped.onRead('a');
    }
    expect(reads, 'none was whole').to.equal(4);
    expect([...ids]).to.deep.equal(['a', 'b']);
    // The fourth is whole now, once.
    for (let times = 0; times < 5; times += 1) skipped.onRead('b');
    gap();
    timers.tick(MINUTE);
    expect(reads).to.equal(5);
  });

  it('does not come any more after the end of the feed', () => {
    gap();
    skipped.close();
    timers.tick(MINUTE);
    expect(reads).to.equal(0);
    expect(timers.countTimers()).to.equal(0);
  });
});

describe('the gaps between numbers', () => {
  const number = (value: bigint) => ({ high: Number(value >> 32n) | 0, low: Number(value & 0xffff_ffffn) | 0 });
  const skips = (...values: bigint[]) => {
    const gaps = new SequenceGaps();
    return values.map((value) => gaps.skipped(number(value)));
  };

  it('are where a number does not follow the highest one', () => {
    expect(skips(7n, 8n, 9n, 11n, 12n)).to.deep.equal([false, false, false, true, false]);
  });

  it('are none where messages come once more', () => {
    expect(skips(7n, 8n, 9n, 7n, 8n, 9n, 10n)).to.not.include(true);
  });

  it('are seen over each half of the 64 bits', () => {
    expect(skips(0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn)).to.deep.equal([false, false, true]);
    expect(skips(0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0002n)).to.deep.equal([false, false, true]);
  });

  it('count within each partition', () => {
    const second = 1n << 48n;
    expect(skips(1n, second + 50n, 2n, second + 51n, 3n, second + 53n)).to.deep.equal([
      ...[false, false, false, false, false],
      true,
    ]);
  });
});

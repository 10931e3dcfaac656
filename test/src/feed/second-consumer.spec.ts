import { expect } from 'chai';
import { SecondConsumerDetector } from '../../../src/feed/second-consumer';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;

describe('a second program that receives the messages of a subscription', () => {
  let timers: FakeTimers;
  let detector: SecondConsumerDetector;
  beforeEach(() => {
    timers = fakeTimers();
    detector = new SecondConsumerDetector(15 * MINUTE);
  });
  afterEach(() => timers.restore());

  /** A read that shows a missed change, while messages do come. */
  const missed = () => {
    timers.tick(MINUTE);
    return detector.onRead(true, clock.now());
  };
  const clean = () => detector.onRead(false, clock.now());

  it('is suspected after three reads with missed changes, and looked for from the first one on', () => {
    expect([detector.alert, detector.suspected]).to.deep.equal([false, false]);
    expect(missed()).to.equal(false);
    expect([detector.alert, detector.suspected]).to.deep.equal([true, false]);
    expect(missed()).to.equal(false);
    expect([detector.alert, detector.suspected]).to.deep.equal([true, false]);
    expect(missed()).to.equal(false);
    expect([detector.alert, detector.suspected]).to.deep.equal([true, true]);
  });

  it('is suspected no longer after three clean reads in a row', () => {
    for (let reads = 0; reads < 3; reads += 1) missed();
    clean();
    clean();
    expect([detector.alert, detector.suspected]).to.deep.equal([false, true]);
    missed();
    expect([detector.alert, detector.suspected]).to.deep.equal([true, true]);
    for (let reads = 0; reads < 3; reads += 1) expect(clean()).to.equal(false);
    expect([detector.alert, detector.suspected]).to.deep.equal([false, false]);
    missed();
    missed();
    expect(detector.suspected, 'and the count begins anew').to.equal(false);
  });

  it('is forgotten on demand', () => {
    for (let reads = 0; reads < 3; reads += 1) missed();
    clean();
    detector.reset();
    expect([detector.alert, detector.suspected]).to.deep.equal([false, false]);
    missed();
    clean();
    clean();
    expect(detector.alert).to.equal(false);
    missed();
    expect([detector.alert, detector.suspected]).to.deep.equal([true, false]);
  });

  it('is not the cause where no message came between two missed changes: the stream is dead', () => {
    const before = clock.now();
    expect(detector.onRead(true, undefined), 'one may be chance').to.equal(false);
    timers.tick(MINUTE);
    for (let reads = 0; reads < 4; reads += 1) {
      expect(detector.onRead(true, before - 1)).to.equal(true);
      expect(detector.onRead(true, undefined)).to.equal(true);
    }
    expect(detector.suspected).to.equal(false);
  });
});

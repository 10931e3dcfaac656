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

  describe('where numbers are left out between messages', () => {
    it('is suspected with the first missed change within the calm time', () => {
      expect(detector.onSkipped(), 'the chargers are to be read').to.equal(true);
      timers.tick(14 * MINUTE - 1);
      missed();
      expect(detector.suspected).to.equal(true);
    });

    it('is not suspected with one missed change later', () => {
      detector.onSkipped();
      timers.tick(14 * MINUTE);
      missed();
      expect(detector.suspected).to.equal(false);
    });

    it('is suspected for as long as that goes on, whatever reads show', () => {
      detector.onSkipped();
      missed();
      for (let reads = 0; reads < 3; reads += 1) clean();
      expect(detector.suspected).to.equal(true);
      timers.tick(14 * MINUTE - 1);
      clean();
      expect(detector.suspected).to.equal(true);
      timers.tick(1);
      clean();
      expect(detector.suspected).to.equal(false);
    });

    it('does not count any more once all chargers were read three times for nothing', () => {
      for (let rounds = 0; rounds < 3; rounds += 1) {
        expect(detector.onSkipped(), `before round ${rounds + 1}`).to.equal(true);
        detector.onRoundDone();
      }
      timers.tick(15 * MINUTE);
      expect(detector.onSkipped()).to.equal(false);
      missed();
      expect(detector.suspected).to.equal(false);
    });

    it('counts for ever once it came with a missed change', () => {
      detector.onSkipped();
      missed();
      for (let rounds = 0; rounds < 5; rounds += 1) detector.onRoundDone();
      expect(detector.onSkipped()).to.equal(true);
    });
  });
});

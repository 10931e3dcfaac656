import { expect } from 'chai';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const START = Date.UTC(2026, 4, 4, 10);
const HOUR = 3_600_000;

describe('the clock', () => {
  let timers: FakeTimers;
  beforeEach(() => (timers = fakeTimers(START)));
  afterEach(() => timers.restore());

  it('runs with the wall clock while nobody sets that', () => {
    timers.tick(1_234);
    expect([clock.now(), clock.steady()]).to.deep.equal([START + 1_234, START + 1_234]);
    expect(clock.iso()).to.equal(new Date(START + 1_234).toISOString());
  });

  for (const back of [90_000, HOUR, 24 * HOUR]) {
    it(`goes on when the wall clock is set back by ${back / 1000} s, and shows that wall clock to people`, () => {
      const before = clock.now();
      timers.setWallClock(-back);
      expect(clock.now()).to.equal(before);
      timers.tick(500);
      expect([clock.now() - before, clock.steady() - before]).to.deep.equal([500, 500]);
      expect(clock.iso(before)).to.equal(new Date(START - back).toISOString());
      expect(clock.steadyIso(before + 1_000)).to.equal(new Date(START - back + 1_000).toISOString());
    });

    it(`ages by ${back / 1000} s when the wall clock leaps forward so far, but paces nothing by that`, () => {
      const before = clock.now();
      timers.setWallClock(back);
      expect(clock.now() - before).to.equal(back);
      expect(clock.steady()).to.equal(before);
    });
  }

  it('ages by a leap once, however often the wall clock goes forth and back', () => {
    const before = clock.now();
    timers.setWallClock(HOUR);
    clock.now();
    timers.setWallClock(-HOUR);
    timers.tick(1_000);
    expect(clock.now() - before).to.equal(HOUR + 1_000);
    timers.setWallClock(HOUR);
    expect(clock.now() - before).to.equal(HOUR + 1_000);
  });

  it('turns times of the wall clock into its own and back; one in the future counts as now', () => {
    timers.tick(60_000);
    expect(clock.steadyFromWall(Date.now() - 5_000)).to.equal(clock.steady() - 5_000);
    expect(clock.steadyFromWall(Date.now() + 5_000)).to.equal(clock.steady());
    timers.setWallClock(-HOUR);
    expect(clock.steadyToWall(clock.steady())).to.equal(Date.now());
    expect(clock.steadyFromWall(clock.steadyToWall(clock.steady() - 7))).to.equal(clock.steady() - 7);
    expect(clock.steadyFromWall(-Infinity)).to.equal(-Infinity);
  });
});

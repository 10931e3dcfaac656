import { expect } from 'chai';
import fc from 'fast-check';
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

  it('knows a time again in another process of the computer, whatever is set, and not after a restart of the computer', () => {
    expect(clock.steadyToBoot(START)).to.equal(undefined);
    clock.restart('a start');
    const before = clock.steady();
    const kept = clock.steadyToBoot(before)!;
    timers.tick(1_234);
    timers.setWallClock(HOUR);
    expect(clock.steadyFromBoot(kept)).to.equal(before);
    timers.setWallClock(-24 * HOUR);
    expect(clock.steadyFromBoot(kept)).to.equal(before);
    expect(clock.steadyFromBoot({ ...kept, id: 'another start' })).to.equal(undefined);
    expect(clock.steadyFromBoot({ ...kept, ms: kept.ms + 2_000 })).to.equal(undefined);
  });

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

  it('never goes back, and runs as long as the process, whatever is set', () => {
    const step = fc.record({ byMs: fc.integer({ min: -48 * HOUR, max: 48 * HOUR }), runMs: fc.nat(100_000) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const startedAt = clock.steady();
        let running = 0;
        let last = clock.now();
        for (const { byMs, runMs } of steps) {
          timers.setWallClock(byMs);
          timers.tick(runMs);
          running += runMs;
          const now = clock.now();
          expect(now).to.be.at.least(last + runMs);
          last = now;
          expect(clock.steady()).to.equal(startedAt + running);
        }
      }),
    );
  });

  it('shows the time of the cloud, whatever the wall clock is set to', () => {
    expect(clock.cloud(), 'before the first answer').to.equal(clock.now());
    for (const byMs of [HOUR, -24 * HOUR, 25 * HOUR]) {
      timers.setWallClock(byMs);
      clock.onCloudTime(START);
      expect(clock.cloud()).to.equal(START);
      expect(clock.cloud(clock.now() - 1_000)).to.equal(START - 1_000);
    }
    timers.tick(500);
    expect(clock.cloud()).to.equal(START + 500);
  });

  it('tells the age of what the cloud gave whatever the wall clock is set to, and counts a sleep', () => {
    const age = (at: number) => clock.now() - clock.fromCloud(at);
    timers.tick(60_000);
    expect(age(START + 50_000), 'before the first answer').to.equal(10_000);
    for (const byMs of [HOUR, -24 * HOUR, 25 * HOUR]) {
      timers.setWallClock(byMs);
      clock.onCloudTime(START);
      expect([age(START - 10_000), age(START), age(START + HOUR)]).to.deep.equal([10_000, 0, 0]);
    }
    timers.setWallClock(HOUR);
    expect(age(START - 10_000), 'asleep').to.equal(HOUR + 10_000);
    clock.onCloudTime(START + HOUR);
    expect(age(START - 10_000), 'awake').to.equal(HOUR + 10_000);
  });

  it('takes the latest of the last eight answers, since others may have been long under way', () => {
    clock.onCloudTime(START);
    for (let answer = 0; answer < 7; answer += 1) clock.onCloudTime(START - HOUR);
    expect(clock.cloud()).to.equal(START);
    clock.onCloudTime(START - HOUR);
    expect(clock.cloud()).to.equal(START - HOUR);
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

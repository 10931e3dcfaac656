import { expect } from 'chai';
import sinon, { type SinonFakeTimers } from 'sinon';
import { clock } from '../../../src/time/clock';

const START = Date.UTC(2026, 4, 4, 10);
const HOUR = 3_600_000;

describe('times of the clock and wall times', () => {
  let timers: SinonFakeTimers;

  beforeEach(() => {
    timers = sinon.useFakeTimers({ now: START });
    clock.restart();
  });
  afterEach(() => {
    timers.restore();
    clock.restart();
  });

  for (const setMs of [-HOUR, 0, HOUR]) {
    it(`are as old as each other after the wall clock was set by ${setMs / HOUR} h`, () => {
      timers.setSystemTime(START + setMs);
      timers.tick(1_000);
      const at = clock.now() - 500;
      expect(clock.wall(at)).to.equal(START + setMs + 500);
      expect(clock.fromWall(START + setMs + 500)).to.equal(at);
      expect(clock.iso(at)).to.equal(new Date(START + setMs + 500).toISOString());
    });
  }

  it('count as now when they are in the future', () => {
    expect(clock.fromWall(START + HOUR)).to.equal(clock.now());
  });

  it('are whole ms', () => {
    timers.tick(0.25);
    expect(clock.now()).to.satisfy(Number.isInteger);
    expect(clock.wall()).to.satisfy(Number.isInteger);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import type { SinonFakeTimers } from 'sinon';
import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/virtual-clock';

const START = Date.UTC(2026, 4, 4, 10);
const HOUR = 3_600_000;

describe('the clock', () => {
  let timers: SinonFakeTimers;
  beforeEach(() => (timers = fakeTimers(START)));
  afterEach(() => timers.restore());

  const set = (byMs: number) => timers.setSystemTime(Date.now() + byMs);

  it('shows the wall clock while nobody sets it', () => {
    timers.tick(1_234);
    for (const at of [clock.now(), clock.steady(), clock.wall(clock.steady())]) expect(at).to.equal(START + 1_234);
    expect(clock.iso()).to.equal('2026-05-04T10:00:01.234Z');
    expect(clock.steadyIso(clock.steady() - 234)).to.equal('2026-05-04T10:00:01.000Z');
  });

  it('leaps forward in now() alone, and stays there when the wall clock goes back', () => {
    set(HOUR);
    expect(clock.now()).to.equal(START + HOUR);
    expect(clock.steady()).to.equal(START);
    set(-2 * HOUR);
    timers.tick(5);
    expect(clock.now()).to.equal(START + HOUR + 5);
    expect(clock.steady()).to.equal(START + 5);
  });

  it('shows people every time by the wall clock of the moment', () => {
    const [at, steadyAt] = [clock.now(), clock.steady()];
    timers.tick(60_000);
    set(-HOUR);
    expect(clock.iso()).to.equal('2026-05-04T09:01:00.000Z');
    expect(clock.iso(at)).to.equal('2026-05-04T09:00:00.000Z');
    expect(clock.steadyIso(steadyAt + 90_000)).to.equal('2026-05-04T09:01:30.000Z');
    expect(clock.wall(steadyAt + 90_000) - Date.now()).to.equal(30_000);
  });

  it('never goes back, and passes as long as the process has been running, whatever is set', () => {
    const step = fc.record({ byMs: fc.integer({ min: -48 * HOUR, max: 48 * HOUR }), runMs: fc.nat(100_000) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const startedAt = clock.steady();
        let running = 0;
        let last = clock.now();
        for (const { byMs, runMs } of steps) {
          set(byMs);
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

  it('tells whole milliseconds', () => {
    timers.restore();
    for (const at of [clock.now(), clock.steady()]) expect(Number.isInteger(at)).to.equal(true);
  });
});

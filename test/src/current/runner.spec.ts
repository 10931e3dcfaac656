import { expect } from 'chai';
import fc from 'fast-check';
import type { SinonFakeTimers } from 'sinon';
import { everyPhase } from '../../../src/current/currents';
import { GovernorRunner } from '../../../src/current/runner';
import type { CurrentRequest, Decision } from '../../../src/current/types';
import { clock } from '../../../src/time/clock';
import { settings } from '../../support/governed-world';
import { fakeTimers } from '../../support/fake-timers';
import { draws } from '../../support/draws';
import { MemorySite } from '../../support/memory-site';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [-24 * HOUR, -HOUR, -90_000, 90_000, HOUR, 24 * HOUR];

describe('a governor and the clock of its computer', () => {
  let timers: SinonFakeTimers;
  let site: MemorySite;
  let runner: GovernorRunner;

  const start = () => {
    timers = fakeTimers();
    site = new MemorySite();
    runner = new GovernorRunner(site, site.keeper());
  };
  const end = () => {
    runner.close();
    timers.restore();
  };
  const setWallClock = (byMs: number) => timers.setSystemTime(Date.now() + byMs);
  const request = async (by: string, ampere: number, over: Partial<CurrentRequest> = {}): Promise<Decision> => {
    const decision = runner.request({ ...settings(by), ...over, currents: everyPhase(ampere) });
    // The answers of the site, and no time.
    await timers.tickAsync(0);
    return decision;
  };
  beforeEach(start);
  afterEach(end);

  for (const stepMs of STEPS) {
    const step = `${stepMs / 1_000} s`;

    it(`raises after 15 minutes, neither sooner nor later, when the wall clock steps by ${step}`, async () => {
      await request('solar', 10);
      const waiting = await request('solar', 16);
      expect(Date.parse(waiting.until!)).to.equal(Date.now() + 15 * MINUTE);
      await timers.tickAsync(5 * MINUTE);
      setWallClock(stepMs);
      await timers.tickAsync(10 * MINUTE - 1);
      expect(site.currents).to.deep.equal(everyPhase(10));
      await timers.tickAsync(1);
      expect(site.currents).to.deep.equal(everyPhase(16));
    });

    it(`reports the end of a wait by the wall clock, which stepped by ${step}`, async () => {
      await request('solar', 10);
      await timers.tickAsync(5 * MINUTE);
      setWallClock(stepMs);
      const waiting = await request('solar', 16);
      expect(Date.parse(waiting.until!)).to.equal(Date.now() + 10 * MINUTE);
    });
  }

  it('sends the same at the same time, whatever the wall clock does', async () => {
    const by = fc.constantFrom('solar', 'price', 'fuse');
    const ampere = fc.integer({ min: 0, max: 25 });
    const act = fc.oneof(
      fc.tuple(fc.constant('request' as const), by, ampere),
      fc.tuple(fc.constant('pass' as const), fc.integer({ min: 1, max: 20 * MINUTE })),
      fc.tuple(fc.constant('clock' as const), fc.constantFrom(...STEPS)),
    );
    const play = async (acts: readonly (readonly [string, ...unknown[]])[]) => {
      end();
      start();
      for (const [what, first, second] of acts) {
        const role = first === 'fuse' ? 'limit' : 'target';
        if (what === 'request') void request(first as string, second as number, { role });
        else if (what === 'clock') setWallClock(first as number);
        else await timers.tickAsync(first as number);
        await timers.tickAsync(0);
      }
      await timers.tickAsync(HOUR);
      return site.sent;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 12 }), async (acts) => {
        const undisturbed = await play(acts.filter(([what]) => what !== 'clock'));
        expect(await play(acts)).to.deep.equal(undisturbed);
      }),
      // A time limit that is set for all properties would count by the timers that this one sets forward.
      { numRuns: process.env['MUTATION'] ? 5 : 40, interruptAfterTimeLimit: 20 * DAY },
    );
  });

  it('reads again when the wall clock leaps forward, and not when the clock is corrected or set back', async () => {
    await request('solar', 10);
    await timers.tickAsync(2 * MINUTE);
    const { reads } = site;
    setWallClock(-HOUR);
    await timers.tickAsync(2 * MINUTE);
    setWallClock(HOUR + 5_000);
    await timers.tickAsync(2 * MINUTE);
    expect(site.reads).to.equal(reads);
    setWallClock(90_000);
    await timers.tickAsync(MINUTE);
    expect(site.reads).to.equal(reads + 1);
    await request('solar', 10);
    expect(site.reads, 'one leap, one reading').to.equal(reads + 1);
  });

  it('notices within a minute of waking what changed while the computer slept', async () => {
    await request('fuse', 10, { role: 'limit' });
    await timers.tickAsync(30 * MINUTE);
    site.currents = everyPhase(25);
    setWallClock(8 * HOUR);
    await timers.tickAsync(MINUTE);
    expect(site.currents).to.deep.equal(everyPhase(10));
  });

  it('keeps its record in wall times, by which the next process knows when it may raise', async () => {
    await request('solar', 10);
    setWallClock(HOUR);
    await timers.tickAsync(16 * MINUTE);
    await request('solar', 12);
    expect(site.record).to.include({ sentAt: Date.now(), doneAt: Date.now() });
    await timers.tickAsync(5 * MINUTE);
    runner.close();
    runner = new GovernorRunner(site, site.keeper());
    const waiting = await request('solar', 16);
    expect(waiting).to.include({ decision: 'deferred' });
    expect(Date.parse(waiting.until!)).to.equal(Date.now() + 10 * MINUTE);
  });

  for (const stepMs of [...STEPS, -365 * 24 * HOUR, 365 * 24 * HOUR]) {
    it(`knows the age of the record in the next process, where the clock was set by ${stepMs / 1_000} s`, async () => {
      clock.restart('one start of the computer');
      await request('solar', 10);
      await timers.tickAsync(5 * MINUTE);
      runner.close();
      setWallClock(stepMs);
      runner = new GovernorRunner(site, site.keeper());
      const waiting = await request('solar', 16);
      expect(Date.parse(waiting.until!)).to.equal(Date.now() + 10 * MINUTE);
      expect(await request('fuse', 8, { role: 'limit' })).to.include({ decision: 'lowered-early' });
    });
  }

  it('never raises within 15 minutes of a write, however often it is killed and its clock is set', async () => {
    const ampere = fc.integer({ min: 0, max: 25 });
    const role = fc.constantFrom('target' as const, 'limit' as const);
    const ms = fc.oneof(fc.integer({ min: 1, max: 20 * MINUTE }), fc.integer({ min: 1, max: 5_000 }));
    const setBy = fc.constantFrom(0, ...STEPS, -365 * 24 * HOUR, 365 * 24 * HOUR);
    const act = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constant('request' as const), role, ampere) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('pass' as const), ms) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('kill' as const), setBy, ms) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 15 }), async (acts) => {
        end();
        start();
        clock.restart('one start of the computer');
        for (const one of acts) {
          if (one[0] === 'request') await request(one[1], one[2], { role: one[1] });
          else if (one[0] === 'pass') await timers.tickAsync(one[1]);
          else {
            runner.close();
            setWallClock(one[1]);
            await timers.tickAsync(one[2]);
            runner = new GovernorRunner(site, site.keeper());
          }
        }
        await timers.tickAsync(HOUR);
        const early = site.sent.filter(({ at, ampere: to }, index) => {
          const last = site.sent[index - 1];
          return last !== undefined && to > last.ampere && at - last.at < 15 * MINUTE;
        });
        expect(early).to.deep.equal([]);
      }),
      { numRuns: process.env['MUTATION'] ? 10 : draws(60), interruptAfterTimeLimit: 20 * DAY },
    );
  });

  it('counts a record from the future as one of now', async () => {
    await request('solar', 10);
    runner.close();
    setWallClock(-24 * HOUR);
    runner = new GovernorRunner(site, site.keeper());
    const waiting = await request('solar', 16);
    expect(Date.parse(waiting.until!)).to.equal(Date.now() + 15 * MINUTE);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { Calendar } from '../../../../src/energy/calendar';
import type { LoadGuardSettings } from '../../../../src/energy/load-guard/guard-settings';
import { LoadGuard } from '../../../../src/energy/load-guard/load-guard';
import { readMeter } from '../../../../src/energy/load-guard/read-meter';
import { isZaptecError } from '../../../../src/errors/zaptec-error';
import { LOAD_GUARD } from '../../../support/energy-settings';
import { draws } from '../../../support/draws';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.UTC(2026, 0, 15, 12);
const FUSE: LoadGuardSettings = { ...LOAD_GUARD, safeA: 0, limitKw: 5 };
const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });

/** A guard, the time, and what its cars and its house take. */
class Run {
  readonly guard: LoadGuard;
  now = START;
  applied = all(16);
  carA = all(16);

  constructor(settings: Partial<LoadGuardSettings> = {}) {
    this.guard = new LoadGuard({ ...FUSE, ...settings }, new Calendar('UTC'));
  }

  /** Sends the same values every 2 s. @returns the last decision */
  for(ms: number, house: Partial<typeof this.applied> | undefined, decide = (at: number) => this.#decide(at)) {
    let decision = decide(this.now);
    for (const until = this.now + ms; this.now < until; this.now += 2 * SECOND) {
      if (house) {
        this.guard.setCars([{ id: 'car', currents: this.carA, at: this.now }]);
        const entries = Object.entries(house).map(([phase, ampere]) => [phase, ampere + this.carA[phase as 'phase1']]);
        this.guard.setMeter({ currents: Object.fromEntries(entries) as typeof this.applied }, this.now);
      }
      decision = decide(this.now);
    }
    return decision;
  }

  #decide(at: number) {
    this.guard.setApplied(this.applied, at);
    return this.guard.decide(at, undefined);
  }
}

describe('LoadGuard', () => {
  it('lowers a phase that is above its fuse for 12 s, and only this phase', () => {
    const run = new Run();
    run.for(MINUTE, all(8));
    expect(run.for(10 * SECOND, { ...all(8), phase2: 15 }).limit).to.deep.equal(all(16));
    const lowered = run.for(6 * SECOND, { ...all(8), phase2: 15 });
    expect(lowered).to.deep.include({ code: 'lowered', limit: { phase1: 16, phase2: 9, phase3: 16 } });
    expect(lowered.reason).to.equal('L2 has 31 A with a fuse of 25 A: at most 16/9/16 A for the cars');
  });

  it('lets a spike pass', () => {
    const run = new Run();
    run.for(MINUTE, all(3));
    run.for(10 * SECOND, all(20));
    expect(run.for(2 * MINUTE, all(3)).limit).to.not.deep.equal(all(0));
    expect(run.for(MINUTE, all(8)).code).to.equal('holds');
  });

  it('loosens each phase by itself after a steady minute, though another one stays busy', () => {
    const run = new Run();
    run.applied = { phase1: 8, phase2: 8, phase3: 8 };
    run.carA = all(8);
    const raised = run.for(20 * MINUTE, { phase1: 2, phase2: 16, phase3: 3 });
    expect(raised).to.deep.include({ code: 'raised', limit: { phase1: 22, phase2: 8, phase3: 21 } });
  });

  it('pauses the cars where the house takes it all, and lets them charge again when it no longer does', () => {
    const run = new Run();
    run.for(MINUTE, all(3));
    expect(run.for(30 * SECOND, all(26)).code).to.equal('overload');
    run.applied = all(0);
    run.carA = all(0);
    run.for(MINUTE, all(26));
    expect(run.for(16 * MINUTE, all(10)).limit).to.deep.equal(all(14));
  });

  it('does not raise while more than four early lowerings lie within the hour', () => {
    const run = new Run();
    run.carA = all(6);
    for (const ampere of [20, 18, 16, 14, 12, 10, 8, 7]) {
      run.applied = all(ampere);
      run.for(2 * MINUTE, all(3));
    }
    run.carA = all(7);
    const held = run.for(20 * MINUTE, all(3));
    expect(held).to.deep.include({ code: 'waits', limit: all(7) });
    expect(run.for(60 * MINUTE, all(3)).code).to.equal('raised');
  });

  it('counts what a car took before a lowering as no more than the new limit', () => {
    const run = new Run();
    run.for(MINUTE, all(3));
    run.applied = all(8);
    // The car has followed, and its last report of 16 A is from before.
    run.guard.setCars([{ id: 'car', currents: all(16), at: run.now }]);
    run.guard.setApplied(run.applied, run.now);
    run.guard.setMeter({ currents: all(11) }, run.now);
    const { phases } = run.guard.decide(run.now, undefined);
    expect(phases[0]?.carsA).to.equal(8);
  });

  it('takes a car of which nothing was heard for a minute for none', () => {
    const run = new Run();
    run.guard.setCars([{ id: 'car', currents: all(16), at: START - 61 * SECOND }]);
    run.guard.setMeter({ currents: all(20) }, START);
    expect(run.guard.decide(START, undefined).limit).to.deep.equal(all(4));
  });

  it('takes the currents of a charger at the phases to which it is connected', () => {
    const guard = new LoadGuard({ ...FUSE, rotation: 'Garage: L2 L3 L1' }, new Calendar('UTC'));
    guard.setCars([{ id: '1', names: ['garage'], currents: { phase1: 16, phase2: 0, phase3: 0 }, at: START }]);
    guard.setMeter({ currents: { phase1: 3, phase2: 20, phase3: 3 } }, START);
    expect(guard.decide(START, undefined).phases.map(({ carsA }) => carsA)).to.deep.equal([0, 16, 0]);
  });

  it('offers no more than the fuse while current flows into the grid', () => {
    const run = new Run();
    run.applied = all(10);
    run.carA = all(10);
    expect(run.for(20 * MINUTE, all(-18)).limit).to.deep.equal(all(24));
  });

  it('keeps the last good value of a phase for a while, then takes the safe value for it, and never 0 A for its load', () => {
    const run = new Run({ safeA: 7 });
    run.for(2 * MINUTE, all(8));
    const kept = run.for(50 * SECOND, { phase1: 8, phase3: 8 });
    expect(kept.limit).to.deep.equal(all(16));
    const unknown = run.for(20 * SECOND, { phase1: 8, phase3: 8 });
    expect(unknown).to.deep.include({ code: 'unknown', limit: { phase1: 16, phase2: 7, phase3: 16 } });
    expect(unknown.reason).to.equal('L2 not known for more than 60 s: at most 16/7/16 A for the cars');
    expect(run.for(4 * SECOND, all(8)).limit?.phase2).to.equal(16);
  });

  it('says nothing before the first value, and the safe value when none comes', () => {
    const run = new Run({ safeA: 6 });
    expect(run.guard.decide(START, undefined)).to.deep.include({ code: 'starts', limit: undefined });
    expect(run.guard.decide(START + MINUTE, undefined).limit).to.deep.equal(all(6));
  });

  it('lets a fuse bear an overload for a while if told so, and nothing above 1.45 times', () => {
    const run = new Run({ overloadMin: 60 });
    run.for(MINUTE, all(3));
    expect(run.for(5 * MINUTE, all(11)).limit, '1.08 times').to.deep.equal(all(16));
    expect(run.for(60 * MINUTE, all(12)).code, '1.12 times for an hour').to.equal('lowered');
    const other = new Run({ overloadMin: 60 });
    other.for(MINUTE, all(3));
    expect(other.for(16 * SECOND, all(21)).code, '1.48 times').to.equal('lowered');
  });

  it('guards a connection of one phase by its only value', () => {
    const run = new Run({ phases: '1' });
    expect(run.for(4 * SECOND, { phase1: 3 }).limit).to.deep.equal(all(16));
  });

  it('assumes what is set where no account knows it, at the pace at which it is set', () => {
    const { guard } = new Run();
    const at = (now: number, ampere: number) => {
      guard.setMeter({ currents: all(ampere) }, now);
      return guard.decide(now, undefined).limit;
    };
    expect(at(START, 10)).to.deep.equal(all(14));
    for (let now = START; now <= START + 16 * MINUTE; now += 10 * SECOND) at(now, 2);
    expect(at(START + 16 * MINUTE, 2)).to.deep.equal(all(22));
  });

  it('keeps what it needs over a restart', () => {
    const run = new Run();
    run.for(MINUTE, all(3));
    const other = new LoadGuard(FUSE, new Calendar('UTC'));
    other.restore(JSON.parse(JSON.stringify(run.guard.dump())));
    expect(other.decide(run.now, undefined).limit).to.deep.equal(all(16));
  });

  it('lets a value age that an earlier run has kept from the future, as after a clock that was set back', () => {
    const run = new Run({ safeA: 6 });
    run.for(MINUTE, all(3));
    const other = new LoadGuard({ ...FUSE, safeA: 6 }, new Calendar('UTC'));
    other.restore(JSON.parse(JSON.stringify(run.guard.dump())));
    const yesterday = run.now - 24 * 60 * MINUTE;
    expect(other.decide(yesterday, undefined).code).to.not.equal('unknown');
    expect(other.decide(yesterday + 2 * MINUTE, undefined)).to.deep.include({ code: 'unknown', limit: all(6) });
  });

  it('remembers over a restart how much of what the fuse bears is used up', () => {
    const run = new Run({ overloadMin: 60 });
    run.for(MINUTE, all(3));
    expect(run.for(30 * MINUTE, all(11.5)).limit).to.deep.equal(all(16));
    const dumped: unknown = JSON.parse(JSON.stringify(run.guard.dump()));
    const minutesToLower = (guard: LoadGuard): number => {
      for (let minutes = 0; minutes < 120; minutes += 1) {
        for (const second of [0, 20, 40]) {
          const at = run.now + minutes * MINUTE + second * SECOND;
          guard.setApplied(all(16), at);
          guard.setMeter({ currents: all(27.5) }, at);
          if (guard.decide(at, undefined).code === 'overload') return minutes;
        }
      }
      return Infinity;
    };
    const restarted = new LoadGuard({ ...FUSE, overloadMin: 60 }, new Calendar('UTC'));
    restarted.restore(dumped);
    expect(minutesToLower(restarted)).to.be.closeTo(minutesToLower(run.guard), 1);
    expect(minutesToLower(new LoadGuard({ ...FUSE, overloadMin: 60 }, new Calendar('UTC')))).to.be.above(25);
  });

  it('reports a problem once, and the same one after a good value only once an hour', () => {
    const { guard } = new Run();
    let reported = 0;
    for (let at = START; at < START + 60 * MINUTE - SECOND; at += 5 * SECOND) {
      if (guard.noteProblem('phase1 is null', at)) reported += 1;
      guard.noteProblem('', at + 2 * SECOND);
    }
    expect(reported).to.equal(1);
    expect(guard.noteProblem('phase2 is null', START + 60 * MINUTE)).to.equal(true);
    expect(guard.noteProblem('phase1 is null', START + 61 * MINUTE)).to.equal(true);
    for (let at = 0; at < 5 * 60; at += 1) guard.noteProblem('phase1 is null', START + at * MINUTE);
    const many = Array.from({ length: 100 }, (_, at) => guard.noteProblem(`is ${at}`, START + 600 * MINUTE + at));
    expect(many.filter(Boolean)).to.have.lengthOf(10);
  });

  const anyNumber = fc.oneof(
    fc.double({ min: -60, max: 60, noNaN: true }),
    fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308, 0, -0),
  );
  const anything = fc.oneof(
    anyNumber,
    fc.constantFrom(null, undefined, '', 'text', '12,5', ' 7 ', '1e3'),
    fc.anything(),
  );
  const value = fc.oneof(
    fc.record({ phase1: anything, phase2: anything, phase3: anything }, { requiredKeys: [] }),
    fc.array(anything, { maxLength: 5 }),
    anything,
  );
  const step = fc.record({
    value,
    // Forwards, backwards, and far into the future.
    afterMs: fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: -3_600_000, max: 90_000_000 })),
    carA: anyNumber,
  });

  for (const mode of ['fuse', 'tariff'] as const) {
    it(`gives numbers from 0 to the fuse alone (${mode}), whatever comes, and is well again after one good value`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), fc.anything(), (steps, dumped) => {
          const guard = new LoadGuard({ ...FUSE, mode }, new Calendar('Europe/Oslo'));
          guard.restore(dumped);
          let now = START;
          const check = () => {
            const { limit, reason, until } = guard.decide(now, undefined);
            for (const ampere of Object.values(limit ?? {})) expect(ampere).to.be.within(0, 24);
            expect(reason).to.not.match(/NaN|undefined|null|Infinity/);
            expect(until).to.be.above(now);
            return limit;
          };
          for (const { value: input, afterMs, carA } of steps) {
            now += afterMs;
            guard.setCars([{ id: 'car', currents: all(carA), at: now }]);
            try {
              guard.setMeter(readMeter(input, { unit: 'A', voltage: 230, phases: 3 }), now);
            } catch (thrown) {
              expect(isZaptecError(thrown)).to.equal(true);
            }
            check();
          }
          now += SECOND;
          guard.setMeter({ currents: all(3) }, now);
          expect(check()).to.not.equal(undefined);
          expect(guard.decide(now, undefined).code).to.not.equal('unknown');
        }),
        { numRuns: draws(300) },
      );
    });
  }
});

describe('what LoadGuard says beside its limit', () => {
  const UTC = new Calendar('UTC');
  const guardWith = (settings: Partial<LoadGuardSettings> = {}) => new LoadGuard({ ...FUSE, ...settings }, UTC);

  it('is from when on a raise can be set, while that is still to come', () => {
    const guard = guardWith();
    expect(guard.decide(START, undefined).raiseAt, 'nothing is set').to.equal(undefined);
    guard.setApplied(all(16), START);
    const raiseAt = START + 15 * MINUTE;
    expect(guard.decide(START + MINUTE, undefined).raiseAt).to.equal(raiseAt);
    expect(guard.decide(raiseAt - 1, undefined).raiseAt).to.equal(raiseAt);
    expect(guard.decide(raiseAt, undefined).raiseAt).to.equal(undefined);
    guard.setWallLead(-60 * MINUTE);
    expect(guard.decide(raiseAt - 1, undefined).raiseAt, 'by the wall clock').to.equal(raiseAt - 60 * MINUTE);
  });

  it('is when to look again: later where nothing changes', () => {
    const run = new Run();
    expect(run.for(MINUTE, all(8)).until).to.equal(run.now - 2 * SECOND + 30 * SECOND);
    run.for(14 * SECOND, all(20));
    expect(run.guard.decide(run.now, undefined)).to.include({ code: 'lowered', until: run.now + 5 * SECOND });
  });

  it('follows settings that are changed', () => {
    const guard = guardWith();
    guard.setMeter({ currents: all(3) }, START);
    expect(guard.decide(START, undefined).limit).to.deep.equal(all(21));
    const smaller = { ...FUSE, fuseA: 16 };
    guard.configure(smaller);
    expect(guard.settings).to.equal(smaller);
    // What is set stays as long as nothing is too much, but not above the new fuse.
    expect(guard.decide(START, undefined).limit).to.deep.equal(all(15));
  });

  it('starts for as long as a value counts, and only while no phase has had one', () => {
    const codeAfter = (ms: number, currents?: Partial<ReturnType<typeof all>>) => {
      const guard = guardWith({ safeA: 7 });
      guard.decide(START, undefined);
      if (currents) guard.setMeter({ currents }, START + ms);
      const { code, limit } = guard.decide(START + ms, undefined);
      return { code, limit };
    };
    expect(codeAfter(59_999)).to.deep.equal({ code: 'starts', limit: undefined });
    expect(codeAfter(60_000)).to.deep.equal({ code: 'unknown', limit: all(7) });
    const known = codeAfter(SECOND, { phase1: 3 });
    expect(known, 'one phase is known').to.deep.equal({ code: 'unknown', limit: { phase1: 21, phase2: 7, phase3: 7 } });
  });

  it('lets a raise that nobody can see wait for as long as Zaptec lets one wait', () => {
    const guard = guardWith();
    const at = (now: number, houseA: number) => {
      guard.setMeter({ currents: all(houseA) }, now);
      return guard.decide(now, undefined).limit;
    };
    expect(at(START, 10)).to.deep.equal(all(14));
    expect(at(START + 2 * SECOND, 2), 'not raised at once').to.deep.equal(all(14));
  });

  describe('with a capacity tariff', () => {
    const tariff = (over: Partial<LoadGuardSettings> = {}) =>
      guardWith({ mode: 'tariff', fuseA: 35, limitKw: 8, safeA: 6, ...over });

    it('starts for as long as a value counts, and then takes the safe value', () => {
      const guard = tariff();
      for (const ms of [0, 59_999]) {
        expect(guard.decide(START + ms, undefined)).to.deep.include({ code: 'starts', limit: undefined });
      }
      expect(guard.decide(START + MINUTE, undefined)).to.deep.include({ code: 'unknown', limit: all(6), phases: [] });
    });

    it('takes the safe value at once where the power was known before', () => {
      const guard = tariff({ holdS: 30 });
      guard.setMeter({ currents: {}, kw: 2 }, START);
      expect(guard.decide(START + 31 * SECOND, undefined)).to.deep.include({ code: 'unknown', limit: all(6) });
    });

    for (const [situation, phases, reading, houseKw] of [
      ['the power that the meter gives', '3', { currents: all(1), kw: 5 }, 5],
      ['the sum of three currents, also of those into the grid', '3', { currents: { ...all(10), phase3: -5 } }, 3.45],
      ['the only current', '1', { currents: { phase1: 10 } }, 2.3],
      ['nothing where a current is missing', '3', { currents: { phase1: 10, phase2: 10 } }, undefined],
      ['nothing where a current is none', '3', { currents: { ...all(10), phase2: 1e9 } }, undefined],
      ['the power of a large building', '3', { currents: {}, kw: -10_000 }, -10_000],
      ['nothing where a power is none', '3', { currents: {}, kw: 10_001 }, undefined],
      ['nothing where neither is there', '3', { currents: {} }, undefined],
    ] as [string, '1' | '3', Parameters<LoadGuard['setMeter']>[0], number | undefined][]) {
      it(`takes for the power of the house ${situation}`, () => {
        const guard = tariff({ phases });
        guard.setMeter(reading, START);
        const known = guard.decide(START, undefined).tariff?.houseKw;
        if (houseKw === undefined) expect(known).to.equal(undefined);
        else expect(known).to.be.closeTo(houseKw, 1e-9);
      });
    }

    it('leaves what cars take out of the power of the house', () => {
      const guard = tariff();
      guard.setCars([{ id: 'car', currents: { phase1: 10, phase2: 6, phase3: 0 }, at: START }]);
      guard.setMeter({ currents: {}, kw: 5 }, START);
      expect(guard.decide(START, undefined).tariff?.houseKw).to.be.closeTo(5 - 16 * 0.23, 1e-9);
    });

    it('compares with the highest current that is set', () => {
      const guard = tariff();
      guard.setApplied({ phase1: 6, phase2: 8, phase3: 7 }, START);
      guard.setMeter({ currents: {}, kw: 2 }, START);
      // 8.3 A are free.
      expect(guard.decide(START, undefined)).to.deep.include({ code: 'holds', limit: all(8) });
    });

    it('reckons the hours by the wall clock', () => {
      for (const leadMs of [0, 60 * MINUTE, -60 * MINUTE]) {
        const guard = tariff();
        guard.setWallLead(leadMs);
        guard.setMeter({ currents: {}, kw: 2 }, START);
        expect(guard.decide(START + SECOND, undefined)).to.have.nested.property('tariff.from', START + leadMs);
        expect(guard.decide(START + SECOND, undefined).code).to.not.equal('unknown');
      }
    });
  });
});

describe('the first limit of a load guard that an account tells what the cars take', () => {
  const setUp = (over: Partial<LoadGuardSettings> = {}) => {
    const guard = new LoadGuard({ ...FUSE, ...over }, new Calendar('UTC'));
    guard.awaitCars();
    return guard;
  };
  const car = (at: number) => [{ id: 'car', currents: all(16), at }];

  it('waits for that, since the current of the cars would pass for that of the house', () => {
    const guard = setUp();
    guard.setMeter({ currents: all(18) }, START);
    const waits = guard.decide(START, undefined);
    expect(waits).to.deep.include({ code: 'starts', limit: undefined, reason: 'Waits for what the cars take' });
    guard.setCars(car(START + 2 * SECOND));
    expect(guard.decide(START + 2 * SECOND, undefined).limit, 'until the meter is read').to.equal(undefined);
    guard.setMeter({ currents: all(18) }, START + 3 * SECOND);
    expect(guard.decide(START + 3 * SECOND, undefined)).to.deep.include({ code: 'raised', limit: all(22) });
  });

  it('waits no longer than 20 s, and not while a phase is above its fuse', () => {
    const guard = setUp();
    guard.setMeter({ currents: all(18) }, START);
    guard.decide(START, undefined);
    expect(guard.decide(START + 19 * SECOND, undefined).limit).to.equal(undefined);
    expect(guard.decide(START + 20 * SECOND, undefined).limit).to.deep.equal(all(6));
    const overloaded = setUp();
    overloaded.setMeter({ currents: { ...all(18), phase2: 26 } }, START);
    expect(overloaded.decide(START, undefined).limit).to.deep.equal({ ...all(6), phase2: 0 });
  });

  it('goes by the last value of a phase that the next message leaves out', () => {
    const guard = setUp();
    guard.setMeter({ currents: all(18) }, START);
    guard.decide(START, undefined);
    guard.setCars(car(START + 2 * SECOND));
    guard.setMeter({ currents: { phase1: 18 } }, START + 3 * SECOND);
    const { limit } = guard.decide(START + 3 * SECOND, undefined);
    expect(limit).to.deep.equal({ phase1: 22, phase2: 6, phase3: 6 });
  });

  it('does not lower what is set already by a capacity tariff', () => {
    const guard = setUp({ mode: 'tariff', fuseA: 35, limitKw: 12.5 });
    guard.setApplied(all(16), START);
    guard.setMeter({ currents: {}, kw: 12 }, START);
    expect(guard.decide(START, undefined)).to.deep.include({ code: 'starts', limit: undefined });
    guard.setCars(car(START + 2 * SECOND));
    guard.setMeter({ currents: {}, kw: 12 }, START + 3 * SECOND);
    const decision = guard.decide(START + 3 * SECOND, undefined);
    expect(decision).to.deep.include({ code: 'holds', limit: all(16) });
    expect(decision.tariff?.houseKw).to.be.closeTo(12 - 48 * 0.23, 1e-9);
  });
});

describe('a load that comes and goes within 12 s', () => {
  for (const [onS, offS, ampere] of [
    [11, 1, 12],
    [10, 10, 12],
    [6, 6, 16],
    [2, 2, 20],
  ] as const) {
    it(`is no spike where it does so for an hour: ${ampere} A for ${onS} s every ${onS + offS} s`, () => {
      const guard = new LoadGuard(FUSE, new Calendar('UTC'));
      let [setA, setAt, heatS, mostS] = [16, START - 15 * MINUTE, 0, 0];
      guard.setApplied(all(setA), setAt);
      for (let second = 0; second < 3_600; second += 1) {
        const now = START + second * SECOND;
        const totalA = 7 + (second % (onS + offS) < onS ? ampere : 0) + setA;
        heatS = Math.max(0, heatS + (totalA / FUSE.fuseA) ** 2 - 1);
        mostS = Math.max(mostS, heatS);
        guard.setCars([{ id: 'car', currents: all(setA), at: now }]);
        guard.setApplied(all(setA), now);
        guard.setMeter({ currents: all(totalA) }, now);
        const { limit } = guard.decide(now, undefined);
        if (!limit || limit.phase1 === setA || now - setAt < (limit.phase1 < setA ? 1 : 15) * MINUTE) continue;
        [setA, setAt] = [limit.phase1, now];
      }
      // A fuse that bears 1.13 times its current for an hour bears 997 s.
      expect(mostS).to.be.lessThan(250);
    });
  }

  it('passes where it is over after a minute', () => {
    const run = new Run();
    run.for(MINUTE, all(8));
    for (let times = 0; times < 5; times += 1) {
      expect(run.for(8 * SECOND, all(15)).limit).to.deep.equal(all(16));
      expect(run.for(6 * SECOND, all(8)).limit).to.deep.equal(all(16));
    }
  });
});

describe('the peak of the month', () => {
  it('is what was measured: a meter that falls silent at a high power makes none', () => {
    const guard = new LoadGuard({ ...FUSE, mode: 'tariff', keep: 'peak', limitKw: 5, fuseA: 35 }, new Calendar('UTC'));
    let now = START;
    const run = (minutes: number, kw?: number) => {
      let decision = guard.decide(now, undefined);
      for (const until = now + minutes * MINUTE; now < until; now += 10 * SECOND) {
        if (kw !== undefined) guard.setMeter({ currents: {}, kw }, now);
        decision = guard.decide(now, undefined);
      }
      return decision;
    };
    run(90, 2);
    run(1, 15);
    expect(run(20).tariff?.usedKwh, 'what is not known counts as used').to.be.greaterThan(4);
    run(130);
    const { tariff } = run(5, 2);
    expect(tariff?.boundKw).to.equal(5);
    expect(tariff?.peaksKw[0]).to.be.closeTo(2, 1);
    const restarted = new LoadGuard(guard.settings, new Calendar('UTC'));
    restarted.restore(JSON.parse(JSON.stringify(guard.dump())));
    expect(restarted.decide(now, undefined).tariff?.peaksKw).to.deep.equal(tariff?.peaksKw);
  });
});

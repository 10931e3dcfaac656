import { expect } from 'chai';
import type { LoadGuardSettings } from '../../../../src/energy/load-guard/guard-settings';
import { PhaseGuard, type PhaseSituation } from '../../../../src/energy/load-guard/phase-guard';
import { LOAD_GUARD } from '../../../support/energy-settings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 15, 12);
/** 24 A for house and cars. */
const SETTINGS: LoadGuardSettings = { ...LOAD_GUARD, safeA: 0, limitKw: 5 };

/** A phase with a house and a car. */
class Phase {
  readonly guard = new PhaseGuard();
  now = START;
  houseA = 0;
  carsA = 0;

  /** The meter says the same every 2 s. */
  load(forMs: number, houseA: number, carsA = this.carsA): this {
    Object.assign(this, { houseA, carsA });
    for (const until = this.now + forMs; this.now < until;) {
      this.now += 2 * SECOND;
      this.guard.take(houseA + carsA, carsA, this.now, SETTINGS);
    }
    return this;
  }

  decide(over: Partial<PhaseSituation> = {}) {
    const { now, houseA, carsA } = this;
    return this.guard.decide({
      settings: SETTINGS,
      now,
      totalA: houseA + carsA,
      ageMs: 0,
      carsA,
      areCarsKnown: true,
      setA: 10,
      setAt: now - HOUR,
      earlyLowerings: 0,
      changes: 0,
      ...over,
    });
  }
}

describe('PhaseGuard', () => {
  for (const [situation, houseA, { code, limitA }, over] of [
    ['raises by 1 A where the cars use what they have', 13, { code: 'raised', limitA: 11 }, { carsA: 10 }],
    ['does not raise by less', 13.1, { code: 'holds', limitA: 10 }, { carsA: 10 }],
    ['takes 2 A less than is set for used', 13, { code: 'raised', limitA: 11 }, { carsA: 8 }],
    ['does not raise by 1 A what is not used', 13, { code: 'holds', limitA: 10 }, { carsA: 7.9 }],
    ['raises by 4 A what is not used', 10, { code: 'raised', limitA: 14 }, { carsA: 7.9 }],
    ['does not raise by less than 4 A what is not used', 10.1, { code: 'holds', limitA: 10 }, { carsA: 7.9 }],
    ['takes for used what no charger says', 13, { code: 'raised', limitA: 11 }, { carsA: 0, areCarsKnown: false }],
    ['raises to 6 A, with which a car can begin', 18, { code: 'raised', limitA: 6 }, { setA: 5 }],
    ['does not raise to less', 18.1, { code: 'holds', limitA: 5 }, { setA: 5 }],
    ['takes 6 A for enough to charge', 17, { code: 'holds', limitA: 6 }, { setA: 6 }],
    ['does not offer what flows into the grid', -5, { code: 'raised', limitA: 24 }, { carsA: 10 }],
    ['raises after four early lowerings', 10, { code: 'raised', limitA: 14 }, { carsA: 10, earlyLowerings: 4 }],
    ['waits after five', 10, { code: 'waits', limitA: 10 }, { carsA: 10, earlyLowerings: 5 }],
    ['does not raise for little after many changes', 13, { code: 'holds', limitA: 10 }, { carsA: 10, changes: 40 }],
    [
      'gives all that is free where nobody knows what is set',
      13.15,
      { code: 'raised', limitA: 10.8 },
      { setA: undefined },
    ],
  ] as const) {
    it(situation, () => {
      const phase = new Phase().load(2 * MINUTE, houseA, 'carsA' in over ? over.carsA : 0);
      const verdict = phase.decide(over);
      expect(verdict).to.include({ code, limitA, totalA: phase.houseA + phase.carsA, carsA: phase.carsA, ageMs: 0 });
      expect(verdict.freeA).to.be.closeTo(Math.min(24, 24 - houseA), 1e-9);
    });
  }

  it('takes the safe value for a phase that is not known, and never more than the fuse', () => {
    for (const [safeA, limitA] of [
      [7, 7],
      [50, 24],
    ] as const) {
      const verdict = new Phase().decide({ totalA: undefined, ageMs: 61_000, settings: { ...SETTINGS, safeA } });
      expect(verdict).to.include({ code: 'unknown', limitA, freeA: undefined, ageMs: 61_000 });
    }
    const small = { ...SETTINGS, fuseA: 6, reserveA: 10, safeA: 7 };
    expect(new Phase().decide({ totalA: undefined, settings: small }).limitA, 'a reserve above the fuse').to.equal(0);
  });

  for (const [situation, houseA, { setA = 10, setMsAgo = HOUR }, code, limitA] of [
    ['lowers to what the house leaves', 20, {}, 'lowered', 4],
    ['lowers to 0 A where the house leaves just nothing', 24, {}, 'lowered', 0],
    ['stops the cars where the house takes too much by itself', 25, {}, 'overload', 0],
    ['does not raise what is set below that already', 20, { setA: 2 }, 'lowered', 2],
    ['gives cars 20 s to follow a change', 20, { setMsAgo: 19_999 }, 'holds', 10],
    ['gives them no more', 20, { setMsAgo: 20_000 }, 'lowered', 4],
    ['gives them the time from the very moment of the change', 20, { setMsAgo: 0 }, 'holds', 10],
    [
      'does not wait for a change from the future, as after a clock that was set back',
      20,
      { setMsAgo: -1 },
      'lowered',
      4,
    ],
  ] as [string, number, { setA?: number; setMsAgo?: number }, string, number][]) {
    it(`of a phase above its fuse ${situation}`, () => {
      const phase = new Phase().load(14 * SECOND, houseA, 10);
      const verdict = phase.decide({ setA, setAt: phase.now - setMsAgo });
      expect(verdict).to.include({ code, limitA, freeA: 24 - houseA });
    });
  }

  it('raises only by what has been free for a whole minute', () => {
    const phase = new Phase().load(30 * SECOND, 4);
    expect(phase.decide(), 'half a minute').to.include({ code: 'holds', limitA: 10, freeA: 20 });
    phase.load(90 * SECOND, 15).load(20 * SECOND, 4);
    expect(phase.decide(), 'a load in this minute').to.include({ code: 'holds', limitA: 10, freeA: 9 });
  });

  it('chooses a raise anew after 10 s, and before where less is free, another current is set or the clock was set back', () => {
    const chosen = () => {
      const phase = new Phase().load(2 * MINUTE, 13, 10);
      expect(phase.decide().code).to.equal('raised');
      return phase;
    };
    // With so many changes the raise is no longer worth it once it is chosen anew.
    const changes = 40;
    expect(
      chosen()
        .load(8 * SECOND, 13)
        .decide({ changes }).code,
      'after 8 s',
    ).to.equal('raised');
    expect(
      chosen()
        .load(10 * SECOND, 13)
        .decide({ changes }).code,
      'after 10 s',
    ).to.equal('holds');
    expect(chosen().decide({ changes, setA: 9.9 }).code, 'another current').to.equal('holds');
    const phase = chosen();
    expect(phase.decide({ changes, now: phase.now - 1 }).code, 'the clock').to.equal('holds');
    const busier = new Phase().load(2 * MINUTE, 12, 10).load(8 * SECOND, 12.5);
    expect(busier.decide()).to.include({ code: 'raised', limitA: 12 });
    expect(busier.load(6 * SECOND, 12.5).decide({ changes }).code, 'less is free').to.equal('holds');
  });

  it('follows the load down at once and up in steps of 2 A while a raise waits', () => {
    const phase = new Phase().load(2 * MINUTE, 10, 8);
    const limitAfter = (houseA: number) => phase.load(2 * MINUTE, houseA).decide({ setA: 8 }).limitA;
    expect(phase.decide({ setA: 8 }).limitA).to.equal(14);
    expect(limitAfter(8.5), '1.5 A more').to.equal(14);
    expect(limitAfter(8), '2 A more').to.equal(16);
    expect(limitAfter(9), '1 A less').to.equal(15);
    expect(limitAfter(9), 'the same').to.equal(15);
    expect(phase.decide({ setA: 15 }), 'once it is set').to.include({ code: 'holds', limitA: 15 });
  });
});

import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import type { LoadGuardDecision } from '../../../../src/energy/load-guard/guard-decision';
import { reasonOf } from '../../../../src/energy/load-guard/guard-reason';
import { guardReportOf } from '../../../../src/energy/load-guard/guard-report';
import { LOAD_GUARD_RULES, type LoadGuardSettings } from '../../../../src/energy/load-guard/guard-settings';
import { LOAD_GUARD } from '../../../support/energy-settings';

const OSLO = new Calendar('Europe/Oslo');
const START = Date.UTC(2026, 5, 1, 10);
const FACTS: LoadGuardDecision = {
  code: 'holds',
  reason: '',
  limit: { phase1: 12, phase2: 8, phase3: 16 },
  phases: [
    { code: 'lowered', totalA: 27.34, carsA: 10, freeA: 5.555, ageMs: 100 },
    { code: 'overload', totalA: 26, carsA: NaN, freeA: -1, ageMs: 100 },
    { code: 'unknown', totalA: undefined, carsA: 0, freeA: undefined, ageMs: undefined },
  ],
  earlyLowerings: 5,
  raiseAt: undefined,
  until: START + 1_000,
  tariff: {
    from: START,
    to: START + 3_600_000,
    usedKwh: 1.2345,
    boundKw: 8.04,
    leftKw: 6.789,
    houseKw: 1.555,
    peaksKw: [7.777, 5],
  },
};

describe('why the load guard decides as it does', () => {
  const rows: [Partial<LoadGuardDecision>, Partial<LoadGuardSettings>, string][] = [
    [{ code: 'starts', limit: undefined }, {}, 'Waits for the first value of the meter'],
    [{}, {}, 'At most 12/8/16 A for the cars, below the fuse of 25 A'],
    [{ limit: undefined }, {}, 'At most nothing for the cars, below the fuse of 25 A'],
    [{ code: 'raised' }, {}, '12/8/16 A are free for the cars'],
    [{ code: 'raised', raiseAt: START }, {}, '12/8/16 A are free for the cars, not before 12:00'],
    [{ code: 'lowered' }, {}, 'L1 has 27.3 A with a fuse of 25 A: at most 12/8/16 A for the cars'],
    [
      { code: 'waits' },
      {},
      'At most 12/8/16 A for the cars: more is free, but the current had to be lowered early 5 times within the hour',
    ],
    [{ code: 'overload' }, {}, 'L2 has 26 A with a fuse of 25 A, without the cars too: at most 12/8/16 A for the cars'],
    [{ code: 'unknown' }, {}, 'L3 not known for more than 60 s: at most 12/8/16 A for the cars'],
    [
      { code: 'unknown', phases: [] },
      {},
      'The current is not known for more than 60 s: at most 12/8/16 A for the cars',
    ],
    [{ code: 'override-on' }, {}, 'Switched on by message until 12:30'],
    [{ code: 'override-off' }, {}, 'No current for the cars, by message until 12:30'],
    [{}, { mode: 'tariff' }, 'At most 12/8/16 A for the cars; 1.23 kWh used, 6.8 kW left of a mean of 8 kW'],
    [
      { code: 'raised', raiseAt: START },
      { mode: 'tariff' },
      '12/8/16 A are free for the cars, not before 12:00; 1.23 kWh used, 6.8 kW left of a mean of 8 kW',
    ],
    [
      { code: 'lowered' },
      { mode: 'tariff' },
      'At most 12/8/16 A for the cars, so that the mean power stays low; 1.23 kWh used, 6.8 kW left of a mean of 8 kW',
    ],
    [
      { code: 'overload' },
      { mode: 'tariff' },
      'At most 12/8/16 A for the cars: the house uses it all; 1.23 kWh used, 6.8 kW left of a mean of 8 kW',
    ],
    [
      { code: 'unknown' },
      { mode: 'tariff' },
      'The power of the connection is not known for more than 60 s: at most 12/8/16 A for the cars',
    ],
    [{ code: 'starts' }, { mode: 'tariff' }, 'Waits for the first value of the meter'],
  ];
  for (const [facts, settings, reason] of rows) {
    it(reason, () => {
      const override = { to: 'on', until: START + 30 * 60_000 } as const;
      expect(reasonOf({ ...FACTS, ...facts }, { ...LOAD_GUARD, ...settings }, OSLO, override)).to.equal(reason);
    });
  }

  it('names the day of an override that ends on another one', () => {
    const facts = { ...FACTS, code: 'override-off' as const };
    expect(reasonOf(facts, LOAD_GUARD, OSLO, { to: 'off', until: START + 50 * 3_600_000 })).to.match(
      /until 2026-06-03 14:00$/,
    );
  });

  it('has no time of an override that lasts until further notice', () => {
    const facts = { ...FACTS, code: 'override-off' as const };
    expect(reasonOf(facts, LOAD_GUARD, OSLO, { to: 'off', until: undefined })).to.match(/by message$/);
    expect(reasonOf(facts, LOAD_GUARD, OSLO, undefined)).to.match(/by message$/);
  });
});

describe('the report of the load guard', () => {
  it('has rounded numbers and local times, and leaves out what is not known', () => {
    expect(guardReportOf({ ...FACTS, reason: 'why', raiseAt: START }, OSLO, false)).to.deep.equal({
      code: 'holds',
      reason: 'why',
      limit: { phase1: 12, phase2: 8, phase3: 16 },
      totalA: { phase1: 27.34, phase2: 26 },
      carsA: { phase1: 10, phase3: 0 },
      freeA: { phase1: 5.56, phase2: -1 },
      earlyLowerings: 5,
      raiseAt: '2026-06-01T12:00:00+02:00',
      period: {
        from: '2026-06-01T12:00:00+02:00',
        to: '2026-06-01T13:00:00+02:00',
        usedKwh: 1.235,
        limitKw: 8.04,
        leftKw: 6.79,
        houseKw: 1.56,
        peaksKw: [7.78, 5],
      },
    });
  });

  it('says that it was a dry run, and is short where little is known', () => {
    const tariff = { ...FACTS.tariff!, houseKw: undefined };
    const short = guardReportOf({ ...FACTS, limit: undefined, phases: [], tariff: undefined }, OSLO, true);
    expect(short).to.deep.equal({ code: 'holds', reason: '', earlyLowerings: 5, dryRun: true });
    expect(guardReportOf({ ...FACTS, tariff }, OSLO, false).period).to.not.have.property('houseKw');
  });
});

describe('the settings of the load guard', () => {
  for (const [name, good, bad] of [
    ['mode', ['fuse', 'tariff'], ['peak', undefined]],
    ['fuseA', [6, 2_000], [5.9, 2_001]],
    ['reserveA', [0, 500], [-1, 501]],
    ['phases', ['1', '3'], ['2', 3]],
    ['overloadMin', [0, 60], [-1, 61]],
    ['steadyMin', [1, 5], [0, 6]],
    ['holdS', [5, 600], [4, 601]],
    ['safeA', [0, 500], [-1, 501]],
    ['voltage', [100, 300], [99, 301]],
    ['rotation', ['', 'L2 L3 L1'], ['L1 L2', 5]],
    ['limitKw', [0.1, 1_000], [0, 1_001]],
    ['period', ['60', '15'], ['30', 60]],
    ['keep', ['limit', 'peak'], ['fuse']],
    ['peakDays', [1, 10], [0, 11]],
  ] as const) {
    it(`have ${name} within its bounds`, () => {
      const { isValid } = LOAD_GUARD_RULES[name];
      for (const value of good) expect(isValid(value), String(value)).to.equal(true);
      for (const value of bad) expect(isValid(value), String(value)).to.equal(false);
    });
  }

  it('say what a rotation is', () => {
    expect(LOAD_GUARD_RULES.rotation.expected).to.match(/^blank, or a text such as "Garage: L2 L3 L1/);
  });
});

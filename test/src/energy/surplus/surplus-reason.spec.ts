import { expect } from 'chai';
import { surplusReason, type ReasonFacts, type SurplusCode } from '../../../../src/energy/surplus/surplus-reason';
import { isMode, SURPLUS_RULES } from '../../../../src/energy/surplus/surplus-settings';

const FACTS: ReasonFacts = {
  currentA: 10,
  powerW: 6_900,
  phases: 3,
  sunW: 7_004,
  startsAtW: 2_420,
  starts: 4,
  change: undefined,
  raiseInMinutes: 3.2,
  silenceMinutes: 5,
  problem: undefined,
  until: undefined,
};

describe('why the current from the sun is what it is', () => {
  const rows: [SurplusCode, Partial<ReasonFacts>, string][] = [
    ['off', {}, 'The mode is off: nothing charges'],
    ['fast', {}, 'The mode is fast: 10 A, whatever the sun'],
    ['sun', {}, '10 A on 3 phases (6.9 kW), with 7 kW of sun left'],
    ['sun', { phases: 1, powerW: 2_300 }, '10 A on one phase (2.3 kW), with 7 kW of sun left'],
    ['sun', { sunW: undefined }, '10 A on 3 phases (6.9 kW), with no sun known'],
    ['sun', { change: 'start' }, 'Starts: 10 A on 3 phases (6.9 kW), with 7 kW of sun left'],
    ['sun', { change: 'raise' }, 'Raised to 10 A on 3 phases (6.9 kW), with 7 kW of sun left'],
    ['sun', { change: 'lower' }, 'Lowered to 10 A on 3 phases (6.9 kW), with 7 kW of sun left'],
    ['sun', { change: 'stop' }, 'Stopped: 10 A on 3 phases (6.9 kW), with 7 kW of sun left'],
    [
      'held',
      { sunW: 512 },
      'Holds 10 A on 3 phases (6.9 kW) while the sun is short, with 0.51 kW of sun left: a pause now would cost more',
    ],
    ['least', {}, 'At least 10 A on 3 phases (6.9 kW), with 7 kW of sun left'],
    ['paced', {}, '10 A on 3 phases (6.9 kW), with 7 kW of sun left; a raise waits 4 min'],
    ['waiting', {}, 'Waits 4 min until the current may rise: 7 kW of sun left, from 2.42 kW on'],
    ['waiting', { sunW: 2_420 }, 'Waits 4 min until the current may rise: 2.42 kW of sun left, from 2.42 kW on'],
    ['waiting', { sunW: 2_400 }, 'Waits for sun: 2.4 kW of sun left, from 2.42 kW on'],
    ['waiting', { sunW: undefined }, 'Waits for sun: no sun known, from 2.42 kW on'],
    ['waiting', { raiseInMinutes: 0 }, 'Waits for sun: 7 kW of sun left, from 2.42 kW on'],
    ['waiting', { change: 'stop' }, 'Stopped for sun: 7 kW of sun left, from 2.42 kW on'],
    ['starts-spent', {}, 'Has started 4 times today, which is as often as it may'],
    ['no-meter', {}, 'No good value of the meter for 5 min'],
    ['no-meter', { problem: 'The meter is off' }, 'No good value of the meter for 5 min: the meter is off'],
    ['no-input', {}, 'Waits for the meter'],
    ['no-input', { problem: 'The meter is off' }, 'Waits for the meter: the meter is off'],
    ['override-on', {}, 'Switched on by message: 10 A'],
    ['override-on', { until: ' until 12:15' }, 'Switched on by message until 12:15: 10 A'],
    ['override-off', {}, 'Switched off by message'],
    ['override-off', { until: ' until 12:15' }, 'Switched off by message until 12:15'],
  ];
  for (const [code, facts, reason] of rows) {
    it(`${code}: ${reason}`, () => expect(surplusReason(code, { ...FACTS, ...facts })).to.equal(reason));
  }
});

describe('the settings of the surplus', () => {
  for (const [name, good, bad] of [
    ['mode', ['sun', 'sun-and-least', 'fast', 'off'], ['auto', '', undefined]],
    ['preference', ['only-sun', 'mostly-sun', 'sun-first'], ['sun', undefined]],
    ['unit', ['W', 'kW'], ['MW', undefined]],
    ['gridSign', ['import', 'export'], ['charging']],
    ['batterySign', ['charging', 'discharging'], ['import']],
    ['batteryFirstTo', [0, 100, undefined], [-1, 101, null, '5']],
    ['phases', ['auto', 'one', 'three', 'switching'], [1, 'two']],
    ['switchBelowA', [6, 32], [5.9, 33, undefined]],
    ['maxA', [6, 80], [5, 81]],
    ['startW', [0, 1_000_000, undefined], [-1, 1_000_001]],
    ['startMinutes', [1, 120], [0, 121]],
    ['stopW', [-1_000_000, 1_000_000, undefined], [-1_000_001, 1_000_001]],
    ['stopMinutes', [1, 120], [0, 121]],
    ['leastOnMinutes', [15, 120], [14, 121]],
    ['startsPerDay', [0, 100], [-1, 101]],
    ['smoothing', [1, 120], [0, 121]],
    ['reserveW', [-1_000_000, 1_000_000], [-1_000_001, NaN]],
    ['silence', [1, 120], [0, 121]],
  ] as const) {
    it(`have ${name} within its bounds`, () => {
      const { isValid } = SURPLUS_RULES[name];
      for (const value of good) expect(isValid(value), String(value)).to.equal(true);
      for (const value of bad) expect(isValid(value), String(value)).to.equal(false);
    });
  }

  it('are blank where a text is, or null, and say that they may be', () => {
    const { typed, expected } = SURPLUS_RULES.startW;
    expect(['', ' ', null, '1,5', 7].map(typed)).to.deep.equal([undefined, undefined, undefined, 1.5, 7]);
    expect(expected).to.equal('a number from 0 to 1000000, or blank');
  });

  it('know the names of the modes', () => {
    expect(['sun', 'sun-and-least', 'fast', 'off', 'auto', undefined, 5].map(isMode)).to.deep.equal([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

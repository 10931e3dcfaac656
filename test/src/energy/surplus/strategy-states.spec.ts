import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { SurplusStrategy } from '../../../../src/energy/surplus/surplus-strategy';
import type { SurplusSettings } from '../../../../src/energy/surplus/surplus-settings';
import { SURPLUS } from '../../../support/energy-settings';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 5, 15, 10);
const OSLO = new Calendar('Europe/Oslo');
const SETTINGS: SurplusSettings = { ...SURPLUS, phases: 'three' };
const strategyOf = (over: Partial<SurplusSettings> = {}) => new SurplusStrategy({ ...SETTINGS, ...over }, OSLO);
const at = (minutes: number) => START + minutes * MINUTE;

/** The same sun for so many minutes, with a value and a decision every 20 s, and a car that takes what it gets. */
function shine(strategy: SurplusStrategy, sunW: number, from: number, minutes: number) {
  let decision = strategy.decide(at(from), undefined);
  for (let second = 0; second <= minutes * 60; second += 20) {
    const now = at(from) + second * 1_000;
    const carW = (decision.currentA ?? 0) * 690;
    strategy.take({ grid: carW - sunW, chargers: carW }, now);
    decision = strategy.decide(now, undefined);
  }
  return decision;
}

describe('a decision of the surplus strategy', () => {
  it('gives no current before there is anything to go by', () => {
    const strategy = strategyOf();
    const decision = strategy.decide(START, undefined);
    expect(decision).to.deep.include({
      currentA: undefined,
      code: 'no-input',
      reason: 'Waits for the meter',
      change: undefined,
      mode: 'sun',
      powerW: 0,
      phases: 0,
      sunW: undefined,
      starts: 0,
      raiseAt: undefined,
    });
    expect(decision.until).to.be.within(START + 1_000, at(1));
  });

  for (const [mode, currentA, reason] of [
    ['fast', 16, 'The mode is fast: 16 A, whatever the sun'],
    ['off', 0, 'The mode is off: nothing charges'],
  ] as const) {
    it(`gives ${currentA} A in the mode ${mode}, without a meter`, () => {
      expect(strategyOf({ mode }).decide(START, undefined)).to.include({ currentA, code: mode, mode, reason });
    });
  }

  it('gives what somebody has switched, until then', () => {
    const strategy = strategyOf();
    const on = strategy.decide(START, { to: 'on', until: at(15) });
    expect(on).to.include({ currentA: 16, code: 'override-on', change: 'start', powerW: 11_040, phases: 3, starts: 1 });
    expect(on.reason).to.equal('Switched on by message until 12:15: 16 A');
    expect(on.raiseAt).to.equal(at(15));
    const off = strategy.decide(at(1), { to: 'off', until: undefined });
    expect(off).to.include({ currentA: 0, code: 'override-off', change: 'stop', reason: 'Switched off by message' });
    expect(strategy.decide(at(2), { to: 'off', until: undefined }).change).to.equal(undefined);
    expect(strategy.decide(at(16), undefined).raiseAt).to.equal(undefined);
  });

  it('ends charging once the meter has been silent for longer than it may', () => {
    for (const [mode, currentA] of [
      ['sun', 0],
      ['sun-and-least', 6],
    ] as const) {
      const strategy = strategyOf({ mode });
      expect(shine(strategy, 8_000, 0, 30).currentA).to.be.at.least(6);
      expect(strategy.decide(at(35), undefined).code).to.not.equal('no-meter');
      expect(strategy.decide(at(35) + 1, undefined)).to.include({ code: 'no-meter', currentA });
    }
    const never = strategyOf();
    never.decide(START, undefined);
    expect(never.decide(at(5), undefined).code).to.equal('no-input');
    expect(never.decide(at(5) + 1, undefined).code).to.equal('no-meter');
  });

  it('gives the least current at once in its mode, and more with the sun', () => {
    const strategy = strategyOf({ mode: 'sun-and-least' });
    expect(shine(strategy, 0, 0, 5)).to.include({ code: 'least', currentA: 6, starts: 1 });
    expect(shine(strategy, 11_100, 5, 60).currentA).to.equal(16);
    expect(shine(strategy, 0, 66, 60)).to.include({ code: 'least', currentA: 6, starts: 1 });
  });

  it('starts and stops at the powers that somebody has set', () => {
    const strategy = strategyOf({ startW: 5_000, startMinutes: 5, stopW: 3_000, stopMinutes: 10, leastOnMinutes: 15 });
    expect(shine(strategy, 4_900, 0, 20)).to.include({ code: 'waiting', currentA: 0 });
    expect(shine(strategy, 4_900, 20, 5).reason).to.equal('Waits for sun: 4.9 kW of sun left, from 5 kW on');
    expect(shine(strategy, 5_100, 26, 10).currentA).to.be.at.least(6);
    expect(shine(strategy, 3_100, 37, 40).currentA).to.equal(6);
    expect(shine(strategy, 2_900, 78, 20)).to.include({ code: 'waiting', currentA: 0 });
  });

  it('starts no more often than it may on a day', () => {
    const strategy = strategyOf({ startsPerDay: 1 });
    expect(shine(strategy, 8_000, 0, 30).starts).to.equal(1);
    shine(strategy, -2_000, 31, 60);
    expect(shine(strategy, 8_000, 92, 30)).to.include({
      code: 'starts-spent',
      currentA: 0,
      reason: 'Has started 1 times today, which is as often as it may',
    });
  });

  it('goes on with a car that charges already', () => {
    const strategy = strategyOf();
    strategy.setChargers({ powerW: 6_900, currents: [10, 10, 10], session: 'a' }, START);
    strategy.take({ grid: 0 }, START);
    expect(strategy.decide(START, undefined)).to.include({ currentA: 10, starts: 0, change: undefined, code: 'sun' });
    const idle = strategyOf();
    idle.setChargers({ powerW: 900, currents: undefined, session: undefined }, START);
    idle.take({ grid: 0 }, START);
    expect(idle.decide(START, undefined)).to.include({ currentA: 0, code: 'waiting' });
  });

  it('says why an input is of no use when this is news, at most once an hour', () => {
    const strategy = strategyOf();
    expect(strategy.take({ grid: 'x', chargers: 0 }, START)).to.equal('The meter gives no power');
    expect(strategy.take({ grid: 'x', chargers: 0 }, START)).to.equal(undefined);
    expect(strategy.decide(START, undefined).reason).to.equal('Waits for the meter: the meter gives no power');
    expect(strategy.take({ grid: 0, chargers: 0 }, START)).to.equal(undefined);
    expect(strategy.take({ grid: 'x', chargers: 0 }, START + HOUR - 1)).to.equal(undefined);
    expect(strategy.take({ grid: 0, chargers: 0 }, START + HOUR)).to.equal(undefined);
    expect(strategy.take({ grid: 'x', chargers: 0 }, START + HOUR)).to.equal('The meter gives no power');
  });

  it('has the mode of a message until the settings have another one', () => {
    const strategy = strategyOf();
    strategy.setMode('fast');
    expect(strategy.decide(START, undefined)).to.include({ mode: 'fast', currentA: 16 });
    strategy.configure({ ...SETTINGS, maxA: 20 });
    expect(strategy.decide(START, undefined)).to.include({ mode: 'fast', currentA: 20 });
    const after = strategyOf();
    after.restore(JSON.parse(JSON.stringify(strategy.dump())));
    expect(after.decide(START, undefined).mode).to.equal('fast');
    const other = strategyOf({ mode: 'sun-and-least' });
    other.restore(JSON.parse(JSON.stringify(strategy.dump())));
    expect(other.decide(START, undefined).mode).to.equal('sun-and-least');
    strategy.configure({ ...SETTINGS, mode: 'off' });
    expect(strategy.decide(START, undefined).mode).to.equal('off');
    strategy.setMode('fast');
    strategy.setMode(undefined);
    expect(strategy.decide(START, undefined).mode).to.equal('off');
  });

  it('forgets what was read with other units or signs, and what was left with another reserve', () => {
    for (const [over, sunW] of [
      [{ unit: 'kW' }, undefined],
      [{ gridSign: 'export' }, undefined],
      [{ batterySign: 'discharging' }, undefined],
      [{ reserveW: 100 }, 900],
      [{ maxA: 20 }, 1_000],
    ] as const) {
      const strategy = strategyOf();
      shine(strategy, 1_000, 0, 2);
      strategy.configure({ ...SETTINGS, ...over });
      expect(strategy.settings).to.include(over);
      expect(strategy.decide(at(2), undefined).sunW, JSON.stringify(over)).to.equal(sunW);
    }
  });

  it('is the same after a restart', () => {
    const strategy = strategyOf();
    const before = shine(strategy, 8_000, 0, 30);
    const after = strategyOf();
    after.restore(JSON.parse(JSON.stringify(strategy.dump())));
    const same = after.decide(at(30), undefined);
    for (const field of ['currentA', 'powerW', 'phases', 'starts', 'raiseAt', 'mode'] as const) {
      expect(same[field], field).to.equal(before[field]);
    }
    for (const dumped of [null, 'x', {}, { currentA: 'x', startedAt: NaN, goodAt: 'x', mode: 5, samples: 5 }]) {
      const empty = strategyOf();
      empty.restore(dumped);
      expect(empty.decide(START, undefined)).to.include({ currentA: undefined, code: 'no-input', starts: 0 });
    }
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { Calendar } from '../../../../src/energy/calendar';
import { SurplusStrategy, type SurplusDecision } from '../../../../src/energy/surplus/surplus-strategy';
import type { SunParts } from '../../../../src/energy/surplus/sun-estimate';
import type { SurplusSettings } from '../../../../src/energy/surplus/surplus-settings';
import { SURPLUS } from '../../../support/energy-settings';
import { draws } from '../../../support/draws';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.parse('2026-06-15T12:00+02:00');
const OSLO = new Calendar('Europe/Oslo');
const SETTINGS: SurplusSettings = { ...SURPLUS, phases: 'auto' };

const strategyOf = (over: Partial<SurplusSettings> = {}) => new SurplusStrategy({ ...SETTINGS, ...over }, OSLO);

/** A house with a car on so many phases, and a meter every ten seconds. */
class House {
  now = NOON;
  currentA = 0;
  readonly decisions: SurplusDecision[] = [];
  constructor(
    public strategy: SurplusStrategy,
    public phases: (currentA: number) => number = () => 3,
  ) {}

  get carW(): number {
    return this.currentA * this.phases(this.currentA) * 230;
  }

  run(minutes: number, sunW: number | ((minute: number) => number), more: object = {}): SurplusDecision {
    const until = this.now + minutes * MINUTE;
    const from = this.now;
    for (; this.now < until; this.now += 10_000) {
      const sun = typeof sunW === 'number' ? sunW : sunW((this.now - from) / MINUTE);
      this.strategy.take({ grid: this.carW - sun, chargers: this.carW, ...more }, this.now);
      const decision = this.strategy.decide(this.now, undefined);
      this.currentA = decision.currentA ?? this.currentA;
      this.decisions.push(decision);
    }
    return this.decisions.at(-1) as SurplusDecision;
  }

  changes(): string[] {
    return this.decisions.flatMap(({ change, currentA }) => (change ? [`${change} ${currentA}`] : []));
  }
}

describe('the surplus strategy', () => {
  it('starts when the sun is worth it, with the current that it brings, and says so', () => {
    const house = new House(strategyOf());
    expect(house.run(5, 1_500)).to.include({ code: 'waiting', currentA: 0 });
    expect(house.decisions.at(-1)?.reason).to.equal('Waits for sun: 1.5 kW of sun left, from 2.42 kW on');
    // What the sky was like before counts as well.
    expect(house.run(20, 7_000)).to.include({ code: 'sun', currentA: 10, phases: 3, powerW: 6_900 });
    expect(house.changes()[0]).to.match(/^start/);
    expect(house.decisions.at(-1)?.reason).to.equal('10 A on 3 phases (6.9 kW), with 7 kW of sun left');
  });

  it('raises at most every 15 minutes, lowers early, and holds the least current before it stops', () => {
    const house = new House(strategyOf());
    house.run(10, 6_000);
    const first = house.currentA;
    house.run(20, 9_500);
    const raised = house.decisions.filter(({ change }) => change === 'raise');
    expect(raised).to.have.length(1);
    expect(house.currentA).to.be.greaterThan(first);
    const paced = house.decisions.find(({ code }) => code === 'paced');
    expect(paced?.reason).to.match(/a raise waits \d+ min$/);
    house.run(8, 0);
    expect(house.decisions.at(-1)?.code).to.equal('held');
    expect(house.currentA).to.be.within(6, first);
    house.run(30, 0);
    expect(house.decisions.at(-1)).to.include({ code: 'waiting', currentA: 0 });
    expect(house.changes().at(-1)).to.equal('stop 0');
  });

  it('goes on through a cloud of five minutes', () => {
    const house = new House(strategyOf());
    house.run(40, 7_000);
    house.run(5, 1_000);
    house.run(10, 7_000);
    expect(house.decisions.filter(({ change }) => change === 'stop')).to.deep.equal([]);
  });

  it('never charges for less than 15 minutes', () => {
    const house = new House(strategyOf({ leastOnMinutes: 15 }));
    house.run(6, 7_000);
    house.run(60, -500);
    const at = (change: string) => house.decisions.findIndex((decision) => decision.change === change);
    expect((at('stop') - at('start')) / 6).to.be.at.least(15);
  });

  it('gives a one-phase car all of its sun once its currents are known, without a start at 4 kW', () => {
    const strategy = strategyOf({ maxA: 32 });
    const house = new House(strategy, () => 1);
    strategy.setChargers({ powerW: 1_380, currents: [6, 0, 0], session: 'a' }, NOON);
    house.currentA = 6;
    const last = house.run(60, 4_600);
    expect(last).to.include({ currentA: 20, phases: 1 });
  });

  it('learns the phases from the power alone where there are no currents', () => {
    const house = new House(strategyOf({ maxA: 32 }), () => 1);
    const last = house.run(120, 5_000);
    expect(last.phases).to.equal(1);
    expect(last.currentA).to.be.within(20, 22);
  });

  it('goes between one phase and three with a charger that switches, and not too often', () => {
    // A Go 2 goes back to three phases only above its threshold.
    const phases = (currentA: number): number => (currentA <= 8 ? 1 : 3);
    const house = new House(strategyOf({ phases: 'switching' }), phases);
    house.strategy.setChargers({ powerW: undefined, currents: undefined, session: 'a' }, NOON);
    expect(house.run(60, 1_700)).to.include({ phases: 1, currentA: 7 });
    expect(house.run(60, 7_000)).to.include({ phases: 3 });
    expect(house.run(60, 5_700)).to.include({ phases: 3, currentA: 8.1 });
    for (let turn = 0; turn < 8; turn += 1) {
      house.run(60, 1_500);
      house.run(60, 7_000);
    }
    const used = house.decisions.map((decision) => decision.phases).filter((count) => count > 0);
    expect(used.filter((count, index) => index > 0 && count !== used[index - 1])).to.have.length.of.at.most(5);
  });

  it('starts no more often than it may on one day', () => {
    const house = new House(strategyOf({ startsPerDay: 2 }));
    for (let turn = 0; turn < 5; turn += 1) {
      house.run(30, 7_000);
      house.run(60, -500);
    }
    house.run(30, 7_000);
    expect(house.decisions.filter(({ change }) => change === 'start')).to.have.length(2);
    expect(house.decisions.at(-1)).to.include({ code: 'starts-spent', starts: 2 });
    house.run(12 * 60, 7_000);
    expect(house.decisions.at(-1)).to.include({ starts: 1, code: 'sun' });
  });

  it('keeps to thresholds that are given, each with its delay', () => {
    const house = new House(strategyOf({ startW: 5_000, startMinutes: 5, stopW: 2_000, stopMinutes: 5 }));
    expect(house.run(30, 4_800).currentA).to.equal(0);
    house.run(30, 5_200);
    expect(house.currentA).to.be.at.least(6);
    house.run(60, 2_200);
    expect(house.currentA, 'above the threshold to stop').to.equal(6);
    house.run(7, 1_800);
    expect(house.currentA).to.equal(0);
  });

  it('keeps the least current in its mode, and more with the sun', () => {
    const house = new House(strategyOf({ mode: 'sun-and-least' }));
    expect(house.run(60, -400)).to.include({ code: 'least', currentA: 6 });
    expect(house.run(60, 7_000)).to.include({ code: 'sun', currentA: 10 });
  });

  it('takes a mode by message until the settings have another one, also over a restart', () => {
    const strategy = strategyOf();
    const house = new House(strategy);
    house.run(1, 0);
    strategy.setMode('fast');
    expect(house.run(1, 0)).to.include({ code: 'fast', currentA: 16 });
    const next = strategyOf();
    next.restore(JSON.parse(JSON.stringify(strategy.dump())));
    expect(next.decide(house.now, undefined)).to.include({ code: 'fast' });
    next.configure({ ...SETTINGS, mode: 'off' });
    expect(next.decide(house.now, undefined)).to.include({ code: 'off', currentA: 0 });
  });

  it('obeys an override for the highest current, or for none', () => {
    const strategy = strategyOf();
    new House(strategy).run(5, 0);
    const until = NOON + 2 * HOUR;
    const on = strategy.decide(NOON + 6 * MINUTE, { to: 'on', until });
    expect(on).to.include({ code: 'override-on', currentA: 16, reason: 'Switched on by message until 14:00: 16 A' });
    expect(strategy.decide(NOON + 7 * MINUTE, { to: 'off', until: undefined })).to.include({ currentA: 0 });
  });

  it('counts the discharging of a house battery never, and its charging when the car comes first', () => {
    const sunOf = (over: Partial<SurplusSettings>, input: object): number | undefined => {
      const strategy = strategyOf(over);
      strategy.take({ chargers: 0, grid: 0, ...input }, NOON);
      return strategy.decide(NOON, undefined).sunW;
    };
    expect(sunOf({}, { battery: 3_000, batteryLevel: 90 }), 'the battery first').to.equal(0);
    expect(sunOf({ batteryFirstTo: 80 }, { battery: 3_000, batteryLevel: 90 })).to.equal(3_000);
    expect(sunOf({ batteryFirstTo: 80 }, { battery: 3_000, batteryLevel: 70 })).to.equal(0);
    expect(sunOf({ batteryFirstTo: 80 }, { battery: -2_000, batteryLevel: 90 })).to.equal(-2_000);
    expect(sunOf({ batterySign: 'discharging' }, { battery: 2_000 })).to.equal(-2_000);
    expect(sunOf({ gridSign: 'export', unit: 'kW' }, { grid: 2 }), 'export').to.equal(2_000);
    expect(sunOf({ reserveW: 300 }, { grid: -2_000, house: 500 })).to.equal(1_200);
  });

  it('takes no less from the grid the more the sun comes first', () => {
    const gridOf = (preference: SurplusSettings['preference']): number => {
      const house = new House(strategyOf({ preference }));
      house.run(180, (minute) => 3_400 + 2_600 * Math.sin(minute / 4));
      return house.decisions.reduce(
        (sum, { powerW, parts }) => sum + (powerW > 0 ? Math.max(0, parts.gridW ?? 0) : 0),
        0,
      );
    };
    expect(gridOf('only-sun')).to.be.lessThan(gridOf('mostly-sun'));
    expect(gridOf('mostly-sun')).to.be.at.most(gridOf('sun-first'));
  });

  it('waits for the first reading, and for the power of the chargers', () => {
    const strategy = strategyOf();
    expect(strategy.decide(NOON, undefined)).to.include({ code: 'no-input', currentA: undefined });
    strategy.take({ grid: -7_000 }, NOON);
    const decision = strategy.decide(NOON, undefined);
    expect(decision).to.include({ code: 'no-input', currentA: undefined });
    expect(decision.reason).to.equal(
      'Waits for the meter: the power of the chargers is not known: subscribe to them, or give their power beside that of the meter',
    );
    strategy.setChargers({ powerW: 0, currents: undefined, session: undefined }, NOON + 1_000);
    strategy.take({ grid: -7_000 }, NOON + 1_000);
    expect(strategy.decide(NOON + 1_000, undefined)).to.include({ code: 'waiting', currentA: 0, sunW: 7_000 });
  });

  it('lets a car go on that charges when it begins, and does not pause it for want of history', () => {
    const house = new House(strategyOf());
    house.currentA = 10;
    expect(house.run(1, 7_000)).to.include({ currentA: 10 });
    expect(house.changes()).to.deep.equal([]);
  });

  it('lowers what it has found by half a minute of sun, and not by one cloud', () => {
    const house = new House(strategyOf());
    house.currentA = 16;
    expect(house.run(0.3, 4_000)).to.include({ currentA: 16 });
    expect(house.run(2, 11_500)).to.include({ currentA: 16 });
    expect(house.changes()).to.deep.equal([]);
    const grey = new House(strategyOf());
    grey.currentA = 16;
    grey.run(0.6, 4_000);
    expect(grey.changes()).to.deep.equal(['lower 6']);
  });

  it('names a bad value once, goes on with the last good one, and ends when the meter stays silent', () => {
    const house = new House(strategyOf());
    house.run(30, 7_000);
    const bad = [null, 'unavailable', NaN].map((grid) => house.strategy.take({ grid }, house.now));
    expect(bad).to.deep.equal(['The meter gives no power', undefined, undefined]);
    expect(house.strategy.decide(house.now, undefined)).to.include({ currentA: 10 });
    const silent = house.strategy.decide(house.now + 6 * MINUTE, undefined);
    expect(silent).to.include({ code: 'no-meter', currentA: 0, change: 'stop' });
    expect(silent.reason).to.equal('No good value of the meter for 5 min: the meter gives no power');
    house.strategy.take({ grid: -7_000, chargers: 0 }, house.now + 7 * MINUTE);
    expect(house.strategy.decide(house.now + 7 * MINUTE, undefined)).to.include({ code: 'waiting' });
  });

  for (const [name, grid, watts] of [
    ['Tibber Pulse', { power: 0, powerProduction: 2_300, currentL1: 10 }, -2_300],
    ['Tibber Pulse without an export', { power: 700, powerProduction: null }, 700],
    ['a P1 meter', { power_delivered: 0.2, power_returned: 1.5 }, -1_300],
    ['HomeWizard', { active_power_w: -543, active_power_l1_w: -676 }, -543],
    ['HomeWizard by its second API', { power_w: -543, power_l1_w: -676, current_a: 6 }, -543],
    ['the phases of HomeWizard by its second API', { power_l1_w: -676, power_l2_w: 133, power_l3_w: 0 }, -543],
    ['the subscription of Tibber', { liveMeasurement: { power: 0, powerProduction: 543 } }, -543],
    ['Shelly Pro 3EM', { a_act_power: 100, total_act_power: -300.5 }, -300.5],
    ['Shelly 3EM', { emeters: [{ power: 100 }, { power: -50 }, { power: 25 }] }, 75],
    ['JSON as text', '{"P": 0, "PO": 2300}', -2_300],
    ['a meter with a bad value', { power: 'unavailable' }, undefined],
    ['two channels, of which one may be the sun', { emeters: [{ power: 100 }, { power: -50 }] }, undefined],
    ['no meter', { temperature: 21 }, undefined],
    ['the state of a charger', { mode: 'charging', powerW: 7_360 }, undefined],
  ] as const) {
    it(`reads the power at the connection from ${name}`, () => {
      const strategy = strategyOf();
      const problem = strategy.take({ grid, chargers: 0 }, NOON);
      expect(problem).to.equal(watts === undefined ? 'The meter gives no power' : undefined);
      expect(strategy.decide(NOON, undefined).parts.gridW).to.equal(watts);
    });
  }

  it('does not report the same problem again and again where every other value is bad', () => {
    const strategy = strategyOf();
    const reported = Array.from({ length: 700 }, (_, index) =>
      strategy.take({ grid: index % 2 === 0 ? null : -500, chargers: 0 }, NOON + index * 5_000),
    );
    expect(reported.filter((problem) => problem !== undefined)).to.have.lengthOf(1);
  });

  it('forgets the starts of a day that a wrong clock has put far into the future', () => {
    const strategy = strategyOf({ startsPerDay: 1 });
    const starts = { count: 1, endsAt: NOON + 400 * 24 * 60 * MINUTE };
    strategy.restore({ starts });
    const house = new House(strategy);
    expect(house.run(30, 7_000)).to.include({ currentA: 10 });
  });

  it('goes on over a restart as if there had been none', () => {
    const house = new House(strategyOf({ startsPerDay: 1 }));
    house.run(30, 7_000);
    const next = strategyOf({ startsPerDay: 1 });
    next.restore(JSON.parse(JSON.stringify(house.strategy.dump())));
    const before = house.currentA;
    house.strategy = next;
    expect(next.decide(house.now, undefined).currentA, 'before the first reading').to.equal(before);
    house.run(10, 7_000);
    expect(house.currentA).to.equal(before);
    house.run(90, -500);
    house.run(30, 7_000);
    expect(house.decisions.at(-1)?.code, 'the start of before counts').to.equal('starts-spent');
  });

  describe('whatever it gets', () => {
    const value = fc.oneof(
      fc.double({ min: -20_000, max: 20_000, noNaN: true }),
      fc.constantFrom<unknown>(
        null,
        undefined,
        NaN,
        Infinity,
        -Infinity,
        1e300,
        '',
        'text',
        '1200',
        '1.2 kW',
        {},
        [],
        true,
      ),
      fc.anything(),
    );
    const step = fc.record({
      minutes: fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.constantFrom(0, 0.1, 1, 1e6, -1e6)),
      input: fc.record({ grid: value, chargers: value, battery: value, batteryLevel: value, house: value }),
      currents: fc.array(fc.double(), { maxLength: 4 }),
      override: fc.constantFrom(undefined, undefined, undefined, { to: 'on', until: undefined } as const),
    });

    it('gives numbers, keeps within its limits, and comes back with one good reading', () => {
      fc.assert(
        fc.property(
          fc.array(step, { maxLength: 40 }),
          fc.constantFrom<SurplusSettings['phases']>('auto', 'one', 'switching'),
          (steps, phases) => {
            let strategy = strategyOf({ phases });
            let now = NOON;
            for (const [index, { minutes, input, currents, override }] of steps.entries()) {
              now += minutes * MINUTE;
              strategy.take(input, now);
              strategy.setChargers({ powerW: currents[0], currents, session: undefined }, now);
              const decision = strategy.decide(now, override);
              expectSound(decision);
              if (index % 7 !== 6) continue;
              const dumped: unknown = JSON.parse(JSON.stringify(strategy.dump()));
              strategy = strategyOf({ phases });
              strategy.restore(dumped);
            }
            now = Math.max(now, NOON) + 1e6 * 2 * MINUTE;
            const house = { battery: 0, batteryLevel: 50, house: 0 };
            strategy.take({ grid: -9_000, chargers: 0, ...house }, now);
            const after = strategy.decide(now, undefined);
            expectSound(after);
            expect(after.code).to.be.oneOf(['waiting', 'sun', 'paced', 'held']);
          },
        ),
        { numRuns: draws(300) },
      );
    });

    it('restores nothing from what it has not dumped', () => {
      fc.assert(
        fc.property(fc.anything(), (dumped) => {
          const strategy = strategyOf();
          strategy.restore(dumped);
          strategy.take({ grid: 0, chargers: 0 }, NOON);
          expectSound(strategy.decide(NOON, undefined));
        }),
      );
    });
  });
});

function expectSound({ currentA, powerW, sunW, starts, reason, until, parts }: SurplusDecision): void {
  if (currentA !== undefined)
    expect(currentA === 0 || (currentA >= 6 && currentA <= 16), `${currentA} A`).to.equal(true);
  const known = Object.values(parts as Partial<SunParts>).filter((part) => part !== undefined);
  for (const number of [powerW, sunW ?? 0, starts, until, ...known]) {
    expect(Number.isFinite(number), String(number)).to.equal(true);
  }
  expect(reason).not.to.match(/NaN|undefined|Infinity/);
}

import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import type { PlanDecision } from '../../../../src/energy/plan/charge-planner';
import { reportOf } from '../../../../src/energy/plan/plan-report';

const HOUR = 3_600_000;
const OSLO = new Calendar('Europe/Oslo');
const NOON = Date.parse('2026-05-04T12:00+02:00');
const span = (from: number, to: number, price: number) => ({
  start: NOON + from * HOUR,
  end: NOON + to * HOUR,
  price,
  estimated: false,
});
const DECISION: PlanDecision = {
  charge: false,
  code: 'waiting',
  reason: 'made up',
  deadline: NOON + 4 * HOUR,
  needKwh: 10.126,
  needHours: 1.014,
  powerKw: 9.996,
  segments: [{ start: NOON + 1.5 * HOUR, end: NOON + 2.5 * HOUR, kwh: 10.126, price: 0.123_46, estimated: true }],
  cost: 1.234_56,
  sunKwh: undefined,
  hasPrices: true,
  prices: [span(0, 1, 1), span(1, 2, 2), span(2, 4, 3)],
  series: [],
  session: 0,
  until: NOON,
};
const report = (over: Partial<PlanDecision> = {}, perMwh = false, dryRun = false) =>
  reportOf({ ...DECISION, ...over }, OSLO, { perMwh, dryRun });
const time = (hours: number) => OSLO.iso(NOON + hours * HOUR);

describe('the report of a plan', () => {
  it('rounds energy and power to hundredths, and money to four places', () => {
    expect(report()).to.deep.include({
      ...{ charge: false, current: false, code: 'waiting', reason: 'made up', by: time(4), from: time(1.5) },
      ...{ needKwh: 10.13, needHours: 1.01, powerKw: 10, cost: 1.2346 },
      slots: [{ start: time(1.5), end: time(2.5), kwh: 10.13, price: 0.1235, estimated: true }],
    });
    expect(report({}, true).cost, 'of prices for a MWh').to.equal(0.0012);
  });

  it('has a row for each price and each change, with the power only while it is planned', () => {
    const { rows, hours } = report({ series: [span(1, 3, 700)] });
    expect(rows).to.deep.equal([
      { x: NOON, price: 1, kw: 0 },
      { x: NOON + HOUR, price: 2, kw: 0, second: 700 },
      { x: NOON + 1.5 * HOUR, price: 2, kw: 10, second: 700 },
      { x: NOON + 2 * HOUR, price: 3, kw: 10, second: 700 },
      { x: NOON + 2.5 * HOUR, price: 3, kw: 0, second: 700 },
    ]);
    expect(hours.map(({ start, onOff }) => [start, onOff])).to.deep.equal([
      [time(0), false],
      [time(1), false],
      [time(1.5), true],
      [time(2), true],
      [time(2.5), false],
    ]);
  });

  it('has a schedule of changes with their hours, of which the last has none', () => {
    expect(report().schedule).to.deep.equal([
      { time: time(0), value: false, countHours: 1.5 },
      { time: time(1.5), value: true, countHours: 1 },
      { time: time(2.5), value: false, countHours: null },
    ]);
  });

  it('leaves out what is not known', () => {
    const bare = report({ segments: [], cost: undefined });
    expect(bare).to.not.have.any.keys('from', 'cost', 'sunKwh', 'dryRun');
    expect(bare.schedule).to.deep.equal([{ time: time(0), value: false, countHours: null }]);
    expect(report({ cost: 0, sunKwh: 0 }, false, true)).to.include({ cost: 0, sunKwh: 0, dryRun: true });
  });

  it('shows the second series at no price where there are no prices', () => {
    expect(report({ prices: [], segments: [], series: [span(0, 1, 700)] }).rows).to.deep.equal([
      { x: NOON, price: 0, kw: 0, second: 700 },
    ]);
  });
});

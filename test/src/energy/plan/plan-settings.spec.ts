import { expect } from 'chai';
import { PLAN_RULES, type PlanSettings } from '../../../../src/energy/plan/plan-settings';
import { checkSettings, readSettingsChange } from '../../../../src/energy/setting-rules';
import { PLAN } from '../../../support/energy-settings';

const change = (config: object) => readSettingsChange(PLAN_RULES, config);

describe('the settings of a plan', () => {
  it('of a new node are right', () => {
    expect(checkSettings(PLAN_RULES, PLAN)).to.equal(PLAN);
  });

  for (const [name, least, most] of [
    ['amount', 0, 1_000],
    ['capacityKwh', 1, 1_000],
    ['powerKw', 0.5, 500],
    ['leastRun', 0, 720],
    ['buffer', 0, 720],
    ['houseW', 0, 100_000],
  ] as const satisfies [keyof PlanSettings, number, number][]) {
    it(`have ${name} from ${least} to ${most}`, () => {
      expect(change({ [name]: least })).to.deep.equal({ [name]: least });
      expect(change({ [name]: most })).to.deep.equal({ [name]: most });
      for (const value of [least - 0.01, most + 0.01, NaN, 'x', null]) {
        expect(() => change({ [name]: value }), String(value)).to.throw(`msg.config.${name} is`);
      }
    });
  }

  for (const [name, ...values] of [
    ['goal', 'energy', 'hours', 'battery'],
    ['days', 'daily', 'weekdays', 'chosen', 'once'],
    ['series', 'none', 'sun', 'co2'],
    ['seriesWeight', 'price', 'alike', 'series'],
  ] as const) {
    it(`have one of ${values.join(', ')} for ${name}`, () => {
      for (const value of values) expect(change({ [name]: value })).to.deep.equal({ [name]: value });
      for (const value of ['', 'x', 1]) {
        expect(() => change({ [name]: value }), String(value))
          .to.throw(`msg.config.${name} is`)
          .with.nested.property('cause.remedy', `Expected: one of ${values.join(', ')}`);
      }
    });
  }

  it('have a time of day for when the goal is due', () => {
    expect(change({ by: '23:59' })).to.deep.equal({ by: '23:59' });
    for (const by of ['25:00', 'noon', 7]) {
      expect(() => change({ by }))
        .to.throw('msg.config.by is')
        .with.nested.property('cause.remedy', 'Expected: a time of day such as 07:00');
    }
  });

  it('have any price for the highest one, or none', () => {
    expect(change({ maxPrice: '-1,5' })).to.deep.equal({ maxPrice: -1.5 });
    for (const maxPrice of [null, ' ']) expect(change({ maxPrice })).to.deep.equal({ maxPrice: undefined });
    expect(() => change({ maxPrice: 'cheap' }))
      .to.throw('msg.config.maxPrice is "cheap"')
      .with.nested.property('cause.remedy', 'Expected: a number, or blank for any price');
  });

  it('have days of the week, also as a text with commas', () => {
    expect(change({ weekdays: 'mon, sun' })).to.deep.equal({ weekdays: ['mon', 'sun'] });
    expect(change({ weekdays: [] })).to.deep.equal({ weekdays: [] });
    for (const weekdays of [['monday'], 'mon,monday', 7]) {
      expect(() => change({ weekdays })).to.throw('msg.config.weekdays is');
    }
  });
});

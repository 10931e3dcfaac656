import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { ChargePlanner } from '../../../../src/energy/plan/charge-planner';
import type { PlanSettings } from '../../../../src/energy/plan/plan-settings';
import { PLAN } from '../../../support/energy-settings';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OSLO = new Calendar('Europe/Oslo');
/** 20:00 in Oslo; the goal is due eleven hours later. */
const EVENING = Date.parse('2026-05-04T20:00+02:00');
const SEVEN = EVENING + 11 * HOUR;
const hourly = (priceOf: (hour: number) => number) =>
  Array.from({ length: 11 }, (_, hour) => ({
    start: EVENING + hour * HOUR,
    end: EVENING + (hour + 1) * HOUR,
    price: priceOf(hour),
  }));
const EVEN = hourly(() => 1);
/** Cheap from 05:00 on. */
const CHEAP_LAST = hourly((hour) => (hour < 9 ? 1 : 0.2));
/** Cheap from 01:00 to 02:00. */
const CHEAP_AT_ONE = hourly((hour) => (hour === 5 ? 0.2 : 1));
const HOURS = { goal: 'hours', amount: 2 } as const;

function plannerOf(settings: Partial<PlanSettings> = {}, prices = EVEN): ChargePlanner {
  const planner = new ChargePlanner({ ...PLAN, ...settings }, OSLO);
  if (prices.length > 0) planner.setPrices(prices, EVENING);
  return planner;
}

describe('a plan for hours of charging', () => {
  it('counts energy by the power that is expected, and takes exactly its hours', () => {
    const plan = plannerOf(HOURS, CHEAP_LAST).decide(EVENING);
    expect(plan).to.deep.include({ needHours: 2, needKwh: 20, charge: false, code: 'waiting' });
    expect(plan.segments.map(({ start, end }) => [start, end])).to.deep.equal([[SEVEN - 2 * HOUR, SEVEN]]);
    expect(plan.cost).to.be.closeTo(4, 1e-6);
    expect(plan.reason).to.include('2 hours to go');
  });

  it('has no time to lose once as much time is left, without a buffer', () => {
    expect(plannerOf(HOURS, CHEAP_AT_ONE).decide(SEVEN - 2 * HOUR - MINUTE).code).to.not.equal('in-time');
    expect(plannerOf(HOURS, CHEAP_AT_ONE).decide(SEVEN - 2 * HOUR)).to.include({ charge: true, code: 'in-time' });
  });

  it('is done once they are over, and plans nothing more', () => {
    const planner = plannerOf({ goal: 'hours', amount: 0.25 });
    expect(planner.decide(EVENING).charge).to.equal(true);
    expect(planner.decide(EVENING + 15 * MINUTE - 1_001).code).to.not.equal('done');
    expect(planner.decide(EVENING + 15 * MINUTE)).to.deep.include({ code: 'done', charge: false, segments: [] });
  });

  it('counts no time in which charging was off', () => {
    const planner = plannerOf(HOURS, CHEAP_LAST);
    planner.decide(EVENING);
    expect(planner.decide(EVENING + 10 * MINUTE).needHours).to.equal(2);
  });
});

describe('a plan for energy', () => {
  it('needs a buffer of its own before its time', () => {
    const firstMinute = (buffer: number) =>
      [...Array(660).keys()].find((minute) => {
        return plannerOf({ buffer }, CHEAP_LAST).decide(EVENING + minute * MINUTE).code === 'in-time';
      })!;
    expect(firstMinute(0) - firstMinute(30)).to.be.within(28, 31);
  });

  it('is done within 20 Wh, and plans nothing more', () => {
    const planner = plannerOf();
    planner.setCar({ mode: 'finished', sessionId: 'a', sessionKwh: 19.97 });
    expect(planner.decide(EVENING).code).to.not.equal('done');
    planner.setCar({ mode: 'finished', sessionId: 'a', sessionKwh: 19.99 });
    expect(planner.decide(EVENING)).to.deep.include({ code: 'done', segments: [] });
  });

  it('learns a low power only once the car has had two minutes to reach its own', () => {
    const planner = plannerOf();
    planner.decide(EVENING);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 0, powerW: 6_000 });
    expect(planner.decide(EVENING + MINUTE).powerKw).to.equal(10);
    expect(planner.decide(EVENING + 2 * MINUTE).powerKw).to.equal(10);
    expect(planner.decide(EVENING + 3 * MINUTE).powerKw).to.be.within(7, 9);
  });
});

describe('a plan for a percentage of the battery', () => {
  const BATTERY = { goal: 'battery', amount: 80, capacityKwh: 60 } as const;

  it('takes a battery of which nobody speaks for empty, less what the session has charged', () => {
    const planner = plannerOf(BATTERY);
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(48 / 0.9, 1e-9);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 10, powerW: 0 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo((48 - 9) / 0.9, 1e-9);
  });

  it('takes the level that the car has said, and what was charged since', () => {
    const planner = plannerOf(BATTERY);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 5, powerW: 0 });
    planner.setBattery(50);
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(18 / 0.9, 1e-9);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 15, powerW: 0 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo((18 - 9) / 0.9, 1e-9);
    planner.setBattery(90);
    expect(planner.decide(EVENING).code).to.equal('done');
  });

  it('does not add what the session had when the level came before its energy was known', () => {
    const planner = plannerOf(BATTERY);
    planner.setBattery(50);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 8, powerW: 0 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(18 / 0.9, 1e-9);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 18, powerW: 0 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo((18 - 9) / 0.9, 1e-9);
  });

  it('ends by time and power where nobody measures the energy, and begins anew for the next day', () => {
    let planner = plannerOf(BATTERY);
    planner.setBattery(71);
    const minutesOn = (from: number, to: number): number => {
      let minutes = 0;
      for (let minute = from; minute < to; minute += 5) {
        if (planner.decide(EVENING + minute * MINUTE).charge) minutes += 5;
      }
      return minutes;
    };
    expect(minutesOn(0, 20)).to.equal(20);
    const dumped: unknown = JSON.parse(JSON.stringify(planner.dump()));
    planner = plannerOf(BATTERY);
    planner.restore(dumped);
    // 6 kWh of 10 kW, and the time of the restart, which nobody has counted.
    expect(20 + minutesOn(20, 11 * 60)).to.be.within(36, 45);
    expect(planner.decide(SEVEN + MINUTE).needKwh).to.be.closeTo(48 / 0.9, 1e-9);
  });
});

describe('the time of a plan for every day', () => {
  it('is the next day once it has passed: the plan is neither over nor late', () => {
    const planner = plannerOf({}, [
      ...EVEN,
      ...EVEN.map((slot) => ({ ...slot, start: slot.start + 24 * HOUR, end: slot.end + 24 * HOUR })),
    ]);
    planner.decide(SEVEN - MINUTE);
    expect(planner.decide(SEVEN + MINUTE)).to.include({ code: 'cheap', deadline: SEVEN + 24 * HOUR });
  });
});

describe('the highest price of a plan', () => {
  const LIMITED = { maxPrice: 1, force: false } as const;

  it('is a price that is paid', () => {
    expect(plannerOf(LIMITED).decide(EVENING)).to.include({ charge: true, code: 'cheap' });
    const dearer = hourly(() => 1.001);
    expect(plannerOf(LIMITED, dearer).decide(EVENING)).to.include({ charge: false, code: 'too-dear' });
  });

  it('is not the reason where a cheaper time is waited for', () => {
    expect(plannerOf(LIMITED, CHEAP_LAST).decide(EVENING)).to.include({ charge: false, code: 'waiting' });
  });

  it('is exceeded only for what is missing without that', () => {
    for (const dear of [0.9, 1, 3]) {
      const prices = hourly((hour) => (hour === 5 ? 0.2 : dear));
      const { segments } = plannerOf({ maxPrice: 0.5, force: true }, prices).decide(EVENING);
      const cheapMs = segments.reduce((sum, { start, end }) => {
        return sum + Math.max(0, Math.min(end, EVENING + 6 * HOUR) - Math.max(start, EVENING + 5 * HOUR));
      }, 0);
      expect(cheapMs, `at ${dear}`).to.equal(HOUR);
    }
  });
});

describe('the second series of a plan', () => {
  const sun = hourly((hour) => (hour < 3 ? 11_000 : 0));

  it('counts only where the settings ask for one', () => {
    const planner = plannerOf({ series: 'none' });
    planner.setSeries(sun, EVENING);
    expect(planner.decide(EVENING)).to.deep.include({ series: [], sunKwh: undefined });
  });

  it('says what the sun gives, of a forecast of the sun alone', () => {
    for (const [series, isKnown] of [
      ['sun', true],
      ['co2', false],
    ] as const) {
      const planner = plannerOf({ series });
      expect(planner.decide(EVENING).sunKwh).to.equal(undefined);
      planner.setSeries(sun, EVENING);
      const { sunKwh } = planner.decide(EVENING);
      if (isKnown) expect(sunKwh).to.be.closeTo(20, 0.5);
      else expect(sunKwh).to.equal(undefined);
    }
  });

  it('is forgotten where the settings ask for another one, and kept where they do not', () => {
    const planner = plannerOf({ series: 'sun' });
    planner.setSeries(sun, EVENING);
    planner.configure({ ...planner.settings, amount: 10 });
    expect(planner.decide(EVENING).series).to.not.deep.equal([]);
    planner.configure({ ...planner.settings, series: 'co2' });
    expect(planner.decide(EVENING).series).to.deep.equal([]);
  });
});

describe('the time of the next decision of a plan', () => {
  it('is when charging begins or ends, in five minutes at the latest and in a second at the soonest', () => {
    const planner = plannerOf(HOURS, CHEAP_LAST);
    const begins = SEVEN - 2 * HOUR;
    expect(planner.decide(begins - 10 * MINUTE).until).to.equal(begins - 5 * MINUTE);
    expect(planner.decide(begins - 3 * MINUTE).until).to.equal(begins);
    expect(planner.decide(begins).until).to.equal(begins + 5 * MINUTE);
    const override = { to: 'off', until: EVENING - HOUR } as const;
    expect(plannerOf().decide(EVENING, override).until).to.equal(EVENING + 1_000);
  });
});

describe('what a planner takes over from an earlier run', () => {
  const restored = (dumped: unknown, settings: Partial<PlanSettings> = {}) => {
    const planner = new ChargePlanner({ ...PLAN, ...settings }, OSLO);
    planner.restore(dumped);
    return planner;
  };
  const dumpOf = (planner: ChargePlanner): Record<string, unknown> =>
    JSON.parse(JSON.stringify(planner.dump())) as Record<string, unknown>;

  it('are the prices and the session of the car', () => {
    const planner = plannerOf({}, CHEAP_LAST);
    planner.setCar({ mode: 'finished', sessionId: 'a', sessionKwh: 12 });
    const { cost, needKwh } = planner.decide(EVENING);
    expect(needKwh).to.be.closeTo(8, 1e-9);
    expect(restored(dumpOf(planner)).decide(EVENING)).to.deep.include({ cost, needKwh });
  });

  it('is that its time has passed while the car lacks energy', () => {
    const planner = plannerOf({ amount: 60 });
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 5 });
    planner.decide(SEVEN - HOUR);
    expect(restored(dumpOf(planner), { amount: 60 }).decide(SEVEN + MINUTE)).to.include({
      ...{ code: 'late', deadline: SEVEN },
    });
  });

  it('is not that a plan for every day is over', () => {
    expect(restored(dumpOf(plannerOf())).decide(EVENING).code).to.not.equal('over');
  });

  it('is nothing that is no value of the kind', () => {
    for (const dumped of [undefined, null, 'x', 7, []]) {
      expect(restored(dumped, HOURS).decide(EVENING)).to.deep.include({ needHours: 2, powerKw: 10, cost: undefined });
    }
    const planner = plannerOf(HOURS);
    planner.decide(EVENING);
    const dump = dumpOf(planner);
    for (const value of ['7', null, {}, -1]) {
      const odd = { ...dump, drawKw: value, usedMs: value, assumedKwh: value, isOver: value };
      expect(restored(odd, HOURS).decide(EVENING)).to.deep.include({ needHours: 2, powerKw: 10, deadline: SEVEN });
    }
    const late = restored({ ...dump, deadline: 'soon' }, HOURS).decide(EVENING);
    expect(late.deadline).to.equal(SEVEN);
  });

  it('is a series only of the kind that the settings ask for', () => {
    const planner = plannerOf({ series: 'sun' });
    planner.setSeries(
      hourly(() => 5_000),
      EVENING,
    );
    const dump = dumpOf(planner);
    expect(restored(dump, { series: 'sun' }).decide(EVENING).series).to.not.deep.equal([]);
    expect(restored(dump, { series: 'co2' }).decide(EVENING).series).to.deep.equal([]);
  });
});

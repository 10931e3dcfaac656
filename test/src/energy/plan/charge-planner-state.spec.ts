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
const DAY = 24 * HOUR;
const hourly = (priceOf: (hour: number) => number, hours = 11) =>
  Array.from({ length: hours }, (_, hour) => ({
    start: EVENING + hour * HOUR,
    end: EVENING + (hour + 1) * HOUR,
    price: priceOf(hour),
  }));
/** Cheap from 20:00 to 22:00. */
const CHEAP_NOW = hourly((hour) => (hour < 2 ? 0.2 : 1));

function plannerOf(settings: Partial<PlanSettings> = {}, prices = CHEAP_NOW): ChargePlanner {
  const planner = new ChargePlanner({ ...PLAN, ...settings }, OSLO);
  if (prices.length > 0) planner.setPrices(prices, EVENING);
  return planner;
}

/** Half an hour in which a car draws 6 kW instead of 10. */
function learnt(settings: Partial<PlanSettings> = {}): ChargePlanner {
  const planner = plannerOf(settings);
  for (let minute = 0; minute <= 30; minute += 1) {
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: minute / 10, powerW: 6_000 });
    planner.decide(EVENING + minute * MINUTE);
  }
  return planner;
}

function restarted(planner: ChargePlanner, settings: Partial<PlanSettings> = {}): ChargePlanner {
  const next = plannerOf({ ...planner.settings, ...settings });
  next.restore(JSON.parse(JSON.stringify(planner.dump())));
  return next;
}

const HALF = EVENING + 30 * MINUTE;

describe('what a charge planner knows', () => {
  it('of the power of the car stays with other settings and over a restart, until the settings name another power', () => {
    const planner = learnt();
    expect(planner.decide(HALF).powerKw).to.be.within(5.9, 6.5);
    expect(restarted(planner).decide(HALF).powerKw).to.be.within(5.9, 6.5);
    expect(restarted(planner, { powerKw: 11 }).decide(HALF).powerKw).to.equal(11);
    planner.configure({ ...planner.settings, amount: 30 });
    expect(planner.decide(HALF).powerKw).to.be.within(5.9, 6.5);
    planner.configure({ ...planner.settings, powerKw: 11 });
    expect(planner.decide(HALF).powerKw).to.equal(11);
  });

  describe('of the cars of earlier sessions', () => {
    const other = (planner: ChargePlanner): number => {
      planner.setCar({ mode: 'charging', sessionId: 'b', sessionKwh: 0, powerW: 0 });
      return planner.decide(HALF).powerKw;
    };

    it('is what the next one is expected to draw, also over a restart in the middle of a session', () => {
      expect(other(learnt())).to.be.closeTo(6, 1e-9);
      expect(other(restarted(learnt()))).to.be.closeTo(6, 1e-9);
      expect(other(restarted(learnt(), { powerKw: 11 }))).to.equal(11);
    });

    it('is forgotten when the settings name another power', () => {
      const planner = learnt();
      planner.configure({ ...planner.settings, powerKw: 11 });
      expect(other(planner)).to.equal(11);
    });

    it('is the power that was learnt where an older saved state has no sessions', () => {
      const { sessions, ...dumped } = JSON.parse(JSON.stringify(learnt().dump())) as Record<string, unknown>;
      expect(sessions).to.be.an('object');
      const planner = plannerOf();
      planner.restore(dumped);
      expect(planner.decide(HALF)).to.deep.include({ needKwh: 17, powerKw: dumped['drawKw'] });
      expect(other(planner)).to.equal(dumped['drawKw']);
    });

    it('does not replace what was learnt of a power that is uneven', () => {
      const planner = plannerOf();
      for (let minute = 0; minute <= 40; minute += 1) {
        planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 0, powerW: minute < 20 ? 9_000 : 5_000 });
        planner.decide(EVENING + minute * MINUTE);
      }
      const { powerKw } = planner.decide(EVENING + 40 * MINUTE);
      expect(other(planner)).to.equal(powerKw);
    });
  });

  it('of a plan for once that has passed stays with another amount and over a restart, until it is due at another time', () => {
    const planner = plannerOf({ days: 'once', goal: 'hours', amount: 2 });
    planner.decide(EVENING);
    const later = SEVEN + HOUR;
    expect(planner.decide(later).code).to.equal('over');
    expect(restarted(planner).decide(later).code).to.equal('over');
    expect(restarted(planner, { by: '08:00' }).decide(later).code).to.not.equal('over');
    planner.configure({ ...planner.settings, amount: 3 });
    expect(planner.decide(later).code).to.equal('over');
  });

  it('of hours of charging is kept over a restart', () => {
    const planner = plannerOf({ goal: 'hours', amount: 2 });
    for (let minute = 0; minute <= 30; minute += 5) planner.decide(EVENING + minute * MINUTE);
    expect(planner.decide(HALF).needHours).to.be.closeTo(1.5, 0.001);
    expect(restarted(planner).decide(HALF).needHours).to.be.closeTo(1.5, 0.001);
  });

  it('of energy that nobody measures is what the car draws while it is on, and kept over a restart', () => {
    const planner = plannerOf();
    for (let minute = 0; minute <= 30; minute += 5) planner.decide(EVENING + minute * MINUTE);
    expect(planner.decide(HALF).needKwh).to.be.closeTo(15, 0.001);
    expect(restarted(planner).decide(HALF).needKwh).to.be.closeTo(15, 0.001);
  });

  it('of energy that nobody measures ends with its session, and with the time that it was for', () => {
    const planner = plannerOf();
    planner.setCar({ sessionId: 'a' });
    for (let minute = 0; minute <= 30; minute += 5) planner.decide(EVENING + minute * MINUTE);
    planner.setCar({ sessionId: 'b' });
    expect(planner.decide(HALF)).to.deep.include({ needKwh: 20, session: 1 });
    for (let minute = 35; minute <= 60; minute += 5) planner.decide(EVENING + minute * MINUTE);
    expect(planner.decide(EVENING + HOUR).needKwh).to.be.closeTo(15, 0.001);
    expect(planner.decide(SEVEN + MINUTE).needKwh).to.equal(20);
  });
});

describe('the time of a charge plan', () => {
  it('counts no more than 15 minutes between two decisions: nobody knows what happened in a longer time', () => {
    const planner = plannerOf({ goal: 'hours', amount: 2 });
    expect(planner.decide(EVENING).charge).to.equal(true);
    expect(planner.decide(EVENING + 90 * MINUTE).needHours).to.be.closeTo(1.75, 0.001);
  });

  it('counts no hours while no car is connected', () => {
    const planner = plannerOf({ goal: 'hours', amount: 2 });
    expect(planner.decide(EVENING).charge).to.equal(true);
    planner.setCar({ mode: 'disconnected' });
    expect(planner.decide(EVENING + 10 * MINUTE).needHours).to.equal(2);
  });

  it('ends for a car that lacks energy only when the energy is there, or when another session begins', () => {
    const planner = plannerOf({ amount: 60 });
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 5 });
    planner.decide(SEVEN - HOUR);
    expect(planner.decide(SEVEN + MINUTE)).to.include({ code: 'late', charge: true, deadline: SEVEN });
    planner.setCar({ mode: 'requesting', sessionId: 'b', sessionKwh: 0 });
    expect(planner.decide(SEVEN + 2 * MINUTE)).to.include({ deadline: SEVEN + DAY, needKwh: 60 });
  });

  for (const [what, settings, reading] of [
    ['is full', {}, { mode: 'finished', reason: 'car-full', sessionId: 'a', sessionKwh: 5 }],
    ['has left', {}, { mode: 'disconnected', sessionId: 'a', sessionKwh: 5 }],
    ['has its energy', { amount: 5 }, { mode: 'finished', sessionId: 'a', sessionKwh: 5 }],
    ['is to charge for hours', { goal: 'hours', amount: 2 }, { mode: 'finished', sessionId: 'a', sessionKwh: 0 }],
  ] as const) {
    it(`ends on time for a car that ${what}`, () => {
      const planner = plannerOf(settings);
      planner.setCar(reading);
      planner.decide(SEVEN - MINUTE);
      expect(planner.decide(SEVEN + MINUTE)).to.include({ deadline: SEVEN + DAY });
    });
  }

  it('gives all its hours to the next day where a session begins right after it', () => {
    const planner = plannerOf({ goal: 'hours', amount: 0.5 });
    planner.setCar({ sessionId: 'a' });
    for (let minute = 0; minute <= 40; minute += 5) planner.decide(EVENING + minute * MINUTE);
    expect(planner.decide(SEVEN - MINUTE).code).to.equal('done');
    planner.setCar({ sessionId: 'b' });
    expect(planner.decide(SEVEN + MINUTE)).to.include({ needHours: 0.5, deadline: SEVEN + DAY });
  });

  it('of a message is when to decide again at the latest', () => {
    const until = EVENING + 2 * MINUTE;
    expect(plannerOf().decide(EVENING, { to: 'off', until }).until).to.equal(until);
    expect(plannerOf().decide(EVENING, { to: 'off', until: EVENING + HOUR }).until).to.equal(EVENING + 5 * MINUTE);
  });
});

describe('charging by a plan', () => {
  it('without a choice goes on until ten minutes have been gained', () => {
    const dearNow = hourly((hour) => (hour < 1 ? 2 : 1));
    const with60 = (kwh: number) => {
      const planner = plannerOf({ amount: 60 }, dearNow);
      planner.setCar({ mode: 'finished', sessionId: 'a', sessionKwh: kwh });
      return planner;
    };
    /** The least energy with which there is time to lose, in steps of 0.1 kWh. */
    const tenths = Array.from({ length: 600 }, (_, index) => index / 10);
    const enough = tenths.find((kwh) => with60(kwh).decide(EVENING).code === 'waiting')!;
    expect(enough).to.be.within(1, 40);
    const planner = with60(enough - 0.1);
    expect(planner.decide(EVENING).code).to.equal('in-time');
    planner.setCar({ sessionId: 'a', sessionKwh: enough + 0.3 });
    expect(planner.decide(EVENING).code, 'four minutes gained').to.equal('in-time');
    planner.setCar({ sessionId: 'a', sessionKwh: enough + 1.2 });
    expect(planner.decide(EVENING).code, 'fifteen minutes gained').to.equal('waiting');
    planner.setCar({ sessionId: 'a', sessionKwh: enough + 0.3 });
    expect(planner.decide(EVENING).code, 'no longer without a choice').to.equal('waiting');
  });

  it('does not last for as long as the clock was set back', () => {
    const day = hourly((hour) => (hour === 3 ? 0.2 : 1));
    const planner = plannerOf({ amount: 10, leastRun: 15, buffer: 0 }, day);
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 0, powerW: 10_000 });
    expect(planner.decide(EVENING + 3 * HOUR).charge).to.equal(true);
    planner.decide(EVENING);
    expect(planner.decide(EVENING + 20 * MINUTE).code).to.equal('waiting');
  });

  it('lasts for its least run although a price above the highest one comes', () => {
    const planner = plannerOf({ leastRun: 45, maxPrice: 0.5, force: false });
    expect(planner.decide(EVENING)).to.include({ charge: true, code: 'cheap' });
    planner.setPrices(
      hourly(() => 2),
      EVENING,
    );
    expect(planner.decide(EVENING + 44 * MINUTE).charge).to.equal(true);
    expect(planner.decide(EVENING + 45 * MINUTE)).to.include({ charge: false, code: 'too-dear' });
  });

  it('begins later for a car of which nothing is known where a look at it would last long', () => {
    const cheapLast = hourly((hour) => (hour < 9 ? 1 : 0.2));
    const at = SEVEN - 4.5 * HOUR;
    expect(plannerOf({}, cheapLast).decide(at)).to.include({ charge: true, code: 'in-time' });
    expect(plannerOf({ leastRun: 15 }, cheapLast).decide(at)).to.include({ charge: true, code: 'in-time' });
    expect(plannerOf({ leastRun: 30 }, cheapLast).decide(at)).to.include({ charge: false, code: 'waiting' });
  });
});

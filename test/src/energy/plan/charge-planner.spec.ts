import { expect } from 'chai';
import fc from 'fast-check';
import { Calendar } from '../../../../src/energy/calendar';
import { ChargePlanner, type PlanDecision } from '../../../../src/energy/plan/charge-planner';
import type { PlanSettings } from '../../../../src/energy/plan/plan-settings';
import { reportOf } from '../../../../src/energy/plan/plan-report';
import { PLAN } from '../../../support/energy-settings';
import { draws } from '../../../support/draws';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OSLO = new Calendar('Europe/Oslo');
/** 20:00 in Oslo; the goal is due eleven hours later. */
const EVENING = Date.parse('2026-05-04T20:00+02:00');
/** Cheap from 01:00 to 05:00. */
const priceAt = (hour: number): number => (hour >= 5 && hour < 9 ? 0.2 : 1);
const pricesFrom = (start: number, hours: number, price = priceAt) =>
  Array.from({ length: hours }, (_, hour) => ({
    start: start + hour * HOUR,
    end: start + (hour + 1) * HOUR,
    price: price(hour),
  }));

function plannerOf(settings: Partial<PlanSettings> = {}, prices = pricesFrom(EVENING, 11)): ChargePlanner {
  const planner = new ChargePlanner({ ...PLAN, ...settings }, OSLO);
  if (prices.length > 0) planner.setPrices(prices, EVENING);
  return planner;
}

/** A session of a car that draws so much while it is on, minute by minute. @returns what was decided in each minute. */
function run(
  planner: ChargePlanner,
  minutes: number,
  kw: number,
  from = EVENING,
  kwhBefore = 0,
): (PlanDecision & { kwh: number })[] {
  let kwh = kwhBefore;
  let on = false;
  return Array.from({ length: minutes }, (_, minute) => {
    planner.setCar({
      mode: on ? 'charging' : 'finished',
      sessionId: `s${from}`,
      sessionKwh: kwh,
      powerW: on ? kw * 1_000 : 0,
    });
    const decision = planner.decide(from + minute * MINUTE);
    on = decision.charge;
    if (on) kwh += kw / 60;
    return { ...decision, kwh };
  });
}

/** kW; each takes 7 s where Stryker counts what runs, and the least finds the most. */
const POWERS = process.env['MUTATION'] ? [6] : [10, 7, 6];

const clockOf = (at: number): string => OSLO.clock(at);

describe('the charge planner', () => {
  it('waits for the cheap hours, says from when, and stops when the session has its energy', () => {
    const minutes = run(plannerOf(), 660, 10);
    expect(minutes[0]).to.include({ charge: false, code: 'waiting' });
    expect(minutes[0]?.reason).to.equal('Waits for a cheaper time, from 01:00, 20 kWh to go by 07:00');
    const on = minutes.flatMap(({ charge }, minute) => (charge ? [minute] : []));
    expect(clockOf(EVENING + (on[0] as number) * MINUTE)).to.equal('01:00');
    expect(on.length).to.be.within(120, 122);
    expect(minutes.at(-1)).to.include({ code: 'done', charge: false });
    expect(minutes.at(-1)?.kwh).to.be.within(20, 20.2);
  });

  it('learns that the car draws less, and is ready in time all the same', () => {
    for (const kw of POWERS) {
      const atSeven = run(plannerOf({ powerKw: 10, amount: 30 }), 660, kw).at(-1);
      expect(atSeven?.kwh, `${kw} kW`).to.be.at.least(29.95);
    }
  });

  describe('from night to night', () => {
    /** Each night with a car that draws so much: in which minutes it charged, and what it has at seven. */
    function nights(planner: ChargePlanner, ...kilowatts: number[]): { on: number[]; kwh: number | undefined }[] {
      return kilowatts.map((kw, night) => {
        const from = EVENING + night * 24 * HOUR;
        planner.setPrices(pricesFrom(from, 11), from);
        const minutes = run(planner, 660, kw, from);
        return { on: minutes.flatMap(({ charge }, minute) => (charge ? [minute] : [])), kwh: minutes.at(-1)?.kwh };
      });
    }

    it('is ready in time for a car that shares its current and takes turns with one that draws all', () => {
      const [, , full, shared] = nights(plannerOf({ amount: 26 }), 10, 4, 10, 4);
      expect(shared?.kwh).to.be.at.least(25.95);
      // A look at a car that draws all is short.
      expect(full?.on.filter((minute) => priceAt(minute / 60) === 1).length).to.be.at.most(15);
    });

    it('looks at the car early until it has drawn the same in three of them', () => {
      const first = nights(plannerOf({ amount: 35 }), 7, 7, 7, 7).map(({ on }) => on[0]);
      expect(first.slice(1, 3)).to.deep.equal([first[0], first[0]]);
      expect(first[3]).to.be.above((first[0] as number) + 60);
    });
  });

  it('counts what the session has already, and takes another session for a new goal', () => {
    const planner = plannerOf();
    planner.setCar({ mode: 'charging', sessionId: 'a', sessionKwh: 12, powerW: 0 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(8, 0.001);
    planner.setCar({ mode: 'charging', sessionId: 'b', sessionKwh: 0, powerW: 0 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(20, 0.001);
  });

  it('charges whatever the price when there is no time to lose', () => {
    const planner = plannerOf({ amount: 60 });
    expect(planner.decide(EVENING + 3 * HOUR)).to.include({ charge: true, code: 'in-time' });
  });

  it('goes on after the time until the energy is there, and says so', () => {
    const late = run(plannerOf({ amount: 30 }), 400, 6, EVENING + 9 * HOUR);
    const after = late.filter(({ code }) => code === 'late');
    expect(after[0]?.reason).to.match(/^Charges after 07:00, its time, until the missing 1\d.* kWh are there$/);
    expect(after.at(-1)?.kwh).to.be.within(29.9, 30.2);
    // The time after that is the next morning.
    expect(late.at(-1)?.charge).to.equal(false);
  });

  it('charges in time without prices, as late as is safe, and at once by price when prices come', () => {
    const planner = plannerOf({}, []);
    expect(planner.decide(EVENING)).to.include({ charge: false, code: 'waiting', cost: undefined });
    const all = run(plannerOf({}, []), 660, 7);
    expect(all.at(-1)?.kwh).to.be.at.least(20);
    // At 44 % of what was said, the least that a car which shares its current is expected to get over five hours.
    expect(clockOf(EVENING + all.findIndex(({ charge }) => charge) * MINUTE)).to.match(/^01:5/);
    planner.setPrices(
      pricesFrom(EVENING, 11, (hour) => (hour < 4 ? 0.1 : 1)),
      EVENING,
    );
    expect(planner.decide(EVENING)).to.include({ charge: true, code: 'cheap' });
  });

  it('waits above the highest price, and gives way to the time only where it may', () => {
    const dear = pricesFrom(EVENING, 11, () => 2);
    expect(plannerOf({ maxPrice: 1, force: false }, dear).decide(EVENING + 10 * HOUR)).to.include({
      charge: false,
      code: 'too-dear',
    });
    expect(plannerOf({ maxPrice: 1 }, dear).decide(EVENING + 10 * HOUR)).to.include({ charge: true, code: 'in-time' });
  });

  it('charges in one piece, and keeps to it once it has begun', () => {
    const zigzag = pricesFrom(EVENING, 11, (hour) => (hour % 2 === 0 ? 0.2 : 1));
    const minutes = run(plannerOf({ onePiece: true }, zigzag), 660, 10);
    const starts = minutes.filter(({ charge }, minute) => charge && minutes[minute - 1]?.charge !== true);
    expect(starts).to.have.lengthOf(1);
  });

  it('charges for at least so long, also when the goal was nearer than it seemed', () => {
    const zigzag = pricesFrom(EVENING, 44, (quarter) => (quarter % 2 === 0 ? 0.2 : 1)).map((slot, quarter) => ({
      ...slot,
      start: EVENING + (quarter * HOUR) / 4,
      end: EVENING + ((quarter + 1) * HOUR) / 4,
    }));
    const minutes = run(plannerOf({ leastRun: 45 }, zigzag), 660, 10);
    const shown = minutes.map(({ charge, code }) => (charge ? '#' : code === 'done' ? '!' : '.')).join('');
    // What ends because the goal is reached may be shorter.
    const stretches = shown
      .split('.')
      .slice(0, -1)
      .filter((stretch) => stretch.endsWith('#'));
    expect(stretches.length).to.be.greaterThan(0);
    for (const stretch of stretches) expect(stretch.length).to.be.at.least(45);
  });

  it('takes the prices of the day before for those that nobody knows yet', () => {
    const yesterday = pricesFrom(EVENING - 24 * HOUR, 28);
    const decision = plannerOf({}, yesterday).decide(EVENING);
    expect(clockOf(decision.segments[0]?.start ?? 0)).to.equal('01:00');
    expect(decision.segments[0]?.estimated).to.equal(true);
    expect(decision.reason).to.match(/prices not known yet count as those of the day before$/);
  });

  it('counts hours by the day, also when midnight comes', () => {
    const midnight = Date.parse('2026-05-05T00:00+02:00');
    const planner = plannerOf(
      { goal: 'hours', amount: 2, by: '00:00' },
      pricesFrom(midnight, 48, (hour) => (hour % 24 < 4 ? 0.1 : 1)),
    );
    let on = 0;
    for (let minute = 0; minute < 48 * 60; minute += 1) if (planner.decide(midnight + minute * MINUTE).charge) on += 1;
    expect(on).to.be.within(239, 243);
  });

  it('reckons from the level of the battery, and takes an unknown one for empty', () => {
    const planner = plannerOf({ goal: 'battery', amount: 80, capacityKwh: 54 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(48, 0.01);
    planner.setCar({ mode: 'finished', sessionId: 's', sessionKwh: 5 });
    planner.setBattery(60);
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(12, 0.01);
    planner.setCar({ mode: 'charging', sessionId: 's', sessionKwh: 11 });
    expect(planner.decide(EVENING).needKwh).to.be.closeTo(6, 0.01);
  });

  it('lets a full car be, until another session begins', () => {
    const planner = plannerOf();
    planner.setCar({ mode: 'finished', reason: 'car-full', sessionId: 'a', sessionKwh: 9 });
    expect(planner.decide(EVENING + 5 * HOUR)).to.include({ charge: false, code: 'full' });
    planner.setCar({ mode: 'finished', reason: 'paused', sessionId: 'a', sessionKwh: 9 });
    expect(planner.decide(EVENING + 5 * HOUR).code).to.equal('full');
    planner.setCar({ mode: 'disconnected', sessionId: undefined, sessionKwh: 0 });
    expect(planner.decide(EVENING + 5 * HOUR)).to.include({ charge: false, code: 'no-car' });
    planner.setCar({ mode: 'requesting', sessionId: 'b', sessionKwh: 0 });
    expect(planner.decide(EVENING + 5 * HOUR)).to.include({ charge: true, code: 'cheap' });
  });

  it('does what a person says until the time that the person names', () => {
    const planner = plannerOf();
    expect(planner.decide(EVENING, { to: 'on', until: EVENING + HOUR })).to.include({
      charge: true,
      code: 'override-on',
      reason: 'Switched on by message until 21:00',
    });
    expect(planner.decide(EVENING + HOUR).charge).to.equal(false);
    const off = planner.decide(EVENING + 6 * HOUR, { to: 'off', until: undefined });
    expect(off).to.include({ charge: false, code: 'override-off', reason: 'Switched off by message' });
    expect(planner.decide(EVENING + 6 * HOUR).charge).to.equal(true);
  });

  it('ends a plan for once after its time', () => {
    const planner = plannerOf({ days: 'once', goal: 'hours', amount: 2 });
    planner.decide(EVENING);
    expect(planner.decide(EVENING + 12 * HOUR)).to.include({ charge: false, code: 'over' });
    planner.configure({ ...planner.settings, by: '08:00' });
    expect(planner.decide(EVENING + 12 * HOUR).code).not.to.equal('over');
  });

  it('remembers over a restart: prices, session, power and hours', () => {
    const planner = plannerOf();
    run(planner, 400, 6);
    const later = plannerOf({}, []);
    later.restore(JSON.parse(JSON.stringify(planner.dump())));
    const at = EVENING + 400 * MINUTE;
    const [before, after] = [planner.decide(at), later.decide(at)];
    expect(after).to.include({ code: before.code, deadline: before.deadline, needKwh: before.needKwh });
    expect(after.powerKw).to.be.closeTo(before.powerKw, 0.01);
    expect(after.cost).to.be.a('number');
  });

  describe('with a second series', () => {
    const sunny = (watts: number) => [{ start: EVENING + HOUR, end: EVENING + 3 * HOUR, price: watts }];
    const report = (planner: ChargePlanner) =>
      reportOf(planner.decide(EVENING), OSLO, { perMwh: false, dryRun: false });

    it('charges with the sun, which is free, before the cheap hours', () => {
      const planner = plannerOf({ series: 'sun' });
      planner.setSeries([...sunny(10_500), { start: EVENING + 3 * HOUR, end: EVENING + 20 * HOUR, price: 0 }], EVENING);
      const { from, cost, sunKwh, rows } = report(planner);
      expect([from, cost, sunKwh]).to.deep.equal(['2026-05-04T21:00:00+02:00', 0, 20]);
      expect(rows.find(({ x }) => x === EVENING + HOUR)).to.deep.include({ kw: 10, second: 10_500 });
    });

    it('takes the part that the house leaves, and pays for the rest', () => {
      const planner = plannerOf({ series: 'sun' });
      // Half of the power is free: half of a price of 1 is dearer than 0.2.
      planner.setSeries(sunny(5_500), EVENING);
      expect(report(planner)).to.deep.include({ from: '2026-05-05T01:00:00+02:00', cost: 4, sunKwh: 0 });
      const nearly = plannerOf({ series: 'sun' });
      nearly.setSeries(sunny(9_500), EVENING);
      const { cost, sunKwh } = report(nearly);
      expect(sunKwh).to.be.closeTo(18, 0.1);
      expect(cost).to.be.closeTo(2, 0.1);
    });

    it('weighs CO₂ and price as the settings say', () => {
      // Clean where it is dear: from 21:00 to 23:00.
      const clean = Array.from({ length: 20 }, (_, hour) => ({
        start: EVENING + hour * HOUR,
        end: EVENING + (hour + 1) * HOUR,
        price: hour === 1 || hour === 2 ? 20 : 300,
      }));
      const begins = (seriesWeight: PlanSettings['seriesWeight']): string | undefined => {
        const planner = plannerOf({ series: 'co2', seriesWeight });
        planner.setSeries(clean, EVENING);
        return report(planner).from;
      };
      expect(begins('series')).to.equal('2026-05-04T21:00:00+02:00');
      expect(begins('price')).to.equal('2026-05-05T01:00:00+02:00');
    });

    it('decides by it alone where there are no prices', () => {
      const planner = plannerOf({ series: 'sun' }, []);
      planner.setSeries(sunny(12_000), EVENING);
      expect(report(planner)).to.include({ from: '2026-05-04T21:00:00+02:00', code: 'waiting' });
      expect(planner.decide(EVENING + HOUR)).to.include({ charge: true, code: 'cheap', cost: undefined });
    });

    it('keeps it over a restart, and forgets it when the settings name another', () => {
      const planner = plannerOf({ series: 'sun' });
      planner.setSeries(sunny(10_500), EVENING);
      const later = plannerOf({ series: 'sun' });
      later.restore(JSON.parse(JSON.stringify(planner.dump())));
      expect(report(later).sunKwh).to.equal(20);
      later.configure({ ...later.settings, series: 'co2' });
      expect(report(later).sunKwh).to.equal(undefined);
    });
  });

  it('plans for the next time that is due where the clock was set back by days', () => {
    const planner = plannerOf();
    const before = planner.decide(EVENING);
    const back = EVENING - 10 * 24 * HOUR;
    expect(planner.decide(back).deadline).to.equal(before.deadline - 10 * 24 * HOUR);
    const restarted = plannerOf();
    restarted.restore(JSON.parse(JSON.stringify(planner.dump())));
    expect(restarted.decide(back - 24 * HOUR).deadline).to.equal(before.deadline - 11 * 24 * HOUR);
  });

  it('has a plan in the form of the power-saver nodes', () => {
    const report = reportOf(plannerOf().decide(EVENING), OSLO, { perMwh: false, dryRun: false });
    expect(report.schedule[0]).to.deep.equal({ time: '2026-05-04T20:00:00+02:00', value: false, countHours: 5 });
    expect(report.schedule[1]?.value).to.equal(true);
    expect(report.hours).to.deep.include({ start: '2026-05-05T01:00:00+02:00', price: 0.2, onOff: true, saving: null });
    expect(report.from).to.equal('2026-05-05T01:00:00+02:00');
    expect(report.cost).to.be.closeTo(4, 0.01);
    expect(reportOf(plannerOf().decide(EVENING), OSLO, { perMwh: true, dryRun: true })).to.include({
      cost: 0.004,
      dryRun: true,
    });
  });

  it('has no NaN and does not fail, whatever comes in whatever order, and a good message brings it back', () => {
    const odd = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(undefined, null, '', 'x', NaN, -5, 1e300));
    const reading = fc.record({
      mode: fc.constantFrom('disconnected', 'requesting', 'charging', 'finished', 7),
      sessionId: odd,
      sessionKwh: odd,
      powerW: odd,
      reason: odd,
    });
    const event = fc.oneof(
      fc.record({ car: reading }),
      fc.record({
        price: fc.array(
          fc.tuple(
            fc.integer({ min: -50, max: 50 }),
            fc.integer({ min: 1, max: 90 }),
            fc.double({ min: -1e6, max: 1e6, noNaN: true }),
          ),
        ),
      }),
      fc.record({ passMs: fc.integer({ min: -HOUR, max: 60 * HOUR }) }),
      fc.record({ battery: fc.double({ min: 0, max: 100, noNaN: true }) }),
      fc.record({ restore: fc.anything() }),
    );
    const settings = fc.record({
      goal: fc.constantFrom('energy', 'hours', 'battery'),
      amount: fc.integer({ min: 0, max: 100 }),
      days: fc.constantFrom('daily', 'weekdays', 'once'),
      maxPrice: fc.constantFrom(undefined, 0, 0.5),
      force: fc.boolean(),
      onePiece: fc.boolean(),
      leastRun: fc.constantFrom(0, 15, 60),
    });
    const start = fc.constantFrom(
      '2026-03-28T18:00Z',
      '2026-10-24T18:00Z',
      '2026-05-04T18:00Z',
      '2026-03-08T01:00Z',
      '2026-11-01T01:00Z',
    );
    const zone = fc.constantFrom('Europe/Oslo', 'Europe/London', 'America/New_York');
    fc.assert(
      fc.property(settings, start, zone, fc.array(event, { maxLength: 15 }), (own, from, name, events) => {
        const calendar = new Calendar(name);
        const planner = new ChargePlanner({ ...PLAN, ...own }, calendar);
        let now = Date.parse(from);
        for (const one of events) {
          if ('car' in one) planner.setCar(one.car as never);
          if ('price' in one) {
            const sorted = one.price.map(([hour, minutes, price]) => ({
              start: now + hour * HOUR,
              end: now + hour * HOUR + minutes * MINUTE,
              price,
            }));
            planner.setPrices(
              sorted.sort((a, b) => a.start - b.start).filter(({ start: at }, i, all) => at >= (all[i - 1]?.end ?? 0)),
              now,
            );
          }
          if ('passMs' in one) now += one.passMs;
          if ('battery' in one) planner.setBattery(one.battery);
          if ('restore' in one) planner.restore(one.restore);
          const decision = planner.decide(now);
          const text = JSON.stringify(
            reportOf(decision, calendar, { perMwh: false, dryRun: false }),
            (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? 'NOT FINITE' : value),
          );
          expect(text).not.to.match(/NOT FINITE|NaN|Invalid/);
          expect(decision.until).to.be.greaterThan(now);
        }
        planner.configure({ ...PLAN, amount: 1_000, by: '07:01' });
        planner.setCar({ mode: 'requesting', sessionId: 'good', sessionKwh: 0, powerW: 0 });
        expect(planner.decide(now)).to.include({ charge: true });
      }),
      { numRuns: draws(300) },
    );
  });
});

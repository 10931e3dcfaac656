import { expect } from 'chai';
import { PATTERN_NAMES } from '../../../../simulator/world/house/market';
import { SEASON_NAMES } from '../../../../simulator/world/house/season';
import { FORECAST_SHAPES } from '../../../../simulator/rest/control/forecast-shapes';
import { SHAPE_NAMES } from '../../../../simulator/rest/control/price-shapes';
import { Calendar } from '../../../../src/energy/calendar';
import { parsePrices } from '../../../../src/energy/plan/prices';
import type { Meter } from '../../../../simulator/world/model';
import { Cloud } from '../../../support/simulator/cloud';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the house of the simulator', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start({ speed: 1 })));
  afterEach(() => cloud.simulator.stop());

  const refused = async (path: string, method: string, body?: unknown) => {
    const answer = await cloud.control(path, method, body);
    expect(answer.status).to.equal(400);
    return ((await answer.json()) as { error: string }).error;
  };
  const post = async (path: string, body: unknown) => (await cloud.control(path, 'POST', body)).json();
  /** Local time of the house, an hour ahead of UTC. */
  const until = (hour: number): void => {
    const { now } = cloud.simulator.world;
    const today = Math.floor((now + HOUR) / DAY) * DAY - HOUR + hour * HOUR;
    cloud.simulator.world.advance(today > now ? today - now : today + DAY - now);
  };

  describe('its meter', () => {
    it('has the power and the voltage of each phase, with sun and cars', async () => {
      await post('/sun', { watts: 3_000 });
      const meter: Meter = await cloud.json('/meter');
      expect(meter).to.include({ sunW: 3_000 });
      expect(meter.gridW).to.be.closeTo(meter.houseW + meter.chargersW - 3_000, 1);
      for (const phase of ['phase1', 'phase2', 'phase3'] as const) {
        expect(meter.powerW[phase]).to.be.closeTo(meter.currentA[phase] * meter.voltageV[phase], 2);
      }
      expect(meter).not.to.have.property('batteryW');
    });

    it('has the sun that was set, and then that of the weather again', async () => {
      until(1);
      expect((await post('/sun', { watts: 5_000 })).sunW).to.equal(5_000);
      expect((await post('/sun', {})).sunW).to.equal(0);
      expect(await refused('/sun', 'POST', { watts: -1 })).to.match(/^watts: -1/);
    });

    it('has a battery that takes what is left of the sun, and gives what the house lacks', async () => {
      const { world } = cloud.simulator;
      for (const { id } of world.chargers.values()) world.unplug(id);
      await post('/battery', { capacityKwh: 10, maxW: 4_000, percent: 50 });
      const sunny = await post('/sun', { watts: 9_000 });
      expect(sunny.batteryW).to.equal(-4_000);
      expect(sunny.gridW).to.equal(sunny.houseW - 5_000);
      world.advance(HOUR, 60_000);
      expect((await cloud.json('/meter')).batteryPercent).to.be.within(85, 90.1);
      const dark = await post('/sun', { watts: 0 });
      expect(dark.batteryW).to.equal(dark.houseW);
      expect(dark.gridW).to.equal(0);
      world.advance(40 * HOUR, 60_000);
      for (const { id } of world.chargers.values()) world.unplug(id);
      expect((await cloud.json('/meter')).batteryPercent).to.equal(0);
      expect(await post('/battery', {})).not.to.have.property('batteryPercent');
    });

    it('has more sun in summer than in winter, and a longer day', async () => {
      until(12);
      const sun: Record<string, number> = {};
      for (const season of SEASON_NAMES) {
        await post('/season', { season });
        sun[season] = (await cloud.json('/meter')).sunW;
      }
      expect(sun['summer']).to.be.greaterThan(2 * sun['winter']!);
      expect(await post('/scenario', {})).to.be.an('object');
      expect(cloud.simulator.world.season, 'a new world keeps it').to.equal('autumn');
      until(21);
      expect((await cloud.json('/meter')).sunW).to.equal(0);
      await post('/season', { season: 'summer' });
      expect((await cloud.json('/meter')).sunW).to.be.greaterThan(0);
      expect(await refused('/season', 'POST', { season: 'monsoon' })).to.match(/^season: "monsoon".+winter, spring/);
    });

    it('lives a chosen date, whatever the day of the clock, and the days after it', async () => {
      const dayOf = async (date: string | undefined) => {
        until(6);
        await post('/date', date === undefined ? {} : { date });
        const sun: number[] = [];
        const house: number[] = [];
        const prices = ((await cloud.json('/prices?minutes=60')) as { value: number }[]).map(({ value }) => value);
        const forecast = ((await cloud.json('/forecast?minutes=60')) as { watts: number }[]).map(({ watts }) => watts);
        for (let hour = 6; hour < 24; hour += 1) {
          const meter: Meter = await cloud.json('/meter');
          sun.push(meter.sunW);
          house.push(meter.houseW);
          cloud.simulator.world.advance(HOUR);
        }
        return { sun, house, prices, forecast };
      };
      const summer = await dayOf('2026-06-21');
      const winter = await dayOf('2026-01-10');
      expect(await dayOf('2026-06-21'), 'on another day of the clock').to.deep.equal(summer);
      expect(Math.max(...summer.sun)).to.be.above(2 * Math.max(...winter.sun));
      const [today, tomorrow] = [summer.forecast.slice(0, 24), summer.forecast.slice(24)];
      expect(tomorrow).not.to.deep.equal(today);
      until(6);
      await post('/date', { date: '2026-06-22' });
      const forecast: { watts: number }[] = await cloud.json('/forecast?minutes=60');
      expect(
        forecast.slice(0, 24).map(({ watts }) => watts),
        'the day after',
      ).to.deep.equal(tomorrow);
    });

    it('gives prices and forecasts of a chosen date the times of the clock', async () => {
      await post('/date', { date: '2026-06-21' });
      const { now } = cloud.simulator.world;
      for (const path of ['/prices', '/forecast', '/prices?pattern=cheap-now']) {
        const [{ start }]: [{ start: string }] = await cloud.json(path);
        expect(now - Date.parse(start), path).to.be.within(0, DAY);
      }
      expect(Date.parse((await cloud.json('/meter')).time as string)).to.be.closeTo(now, HOUR);
    });

    it('refuses what is no date', async () => {
      for (const date of ['2026-02-30', '21.6.2026', '2026-6-1', '2026-06-21T12:00']) {
        expect(await refused('/date', 'POST', { date })).to.equal(
          `date: "${date}" is not possible; use a date such as 2026-06-21`,
        );
      }
    });

    for (const [fault, expected] of [
      ['meter-text', 'unavailable'],
      ['meter-null', null],
      ['meter-spike', 1_000_000],
    ] as const) {
      it(`answers ${String(expected)} under ${fault}`, async () => {
        cloud.fault(fault, { count: 1 });
        const bad = await cloud.json('/meter');
        expect(bad.gridW).to.equal(expected);
        expect(bad.currentA).to.deep.equal({ phase1: expected, phase2: expected, phase3: expected });
        expect(bad.time).to.match(/^20/);
        expect((await cloud.json('/meter')).gridW).to.be.a('number');
      });
    }

    it('lacks a phase under meter-missing-phase', async () => {
      cloud.fault('meter-missing-phase');
      const { currentA, houseA, powerW } = await cloud.json('/meter');
      for (const phases of [currentA, houseA, powerW]) expect(phases).to.have.all.keys('phase1', 'phase3');
    });

    it('repeats its last answer under meter-stuck', async () => {
      const last = await cloud.json('/meter');
      cloud.fault('meter-stuck');
      cloud.simulator.world.advance(HOUR);
      expect(await cloud.json('/meter')).to.deep.equal(last);
    });

    it('gives no answer under meter-silent', async () => {
      cloud.fault('meter-silent');
      const answer = fetch(`${cloud.simulator.baseUrl}/simulator/meter`, { signal: AbortSignal.timeout(300) });
      expect(await answer.catch((error: unknown) => (error as Error).name)).to.equal('TimeoutError');
      cloud.simulator.faults.clear();
      expect((await cloud.json('/meter')).gridW).to.be.a('number');
    });
  });

  describe('its prices', () => {
    const calendar = new Calendar('Etc/GMT-1');

    it('are those of today, and from 13:00 those of tomorrow', async () => {
      until(12.9);
      const before = await cloud.json('/prices');
      expect(before).to.have.lengthOf(96);
      expect(Object.keys(before[0])).to.deep.equal(['start', 'end', 'value']);
      until(13);
      const after = await cloud.json('/prices');
      expect(after).to.have.lengthOf(192);
      expect(after.slice(0, 96), 'today stays').to.deep.equal(before);
      cloud.fault('prices-late');
      expect(await cloud.json('/prices')).to.have.lengthOf(96);
    });

    for (const shape of SHAPE_NAMES) {
      it(`are read by the plan node in the shape ${shape}`, async () => {
        until(14);
        const { now } = cloud.simulator.world;
        const rows = parsePrices(await cloud.json('/prices'), now, calendar);
        const read = parsePrices(await cloud.json(`/prices?shape=${shape}`), now, calendar);
        const factor = (read[0]?.price ?? NaN) / (rows[0]?.price ?? NaN);
        expect(Math.round(factor)).to.be.oneOf([1, 1_000]);
        const wanted = shape === 'numbers' ? rows.slice(0, 96) : rows;
        expect(read.map(({ start, end }) => [start, end])).to.deep.equal(wanted.map(({ start, end }) => [start, end]));
      });
    }

    it('go as the pattern says', async () => {
      const values = async (pattern: string): Promise<number[]> =>
        ((await cloud.json(`/prices?pattern=${pattern}`)) as { value: number }[]).map(({ value }) => value);
      const all = await Promise.all(PATTERN_NAMES.map(values));
      for (const prices of all) for (const price of prices) expect(price).to.be.within(-1, 2);
      expect(Math.min(...(await values('negative')))).to.be.lessThan(0);
      expect(new Set(await values('flat')).size).to.equal(1);
      const { now } = cloud.simulator.world;
      for (const [pattern, soon, later] of [
        ['cheap-now', 0.05, 0.45],
        ['dear-now', 0.45, 0.05],
      ] as const) {
        const rows: { start: string; end: string; value: number }[] = await cloud.json(`/prices?pattern=${pattern}`);
        const at = (time: number) => rows.find(({ start, end }) => Date.parse(start) <= time && time < Date.parse(end));
        expect(at(now)?.value).to.equal(soon);
        expect(at(now + 50 * 60_000)?.value).to.equal(soon);
        expect(at(now + 2 * HOUR)?.value).to.equal(later);
      }
      expect(await cloud.json('/prices?minutes=60')).to.have.lengthOf(24);
    });

    it('refuse what they do not know', async () => {
      expect(await refused('/prices?shape=round', 'GET')).to.match(/^shape: "round".+rows, numbers, tibber/);
      expect(await refused('/prices?pattern=odd', 'GET')).to.match(/^pattern: "odd".+market/);
      expect(await refused('/prices?minutes=7', 'GET')).to.match(/^minutes: "7".+15/);
    });
  });

  describe('its forecast', () => {
    it('has the sun of today and tomorrow, near what comes', async () => {
      const rows: { start: string; watts: number }[] = await cloud.json('/forecast?minutes=60');
      expect(rows).to.have.lengthOf(48);
      const said = rows.slice(24).reduce((sum, { watts }) => sum + watts, 0);
      until(0);
      let came = 0;
      for (let hour = 0; hour < 24 * 4; hour += 1) {
        came += (await cloud.json('/meter')).sunW / 4;
        cloud.simulator.world.advance(HOUR / 4);
      }
      expect(said).to.be.within(came * 0.6, came * 1.6);
    });

    it('comes in the shapes of services', async () => {
      const [rows, solcast, solar]: any[] = await Promise.all(
        FORECAST_SHAPES.map((shape) => cloud.json(`/forecast?shape=${shape}&minutes=30`)),
      );
      const noon = Number(rows.findIndex(({ watts }: { watts: number }) => watts > 0)) + 4;
      expect(solcast.forecasts[noon]).to.deep.equal({
        pv_estimate: rows[noon].watts / 1_000,
        period_end: rows[noon].end,
        period: 'PT30M',
      });
      expect(solar.result.watts[rows[noon].start]).to.equal(rows[noon].watts);
      expect(solar.result.watt_hours_period[rows[noon].start]).to.equal(Math.round(rows[noon].watts / 2));
      expect(await refused('/forecast?shape=x', 'GET')).to.match(/^shape/);
    });
  });
});

import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { LoadGuard } from '../../../../src/energy/load-guard/load-guard';
import type { LoadGuardSettings } from '../../../../src/energy/load-guard/guard-settings';
import { MonthPeaks } from '../../../../src/energy/load-guard/month-peaks';
import { TariffGuard } from '../../../../src/energy/load-guard/tariff-guard';
import { TariffPeriod } from '../../../../src/energy/load-guard/tariff-period';
import { LOAD_GUARD } from '../../../support/energy-settings';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 15, 12);
const TARIFF: LoadGuardSettings = { ...LOAD_GUARD, mode: 'tariff', fuseA: 35 };
const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });
const UTC = new Calendar('UTC');

/** A car that takes what it may on so many phases, beside a house; the limit is set at the pace of the cloud. */
function play(
  guard: LoadGuard,
  { from, to, houseKw, phases = 3 }: { from: number; to: number; houseKw: (at: number) => number; phases?: number },
): { meansKw: number[]; carKwh: number } {
  const energies = new Map<number, number>();
  let set = 16;
  let setAt = -Infinity;
  let carKwh = 0;
  for (let now = from; now < to; now += 10 * SECOND) {
    const ampere = set < 6 ? 0 : Math.min(32, set);
    const carKw = (ampere * 230 * phases) / 1_000;
    const totalKw = houseKw(now) + carKw;
    const hour = Math.floor(now / HOUR);
    energies.set(hour, (energies.get(hour) ?? 0) + totalKw / 360);
    carKwh += carKw / 360;
    const currents = {
      ...all(0),
      ...Object.fromEntries(['phase1', 'phase2', 'phase3'].slice(0, phases).map((name) => [name, ampere])),
    };
    guard.setCars([{ id: 'car', currents, at: now }]);
    guard.setApplied(all(set), now);
    guard.setMeter({ currents: {}, kw: totalKw }, now);
    const wanted = guard.decide(now, undefined).limit?.phase1 ?? set;
    if ((wanted < set - 0.05 && now - setAt >= MINUTE) || (wanted > set + 1 && now - setAt >= 15 * MINUTE)) {
      set = wanted;
      setAt = now;
    }
  }
  return { meansKw: [...energies.values()], carKwh };
}

describe('the capacity tariff of LoadGuard', () => {
  it('keeps the mean of each hour below the limit, and uses most of it', () => {
    const guard = new LoadGuard(TARIFF, UTC);
    const houseKw = (at: number) => 1.5 + (Math.floor(at / (7 * MINUTE)) % 4 === 0 ? 3 : 0);
    const { meansKw, carKwh } = play(guard, { from: NOON, to: NOON + 8 * HOUR, houseKw });
    expect(Math.max(...meansKw)).to.be.at.most(8);
    expect(carKwh).to.be.above(0.85 * 8 * (8 - 2.25));
  });

  it('gives a car on one phase all that is left', () => {
    const guard = new LoadGuard(TARIFF, UTC);
    const { meansKw, carKwh } = play(guard, { from: NOON, to: NOON + 4 * HOUR, houseKw: () => 2, phases: 1 });
    expect(Math.max(...meansKw)).to.be.at.most(8);
    expect(carKwh).to.be.above(0.85 * 4 * 6);
  });

  it('lets cars charge again in the hour after one that was used up', () => {
    const guard = new LoadGuard(TARIFF, UTC);
    const houseKw = (at: number) => (at < NOON + HOUR ? 9 : 2);
    const { carKwh } = play(guard, { from: NOON, to: NOON + 2 * HOUR, houseKw });
    expect(carKwh).to.be.above(4);
  });

  it('counts the time that it does not know as used', () => {
    const rules = { periodMin: 60, holdMs: MINUTE, boundKw: () => 8 };
    const period = new TariffPeriod(UTC);
    period.measure(2, NOON + 30 * MINUTE, rules);
    expect(period.usedKwh, 'before the first value').to.be.closeTo(4, 1e-9);
    period.countTo(NOON + 31 * MINUTE, rules);
    expect(period.usedKwh, 'a minute of 2 kW').to.be.closeTo(4 + 2 / 60, 1e-9);
    const other = new TariffPeriod(UTC);
    other.restore(JSON.parse(JSON.stringify(period.dump())));
    other.measure(2, NOON + 41 * MINUTE, rules);
    expect(other.usedKwh, 'ten minutes of a restart').to.be.closeTo(4 + 2 / 60 + 8 / 6, 1e-9);
  });

  it('keeps an hour over a restart that it would not keep without what it remembers', () => {
    const meanAfter = (remembers: boolean): number => {
      const before = new LoadGuard(TARIFF, UTC);
      const used = play(before, { from: NOON, to: NOON + 28 * MINUTE, houseKw: () => 14.4 });
      const restarted = new LoadGuard(TARIFF, UTC);
      if (remembers) restarted.restore(JSON.parse(JSON.stringify(before.dump())));
      const rest = play(restarted, { from: NOON + 29 * MINUTE, to: NOON + HOUR, houseKw: () => 1 });
      return (used.meansKw[0] ?? 0) + (rest.meansKw[0] ?? 0);
    };
    expect(meanAfter(true)).to.be.below(8);
    expect(meanAfter(false), 'the control').to.be.above(9);
  });

  it('begins anew where what was kept is from another hour, or from the future', () => {
    const rules = { periodMin: 60, holdMs: MINUTE, boundKw: () => 8 };
    for (const at of [NOON - DAY, NOON + DAY]) {
      const period = new TariffPeriod(UTC);
      period.restore({ start: at, at: at + MINUTE, usedKwh: 3, kw: 1, measuredAt: at });
      period.countTo(NOON + 15 * MINUTE, rules);
      expect(period.usedKwh).to.be.closeTo(2, 1e-9);
    }
  });

  it('reckons quarter-hours and hours of the local clock', () => {
    const rules = { periodMin: 60, holdMs: MINUTE, boundKw: () => 8 };
    const period = new TariffPeriod(new Calendar('Asia/Kolkata'));
    period.countTo(NOON, rules);
    expect(period.start).to.equal(NOON - 30 * MINUTE);
    period.countTo(NOON, { ...rules, periodMin: 15 });
    expect(period.start).to.equal(NOON);
  });

  it('knows what does not raise the mean of the three highest days', () => {
    const peaks = new MonthPeaks(UTC);
    expect(peaks.freeKw(NOON, 3)).to.equal(0);
    for (const [day, kw] of [
      [1, 5],
      [2, 7],
      [3, 6],
      [4, 4],
      [15, 3],
    ] as const) {
      peaks.take(Date.UTC(2026, 0, day, 18), kw);
    }
    expect(peaks.highest(NOON, 3)).to.deep.equal([7, 6, 5]);
    expect(peaks.freeKw(NOON, 3), 'the third of the other days').to.equal(5);
    expect(peaks.freeKw(NOON, 1), 'Belgium: the highest').to.equal(7);
    peaks.take(NOON, 6.5);
    expect(peaks.freeKw(NOON, 3), 'today has had more').to.equal(6.5);
    expect(peaks.freeKw(Date.UTC(2026, 1, 1), 3), 'another month').to.equal(0);
  });

  it('keeps the peaks of the month where a clock was in the next one for a while, and none of them then', () => {
    const peaks = new MonthPeaks(UTC);
    peaks.take(NOON, 6);
    peaks.take(Date.UTC(2026, 1, 3), 4);
    peaks.take(NOON + DAY, 5);
    expect(peaks.highest(NOON + DAY, 3)).to.deep.equal([6, 5]);
    const restarted = new MonthPeaks(UTC);
    restarted.restore(JSON.parse(JSON.stringify(peaks.dump())));
    expect(restarted.highest(Date.UTC(2026, 1, 10), 3), 'the next month').to.deep.equal([4]);
    for (let day = 0; day < 500; day += 1) restarted.take(NOON + day * DAY, 1);
    expect(Object.keys((restarted.dump() as { byDay: object }).byDay)).to.have.lengthOf(62);
    const earlier = new MonthPeaks(UTC);
    earlier.restore({ month: '2026-01', byDay: { '2026-01-02': 7, 'a day': 9, '2026-01-03': 'x' } });
    expect(earlier.highest(NOON, 3), 'as an earlier version has kept it').to.deep.equal([7]);
  });

  it('lets the last power age after the clock was set back', () => {
    const guard = new LoadGuard(TARIFF, UTC);
    guard.setMeter({ currents: {}, kw: 2 }, NOON);
    guard.setWallLead(-HOUR);
    expect(guard.decide(NOON + SECOND, undefined).code).to.not.equal('unknown');
    expect(guard.decide(NOON + 2 * MINUTE, undefined)).to.deep.include({ code: 'unknown', limit: all(6) });
  });

  it('does not raise the peak of the month', () => {
    const guard = new LoadGuard({ ...TARIFF, limitKw: 3, keep: 'peak', peakDays: 1 }, UTC);
    play(guard, { from: NOON - HOUR, to: NOON, houseKw: () => 6.5 });
    const { meansKw } = play(guard, { from: NOON, to: NOON + 3 * HOUR, houseKw: () => 1 });
    expect(Math.max(...meansKw)).to.be.within(5, 7);
  });

  it('takes the safe value where the power is not known, and lifts the tariff by message, but not the fuse', () => {
    const guard = new LoadGuard(TARIFF, UTC);
    guard.setMeter({ currents: {}, kw: 2 }, NOON);
    guard.decide(NOON, undefined);
    expect(guard.decide(NOON + 2 * MINUTE, undefined)).to.deep.include({ code: 'unknown', limit: all(6) });
    expect(guard.decide(NOON + 2 * MINUTE, { to: 'on', until: undefined }).limit).to.deep.equal(all(34));
    expect(guard.decide(NOON + 2 * MINUTE, { to: 'off', until: undefined }).limit).to.deep.equal(all(0));
  });
});

describe('TariffGuard', () => {
  const take = (guard: TariffGuard, houseKw: number, carsKw: number, now: number, settings = TARIFF) =>
    guard.take(houseKw + carsKw, carsKw, now, settings);
  const decide = (guard: TariffGuard, now: number, setA?: number, settings = TARIFF) =>
    guard.decide({ settings, now, setA, usedPhases: 3 });

  // At the start of the hour 8 kW are left, of which 3 % stay free; an ampere on three phases is 0.69 kW.
  for (const [situation, houseKw, carsKw, setA, code, limitA] of [
    ['gives all that is left where nobody knows what is set', 2, 0, undefined, 'holds', 5.76 / 0.69],
    ['lowers what is too much', 2, 7, 20, 'lowered', 5.76 / 0.69],
    ['lowers once the spare 3 % are touched', 2, 5.8, 20, 'lowered', 5.76 / 0.69],
    ['leaves what is set while the cars do not use it', 2, 5.7, 20, 'holds', 20],
    ['leaves what is set where it is too much by less than 1 A', 2, 7, 9, 'holds', 9],
    ['leaves what is set where more by less than 1 A is free', 2, 5, 8, 'holds', 8],
    ['raises where more than 1 A more is free', 2, 5, 7, 'raised', 5.76 / 0.69],
    ['raises by less where it lets a car begin', 7.76 - 6.2 * 0.69, 0, 5.5, 'raised', 6.2],
    ['does not raise by less where no car can begin with it', 7.76 - 5.9 * 0.69, 0, 5, 'holds', 5],
    ['does not raise by less where cars can charge already', 7.76 - 6.5 * 0.69, 0, 6, 'holds', 6],
    ['keeps a limit above the fuse at the fuse', 2, 0, 40, 'holds', 34],
    ['offers no more than the fuse where power flows into the grid', -30, 0, 10, 'raised', 34],
    ['stops the cars where the house alone takes it all', 9, 3, 16, 'overload', 0],
  ] as const) {
    it(situation, () => {
      const guard = new TariffGuard(UTC);
      take(guard, houseKw, carsKw, NOON);
      const verdict = decide(guard, NOON, setA);
      expect(verdict.code).to.equal(code);
      expect(verdict.limitA).to.be.closeTo(limitA, 1e-9);
    });
  }

  it('says from when to when the period is, what is used, and what is left', () => {
    const guard = new TariffGuard(UTC);
    take(guard, 2, 4, NOON + 30 * MINUTE);
    expect(decide(guard, NOON + 30 * MINUTE).facts).to.deep.equal({
      ...{ from: NOON, to: NOON + HOUR, usedKwh: 4, boundKw: 8, leftKw: 8, houseKw: 2, peaksKw: [] },
    });
    const quarter = { ...TARIFF, period: '15' } as const;
    expect(decide(new TariffGuard(UTC), NOON + 20 * MINUTE, 6, quarter).facts).to.include({
      ...{ from: NOON + 15 * MINUTE, to: NOON + 30 * MINUTE, houseKw: undefined },
    });
  });

  it('follows the power of the house by about two thirds in three minutes', () => {
    const guard = new TariffGuard(UTC);
    take(guard, 2, 0, NOON);
    take(guard, 8, 3, NOON + 3 * MINUTE);
    expect(decide(guard, NOON + 3 * MINUTE).facts.houseKw).to.be.closeTo(2 + 6 * (1 - Math.exp(-1)), 1e-9);
  });

  it('looks at each twelfth of a period once', () => {
    const guard = new TariffGuard(UTC);
    take(guard, 2, 0, NOON);
    const first = decide(guard, NOON, 7);
    expect(first.code).to.equal('raised');
    take(guard, 5, 0, NOON + 5 * MINUTE - 1);
    expect(decide(guard, NOON + 5 * MINUTE - 1, 7)).to.include({ code: 'holds', limitA: first.limitA });
    expect(decide(guard, NOON + 5 * MINUTE, 12).limitA).to.not.equal(first.limitA);
  });

  it('counts a value for as long as the settings say, and decides anew once there is another one', () => {
    const guard = new TariffGuard(UTC);
    take(guard, 2, 0, NOON);
    expect(decide(guard, NOON + 60 * SECOND, 7).code).to.equal('raised');
    expect(decide(guard, NOON + 60 * SECOND + 1, 7)).to.include({ code: 'unknown', limitA: 6 });
    const large = { ...TARIFF, safeA: 50 };
    expect(decide(guard, NOON + 61 * SECOND, 7, large).limitA, 'no more than the fuse').to.equal(34);
    take(guard, 2, 0, NOON + 62 * SECOND);
    expect(decide(guard, NOON + 62 * SECOND, 7).code).to.equal('raised');
  });

  it('remembers the hour and the peaks of the month over a restart, and uses the peaks only where it shall', () => {
    const guard = new TariffGuard(UTC);
    for (let at = NOON - HOUR; at <= NOON + 10 * MINUTE; at += 30 * SECOND) take(guard, 12, 0, at);
    const now = NOON + 10 * MINUTE;
    const restarted = new TariffGuard(UTC);
    restarted.restore(JSON.parse(JSON.stringify(guard.dump())));
    const { facts } = decide(restarted, now);
    expect(facts.usedKwh).to.be.closeTo(2, 1e-9);
    expect(facts.peaksKw).to.have.lengthOf(1);
    expect(facts.peaksKw[0]).to.be.closeTo(12, 1e-9);
    expect(facts.boundKw, 'the limit of the settings').to.equal(8);
    const keep = { ...TARIFF, keep: 'peak', peakDays: 1 } as const;
    expect(decide(restarted, now, 6, keep).facts.boundKw, 'the peak').to.be.closeTo(12, 1e-9);
    expect(decide(restarted, now, 6, { ...keep, limitKw: 13 }).facts.boundKw, 'the higher of both').to.equal(13);
  });

  it('begins anew where what was kept is damaged', () => {
    for (const kept of [undefined, null, 5, 'text', [], {}, { period: 1, peaks: 'x' }]) {
      const guard = new TariffGuard(UTC);
      guard.restore(kept);
      expect(decide(guard, NOON)).to.deep.include({ code: 'unknown', limitA: 6 });
    }
  });
});

describe('MonthPeaks', () => {
  it('keeps the latest 62 days, in whichever order they came', () => {
    const days = Array.from({ length: 70 }, (_, day) => NOON + day * DAY);
    const taken = new MonthPeaks(UTC);
    for (const at of [...days.slice(35), ...days.slice(0, 35)]) taken.take(at, 1);
    const keptDays = days.slice(-62).map((at) => UTC.iso(at).slice(0, 10));
    const daysOf = (peaks: MonthPeaks) => Object.keys((peaks.dump() as { byDay: object }).byDay).sort();
    expect(daysOf(taken)).to.deep.equal(keptDays);
    const entries = days.map((at) => [UTC.iso(at).slice(0, 10), 1] as const);
    const restored = new MonthPeaks(UTC);
    restored.restore({ byDay: Object.fromEntries([...entries.slice(35), ...entries.slice(0, 35)]) });
    expect(daysOf(restored)).to.deep.equal(keptDays);
  });

  it('takes of what was kept only days with a power', () => {
    const peaks = new MonthPeaks(UTC);
    const bad = { '2026-01-02': '7', '2026-01-03': -1, '2026-01-04': 100_001, '2026-01-05': null, '2026-1-6': 3 };
    peaks.restore({ byDay: { ...bad, '2026-01-07': 0, '2026-01-08': 100_000 } });
    expect(peaks.dump()).to.deep.equal({ byDay: { '2026-01-07': 0, '2026-01-08': 100_000 } });
  });
});

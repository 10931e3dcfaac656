import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { CarsAtMeter } from '../../../../src/energy/load-guard/car-currents';
import { CommandedLimit } from '../../../../src/energy/load-guard/commanded-limit';
import { HouseLoad } from '../../../../src/energy/load-guard/house-load';
import { LastGood } from '../../../../src/energy/load-guard/last-good';
import { MonthPeaks } from '../../../../src/energy/load-guard/month-peaks';
import { Overload } from '../../../../src/energy/load-guard/overload';
import { everyPhase, isPlausible, roundedDown, shownAmperes } from '../../../../src/energy/load-guard/phases';
import { bestRaise } from '../../../../src/energy/load-guard/raise-choice';
import { isRotation, rotationOf } from '../../../../src/energy/load-guard/rotation';
import { TariffPeriod, type PeriodRules } from '../../../../src/energy/load-guard/tariff-period';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 5, 1, 10);
const OSLO = new Calendar('Europe/Oslo');
const copied = (dumped: unknown): unknown => JSON.parse(JSON.stringify(dumped));

describe('currents of a connection', () => {
  it('are rounded down to 0.1 A, and never up', () => {
    for (const [ampere, rounded] of [
      [12.3, 12.3],
      [12.39, 12.3],
      [0.29999, 0.2],
      [-0.05, -0.1],
      [16, 16],
    ] as const) {
      expect(roundedDown(ampere), String(ampere)).to.equal(rounded);
    }
  });

  it('are shown once where the phases are the same', () => {
    expect(shownAmperes(everyPhase(12.34))).to.equal('12.3 A');
    expect(shownAmperes({ phase1: 12, phase2: 8.54, phase3: 16 })).to.equal('12/8.5/16 A');
    expect(shownAmperes({ phase1: 12, phase2: 12, phase3: 16 })).to.equal('12/12/16 A');
    expect(shownAmperes({ phase1: 16, phase2: 12, phase3: 12 })).to.equal('16/12/12 A');
  });

  it('are numbers up to 10,000 A in either direction', () => {
    for (const ampere of [0, -10_000, 10_000]) expect(isPlausible(ampere), String(ampere)).to.equal(true);
    for (const ampere of [10_001, -10_001, NaN, Infinity, '5', null, undefined]) {
      expect(isPlausible(ampere), String(ampere)).to.equal(false);
    }
  });
});

describe('how chargers are connected', () => {
  const of = (text: string, ...names: (string | undefined)[]) => Object.values(rotationOf(text, names)).join(' ');

  for (const [text, names, rotation] of [
    ['', [], 'phase1 phase2 phase3'],
    ['L2 L3 L1', [], 'phase3 phase1 phase2'],
    ['2,3,1', ['x'], 'phase3 phase1 phase2'],
    ['l1/l3/l2', [], 'phase1 phase3 phase2'],
    ['L1 - L3 - L2', [], 'phase1 phase3 phase2'],
    ['Garage: L2 L3 L1; L1 L3 L2', ['garage '], 'phase3 phase1 phase2'],
    ['Garage: L2 L3 L1; L1 L3 L2', [undefined, 'Carport'], 'phase1 phase3 phase2'],
    ['L1 L3 L2\nGARAGE : L2 L3 L1', ['ZAP1', 'Garage'], 'phase3 phase1 phase2'],
    ['Garage: L2 L3 L1', ['Carport'], 'phase1 phase2 phase3'],
  ] as const) {
    it(`${JSON.stringify(text)} for ${names.join(', ') || 'any'}: ${rotation}`, () => {
      expect(of(text, ...names)).to.equal(rotation);
      expect(isRotation(text)).to.equal(true);
    });
  }

  for (const text of ['L1 L2', 'L1 L2 L2', 'L1 L2 L4', 'L1 L2 L3 L1', 'x L1 L2 L3', ': L1 L2 L3', 'L1 L2 L3; x']) {
    it(`is not said by ${JSON.stringify(text)}`, () => {
      expect(isRotation(text)).to.equal(false);
    });
  }

  it('passes over blank entries', () => {
    expect(isRotation(' ; L2 L3 L1;\n ')).to.equal(true);
    expect(of(' ; L2 L3 L1;\n ')).to.equal('phase3 phase1 phase2');
  });
});

describe('what the cars take', () => {
  let cars: CarsAtMeter;
  beforeEach(() => (cars = new CarsAtMeter()));
  const take = (id: string, currents: object, at = START) => cars.take([{ id, currents, at }]);

  it('is the sum of what they said within a minute', () => {
    take('a', { phase1: 10, phase2: 5 });
    take('b', { phase1: 6, phase2: -3, phase3: NaN }, START + MINUTE);
    expect(cars.sum(START + MINUTE, undefined)).to.deep.equal({ phase1: 16, phase2: 5, phase3: 0 });
    expect(cars.sum(START + MINUTE + 1, undefined)).to.deep.equal({ phase1: 6, phase2: 0, phase3: 0 });
    take('b', { phase1: 7 }, START + 2 * MINUTE);
    expect(cars.sum(START + 2 * MINUTE, undefined).phase1).to.equal(7);
  });

  it('is at most the limit that they have', () => {
    take('a', { phase1: 10, phase2: 5 });
    const sum = cars.sum(START, { limit: { phase1: 6, phase2: 6, phase3: 6 }, at: START });
    expect(sum).to.deep.equal({ phase1: 6, phase2: 5, phase3: 0 });
  });

  it('is known while any has said something', () => {
    expect(cars.isKnown(START)).to.equal(false);
    take('a', {});
    expect(cars.isKnown(START + MINUTE)).to.equal(true);
    expect(cars.isKnown(START + MINUTE + 1)).to.equal(false);
  });

  it('flows on as many phases as carry an ampere', () => {
    expect(cars.usedPhases(START)).to.equal(undefined);
    take('a', { phase1: 0.9, phase2: 0.9 });
    expect(cars.usedPhases(START)).to.equal(undefined);
    take('a', { phase1: 1, phase2: 0.9, phase3: 16 });
    expect(cars.usedPhases(START)).to.equal(2);
  });
});

describe('the load of the house', () => {
  let load: HouseLoad;
  beforeEach(() => (load = new HouseLoad()));
  const add = (second: number, ampere: number) => load.add(ampere, START + second * SECOND, 30 * SECOND);

  it('is what has lasted for 12 seconds, without spikes', () => {
    add(0, 20);
    add(5, 10);
    expect(load.lasting).to.equal(10);
    add(11.999, 30);
    expect(load.lasting).to.equal(10);
    add(17, 30);
    expect(load.lasting).to.equal(30);
  });

  it('is known for a time once its values reach back so far', () => {
    add(0, 10);
    add(30, 20);
    add(59, 5);
    expect(load.highest(START + 59 * SECOND, MINUTE)).to.equal(undefined);
    add(60, 5);
    expect(load.highest(START + MINUTE, MINUTE)).to.equal(20);
    expect(load.highest(START + MINUTE, 20 * SECOND)).to.equal(5);
  });

  it('is not known any more after a gap, or a step back of the clock', () => {
    for (const second of [90.001, 29]) {
      load = new HouseLoad();
      for (const at of [0, 30, 60]) add(at, 20);
      add(second, 5);
      expect(load.highest(START + second * SECOND, SECOND)).to.equal(undefined);
      expect(load.lasting).to.equal(5);
    }
    load = new HouseLoad();
    for (const at of [0, 30, 60, 90]) add(at, 20);
    expect(load.highest(START + 90 * SECOND, 90 * SECOND)).to.equal(20);
  });

  it('has the highest of each minute, for an hour', () => {
    for (let second = 0; second < 180; second += 15) add(second, second);
    // A lone value every 15 s lasts.
    expect(load.minutes).to.deep.equal([45, 105, 165]);
    for (let second = 180; second < 62 * 60; second += 15) add(second, 1);
    expect(load.minutes).to.have.length(60);
    expect(load.minutes[0]).to.equal(165);
  });
});

describe('the last good value of a phase', () => {
  let values: LastGood;
  beforeEach(() => (values = new LastGood()));

  it('counts for its time', () => {
    expect([values.at('phase1', START, MINUTE), values.age('phase1', START)]).to.deep.equal([undefined, undefined]);
    values.take({ phase1: 5, phase2: NaN }, START);
    expect(values.at('phase1', START + MINUTE, MINUTE)).to.equal(5);
    expect(values.at('phase1', START + MINUTE + 1, MINUTE)).to.equal(undefined);
    expect(values.at('phase2', START, MINUTE)).to.equal(undefined);
    expect(values.age('phase1', START + 5)).to.equal(5);
    expect(values.age('phase1', START - 5)).to.equal(0);
  });

  it('is replaced by a good one alone', () => {
    values.take({ phase1: 5 }, START);
    values.take({ phase1: Infinity }, START + 1);
    values.take({}, START + 2);
    expect([values.at('phase1', START, 1), values.age('phase1', START + 9)]).to.deep.equal([5, 9]);
  });

  it('is the same after a restart, as far as it is of use', () => {
    values.take({ phase1: 5, phase3: -2 }, START);
    const after = new LastGood();
    after.restore(copied(values.dump()));
    expect(after.dump()).to.deep.equal(values.dump());
    const junk = new LastGood();
    for (const dumped of [null, 'x', {}, { phase1: 5 }, { phase1: { value: 'x', at: 1 } }, { phase2: { value: 1 } }]) {
      junk.restore(dumped);
    }
    expect(junk.dump()).to.deep.equal({});
  });
});

describe('the peaks of a month', () => {
  let peaks: MonthPeaks;
  beforeEach(() => (peaks = new MonthPeaks(OSLO)));

  it('are the highest of each day', () => {
    peaks.take(START, 3);
    peaks.take(START + HOUR, 5);
    peaks.take(START + 2 * HOUR, 4);
    peaks.take(START + DAY, 7);
    peaks.take(START + 2 * DAY, 1);
    expect(peaks.highest(START + 2 * DAY, 2)).to.deep.equal([7, 5]);
    expect(peaks.highest(START + 2 * DAY, 5)).to.deep.equal([7, 5, 1]);
  });

  it('leave free what today had, or what the mean of the highest days does not notice', () => {
    for (const [day, kw] of [3, 7, 5].entries()) peaks.take(START + day * DAY, kw);
    const today = START + 3 * DAY;
    expect([1, 2, 3, 4].map((days) => peaks.freeKw(today, days))).to.deep.equal([7, 5, 3, 0]);
    peaks.take(today, 4);
    expect([1, 3].map((days) => peaks.freeKw(today, days))).to.deep.equal([7, 4]);
  });

  it('begin again with the month, by the local clock, and not when the clock is set back', () => {
    peaks.take(START, 3);
    const july = Date.UTC(2026, 5, 30, 22);
    expect(peaks.highest(july - 1, 3)).to.deep.equal([3]);
    expect(peaks.highest(july, 3)).to.deep.equal([]);
    peaks.take(july, 2);
    expect(peaks.highest(july, 3)).to.deep.equal([2]);
    expect(peaks.highest(START, 3), 'set back').to.deep.equal([3]);
  });

  it('are the same after a restart, as far as they are of use', () => {
    peaks.take(START, 3);
    const after = new MonthPeaks(OSLO);
    after.restore(copied(peaks.dump()));
    expect(after.highest(START, 3)).to.deep.equal([3]);
    const byDay = {
      '2026-06-01': 'x',
      '2026-06-02': -1,
      '2026-06-03': 100_001,
      '2026-05-04': 9,
      '2026-06-05': 100_000,
    };
    for (const dumped of [null, 'x', {}, { byDay: 5 }]) after.restore(dumped);
    expect(after.highest(START, 3)).to.deep.equal([3]);
    after.restore({ byDay });
    expect(after.highest(START, 3)).to.deep.equal([100_000]);
  });
});

describe('an overload', () => {
  let overload: Overload;
  beforeEach(() => (overload = new Overload()));
  const FUSE = 10;
  /** Whether it is confirmed after so many seconds of a load, with a value each second. */
  const confirmedAfter = (ampere: number, seconds: number, borneMin = 0): boolean => {
    for (let second = 0; second <= seconds; second += 1) overload.take(ampere, FUSE, START + second * SECOND);
    return overload.isConfirmed(FUSE, borneMin, START + seconds * SECOND);
  };

  it('has lasted for 12 seconds above the fuse', () => {
    expect(confirmedAfter(10.1, 11)).to.equal(false);
    expect(confirmedAfter(10.1, 12)).to.equal(true);
    expect(overload.isOver).to.equal(true);
  });

  it('is none at the fuse itself, and ends with a value below', () => {
    expect(confirmedAfter(10, 60)).to.equal(false);
    expect(overload.isOver).to.equal(false);
    confirmedAfter(11, 60);
    overload.take(9, FUSE, START + 61 * SECOND);
    expect(overload.isConfirmed(FUSE, 0, START + 90 * SECOND)).to.equal(false);
  });

  it('is borne for a part of what the fuse bears, and never above 1.45 times', () => {
    // (1.13² − 1) h, half of it, and 1.2² − 1 of it each second.
    expect(confirmedAfter(12, 1_130, 60)).to.equal(false);
    expect(confirmedAfter(12, 1_140, 60)).to.equal(true);
    overload = new Overload();
    expect(confirmedAfter(14.5, 60, 60)).to.equal(false);
    overload = new Overload();
    expect(confirmedAfter(14.6, 60, 60)).to.equal(true);
    overload = new Overload();
    expect(confirmedAfter(12, 19, 1)).to.equal(true);
    overload = new Overload();
    expect(confirmedAfter(12, 18, 1)).to.equal(false);
  });

  it('is forgotten while less flows, and never becomes less than none', () => {
    confirmedAfter(0, 3_600);
    for (let second = 0; second <= 18; second += 1) overload.take(12, FUSE, START + HOUR + second * SECOND);
    expect(overload.isConfirmed(FUSE, 1, START + HOUR + 18 * SECOND)).to.equal(false);
    expect(overload.isConfirmed(FUSE, 1, START + HOUR + 20 * SECOND)).to.equal(true);
  });

  it('counts a minute at most for a time without values', () => {
    overload.take(12, FUSE, START);
    expect(overload.isConfirmed(FUSE, 4, START + HOUR)).to.equal(false);
    expect(overload.isConfirmed(FUSE, 3, START + HOUR)).to.equal(true);
  });
});

describe('the current that is set', () => {
  let commanded: CommandedLimit;
  beforeEach(() => (commanded = new CommandedLimit()));
  const at = (minute: number) => START + minute * MINUTE;
  const shown = () => commanded.current?.limit.phase1;

  it('is what the account knows, whatever was asked for', () => {
    expect([commanded.current, commanded.raiseAt]).to.deep.equal([undefined, -Infinity]);
    commanded.see(everyPhase(16), at(0));
    commanded.see(everyPhase(16.04), at(1));
    expect(commanded.current).to.deep.equal({ limit: everyPhase(16), at: at(0) });
    expect(commanded.raiseAt).to.equal(at(15));
    commanded.assume(everyPhase(6), at(60));
    expect(shown()).to.equal(16);
    commanded.see({ phase1: 16, phase2: 16, phase3: 15.9 }, at(61));
    expect(commanded.current?.limit.phase3).to.equal(15.9);
  });

  it('is else what was asked for, at the pace at which it can be set', () => {
    commanded.assume(everyPhase(10), at(0));
    commanded.assume(everyPhase(16), at(14.9));
    expect(shown()).to.equal(10);
    commanded.assume(everyPhase(16), at(15));
    expect(shown()).to.equal(16);
    commanded.assume(everyPhase(6), at(15.9));
    expect(shown()).to.equal(16);
    commanded.assume({ phase1: 20, phase2: 6, phase3: 16 }, at(16));
    expect(commanded.current).to.deep.equal({ limit: { phase1: 16, phase2: 6, phase3: 16 }, at: at(16) });
    commanded.assume(everyPhase(8), at(10));
    expect(commanded.current).to.deep.equal({ limit: everyPhase(8), at: at(10) });
    commanded.assume(everyPhase(8), at(40));
    expect(commanded.current?.at).to.equal(at(10));
  });

  it('counts lowerings within 15 minutes of a change for an hour, and changes for a day', () => {
    for (const [minute, ampere] of [
      [0, 16],
      [5, 10],
      [14, 16],
      [20, 10],
      [35, 6],
    ] as const) {
      commanded.see(everyPhase(ampere), at(minute));
    }
    expect(commanded.earlyLowerings(at(35))).to.equal(2);
    expect(commanded.changes(at(35))).to.equal(4);
    const after = new CommandedLimit();
    after.restore(copied(commanded.dump()));
    for (const limit of [commanded, after]) {
      expect(limit.changes(at(5) + DAY)).to.equal(3);
      expect(limit.earlyLowerings(at(65))).to.equal(1);
      expect(limit.earlyLowerings(at(80))).to.equal(0);
      expect(limit.current).to.deep.equal({ limit: everyPhase(6), at: at(35) });
    }
  });

  it('counts nothing that lies in the future', () => {
    commanded.restore({ early: [at(5), 'x', null], changes: [at(5), at(6), NaN] });
    expect([commanded.earlyLowerings(at(5)), commanded.changes(at(5))]).to.deep.equal([1, 1]);
    commanded.restore({ early: [at(5)], changes: 5 });
    expect([commanded.earlyLowerings(at(4)), commanded.changes(at(4))]).to.deep.equal([0, 0]);
  });

  it('is not restored from what is of no use', () => {
    const limit = everyPhase(6);
    for (const current of [5, {}, { limit }, { limit: 5, at: 1 }, { limit: { ...limit, phase3: 'x' }, at: 1 }]) {
      commanded.restore({ current });
    }
    commanded.restore('x');
    expect(commanded.current).to.equal(undefined);
  });
});

describe('a raise', () => {
  const question = { topA: 20, setA: 6, freeA: 14, changes: 0 };
  const minutes = (...loads: [length: number, ampere: number][]) =>
    loads.flatMap(([length, ampere]) => Array.from({ length }, () => ampere));

  it('is to all that is free where the house has been quiet, or nothing is known', () => {
    expect(bestRaise({ ...question, minutes: minutes([60, 6]) })).to.equal(14);
    expect(bestRaise({ ...question, minutes: [] })).to.equal(14);
  });

  it('is none where the house needs the current again every few minutes, and is made where it rarely does', () => {
    const needed = (every: number) =>
      Array.from({ length: 60 }, (_, minute) => (minute % every === every - 1 ? 18 : 6));
    expect(bestRaise({ ...question, minutes: needed(5) })).to.equal(undefined);
    expect(bestRaise({ ...question, minutes: needed(60) })).to.equal(14);
  });

  it('is none where it brings less than 0.7 A', () => {
    expect(bestRaise({ ...question, freeA: 6.6, minutes: [] })).to.equal(undefined);
    expect(bestRaise({ ...question, freeA: 6.8, minutes: [] })).to.equal(6.8);
    expect(bestRaise({ ...question, setA: 14, minutes: [] })).to.equal(undefined);
  });

  it('is none below 6 A, and from a pause any from there on', () => {
    expect(bestRaise({ ...question, setA: 0, freeA: 5.9, minutes: [] })).to.equal(undefined);
    expect(bestRaise({ ...question, setA: 0, freeA: 6, minutes: [] })).to.equal(6);
    expect(bestRaise({ ...question, setA: 5, freeA: 6, minutes: [] })).to.equal(6);
  });

  it('has to bring more after many changes', () => {
    expect(bestRaise({ ...question, freeA: 7, changes: 34, minutes: [] })).to.equal(7);
    expect(bestRaise({ ...question, freeA: 7, changes: 36, minutes: [] })).to.equal(undefined);
    expect(bestRaise({ ...question, freeA: 7.2, changes: 36, minutes: [] })).to.equal(7.2);
  });
});

describe('the energy of an hour', () => {
  const rules: PeriodRules = { periodMin: 60, holdMs: MINUTE, boundKw: () => 5 };
  let period: TariffPeriod;
  beforeEach(() => (period = new TariffPeriod(OSLO)));
  const near = (value: number, expected: number) => expect(value).to.be.closeTo(expected, 1e-9);

  it('is what was measured, and the bound while nothing is known', () => {
    period.measure(10, START, rules);
    period.countTo(START + MINUTE, rules);
    near(period.usedKwh, 10 / 60);
    period.countTo(START + 3 * MINUTE, rules);
    near(period.usedKwh, 10 / 60 + (2 * 10) / 60);
    period.measure(1, START + 3 * MINUTE, rules);
    period.countTo(START + 5 * MINUTE, rules);
    near(period.usedKwh, 30 / 60 + 1 / 60 + 5 / 60);
  });

  it('of before the first value counts as the bound', () => {
    period.countTo(START + 30 * MINUTE, rules);
    near(period.usedKwh, 2.5);
    expect(period.start).to.equal(START);
  });

  it('does not become less by what flows into the grid', () => {
    period.measure(-10, START, rules);
    period.countTo(START + MINUTE, rules);
    expect(period.usedKwh).to.equal(0);
  });

  it('ends with the hour of the local clock, and gives its mean power', () => {
    const always = { ...rules, holdMs: 2 * HOUR };
    expect(period.measure(4, START, always)).to.deep.equal([]);
    const [ended, ...more] = period.countTo(START + HOUR + 15 * MINUTE, always);
    expect([ended?.start, more]).to.deep.equal([START, []]);
    near(ended?.meanKw ?? NaN, 4);
    expect(period.start).to.equal(START + HOUR);
    near(period.usedKwh, 1);
  });

  it('begins again after a longer time, and when the clock is set back', () => {
    period.measure(4, START + 30 * MINUTE, rules);
    expect(period.countTo(START + 10 * MINUTE, rules)).to.deep.equal([]);
    near(period.usedKwh, 5 / 6);
  });

  it('of a quarter begins at each quarter', () => {
    period.countTo(START + 20 * MINUTE, { ...rules, periodMin: 15 });
    expect(period.start).to.equal(START + 15 * MINUTE);
  });

  it('leaves a mean power for its rest, of which the last part counts as a fifth', () => {
    near(period.leftKw(START, rules), 5);
    const always = { ...rules, holdMs: HOUR };
    period.measure(2, START, always);
    period.countTo(START + 30 * MINUTE, always);
    near(period.leftKw(START + 30 * MINUTE, rules), 8);
    near(period.leftKw(START + 59 * MINUTE, rules), 20);
    near(period.leftKw(START, { ...rules, boundKw: () => 0.5 }), 0);
  });

  it('is the same after a restart, as far as it is of use', () => {
    period.measure(4, START, rules);
    period.countTo(START + 30 * SECOND, rules);
    const after = new TariffPeriod(OSLO);
    after.restore(copied(period.dump()));
    for (const each of [period, after]) each.countTo(START + 10 * MINUTE, rules);
    near(after.usedKwh, period.usedKwh);
    for (const dumped of [null, {}, { start: 1, usedKwh: -1, at: 1 }, { start: 1, usedKwh: 1, at: 'x' }]) {
      const empty = new TariffPeriod(OSLO);
      empty.restore(dumped);
      expect([empty.start, empty.usedKwh], JSON.stringify(dumped)).to.deep.equal([undefined, 0]);
    }
    const unmeasured = new TariffPeriod(OSLO);
    unmeasured.restore({ start: START, usedKwh: 1, at: START, kw: 9, measuredAt: 'x' });
    unmeasured.countTo(START + 30 * SECOND, rules);
    near(unmeasured.usedKwh, 1 + 5 / 120);
  });
});

describe('what a raise brings on average', () => {
  const loads = (...parts: [length: number, ampere: number][]) =>
    parts.flatMap(([length, ampere]) => Array.from({ length }, () => ampere));
  const question = { topA: 20, freeA: 14, changes: 0 };

  // 14 A could have been set from minute 2 to 30. From half of these minutes on they would have lasted for 15 minutes,
  // from the others until the house needed them, and what it left after that counts for 15 minutes.
  for (const [situation, needA, mean] of [
    ['is nothing after the house needs the current for itself', 18, (14 * 315) / 540],
    ['is what the house leaves, after it needs more', 12, (14 * 315 + 8 * 225) / 540],
    ['is nothing after the house leaves too little for a car', 14.1, (14 * 315) / 540],
    ['is what it leaves where that is just enough for a car', 14, (14 * 315 + 6 * 225) / 540],
  ] as const) {
    it(situation, () => {
      const minutes = loads([30, 6], [30, needA]);
      expect(bestRaise({ ...question, setA: mean - 0.71, minutes })).to.equal(14);
      expect(bestRaise({ ...question, setA: mean - 0.69, minutes })).to.equal(undefined);
    });
  }

  it('may be the most with less than all that is free, where the house leaves that for longer', () => {
    const cycle = loads([3, 6], [1, 18], [26, 10]);
    const minutes = [...cycle, ...cycle];
    // 14 A hardly ever last; 10 A bring 5,560 ampere-minutes in 811 minutes.
    expect(bestRaise({ ...question, setA: 5560 / 811 - 0.71, minutes })).to.equal(10);
    expect(bestRaise({ ...question, setA: 5560 / 811 - 0.69, minutes })).to.equal(undefined);
  });

  it('is the raise itself where it was never quiet for two minutes, or where the hour is too short', () => {
    const restless = Array.from({ length: 60 }, (_, minute) => (minute % 2 === 0 ? 6 : 18));
    for (const minutes of [restless, [18, 18], [6, 6], []]) {
      expect(bestRaise({ ...question, setA: 13.2, minutes })).to.equal(14);
    }
  });
});

describe('what is known of a fuse after a restart', () => {
  for (const [kept, heatS] of [
    [0, 0],
    [120.5, 120.5],
    [3_600, 3_600],
    [3_601, 7],
    [-1, 7],
    ['120', 7],
    [null, 7],
    [undefined, 7],
    [NaN, 7],
  ] as const) {
    it(`is ${heatS} s of heat where ${String(kept)} was kept and 7 s are known`, () => {
      const overload = new Overload();
      overload.restore(7);
      overload.restore(kept);
      expect(overload.dump()).to.equal(heatS);
    });
  }
});

import { expect } from 'chai';
import { Calendar } from '../../../../src/energy/calendar';
import { DayCount } from '../../../../src/energy/surplus/day-count';
import { Pace } from '../../../../src/energy/surplus/pace';
import { PhaseSwitches } from '../../../../src/energy/surplus/phase-switches';

const START = Date.UTC(2026, 5, 1, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const copied = (dumped: unknown): unknown => JSON.parse(JSON.stringify(dumped));
const JUNK = [undefined, null, 5, 'x', [], {}, { changedAt: 'x', early: 5, count: 'x', endsAt: 'x', at: 'x' }];

describe('the pace of a current from the sun', () => {
  let pace: Pace;
  beforeEach(() => (pace = new Pace()));

  it('is free at first', () => {
    expect([pace.canRaise(START), pace.canLower(START)]).to.deep.equal([true, true]);
    expect([pace.changedAt, pace.raiseAt]).to.deep.equal([-Infinity, -Infinity]);
  });

  it('raises 15 minutes after the last change, and lowers after one', () => {
    pace.changed(START, false);
    expect(pace.changedAt).to.equal(START);
    expect(pace.raiseAt).to.equal(START + 15 * MINUTE);
    expect([14.99, 15].map((minutes) => pace.canRaise(START + minutes * MINUTE))).to.deep.equal([false, true]);
    expect([0.99, 1].map((minutes) => pace.canLower(START + minutes * MINUTE))).to.deep.equal([false, true]);
  });

  /** Six times within the hour, a minute after another. */
  const lowerOften = () => {
    pace.changed(START, false);
    for (let minute = 1; minute <= 6; minute += 1) {
      expect(pace.canLower(START + minute * MINUTE), String(minute)).to.equal(true);
      pace.changed(START + minute * MINUTE, true);
    }
  };

  it('lowers early six times an hour at most', () => {
    lowerOften();
    expect(pace.canLower(START + 8 * MINUTE)).to.equal(false);
    // It may rise again.
    expect(pace.canLower(START + 21 * MINUTE)).to.equal(true);
  });

  it('counts no lowering that comes when the current might rise as well', () => {
    for (let quarter = 0; quarter < 6; quarter += 1) pace.changed(START + quarter * 15 * MINUTE, true);
    expect(pace.canLower(START + 77 * MINUTE)).to.equal(true);
  });

  it('is the same after a restart', () => {
    lowerOften();
    const after = new Pace();
    after.restore(copied(pace.dump()));
    expect(after.changedAt).to.equal(START + 6 * MINUTE);
    expect(after.canLower(START + 8 * MINUTE)).to.equal(false);
    expect(after.dump()).to.deep.equal(pace.dump());
  });

  it('is free after a restart with nothing of use', () => {
    for (const junk of [...JUNK, new Pace().dump()]) {
      pace.restore(junk);
      expect(pace.changedAt).to.equal(-Infinity);
      expect(pace.canLower(START)).to.equal(true);
    }
  });

  it('waits for no time in the future that an earlier run has kept', () => {
    pace.restore({ changedAt: START + DAY, early: Array.from({ length: 6 }, () => START + DAY) });
    pace.notAfter(START);
    expect(pace.raiseAt).to.equal(START + 15 * MINUTE);
    expect(pace.canLower(START + 2 * MINUTE)).to.equal(false);
    expect(pace.dump()).to.deep.equal({ changedAt: START, early: Array.from({ length: 6 }, () => START) });
  });
});

describe('what is counted by the day', () => {
  const calendar = new Calendar('Europe/Oslo');
  const MIDNIGHT = Date.UTC(2026, 5, 1, 22);

  it('begins again at midnight', () => {
    const count = new DayCount(calendar);
    expect(count.at(START)).to.equal(0);
    count.add(START);
    count.add(START + MINUTE);
    expect([START, MIDNIGHT - 1, MIDNIGHT].map((at) => count.at(at))).to.deep.equal([2, 2, 0]);
    count.add(MIDNIGHT);
    expect(count.at(MIDNIGHT)).to.equal(1);
  });

  it('is the same after a restart, and 0 with nothing of use', () => {
    const count = new DayCount(calendar);
    count.add(START);
    const after = new DayCount(calendar);
    after.restore(copied(count.dump()));
    expect([START, MIDNIGHT].map((at) => after.at(at))).to.deep.equal([1, 0]);
    for (const junk of [...JUNK, { count: 1 }, { endsAt: MIDNIGHT }, { count: -1, endsAt: MIDNIGHT }]) {
      const empty = new DayCount(calendar);
      empty.restore(junk);
      expect(empty.at(START), JSON.stringify(junk)).to.equal(0);
    }
    expect(new DayCount(calendar).dump()).to.deep.equal({ count: 0, endsAt: undefined });
  });
});

describe('the switches between one phase and three', () => {
  const [one, three] = [
    { currentA: 10, phases: 1, powerW: 2_300 },
    { currentA: 16, phases: 3, powerW: 11_040 },
  ];
  const off = { currentA: 0, phases: 0, powerW: 0 };
  let switches: PhaseSwitches;
  beforeEach(() => (switches = new PhaseSwitches(new Calendar('Europe/Oslo'))));
  const allowed = (now: number) => switches.allowed([one, three], now).map(({ phases }) => phases);
  /** Switches so many times, a quarter of an hour after another, from one phase. @returns the time of the last */
  const alternate = (times: number, from = START): number => {
    for (let n = 0; n <= times; n += 1) switches.onLevel(n % 2 === 0 ? one : three, from + n * 15 * MINUTE);
    return from + times * 15 * MINUTE;
  };

  it('are free while nothing has charged', () => {
    switches.onLevel(off, START);
    expect(allowed(START)).to.deep.equal([1, 3]);
  });

  it('come at once for the first time, and then a quarter of an hour apart', () => {
    switches.onLevel(one, START);
    expect(allowed(START)).to.deep.equal([1, 3]);
    switches.onLevel(three, START + MINUTE);
    expect(allowed(START + 16 * MINUTE - 1)).to.deep.equal([3]);
    expect(allowed(START + 16 * MINUTE)).to.deep.equal([1, 3]);
  });

  it('count no pause, and nothing on the same phases', () => {
    switches.onLevel(one, START);
    switches.onLevel(off, START);
    switches.onLevel(one, START);
    switches.onLevel(three, START - DAY);
    switches.onLevel(three, START);
    expect(allowed(START)).to.deep.equal([1, 3]);
    expect((switches.dump() as { ofSession: number }).ofSession).to.equal(1);
  });

  it('are five a session, the last of them down', () => {
    switches.onSession('a');
    expect(allowed(alternate(3) + 15 * MINUTE)).to.deep.equal([1, 3]);
    switches = new PhaseSwitches(new Calendar('Europe/Oslo'));
    switches.onSession('a');
    const fourth = alternate(4);
    expect(allowed(fourth + 15 * MINUTE), 'no more up').to.deep.equal([1]);
    switches.onLevel(three, fourth + 15 * MINUTE);
    expect(allowed(fourth + DAY), 'none is left').to.deep.equal([3]);
    switches.onSession('a');
    switches.onSession(undefined);
    expect(allowed(fourth + DAY), 'the same session').to.deep.equal([3]);
    switches.onSession('b');
    expect(allowed(fourth + DAY), 'another session').to.deep.equal([1, 3]);
  });

  it('of before the session was known count for it', () => {
    const fourth = alternate(4);
    switches.onSession('a');
    expect(allowed(fourth + 15 * MINUTE)).to.deep.equal([1]);
  });

  it('are five a day where no session is known', () => {
    const fourth = alternate(4);
    expect(allowed(fourth + 15 * MINUTE)).to.deep.equal([1]);
    expect(allowed(fourth + DAY)).to.deep.equal([1, 3]);
  });

  it('are free again once the phases are not known any more', () => {
    switches.onLevel(one, START);
    switches.onLevel(three, START);
    switches.forget();
    expect(allowed(START)).to.deep.equal([1, 3]);
  });

  it('are the same after a restart', () => {
    for (const session of ['a', undefined]) {
      switches = new PhaseSwitches(new Calendar('Europe/Oslo'));
      switches.onSession(session);
      const fourth = alternate(4);
      const dumped = copied(switches.dump());
      switches = new PhaseSwitches(new Calendar('Europe/Oslo'));
      switches.restore(dumped);
      switches.onSession(session);
      expect(allowed(fourth + 15 * MINUTE)).to.deep.equal([1]);
      expect(copied(switches.dump())).to.deep.equal(dumped);
    }
  });

  it('are free after a restart with nothing of use', () => {
    for (const junk of [...JUNK, { session: 5, phases: 2, ofSession: -5, at: null }, { phases: '3' }]) {
      switches.restore(junk);
      expect(allowed(START)).to.deep.equal([1, 3]);
    }
    switches.restore({ phases: 1, ofSession: -5, session: 'a' });
    expect(allowed(START)).to.deep.equal([1, 3]);
  });

  it('wait for no time in the future that an earlier run has kept', () => {
    switches.restore({ phases: 3, at: START + DAY });
    expect(allowed(START + DAY / 2)).to.deep.equal([3]);
    switches.notAfter(START);
    expect(allowed(START + 15 * MINUTE)).to.deep.equal([1, 3]);
  });
});

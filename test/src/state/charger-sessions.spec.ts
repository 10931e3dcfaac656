import { expect } from 'chai';
import { ChargerSessions } from '../../../src/state/charger-sessions';
import { timeSource } from '../../support/time-source';

const START = Date.UTC(2026, 4, 4, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('the sessions of a charger', () => {
  let now: number;
  let sessions: ChargerSessions;
  const time = timeSource(() => now);

  beforeEach(() => {
    now = START;
    sessions = new ChargerSessions(time);
  });

  /** After a restart, an hour later. */
  const restored = (dumped: unknown = sessions.dump()): ChargerSessions => {
    now += 60 * MINUTE;
    const after = new ChargerSessions(time);
    after.restore(JSON.parse(JSON.stringify(dumped)) as Record<string, unknown>);
    return after;
  };

  it('are the same after a restart', () => {
    sessions.begin('a', START).userId = 'ada';
    sessions.end(START + MINUTE);
    sessions.begin('b', START + 2 * MINUTE).userId = 'bob';
    sessions.finish('c', START);
    const after = restored();
    expect(after.running).to.deep.equal({ id: 'b', seenAt: START + 2 * MINUTE, userId: 'bob' });
    expect([...after.open.values()]).to.deep.equal([...sessions.open.values()]);
    expect(after.isFinished('c')).to.equal(true);
    expect(after.isFinished('a')).to.equal(false);
    expect(after).to.include({ restored: true, knownSince: START, forgottenUntil: -Infinity });
    expect(sessions.restored).to.equal(false);
  });

  for (const [what, online, at, was] of [
    ['before it was offline', false, START - 1, false],
    ['as it went offline', false, START, true],
    ['while it is offline', false, START + DAY, true],
    ['while it was offline', true, START + MINUTE - 1, true],
    ['as it came back', true, START + MINUTE, false],
  ] as const) {
    it(`know whether the charger was offline, also after a restart: ${what}`, () => {
      expect(sessions.wasOffline(START)).to.equal(false);
      sessions.setOnline(true, START - DAY);
      sessions.setOnline(false, START);
      if (online) {
        sessions.setOnline(true, START + MINUTE);
        sessions.setOnline(true, START + DAY);
      }
      expect(sessions.wasOffline(at)).to.equal(was);
      expect(restored().wasOffline(at)).to.equal(was);
    });
  }

  it('keep what is known since the restart', () => {
    sessions.setOnline(false, START);
    sessions.begin('a', START);
    sessions.finish('b', START);
    const dumped = JSON.parse(JSON.stringify(sessions.dump())) as Record<string, unknown>;
    now += DAY;
    const after = new ChargerSessions(time);
    after.setOnline(false, now);
    after.finish('a', now);
    after.begin('c', now);
    after.restore(dumped);
    expect(after.wasOffline(START)).to.equal(false);
    expect([...after.open.keys()]).to.deep.equal(['c']);
    expect(after.isFinished('b')).to.equal(true);
    expect(after.knownSince).to.equal(START);
  });

  it('have at most one that runs, also of what was kept', () => {
    sessions.begin('a', START);
    const dumped = sessions.dump();
    const after = new ChargerSessions(time);
    after.begin('b', START + MINUTE);
    after.restore(dumped as Record<string, unknown>);
    expect(after.running?.id).to.equal('b');
    expect(after.open.get('a')).to.deep.equal({ id: 'a', seenAt: START, overSince: START });
  });

  const whole = { id: 'a', seenAt: START };
  for (const [what, dumped] of [
    ['no lists', { open: 5, finished: 'x', away: 5, knownSince: 'x', forgottenUntil: null }],
    ['a session without an id', { open: [{ seenAt: START }, null, 5, 'x'] }],
    ['an id that is no text', { open: [{ ...whole, id: 5 }], finished: [[5, START]] }],
    ['a session without a time', { open: [{ id: 'a' }, { id: 'a', seenAt: 'x' }], finished: [['a'], ['a', 'x'], 'a'] }],
    ['a user that is no text', { open: [{ ...whole, userId: 5 }] }],
    ['an end that is no time', { open: [{ ...whole, overSince: 'x' }] }],
    ['an absence without its beginning', { away: { until: START } }],
  ] as const) {
    it(`pass over what was kept wrongly: ${what}`, () => {
      const after = restored(dumped);
      expect([...after.open]).to.deep.equal([]);
      expect((after.dump() as { finished: unknown[] }).finished).to.deep.equal([]);
      expect(after).to.include({ offline: undefined, knownSince: now, forgottenUntil: -Infinity });
    });
  }

  it('forget those that have ended after 14 days, or as the oldest of more than 200', () => {
    sessions.finish('a', START);
    sessions.finish('b', START + 14 * DAY);
    expect(sessions.isFinished('a'), '14 days').to.equal(true);
    sessions.finish('c', START + 14 * DAY + 1);
    expect(sessions.isFinished('a'), 'more than 14 days').to.equal(false);
    expect(sessions.forgottenUntil).to.equal(START);
    expect(restored().forgottenUntil).to.equal(START);
    for (let index = 0; index < 198; index += 1) sessions.finish(`d${index}`, START + 15 * DAY);
    expect(sessions.isFinished('b'), '200').to.equal(true);
    sessions.finish('e', START + 15 * DAY);
    expect(sessions.isFinished('b'), '201').to.equal(false);
    expect(sessions.isFinished('c'), '201').to.equal(true);
    expect(sessions.forgottenUntil).to.equal(START + 14 * DAY);
  });

  it('keep the 20 newest that are open', () => {
    for (let index = 0; index < 20; index += 1) sessions.begin(`a${index}`, START);
    expect(sessions.open.has('a0')).to.equal(true);
    sessions.begin('b', START);
    expect(sessions.open.has('a0')).to.equal(false);
    expect(sessions.open.size).to.equal(20);
  });

  it('are overdue some time after their end, for 14 days', () => {
    sessions.begin('a', START);
    expect(sessions.overdue(START + DAY, MINUTE)).to.deep.equal([]);
    sessions.end(START);
    expect(sessions.overdue(START + MINUTE - 1, MINUTE)).to.deep.equal([]);
    expect(sessions.overdue(START + MINUTE, MINUTE)).to.have.length(1);
    expect(sessions.overdue(START + 14 * DAY, MINUTE)).to.have.length(1);
    expect(sessions.overdue(START + 14 * DAY + 1, MINUTE)).to.deep.equal([]);
    expect([...sessions.open]).to.deep.equal([]);
  });
});

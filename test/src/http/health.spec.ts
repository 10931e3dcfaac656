import { expect } from 'chai';
import { Health, type ClientHealth } from '../../../src/http/health';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

describe('the state of an account', () => {
  let timers: FakeTimers;
  let health: Health;
  let reports: ClientHealth[];
  beforeEach(() => {
    timers = fakeTimers(Date.UTC(2026, 4, 4, 10));
    health = new Health();
    reports = [];
    health.listen((now) => reports.push(now));
  });
  afterEach(() => timers.restore());

  const shown = () => [health.now.state, health.now.text];

  it('is idle until the first login, and has a time', () => {
    expect(health.now).to.deep.equal({ state: 'idle', text: '', since: '2026-05-04T10:00:00.000Z' });
    timers.tick(1_000);
    health.connecting();
    expect(health.now).to.deep.equal({ state: 'connecting', text: 'logging in', since: '2026-05-04T10:00:01.000Z' });
    expect(reports).to.deep.equal([health.now]);
  });

  it('is reported only when it changes, and to nobody who has left', () => {
    health.reached();
    health.reached();
    health.unreachable('no route');
    health.unreachable('another reason');
    expect(reports.map(({ state, text }) => [state, text])).to.deep.equal([
      ['ok', 'connected'],
      ['unreachable', 'no route'],
    ]);
    let others = 0;
    const leave = health.listen(() => (others += 1));
    leave();
    health.refused('wrong password');
    expect(shown()).to.deep.equal(['refused', 'wrong password']);
    expect(others).to.equal(0);
  });

  it('does not begin anew with a later login', () => {
    health.unreachable('no route');
    health.connecting();
    expect(shown()).to.deep.equal(['unreachable', 'no route']);
  });

  it('is limited from a 429 until the pause is over, whatever is answered meanwhile', () => {
    health.reached();
    health.paused(clock.steady() + 5_000);
    expect(shown()).to.deep.equal(['limited', 'waiting until 2026-05-04T10:00:05.000Z after a 429']);
    health.reached();
    expect(health.now.state).to.equal('limited');
    health.paused(undefined);
    expect(shown()).to.deep.equal(['ok', 'connected']);
  });

  it('stays what it became during a pause', () => {
    health.paused(clock.steady() + 5_000);
    health.unreachable('no route');
    health.paused(undefined);
    expect(health.now.state).to.equal('unreachable');
  });
});

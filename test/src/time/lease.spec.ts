import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { Lease } from '../../../src/time/lease';
import { fakeTimers } from '../../support/fake-timers';

describe('a lease', () => {
  let timers: SinonFakeTimers;
  let ends: number;
  let lease: Lease;
  beforeEach(() => {
    timers = fakeTimers();
    ends = 0;
    lease = new Lease(30_000, () => (ends += 1));
  });
  afterEach(() => timers.restore());

  it('ends a while after its last user', () => {
    const [one, other] = [lease.acquire(), lease.acquire()];
    one();
    one();
    expect(lease.users).to.equal(1);
    timers.tick(60_000);
    expect(ends).to.equal(0);
    other();
    timers.tick(29_999);
    expect(ends).to.equal(0);
    timers.tick(1);
    expect(ends).to.equal(1);
  });

  it('goes on when somebody comes back in time', () => {
    lease.acquire()();
    timers.tick(29_999);
    const again = lease.acquire();
    timers.tick(60_000);
    expect(ends).to.equal(0);
    again();
    timers.tick(30_000);
    expect(ends).to.equal(1);
  });

  it('ends at once where its last user says so', () => {
    const [one, other] = [lease.acquire(), lease.acquire()];
    one(false);
    expect(ends).to.equal(0);
    other(false);
    other(false);
    expect(ends).to.equal(1);
    timers.tick(60_000);
    expect(ends).to.equal(1);
  });

  it('does not end by itself after it was cancelled', () => {
    lease.acquire()();
    lease.cancel();
    timers.tick(60_000);
    expect(ends).to.equal(0);
  });
});

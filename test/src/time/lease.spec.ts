import { expect } from 'chai';
import { Lease } from '../../../src/time/lease';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

describe('a lease', () => {
  let timers: FakeTimers;
  let ends = 0;
  let lease: Lease;
  beforeEach(() => {
    timers = fakeTimers(0);
    ends = 0;
    lease = new Lease(30_000, () => (ends += 1));
  });
  afterEach(() => timers.restore());

  it('ends a while after its last user', () => {
    const [first, second] = [lease.acquire(), lease.acquire()];
    first();
    timers.tick(60_000);
    expect([lease.users, ends]).to.deep.equal([1, 0]);
    second();
    timers.tick(29_999);
    expect(ends).to.equal(0);
    timers.tick(1);
    expect(ends).to.equal(1);
  });

  it('goes on when somebody comes back in time', () => {
    lease.acquire()();
    timers.tick(29_000);
    const release = lease.acquire();
    timers.tick(60_000);
    expect(ends).to.equal(0);
    release();
    release();
    expect(lease.users).to.equal(0);
    timers.tick(30_000);
    expect(ends).to.equal(1);
  });

  it('does not end by itself once it was cancelled', () => {
    lease.acquire()();
    lease.cancel();
    timers.tick(60_000);
    expect(ends).to.equal(0);
  });
});

import { expect } from 'chai';
import sinon from 'sinon';
import { acquireAccount, type Account } from '../../src/account';

const [OLD, NEW] = ['redis://127.0.0.1:1/0', 'redis://127.0.0.1:1/1'];
const LINGER_MS = 30_000;

describe('the account that several share', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    clock.tick(LINGER_MS);
    clock.restore();
  });

  const acquire = (redisUrl?: string) => acquireAccount('http://127.0.0.1:1', 'owner@example.org', redisUrl);
  const closing = (account: Account) => sinon.spy(account, 'close');

  it('is kept over a deploy that changes nothing', () => {
    const before = acquire(OLD);
    before.release();
    clock.tick(LINGER_MS - 1);
    const after = acquire(OLD);
    expect(after.account).to.equal(before.account);
    after.release();
  });

  for (const [from, to] of [
    [OLD, NEW],
    [undefined, NEW],
    [OLD, undefined],
  ] as const) {
    it(`is another one after a deploy from ${from ?? 'no Redis'} to ${to ?? 'none'}`, () => {
      const before = acquire(from);
      const closed = closing(before.account);
      before.release();
      const after = acquire(to);
      expect(after.account.redisUrl).to.equal(to);
      expect(closed.callCount).to.equal(1);
      clock.tick(LINGER_MS);
      const another = acquire(to);
      expect(another.account, 'the end of the other one is not its own').to.equal(after.account);
      before.release();
      after.release();
      another.release();
      expect(closed.callCount).to.equal(1);
    });
  }

  it('is a new one after it has ended at once', () => {
    const before = acquire();
    const closed = closing(before.account);
    before.release(false);
    expect(closed.callCount).to.equal(1);
    const after = acquire();
    expect(after.account).to.not.equal(before.account);
    after.release();
  });

  it('is a new one after an address of Redis that is none', () => {
    const before = acquire(OLD);
    before.release();
    expect(() => acquire('no address')).to.throw('The address of Redis begins with none of');
    const after = acquire(OLD);
    // The one of before is closed: every request would fail until Node-RED starts again.
    expect(after.account).to.not.equal(before.account);
    after.release();
  });

  it('is a new one after somebody has closed it, as nothing could be sent any more', () => {
    const before = acquire();
    before.account.close();
    before.release();
    const after = acquire();
    expect(after.account).to.not.equal(before.account);
    clock.tick(LINGER_MS);
    const another = acquire();
    expect(another.account, 'the end of the other one is not its own').to.equal(after.account);
    after.release();
    another.release();
  });

  it('stays with its Redis while somebody uses it', () => {
    const [one, other] = [acquire(OLD), acquire(NEW)];
    expect(other.account).to.equal(one.account);
    one.release();
    other.release();
    const next = acquire(NEW);
    expect(next.account.redisUrl).to.equal(NEW);
    next.release();
  });
});

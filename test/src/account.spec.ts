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

  const acquire = (redisUrl?: string, name?: string) =>
    acquireAccount('http://127.0.0.1:1', 'owner@example.org', { redisUrl, name });
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

  describe('with another Redis than that of the connection that opened it', () => {
    const REMEDY = 'Enter the same address of Redis in all connections of this account, then open them all anew';
    const CASES = [
      [
        OLD,
        NEW,
        'The Redis of this connection is not used: that of the connection Home counts, which has opened the account',
      ],
      [
        OLD,
        undefined,
        'This connection names no Redis, and that of the connection Home counts, which has opened the account',
      ],
      [
        undefined,
        NEW,
        'The Redis of this connection is not used: the connection Home has opened the account, and names none',
      ],
      [
        'redis://:secret@127.0.0.1:1',
        'no address',
        'The Redis of this connection is not used: that of the connection Home counts, which has opened the account',
      ],
    ] as const;
    for (const [first, second, text] of CASES) {
      it(`says so to one with ${second ?? 'none'} beside ${first ?? 'none'}`, () => {
        const [one, other] = [acquire(first, 'Home'), acquire(second, 'Cabin')];
        expect(one.ignoredRedis()).to.equal(undefined);
        expect(other.ignoredRedis()).to.deep.equal({ text, remedy: REMEDY, by: ['Home'] });
        one.release();
        other.release();
      });
    }

    for (const [first, second] of [
      [undefined, undefined],
      ['redis://127.0.0.1:1', 'redis://127.0.0.1:1/0'],
      ['redis://me:word@localhost', 'REDIS://me:w%6frd@localhost:6379'],
      ['redis://localhost?holdBackS=30', 'redis://localhost'],
    ] as const) {
      it(`says nothing of ${first ?? 'none'} and ${second ?? 'none'}, which are the same`, () => {
        const [one, other] = [acquire(first, 'Home'), acquire(second, 'Cabin')];
        expect(other.ignoredRedis()).to.equal(undefined);
        one.release();
        other.release();
      });
    }

    it('names a connection that is there, and at last the one that was', () => {
      const [one, same, other] = [acquire(OLD, 'Home'), acquire(OLD, 'Garage'), acquire(NEW, 'Cabin')];
      one.release();
      expect(other.ignoredRedis()?.text).to.contain('that of the connection Garage counts');
      same.release();
      expect(other.ignoredRedis()?.text).to.contain('that of the connection Garage counts');
      other.release();
    });

    it('has words for one without a name', () => {
      const [one, other] = [acquire(OLD), acquire(NEW)];
      expect(other.ignoredRedis()?.text).to.contain('that of the connection without a name counts');
      one.release();
      other.release();
    });
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

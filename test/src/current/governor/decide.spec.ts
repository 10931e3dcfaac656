import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { Governor } from '../../../../src/current/governor/governor';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { GovernedWorld, MAX, MINUTE } from '../../../support/governed-world';

describe('what a governor does first', () => {
  let world: GovernedWorld;

  beforeEach(() => {
    world = new GovernedWorld();
  });

  const sent = () => world.sent.map(({ currents }) => currents.phase1);
  /** A target is set, long ago. */
  const setTarget = (ampere: number, over: object = {}) => {
    world.request('solar', ampere, over);
    world.pass(16 * MINUTE);
    world.sent.length = 0;
  };
  /** A single write is refused, so that the current has to be read; that reading is under way. */
  const mustRead = () => {
    world.latency = 1_000;
    world.fates = ['refused'];
    world.writeOnce();
    world.pass(1_000);
    world.sent.length = 0;
  };

  it('is to keep nothing where a dead man is armed, and yet to wait for it', () => {
    expect(world.governor.isIdle).to.equal(true);
    world.arm('fuse', { role: 'limit', deadMan: { afterMs: 5 * MINUTE, safeA: 8 } });
    expect(world.governor.isIdle).to.equal(false);
    expect(world.governor.wakeAt).to.equal(world.now + 5 * MINUTE);
  });

  it('is to wait for the interval after a write that it can know nothing of', () => {
    const governor = new Governor(undefined, (at) => new Date(at).toISOString(), 5_000);
    expect(governor.raiseAt).to.equal(5_000 + 15 * MINUTE);
  });

  describe('to read', () => {
    it('from a cache alone where no write can have made that old', () => {
      setTarget(10);
      expect(world.readsFresh).to.deep.equal([false]);
      world.restart();
      world.request('solar', 12);
      expect(world.readsFresh).to.deep.equal([false, true]);
    });

    it('past every cache after a lost answer, after a leap of the clock, and from time to time', () => {
      setTarget(10);
      world.fates = ['lost-not-acted'];
      world.request('solar', 16);
      world.pass(5 * MINUTE);
      world.setWallClock(60 * MINUTE);
      world.pass(3 * 60 * MINUTE);
      mustRead();
      world.pass(5_000);
      expect(world.readsFresh.length).to.be.above(6);
      expect(world.readsFresh.slice(1)).to.not.include(false);
    });

    it('once an hour where nothing says that anything has changed', () => {
      setTarget(10);
      world.arm('idle');
      world.reads = 0;
      world.pass(43 * MINUTE);
      expect(world.reads).to.equal(0);
      world.pass(MINUTE + 1_000);
      expect(world.reads).to.equal(1);
    });

    it('before it says that nothing has to change, where the last reading is older than ten minutes', () => {
      const combine = { combine: 'lowest' } as const;
      world.request('price', 12, combine);
      setTarget(10, combine);
      world.arm('idle', combine);
      world.pass(MINUTE);
      world.reads = 0;
      world.request('solar', 10, combine);
      expect(world.reads).to.equal(1);
      world.pass(9 * MINUTE);
      world.request('solar', 10, combine);
      expect(world.reads).to.equal(1);
      expect(world.last('solar')?.decision).to.equal('unchanged');
    });

    it('where a value may be out of date, before it lowers it', () => {
      setTarget(20, { foreign: 'yield' });
      world.latency = 1_000;
      world.foreign(everyPhase(6));
      world.setWallClock(60 * MINUTE);
      world.request('solar', 8, { foreign: 'yield' });
      world.pass(20 * MINUTE);
      expect(sent()).to.deep.equal([]);
      expect(world.cloud, 'of somebody else, to whom it yields').to.deep.equal(everyPhase(6));
    });

    it('where a limit may hold already, before it writes that: a limit raises nothing', () => {
      setTarget(20, { foreign: 'yield' });
      mustRead();
      world.foreign(everyPhase(6));
      world.request('fuse', 8, { role: 'limit' });
      world.pass(20 * MINUTE);
      expect(sent()).to.deep.equal([]);
      expect(world.cloud).to.deep.equal(everyPhase(6));
    });

    it('after an hour of a refusal, before it writes', () => {
      world.refusal = zaptecError('ROLE_MISSING', 'made up');
      world.request('solar', 10);
      world.pass(61 * MINUTE);
      expect(world.reads).to.equal(2);
      expect(sent()).to.deep.equal([]);
    });
  });

  describe('for a single write that cannot be decided, since nothing can be read,', () => {
    const isAnswered = () => {
      world.unread = 1_000;
      const key = world.writeOnce(everyPhase(8));
      world.pass(5_000);
      expect(world.answers.get(key)).to.have.property('ok', false);
      expect(world.answers.get(key)).to.have.nested.property('error.code', 'NETWORK');
    };

    it('is to answer where the current was never known', isAnswered);

    it('is to answer where the current has to be read', () => {
      setTarget(10);
      world.unread = 1_000;
      mustRead();
      world.pass(1_000);
      isAnswered();
    });

    it('is to answer where the computer may have slept', () => {
      setTarget(10);
      world.unread = 1_000;
      world.setWallClock(60 * MINUTE);
      isAnswered();
    });

    it('is to answer where the last reading is older than ten minutes', () => {
      setTarget(10);
      world.withdraw('solar');
      isAnswered();
    });

    it('is to send it all the same where the current is known', () => {
      world.request('fuse', 10, { role: 'limit' });
      world.pass(3 * MINUTE);
      world.unread = 1_000;
      world.pass(3 * MINUTE);
      const key = world.writeOnce(everyPhase(8));
      expect(world.answers.get(key)).to.deep.equal({ ok: true, sent: true });
    });
  });

  it('is to send one write at a time: that of a limit, then that of a caller', () => {
    world.latency = 1_000;
    const key = world.writeOnce();
    world.request('fuse', 8, { role: 'limit' });
    world.pass(1_000);
    expect(sent()).to.deep.equal([8]);
    world.pass(5_000);
    expect(sent()).to.deep.equal([8, 8]);
    expect(world.decisions('fuse')).to.deep.equal(['applied']);
    expect(world.answers.get(key)).to.deep.equal({ ok: true, sent: true });
  });

  describe('with a write that waits to leave', () => {
    beforeEach(() => {
      setTarget(10);
      world.pause();
    });

    it('is to leave it in its place for as long as it is right', () => {
      world.request('solar', 16);
      for (let tick = 0; tick < 3; tick += 1) world.do({ type: 'tick' });
      expect(world.recalls).to.equal(0);
      world.resume();
      expect(sent()).to.deep.equal([16]);
    });

    it('is to leave that of a caller in its place for as long as it is right', () => {
      world.writeOnce(everyPhase(14));
      for (let tick = 0; tick < 3; tick += 1) world.do({ type: 'tick' });
      world.request('price', 6);
      expect(world.recalls).to.equal(0);
      world.resume();
      expect(sent()[0]).to.equal(14);
    });

    it('is to call it back where a reading shows that every write would be refused', () => {
      world.request('solar', 16);
      const refusal = zaptecError('ROLE_MISSING', 'made up');
      const reading = { currents: world.cloud, maxCurrent: MAX, at: world.now, refusal, fingerprint: 'a' };
      world.do({ type: 'reading', reading });
      expect(world.recalls).to.equal(1);
      world.resume();
      world.pass(20 * MINUTE);
      expect(sent()).to.deep.equal([]);
    });
  });

  describe('after a lost answer', () => {
    const loses = (fate: 'lost-acted' | 'lost-not-acted', ampere: number) => {
      setTarget(10);
      world.fates = [fate];
      world.request('solar', ampere);
    };
    const gapMs = () => (world.sent[1]?.at ?? Infinity) - (world.sent[0]?.at ?? 0);

    it('is to read before it sends a limit, which waits for the cooldown of a write that acted', () => {
      loses('lost-acted', 16);
      world.request('fuse', 12, { role: 'limit' });
      world.pass(2 * MINUTE);
      expect(sent()).to.deep.equal([16, 12]);
      expect(gapMs()).to.be.within(MINUTE, MINUTE + 1_000);
    });

    it('is to read before it sends a lower target, which waits for the cooldown of a write that acted', () => {
      loses('lost-acted', 16);
      world.request('solar', 8);
      world.pass(2 * MINUTE);
      expect(sent()).to.deep.equal([16, 8]);
      expect(gapMs()).to.be.within(MINUTE, MINUTE + 1_000);
    });

    it('is to send a limit at once where the write has not acted, but may do so late', () => {
      loses('lost-not-acted', 16);
      world.pass(5_000);
      expect(world.governor.applied).to.deep.equal(everyPhase(10));
      world.request('fuse', 12, { role: 'limit' });
      world.pass(500);
      expect(sent(), 'what it has, and no more').to.deep.equal([16, 10]);
    });

    it('is to read twice where the cloud keeps a state for a while: once the write must show, and once it cannot act', () => {
      world.readingAgeMs = 15_000;
      setTarget(10);
      world.reads = 0;
      world.fates = ['lost-not-acted'];
      world.request('solar', 16);
      world.pass(5 * MINUTE);
      expect(world.reads).to.equal(2);
    });

    it('is to say when a limit that was raised may rise', () => {
      world.request('fuse', 8, { role: 'limit' });
      world.pass(16 * MINUTE);
      world.fates = ['lost-not-acted'];
      const sentAt = world.wallNow;
      world.request('fuse', 12, { role: 'limit' });
      world.pass(10_000);
      expect(world.last('fuse')).to.deep.include({ decision: 'deferred' });
      expect(world.last('fuse')?.until).to.equal(new Date(sentAt + 15 * MINUTE).toISOString());
    });
  });

  it('is to write a limit where the cloud does not tell its current, and not to say that it waits', () => {
    world.latency = 1_000;
    const reading = { currents: undefined, maxCurrent: MAX, at: world.now, refusal: undefined, fingerprint: 'a' };
    world.do({ type: 'reading', reading });
    world.request('fuse', 8, { role: 'limit' });
    world.pass(5_000);
    expect(sent()).to.deep.equal([8]);
    expect(world.decisions('fuse')).to.deep.equal(['applied']);
  });
});

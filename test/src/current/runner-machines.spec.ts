import { expect } from 'chai';
import { CurrentShare } from '../../../src/current/current-share';
import { everyPhase } from '../../../src/current/currents';
import type { OwnLimit, SharedNews } from '../../../src/current/governor/events';
import { Neighbour } from '../../../src/current/neighbour';
import { GovernorRunner } from '../../../src/current/runner';
import type { CurrentRequest, Decision } from '../../../src/current/types';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { clock } from '../../../src/time/clock';
import { CurrentStore } from '../../support/current-store';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { MINUTE, settings } from '../../support/governed-world';
import { MemorySite } from '../../support/memory-site';

const LASTING = { currents: everyPhase(8), base: everyPhase(8) };
const LIMIT = { role: 'limit' } as const;
const FUSE: OwnLimit = {
  ...{ by: 'fuse', name: 'Fuse', currents: everyPhase(12), lastInputAt: 0 },
  ...{ deadMan: undefined, deadManFired: false },
};

describe('a governor among other machines and accounts', () => {
  let timers: FakeTimers;
  let store: CurrentStore;
  let site: MemorySite;
  /** What another machine learns, and has to say. */
  let other: CurrentShare;
  let news: SharedNews[];
  let closing: { close(): void }[];
  beforeEach(async () => {
    timers = fakeTimers();
    store = new CurrentStore();
    site = new MemorySite();
    news = [];
    closing = [];
    other = new CurrentShare(store.connect('other'), 'site');
    closing.push(other);
    other.listen((one) => news.push(one));
    other.publish({ limits: [], isActive: true });
    await timers.tickAsync(0);
  });
  afterEach(() => {
    for (const one of closing) one.close();
    timers.restore();
  });

  const start = (neighbour?: Neighbour) => {
    const share = new CurrentShare(store.connect('this'), 'site');
    const runner = new GovernorRunner(site, site.keeper(), share, neighbour);
    closing.push(runner);
    return runner;
  };
  const account = (id: string) => {
    const neighbour = new Neighbour('the same current', id);
    closing.push(neighbour);
    return neighbour;
  };
  /** Long enough for the first look at what is shared. */
  const request = async (
    runner: GovernorRunner,
    by: string,
    ampere: number,
    over: Partial<CurrentRequest> = {},
  ): Promise<Decision> => {
    const decision = runner.request({ ...settings(by), ...over, currents: everyPhase(ampere) });
    await timers.tickAsync(3_000);
    return decision;
  };
  /** The other machine gets the right to write. */
  const announced = async () => {
    for (;;) {
      const grant = await other.announce(false, LASTING);
      if (grant.kind === 'granted') return grant.id;
    }
  };
  const hold = () => {
    let leave: () => void = () => undefined;
    site.permit = new Promise<void>((resolve) => (leave = resolve));
    return () => leave();
  };
  const amperes = () => site.sent.map(({ ampere }) => ampere);

  it('keeps their limits, and they keep those of its nodes', async () => {
    other.publish({ limits: [FUSE], isActive: true });
    const runner = start();
    await request(runner, 'solar', 16);
    expect(amperes()).to.deep.equal([12]);
    await request(runner, 'roof', 14, LIMIT);
    expect(news.at(-1)?.limits.map(({ currents }) => currents)).to.deep.equal([everyPhase(14)]);
    runner.withdraw('roof');
    await timers.tickAsync(1_000);
    expect(news.at(-1)?.limits).to.deep.equal([]);
  });

  it('tells them what it has written, and keeps nobody waiting', async () => {
    await request(start(), 'solar', 10);
    expect(news.at(-1)).to.deep.include({ busyUntil: -Infinity });
    const { currents, sentAt, doneAt } = news.at(-1)?.record ?? {};
    expect({ currents, isDone: sentAt === doneAt }).to.deep.equal({ currents: everyPhase(10), isDone: true });
    expect(news.at(-1)?.record?.id).to.equal(site.record?.id);
  });

  it('tells them of no write that did not act', async () => {
    site.sendError = zaptecError('HTTP_429', 'made up', { status: 429, attempts: 1 });
    const runner = start();
    const decision = await request(runner, 'solar', 10);
    expect(decision).to.include({ decision: 'deferred' });
    runner.withdraw('solar');
    await timers.tickAsync(MINUTE);
    expect(news.at(-1)).to.deep.include({ busyUntil: -Infinity, record: undefined });
  });

  it('tries again at once what did not act, be it the first write of all', async () => {
    site.sendError = zaptecError('HTTP_429', 'made up', { status: 429, attempts: 1 });
    site.currents = everyPhase(6);
    const runner = start();
    void request(runner, 'solar', 10);
    await timers.tickAsync(3_000);
    site.sendError = undefined;
    await timers.tickAsync(MINUTE);
    expect(amperes().at(-1)).to.equal(10);
    expect(site.currents).to.deep.equal(everyPhase(10));
  });

  it('tries again at once what did not act, also where that took long to say', async () => {
    const runner = start();
    await request(runner, 'solar', 6);
    await timers.tickAsync(16 * MINUTE);
    site.sendError = zaptecError('HTTP_429', 'made up', { status: 429, attempts: 1 });
    let say: () => void = () => undefined;
    site.answer = new Promise<void>((resolve) => (say = resolve));
    void request(runner, 'solar', 10);
    await timers.tickAsync(5_000);
    site.sendError = undefined;
    say();
    await timers.tickAsync(MINUTE);
    expect(amperes()).to.deep.equal([6, 10, 10]);
  });

  it('tells them what it knows from before it was started again', async () => {
    const before = start();
    await request(before, 'solar', 10);
    before.close();
    store = new CurrentStore();
    const later = new CurrentShare(store.connect('later'), 'site');
    closing.push(later);
    const learned: SharedNews[] = [];
    later.listen((one) => learned.push(one));
    later.publish({ limits: [], isActive: true });
    start().arm(settings('solar'));
    await timers.tickAsync(2_000);
    expect(learned.at(-1)?.record?.currents).to.deep.equal(everyPhase(10));
  });

  it('reads again what it has read while another machine wrote', async () => {
    const runner = start();
    await request(runner, 'solar', 25);
    const id = await announced();
    const { reads } = site;
    // What was known is old.
    timers.setWallClock(10 * MINUTE);
    void runner.request({ ...settings('solar'), currents: everyPhase(6) });
    await timers.tickAsync(2_000);
    expect([amperes(), site.reads - reads]).to.deep.equal([[], 1]);
    site.currents = everyPhase(8);
    other.finish(id, undefined);
    await timers.tickAsync(3_000);
    expect([amperes(), site.reads - reads, site.freshReads]).to.deep.equal([[6], 2, 2]);
  });

  it('reads once where nobody writes', async () => {
    await request(start(), 'solar', 25);
    expect(site.reads).to.equal(1);
  });

  it('sends nothing that has waited longer than its right to write', async () => {
    const leave = hold();
    const runner = start();
    const decided = runner.request({ ...settings('solar'), currents: everyPhase(10) });
    await timers.tickAsync(3_000);
    store.isAway = true;
    await timers.tickAsync(10_000);
    site.permit = Promise.resolve();
    leave();
    await timers.tickAsync(0);
    expect(site.sent).to.deep.equal([]);
    const { decision, error } = await decided;
    expect({ decision, code: error?.code }).to.deep.equal({ decision: 'deferred', code: 'EXPIRED' });
    expect(error?.message).to.match(/^The write has waited too long: .* another machine, or another account/);
    await timers.tickAsync(1_000);
    expect(amperes(), 'it never left, so that nothing has to be read back').to.deep.equal([10]);
  });

  describe('with another account on the same machine', () => {
    it('tells it what was written before a restart', async () => {
      const before = start();
      await request(before, 'solar', 10);
      before.close();
      const second = account('b');
      const learned: SharedNews[] = [];
      second.listen((one) => learned.push(one));
      start(account('a'));
      await timers.tickAsync(0);
      expect(learned.at(-1)?.record?.currents).to.deep.equal(everyPhase(10));
    });

    it('sends nothing that the other account has written meanwhile, though no other machine has', async () => {
      const second = account('b');
      const leave = hold();
      const runner = start(account('a'));
      const decided = runner.request({ ...settings('solar'), currents: everyPhase(10) });
      await timers.tickAsync(3_000);
      leave();
      // At the same moment, so that this account does not know of it when its own write leaves.
      second.know({ ...LASTING, sentAt: clock.steady(), doneAt: clock.steady(), early: [] });
      await timers.tickAsync(0);
      expect(site.sent).to.deep.equal([]);
      expect(await decided).to.include({ decision: 'deferred' });
    });

    it('sends nothing without the right of the other machines either', async () => {
      account('b');
      const leave = hold();
      const runner = start(account('a'));
      void runner.request({ ...settings('solar'), currents: everyPhase(10) });
      await timers.tickAsync(3_000);
      store.isAway = true;
      await timers.tickAsync(10_000);
      leave();
      await timers.tickAsync(0);
      expect(site.sent).to.deep.equal([]);
    });

    it('writes where both let it', async () => {
      account('b');
      expect(await request(start(account('a')), 'solar', 10)).to.include({ decision: 'applied' });
      expect(news.at(-1)?.record?.currents).to.deep.equal(everyPhase(10));
    });

    it('asks no machine while the other account writes', async () => {
      const second = account('b');
      second.begin();
      const runner = start(account('a'));
      void request(runner, 'solar', 10);
      await timers.tickAsync(3_000);
      expect([amperes(), news.at(-1)?.busyUntil]).to.deep.equal([[], -Infinity]);
      second.end();
      await timers.tickAsync(3_000);
      expect(amperes()).to.deep.equal([10]);
    });

    it('waits for another machine as well', async () => {
      account('b');
      const runner = start(account('a'));
      await request(runner, 'solar', 25);
      await announced();
      const decision = await request(runner, 'solar', 10);
      expect(site.sent).to.deep.equal([]);
      expect([decision.decision, decision.error]).to.deep.equal(['deferred', undefined]);
    });
  });

  it('takes back a limit that its node had before this machine was started again, for a target without a dead man', async () => {
    for (const [over, isKept] of [
      [{ deadMan: { afterMs: MINUTE, safeA: 6 } }, true],
      [LIMIT, true],
      [{}, false],
    ] as const) {
      const before = start();
      await request(before, 'solar', 20, LIMIT);
      before.close();
      const runner = start();
      void runner.request({ ...settings('solar'), ...over, currents: everyPhase(25) });
      store.isAway = true;
      await timers.tickAsync(0);
      store.isAway = false;
      expect(news.at(-1)?.limits.length).to.equal(1);
      await timers.tickAsync(3_000);
      expect(news.at(-1)?.limits.length, JSON.stringify(over)).to.equal(isKept ? 1 : 0);
      runner.withdraw('solar');
      runner.close();
      await timers.tickAsync(1_000);
    }
  });
});

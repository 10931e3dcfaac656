import { expect } from 'chai';
import { CurrentControl, type ControlAccess } from '../../../src/current/control';
import { CurrentShare } from '../../../src/current/current-share';
import { everyPhase } from '../../../src/current/currents';
import type { OwnLimit } from '../../../src/current/governor/events';
import type { Governors } from '../../../src/current/governors';
import { GovernorRunner } from '../../../src/current/runner';
import type { Tokens } from '../../../src/http/requester';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { clock } from '../../../src/time/clock';
import { CurrentStore } from '../../support/current-store';
import { failureOf } from '../../support/failure';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { settings } from '../../support/governed-world';
import { MemorySite } from '../../support/memory-site';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const DEAD_MAN = { afterMs: 60_000, safeA: 6 };

/** An account whose only governor is that of one installation. */
class OneGovernor {
  constructor(readonly runner: GovernorRunner) {}

  use(): void {
    // It needs no directory.
  }

  claim(): void {
    // There is no other account.
  }

  of(): GovernorRunner {
    return this.runner;
  }

  find(kind: string, id: string): GovernorRunner | undefined {
    return kind === 'installation' && id === SITE ? this.runner : undefined;
  }
}

describe('a client and the limits of other machines', () => {
  let timers: FakeTimers;
  let store: CurrentStore;
  let closing: { close(): void }[];
  beforeEach(() => {
    timers = fakeTimers();
    store = new CurrentStore();
    closing = [];
  });
  afterEach(() => {
    for (const one of closing) one.close();
    timers.restore();
  });

  const machine = async (id: string, limits: readonly OwnLimit[] = []) => {
    const share = new CurrentShare(store.connect(id), 'site');
    share.publish({ limits, isActive: true });
    await timers.tickAsync(0);
    closing.push(share);
    return share;
  };
  const limit = (by: string, over: Partial<OwnLimit> = {}): OwnLimit => ({
    ...{ by, name: `Name of ${by}`, currents: everyPhase(12), lastInputAt: clock.steady() },
    ...{ deadMan: undefined, deadManFired: false, ...over },
  });
  const control = (share: CurrentShare | undefined, over: Partial<ControlAccess> = {}) => {
    const site = new MemorySite();
    const runner = new GovernorRunner(site, site.keeper(), share);
    closing.push(runner);
    const governors = new OneGovernor(runner) as unknown as Governors;
    const tokens = { isRefused: false } as Tokens;
    return new CurrentControl('installation', { governors, tokens, readOnly: false, directory: undefined, ...over });
  };

  it('sees them with all that is known of them, and which of them may be removed', async () => {
    (await machine('gone', [limit('fuse', { deadMan: DEAD_MAN })])).close();
    timers.tick(1);
    await machine('there', [limit('roof', { currents: undefined, deadMan: DEAD_MAN })]);
    timers.tick(4_999);
    const own = control(await machine('this'));
    const before = store.seen.get('there')!;
    expect(await own.sharedLimits(SITE)).to.deep.equal([
      {
        ...{ machine: 'gone', by: 'fuse', name: 'Name of fuse', currents: everyPhase(12), deadMan: DEAD_MAN },
        ...{ ageMs: 5_000, silentMs: 5_000, isGone: true },
      },
      {
        ...{ machine: 'there', by: 'roof', name: 'Name of roof', deadMan: DEAD_MAN },
        ...{ ageMs: 4_999, silentMs: clock.steady() - before, isGone: false },
      },
    ]);
  });

  it('may remove what its own machine has left behind, at once, and nobody’s while Redis is away', async () => {
    (await machine('this', [limit('fuse')])).close();
    (await machine('other', [limit('fuse')])).close();
    const own = control(await machine('this'));
    expect((await own.sharedLimits(SITE)).map(({ isGone }) => isGone)).to.deep.equal([true, false]);
    timers.tick(10_000);
    store.isAway = true;
    const limits = await own.sharedLimits(SITE);
    expect(limits.map(({ isGone, silentMs }) => [isGone, silentMs])).to.deep.equal([
      [true, undefined],
      [false, undefined],
    ]);
    expect('silentMs' in limits[0]!).to.equal(false);
    const failed = await failureOf(own.removeSharedLimit(SITE, 'this', 'fuse'));
    expect(failed).to.include({ code: 'REDIS_UNAVAILABLE' });
    expect(failed.message).to.contain('The limit was not removed: Redis cannot be reached');
  });

  it('removes the one that it is told, of several', async () => {
    (await machine('gone', [limit('fuse'), limit('roof')])).close();
    (await machine('lost', [limit('roof')])).close();
    timers.tick(5_000);
    const own = control(await machine('this'));
    await own.removeSharedLimit(SITE, 'gone', 'roof');
    const left = await own.sharedLimits(SITE);
    expect(left.map((one) => `${one.machine} ${one.by}`)).to.have.members(['gone fuse', 'lost roof']);
  });

  it('removes none that is not there, nor one of a machine that is', async () => {
    await machine('there', [limit('fuse')]);
    const own = control(await machine('this'));
    for (const [of, by] of [
      ['there', 'roof'],
      ['nowhere', 'fuse'],
    ] as const) {
      const failed = await failureOf(own.removeSharedLimit(SITE, of, by));
      expect(failed).to.include({ code: 'INPUT_INVALID' });
      expect(failed.message).to.contain(`No other machine has a limit ${by}. Remedy: Look again`);
    }
    const failed = await failureOf(own.removeSharedLimit(SITE, 'there', 'fuse'));
    expect(failed).to.include({ code: 'INPUT_INVALID' });
    expect(failed.message).to.contain('The machine of the limit Name of fuse is there. Remedy: Withdraw the limit on');
    expect(await own.sharedLimits(SITE)).to.have.length(1);
  });

  it('removes none with a connection that may only read', async () => {
    (await machine('gone', [limit('fuse')])).close();
    timers.tick(5_000);
    const own = control(await machine('this'), { readOnly: true });
    const failed = await failureOf(own.removeSharedLimit(SITE, 'gone', 'fuse'));
    expect(failed).to.include({ code: 'READ_ONLY' });
    expect(failed.message).to.contain('The limit was not removed: the connection is read-only');
    expect(await own.sharedLimits(SITE)).to.have.length(1);
  });

  it('knows of none without Redis, nor where nobody has set the current', async () => {
    const alone = control(undefined);
    expect(await alone.sharedLimits(SITE)).to.deep.equal([]);
    expect(await failureOf(alone.removeSharedLimit(SITE, 'gone', 'fuse'))).to.include({ code: 'INPUT_INVALID' });
    const other = '0a1b2c3d-0000-4000-8000-000000000002';
    expect(await alone.sharedLimits(other)).to.deep.equal([]);
    expect(await failureOf(alone.removeSharedLimit(other, 'gone', 'fuse'))).to.include({ code: 'INPUT_INVALID' });
    expect([alone.view(other), alone.leftPause(other)]).to.deep.equal([undefined, undefined]);
  });

  it('sees what its governor works on, and a pause that was left', async () => {
    const own = control(undefined);
    const decided = own.request(SITE, { ...settings('solar'), currents: everyPhase(0) });
    await timers.tickAsync(0);
    expect(await decided).to.include({ decision: 'applied' });
    expect(own.view(SITE)).to.deep.include({ applied: everyPhase(0) });
    expect(own.leftPause(SITE)).to.equal(undefined);
    own.withdraw(SITE, 'solar');
    expect(own.leftPause(SITE)).to.deep.include({ by: 'solar', currents: everyPhase(0) });
    expect(own.recordProblem(SITE)).to.equal(undefined);
  });

  it('is told no more once it has ended its listening', async () => {
    const own = control(undefined);
    const [heard, left]: string[][] = [[], []];
    own.listen(SITE, 'solar', ({ decision }) => heard!.push(decision));
    const end = own.listen(SITE, 'solar', ({ decision }) => left!.push(decision));
    void own.request(SITE, { ...settings('solar'), currents: everyPhase(10) });
    await timers.tickAsync(0);
    void own.request(SITE, { ...settings('solar'), currents: everyPhase(16) });
    end();
    await timers.tickAsync(15 * 60_000);
    expect([heard!.includes('applied'), left]).to.deep.equal([true, []]);
  });

  it('sets nothing with a connection that may only read, except in a dry run', async () => {
    const own = control(undefined, { readOnly: true });
    const currents = everyPhase(10);
    const { decision, requested, error } = await own.request(SITE, { ...settings('solar'), currents });
    expect({ decision, requested, code: error?.code }).to.deep.equal({
      ...{ decision: 'refused', requested: currents, code: 'READ_ONLY' },
    });
    expect(error?.message).to.contain('The current was not set: the connection is read-only');
    const trial = own.request(SITE, { ...settings('solar'), currents, dryRun: true });
    await timers.tickAsync(0);
    expect(await trial).to.include({ decision: 'applied' });
  });

  it('sets nothing with a password that Zaptec refuses, and asks it again for each request', async () => {
    let asked = 0;
    const get = () => {
      asked += 1;
      return Promise.reject(zaptecError('AUTH_INVALID', 'made up'));
    };
    const own = control(undefined, { tokens: { isRefused: true, get } as unknown as Tokens });
    const request = () => own.request(SITE, { ...settings('solar'), currents: everyPhase(10) });
    expect(await failureOf(request())).to.include({ code: 'AUTH_INVALID' });
    expect(asked).to.equal(1);
    expect(own.view(SITE)?.requests).to.deep.equal([]);
  });
});

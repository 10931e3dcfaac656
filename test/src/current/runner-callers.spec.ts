import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { GovernorRunner } from '../../../src/current/runner';
import type { CurrentRequest, Decision } from '../../../src/current/types';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { clock } from '../../../src/time/clock';
import { failureOf } from '../../support/failure';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { MINUTE, settings } from '../../support/governed-world';
import { MemorySite } from '../../support/memory-site';

const LOST = zaptecError('NETWORK', 'made up', { name: 'ConnectionDropped', attempts: 1 });

describe('a governor and those who ask it', () => {
  let timers: FakeTimers;
  let site: MemorySite;
  let runner: GovernorRunner;
  beforeEach(() => {
    timers = fakeTimers();
    site = new MemorySite();
    runner = new GovernorRunner(site, site.keeper());
  });
  afterEach(() => {
    runner.close();
    timers.restore();
  });

  const send = (by: string, ampere: number, over: Partial<CurrentRequest> = {}) =>
    runner.request({ ...settings(by), ...over, currents: everyPhase(ampere) });
  const request = async (...args: Parameters<typeof send>): Promise<Decision> => {
    const decision = send(...args);
    await timers.tickAsync(0);
    return decision;
  };
  const heard = (by: string) => {
    const decisions: string[] = [];
    const end = runner.listen(by, ({ decision }) => decisions.push(decision));
    return { decisions, end };
  };
  /** Somebody else sets another value, which is read after the computer has slept. */
  const changedElsewhere = async (ampere: number) => {
    site.currents = everyPhase(ampere);
    timers.setWallClock(10 * MINUTE);
    await timers.tickAsync(MINUTE);
  };

  it('says why its record would be lost, with each decision, and nothing where it would not', async () => {
    expect([runner.recordProblem, 'recordProblem' in (await request('solar', 10))]).to.deep.equal([undefined, false]);
    runner.close();
    runner = new GovernorRunner(site, { problem: 'No room', load: () => undefined, save: () => undefined });
    expect(runner.recordProblem).to.equal('No room');
    expect(await request('solar', 10)).to.include({ decision: 'unchanged', recordProblem: 'No room' });
  });

  it('shows what it works on, and when it may raise while that is to come, by the wall clock', async () => {
    expect(runner.view).to.deep.equal({ requests: [] });
    await request('solar', 10, { name: 'Solar' });
    timers.setWallClock(3 * MINUTE);
    const requests = [{ by: 'solar', name: 'Solar', role: 'target', currents: everyPhase(10) }];
    expect(runner.view).to.deep.equal({ applied: everyPhase(10), raiseAt: Date.now() + 15 * MINUTE, requests });
    await timers.tickAsync(15 * MINUTE - 1);
    expect(runner.view.raiseAt).to.equal(Date.now() + 1);
    await timers.tickAsync(1);
    expect(runner.view).to.deep.equal({ applied: everyPhase(10), requests });
  });

  it('lets the newest of several targets count, and waits for a limit that was deployed', async () => {
    await request('solar', 10);
    await timers.tickAsync(15 * MINUTE);
    await request('price', 16);
    expect(site.currents).to.deep.equal(everyPhase(16));
    await timers.tickAsync(15 * MINUTE);
    runner.arm({ ...settings('fuse'), role: 'limit' });
    const { decision, reason } = await request('solar', 20);
    expect({ decision, reason }).to.deep.equal({
      ...{ decision: 'deferred', reason: 'Another target or limit is new and has no value yet' },
    });
  });

  it('shows a pause that a target has left behind, and for how long', async () => {
    await request('solar', 0, { name: 'Solar' });
    expect(runner.leftPause).to.equal(undefined);
    runner.withdraw('solar');
    await timers.tickAsync(MINUTE);
    expect(runner.leftPause).to.deep.equal({ by: 'Solar', currents: everyPhase(0), ageMs: MINUTE });
  });

  it('gives back what was set before only where the target is gone for good', async () => {
    for (const isForGood of [false, true]) {
      await request('solar', 10, { restores: true });
      await timers.tickAsync(16 * MINUTE);
      runner.withdraw('solar');
      if (isForGood) runner.release('solar');
      await timers.tickAsync(16 * MINUTE);
      expect(site.currents.phase1).to.equal(isForGood ? 25 : 10);
    }
  });

  it('remembers the latest 50 changes by somebody else, each once, whoever it tells', async () => {
    expect(await request('solar', 25)).to.include({ decision: 'unchanged' });
    await request('solar', 10, { foreign: 'report' });
    await request('fuse', 24, { role: 'limit' });
    expect(runner.foreignChanges).to.deep.equal([]);
    const at: string[] = [];
    for (let count = 1; count <= 51; count += 1) {
      await changedElsewhere(count % 2 === 0 ? 12 : 14);
      at.push(clock.iso());
    }
    expect(runner.foreignChanges).to.have.length(50);
    expect(runner.foreignChanges.at(-1)).to.deep.equal({ at: at[50], applied: everyPhase(14) });
    expect(runner.foreignChanges[0]).to.deep.equal({ at: at[1], applied: everyPhase(12) });
  });

  it('takes a change that it sets right again for one, and no request that gives way to it', async () => {
    await request('solar', 10, { foreign: 'reassert' });
    await changedElsewhere(8);
    expect(runner.foreignChanges).to.have.length(1);
    await timers.tickAsync(20 * MINUTE);
    await request('solar', 10, { foreign: 'yield' });
    await changedElsewhere(9);
    expect(await request('solar', 12, { foreign: 'yield' })).to.include({ decision: 'foreign-change' });
    expect(runner.foreignChanges.map(({ applied }) => applied?.phase1)).to.deep.equal([8, 9]);
  });

  describe('tells later decisions', () => {
    it('to those who listen, until they end it', async () => {
      const [first, second] = [heard('solar'), heard('solar')];
      await request('solar', 10);
      await request('solar', 16);
      first.end();
      await timers.tickAsync(15 * MINUTE);
      expect([first.decisions, second.decisions]).to.deep.equal([[], ['applied']]);
      second.end();
      const third = heard('solar');
      second.end();
      await request('solar', 20);
      await timers.tickAsync(15 * MINUTE);
      expect([second.decisions.length, third.decisions]).to.deep.equal([1, ['applied']]);
    });

    it('to all of them, also where one of them fails', async () => {
      runner.listen('solar', () => {
        throw new Error('made up');
      });
      const { decisions } = heard('solar');
      await request('solar', 10);
      await request('solar', 16);
      await timers.tickAsync(15 * MINUTE);
      expect(decisions).to.deep.equal(['applied']);
      expect(site.currents).to.deep.equal(everyPhase(16));
    });

    it('to the caller alone, where it is the first one', async () => {
      const { decisions } = heard('solar');
      expect(await request('solar', 10)).to.include({ decision: 'applied' });
      expect(decisions).to.deep.equal([]);
    });
  });

  for (const [what, error, decision, code] of [
    ['for good', zaptecError('HTTP_404', 'made up', { status: 404 }), 'refused', 'HTTP_404'],
    ['for a while', zaptecError('NETWORK', 'made up'), 'deferred', 'NETWORK'],
    ['in a way that nobody knows', new Error('made up'), 'deferred', 'INTERNAL'],
  ] as const) {
    it(`answers ${decision} where the current cannot be read ${what}`, async () => {
      site.readError = error;
      const answer = await request('solar', 10);
      expect(answer.decision).to.equal(decision);
      expect(answer.error).to.include({ code });
      expect(site.sent).to.deep.equal([]);
    });
  }

  it('sends a target behind all else, and a lowering and a single write before', async () => {
    await request('solar', 10);
    await timers.tickAsync(15 * MINUTE);
    await request('solar', 16);
    await timers.tickAsync(15 * MINUTE);
    const answer = runner.write(everyPhase(20), { some: 'setting' });
    await timers.tickAsync(0);
    expect((await answer)?.data).to.deep.equal({ answered: true });
    expect(site.sent.map(({ ampere, others, lane }) => ({ ampere, others, lane }))).to.deep.equal([
      { ampere: 10, others: {}, lane: 'command' },
      { ampere: 16, others: {}, lane: 'message' },
      { ampere: 20, others: { some: 'setting' }, lane: 'command' },
    ]);
  });

  describe('for a single write', () => {
    it('answers nothing where nothing had to be sent', async () => {
      const answer = runner.write(everyPhase(25), {});
      await timers.tickAsync(0);
      expect(await answer).to.equal(undefined);
      expect(site.sent).to.deep.equal([]);
    });

    it('goes up to the maximum that comes with it, where that is a number', async () => {
      const refused = failureOf(runner.write(everyPhase(30), { maxCurrent: 'much' }));
      const answer = runner.write(everyPhase(30), { maxCurrent: 32 });
      await timers.tickAsync(0);
      expect((await refused).code).to.equal('ABOVE_MAXIMUM');
      await answer;
      expect(site.currents).to.deep.equal(everyPhase(30));
    });

    it('whose answer was lost says what a reading shows: that it acted, and was sent once', async () => {
      site.sendError = LOST;
      const answer = runner.write(everyPhase(10), {});
      await timers.tickAsync(MINUTE);
      const time = new Date(Date.now() - MINUTE + 2_000).toISOString();
      expect(await answer).to.deep.equal({ data: null, meta: { source: 'rest', time, ageMs: 0, attempts: 1 } });
      expect(site.sent).to.have.length(1);
    });

    it('sends nothing for one that was given up before, or while it waits to leave', async () => {
      expect((await failureOf(runner.write(everyPhase(10), {}, AbortSignal.abort()))).code).to.equal('ABORTED');
      let leave: () => void = () => undefined;
      site.permit = new Promise<void>((resolve) => (leave = resolve));
      const giver = new AbortController();
      const given = failureOf(runner.write(everyPhase(12), {}, giver.signal));
      await timers.tickAsync(0);
      giver.abort();
      const error = await given;
      expect([error.code, error.message.split('.')[0]]).to.deep.equal(['ABORTED', 'The request was given up']);
      leave();
      await timers.tickAsync(0);
      expect(site.sent).to.deep.equal([]);
      expect(runner.isIdle).to.equal(true);
    });
  });

  it('recalls a raise that waits to leave when a limit comes', async () => {
    await request('solar', 10);
    await timers.tickAsync(15 * MINUTE);
    let leave: () => void = () => undefined;
    site.permit = new Promise<void>((resolve) => (leave = resolve));
    void send('solar', 20);
    await timers.tickAsync(0);
    void send('fuse', 6, { role: 'limit' });
    leave();
    await timers.tickAsync(0);
    expect(site.sent.map(({ ampere }) => ampere)).to.deep.equal([10, 6]);
  });

  it('refuses what still waits when it is closed, and sends nothing more', async () => {
    let leave: () => void = () => undefined;
    site.permit = new Promise<void>((resolve) => (leave = resolve));
    const [decision, written] = [send('solar', 10), failureOf(runner.write(everyPhase(9), {}))];
    await timers.tickAsync(0);
    runner.close();
    expect(await decision).to.include({ decision: 'refused' });
    expect((await decision).error).to.include({ code: 'ABORTED' });
    expect((await decision).error?.message).to.match(/^The account was closed\. /);
    expect((await written).code).to.equal('ABORTED');
    leave();
    await timers.tickAsync(MINUTE);
    expect(site.sent).to.deep.equal([]);
  });
});

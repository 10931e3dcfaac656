import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { inVirtualTime, seeded } from '../../../bench/virtual-time';
import type { Lane } from '../../../src/http/lanes';
import { RequestLimiter } from '../../../src/http/limiter';
import { clock } from '../../../src/time/clock';
import { failureOf } from '../../support/failure';
import { draws } from '../../support/draws';

const ROUND_TRIP_MS = 40;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Runs jobs under one limiter on a virtual clock; each job takes one round trip. */
function limited(
  work: (
    limiter: RequestLimiter,
    send: (lane: Lane, name?: string) => Promise<unknown>,
    sent: { at: number; name: string }[],
  ) => Promise<void>,
) {
  return inVirtualTime(async () => {
    const limiter = new RequestLimiter('test');
    const sent: { at: number; name: string }[] = [];
    const send = (lane: Lane, name: string = lane) =>
      limiter.run({ lane, attempt: 1 }, async () => {
        sent.push({ at: Date.now(), name });
        await sleep(ROUND_TRIP_MS);
        return name;
      });
    try {
      await work(limiter, send, sent);
    } finally {
      limiter.stop();
    }
  });
}

/**
 * Each number differs, because the ids of jobs are made of them, and yet each gives the same pause: an account that another
 * file has left in this process may draw some of them.
 */
function nearlyConstant(): () => number {
  let drawn = 0;
  return () => 0.512 + (drawn += 1) * 1e-9;
}

function mostInAnySecond(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}

describe('the limiter', () => {
  it('lets ten leave at once, and never more than ten in a second', () =>
    limited(async (_limiter, send, sent) => {
      const startedAt = Date.now();
      await Promise.all(Array.from({ length: 95 }, () => send('message')));
      const times = sent.map(({ at }) => at - startedAt);
      expect(times[9]).to.be.below(50);
      expect(mostInAnySecond(times)).to.equal(10);
      expect(times.at(-1)).to.be.within(9_000, 9_400);
    }));

  it('hands an answer on while its permit is still taken', () =>
    limited(async (_limiter, send) => {
      const startedAt = Date.now();
      await Promise.all(Array.from({ length: 10 }, () => send('message')));
      expect(Date.now() - startedAt).to.be.below(100);
    }));

  it('lets a command pass a thousand background reads within 150 ms, once the round trip is known', () =>
    limited(async (_limiter, send, sent) => {
      for (let i = 0; i < 1000; i += 1) void send('background');
      const random = seeded(11);
      // One that comes between two reads would leave a gap behind it for ever, were the reads not spread again.
      await sleep(511);
      await send('command');
      await sleep(3_000);
      for (let i = 0; i < 40; i += 1) {
        await sleep(random() * 1_000);
        const askedAt = Date.now();
        await send('command');
        const command = sent.findLast(({ name }) => name === 'command')!;
        expect(command.at - askedAt).to.be.at.most(150);
      }
    }));

  it('spreads background work instead of sending it in bursts', () =>
    limited(async (_limiter, send, sent) => {
      await Promise.all(Array.from({ length: 30 }, () => send('background')));
      const gaps = sent.slice(1).map(({ at }, index) => at - sent[index]!.at);
      expect(Math.min(...gaps)).to.be.at.least(90);
      expect(Math.max(...gaps)).to.be.at.most(150);
    }));

  it('serves the lanes in their order after a pause', () =>
    limited(async (limiter, send, sent) => {
      limiter.refused(Date.now(), 2_000);
      const lanes: Lane[] = ['background', 'editor', 'message', 'command'];
      await Promise.all(lanes.flatMap((lane) => [send(lane), send(lane)]));
      expect(sent.map(({ name }) => name)).to.deep.equal([
        'command',
        'command',
        'message',
        'message',
        'editor',
        'editor',
        'background',
        'background',
      ]);
    }));

  it('stops everybody for Retry-After, and longer when it happens again', () =>
    limited(async (limiter, send, sent) => {
      const startedAt = Date.now();
      limiter.refused(startedAt, 3_000);
      expect(limiter.budget.pausedUntil).to.be.at.least(startedAt + 3_000);
      await send('command');
      expect(sent[0]!.at - startedAt).to.be.within(3_000, 3_400);
      const again = Date.now();
      limiter.refused(again, 3_000);
      await send('command');
      expect(sent[1]!.at - again).to.be.within(6_000, 6_700);
    }));

  it('halves the permits once for the refusals of one burst, and gives one back per five clean seconds', () =>
    limited(async (limiter) => {
      const sentAt = Date.now();
      for (let i = 0; i < 5; i += 1) limiter.refused(sentAt, 1_000);
      expect(limiter.budget.permits).to.equal(5);
      await sleep(5_100);
      limiter.accepted(Date.now());
      expect(limiter.budget.permits).to.equal(6);
      await sleep(20_100);
      limiter.accepted(Date.now());
      expect(limiter.budget.permits).to.equal(10);
    }));

  it('keeps at least one permit', () =>
    limited(async (limiter) => {
      for (let i = 0; i < 8; i += 1) {
        await sleep(1);
        limiter.refused(Date.now(), 1_000);
      }
      expect(limiter.budget.permits).to.equal(1);
    }));

  it('gives a permit back at once when nothing was sent', () =>
    limited(async (limiter, send) => {
      const startedAt = Date.now();
      for (let i = 0; i < 50; i += 1) await limiter.run({ lane: 'message', attempt: 1 }, () => undefined);
      await send('message');
      expect(Date.now() - startedAt).to.be.below(100);
    }));

  it('lets a caller give up while it waits', () =>
    limited(async (limiter, send, sent) => {
      limiter.refused(Date.now(), 60_000);
      const leaving = new AbortController();
      const failure = failureOf(
        limiter.run({ lane: 'background', attempt: 1, signal: leaving.signal }, () => Promise.resolve('never')),
      );
      const stays = send('message');
      leaving.abort();
      expect((await failure).code).to.equal('ABORTED');
      await stays;
      expect(sent).to.have.length(1);
    }));

  it('counts what is used and what waits', () =>
    limited(async (limiter, send) => {
      const all = Promise.all(Array.from({ length: 15 }, () => send('message')));
      await sleep(20);
      expect(limiter.budget).to.include({ permits: 10, used: 10, waiting: 5 });
      await all;
    }));

  describe('while somebody sets the wall clock', () => {
    const HOUR = 3_600_000;
    interface Step {
      afterMs: number;
      byMs: number;
    }

    /** When each of a mix of requests is sent, in ms of running time; a 429 interrupts them. */
    const timeline = (steps: readonly Step[]) =>
      inVirtualTime(async (timers) => {
        (Math.random as sinon.SinonStub).callsFake(nearlyConstant());
        const limiter = new RequestLimiter('test');
        const startedAt = performance.now();
        const sent: [name: string, at: number][] = [];
        const send = async (lane: Lane, name: string, startMs: number) => {
          await sleep(startMs);
          await limiter.run({ lane, attempt: 1 }, async () => {
            sent.push([name, performance.now() - startedAt]);
            await sleep(ROUND_TRIP_MS);
          });
        };
        for (const { afterMs, byMs } of steps) setTimeout(() => timers.setSystemTime(Date.now() + byMs), afterMs);
        setTimeout(() => limiter.refused(clock.steady(), 2_000), 2_500);
        const lanes: Lane[] = ['message', 'background', 'command', 'editor', 'background'];
        const names = Array.from({ length: 60 }, (_, i) => [lanes[i % lanes.length]!, `${i}`, (i % 7) * 400] as const);
        await Promise.all(names.map((request) => send(...request)));
        limiter.stop();
        return sent;
      });

    beforeEach(() => sinon.stub(Math, 'random'));
    afterEach(() => sinon.restore());

    it('sends each request at its time, however often and at whatever moment that happens', async function () {
      this.timeout(60_000);
      const undisturbed = await timeline([]);
      expect(mostInAnySecond(undisturbed.map(([, at]) => at))).to.equal(10);
      const byMs = fc.oneof(
        fc.constantFrom(90_000, HOUR, 24 * HOUR, -90_000, -HOUR, -24 * HOUR),
        fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
      );
      const step = fc.record({ afterMs: fc.integer({ min: 0, max: 9_000 }), byMs });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
          expect(await timeline(steps)).to.deep.equal(undisturbed);
        }),
        { numRuns: draws(60) },
      );
    });

    for (const byMs of [-90_000, -HOUR, -24 * HOUR, 90_000, HOUR, 24 * HOUR]) {
      it(`ends a pause in time after a step of ${byMs / 1000} s, and shows its end by the new wall clock`, () =>
        inVirtualTime(async (timers) => {
          (Math.random as sinon.SinonStub).callsFake(nearlyConstant());
          const limiter = new RequestLimiter('test');
          limiter.refused(clock.steady(), 3_000);
          timers.setSystemTime(Date.now() + byMs);
          expect(limiter.budget.pausedUntil! - Date.now()).to.be.within(3_000, 3_400);
          const startedAt = performance.now();
          await limiter.run({ lane: 'command', attempt: 1 }, () => Promise.resolve());
          expect(performance.now() - startedAt).to.be.within(3_000, 3_400);
          limiter.stop();
        }));
    }
  });

  it('says of what waits when it is stopped, and of what comes later, that it was given up', () =>
    limited(async (limiter, send, sent) => {
      const lanes: Lane[] = ['message', 'background', 'command'];
      const all = Array.from({ length: 30 }, (_, i) => failureOf(send(lanes[i % 3]!)).catch(() => undefined));
      await sleep(500);
      limiter.stop();
      const failures = (await Promise.all(all)).filter((failure) => failure !== undefined);
      expect(failures.length + sent.length).to.equal(30);
      failures.push(...(await Promise.all(lanes.map((lane) => failureOf(send(lane))))));
      for (const failure of failures) expect(failure).to.have.property('code', 'ABORTED');
    }));

  it('fails for the caller when a send throws', () =>
    limited(async (limiter) => {
      const failure = await failureOf(
        limiter.run({ lane: 'message', attempt: 1 }, () => Promise.reject(new Error('from the wire'))),
      );
      expect(failure.message).to.equal('from the wire');
    }));
});

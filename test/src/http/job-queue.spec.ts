import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';
import { inVirtualTime } from '../../../bench/virtual-time';
import { jobQueue, PacedQueue } from '../../../src/http/job-queue';
import { failureOf } from '../../support/failure';

const HOUR = 3_600_000;
const STEPS = [-90_000, -HOUR, -24 * HOUR, 90_000, HOUR, 24 * HOUR];

const done = () => Promise.resolve();

for (const byMs of STEPS) {
  describe(`while the wall clock is set by ${byMs / 1000} s`, () => {
    const set = (timers: SinonFakeTimers) => timers.setSystemTime(Date.now() + byMs);
    const runs = (job: () => Promise<unknown>) => async () => {
      const startedAt = performance.now();
      await job();
      return performance.now() - startedAt;
    };

    it('a queue runs its first job at once, and the next one too', () =>
      inVirtualTime(async (timers) => {
        const queue = jobQueue({ maxConcurrent: 1 });
        set(timers);
        expect(await runs(() => queue.schedule(done))()).to.be.below(10);
        set(timers);
        expect(await runs(() => queue.schedule(done))()).to.be.below(10);
      }));

    it('a queue runs the jobs that wait already as soon as there is a place', () =>
      inVirtualTime(async (timers) => {
        const queue = jobQueue({ maxConcurrent: 1 });
        const startedAt = performance.now();
        const busy = queue.schedule(() => new Promise<void>((resolve) => setTimeout(resolve, 1_000)));
        const waiting = [queue.schedule(done), queue.schedule(done)];
        set(timers);
        await busy;
        set(timers);
        await Promise.all(waiting);
        expect(performance.now() - startedAt).to.be.within(1_000, 1_020);
      }));

    it('a paced queue keeps its gap, no more and no less', () =>
      inVirtualTime(async (timers) => {
        const queue = new PacedQueue(1_100);
        const starts: number[] = [];
        const jobs = Array.from({ length: 4 }, () =>
          queue.run(() => {
            starts.push(performance.now());
            return done();
          }),
        );
        set(timers);
        await jobs[0];
        set(timers);
        await jobs[1];
        setTimeout(() => set(timers), 500);
        await Promise.all(jobs);
        const gaps = starts.slice(1).map((at, index) => at - starts[index]!);
        for (const gap of gaps) expect(gap).to.be.within(1_100, 1_110);
        queue.stop();
      }));
  });
}

describe('a paced queue', () => {
  it('serves by priority, and gives the caller the result of its job', () =>
    inVirtualTime(async () => {
      const queue = new PacedQueue(100);
      const order: string[] = [];
      const job = (name: string) => () => {
        order.push(name);
        return Promise.resolve(name);
      };
      const first = queue.run(job('first'));
      const rest = [queue.run(job('next')), queue.run(job('slow'), 8), queue.run(job('urgent'), 1)];
      expect(await Promise.all([first, ...rest])).to.deep.equal(['first', 'next', 'slow', 'urgent']);
      expect(order).to.deep.equal(['first', 'next', 'urgent', 'slow']);
      const failed = await queue.run(() => Promise.reject(new Error('away'))).catch((error: unknown) => error);
      expect(failed).to.have.property('message', 'away');
    }));

  it('drops the jobs that wait when it is stopped', () =>
    inVirtualTime(async () => {
      const queue = new PacedQueue(1_000);
      await queue.run(done);
      let ran = 0;
      const waiting = [1, 2].map(() => failureOf(queue.run(() => Promise.resolve((ran += 1)))));
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(queue.waiting).to.equal(1);
      queue.stop();
      for (const { message } of await Promise.all(waiting)) expect(message).to.contain('stopped');
      expect(ran).to.equal(0);
    }));
});

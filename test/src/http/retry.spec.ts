import { expect } from 'chai';
import fc from 'fast-check';
import { delayBefore, mayRetry } from '../../../src/http/retry';
import type { Attempt } from '../../../src/http/attempt';

const answer = (status: number, zaptecCode?: number): Attempt => ({
  kind: 'answer',
  status,
  text: '',
  ...(zaptecCode ? { zaptecCode } : {}),
});
const lost = (kind: 'dropped' | 'timeout' | 'unreachable' | 'too-large' | 'aborted'): Attempt => ({ kind, reason: '' });

describe('another try', () => {
  const rows: [string, Attempt, { get: boolean; post: boolean; once: boolean }][] = [
    ['429', answer(429), { get: true, post: true, once: true }],
    ['502', answer(502), { get: true, post: true, once: true }],
    ['503', answer(503), { get: true, post: true, once: true }],
    ['504', answer(504), { get: true, post: true, once: false }],
    ['524', answer(524), { get: true, post: true, once: false }],
    ['500', answer(500), { get: true, post: false, once: false }],
    ['500 with a code', answer(500, 528), { get: false, post: false, once: false }],
    ['503 with a code', answer(503, 520), { get: false, post: false, once: false }],
    ['400', answer(400), { get: false, post: false, once: false }],
    ['404', answer(404), { get: false, post: false, once: false }],
    ['a dropped connection', lost('dropped'), { get: true, post: true, once: false }],
    ['a time-out', lost('timeout'), { get: true, post: true, once: false }],
    ['nobody there', lost('unreachable'), { get: true, post: true, once: true }],
    ['too large', lost('too-large'), { get: false, post: false, once: false }],
    ['given up', lost('aborted'), { get: false, post: false, once: false }],
  ];
  for (const [name, attempt, wanted] of rows) {
    it(`after ${name} is made where it does no harm`, () => {
      expect({
        get: mayRetry(attempt, { method: 'GET', repeatable: true }),
        post: mayRetry(attempt, { method: 'POST', repeatable: true }),
        once: mayRetry(attempt, { method: 'POST', repeatable: false }),
      }).to.deep.equal(wanted);
    });
  }

  it('never comes sooner than the server asked, nor after a shorter wait than the one before', () => {
    const ms = fc.double({ min: 0, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        ms,
        ms,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, last, asked, random) => {
          const wait = delayBefore(tries, last, asked, random);
          expect(wait).to.be.at.least(asked);
          expect(wait).to.be.above(last);
        },
      ),
    );
  });

  it('waits longer each time also where no gap before is known', () => {
    const waits = [1, 2, 3, 4].map((tries) => delayBefore(tries, 0, 0, 0.5));
    expect(waits).to.deep.equal([...waits].sort((a, b) => a - b));
    expect(delayBefore(20, 0, 0, 1)).to.equal(30_000);
  });
});

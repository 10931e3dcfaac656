import { expect } from 'chai';
import fc from 'fast-check';
import { delayBefore, mayRetry } from '../../../src/http/retry';
import { retryAfter } from '../../../src/http/transport';
import type { Attempt } from '../../../src/http/attempt';

const answer = (status: number, zaptecCode?: number): Attempt => ({
  kind: 'answer',
  status,
  text: '',
  ...(zaptecCode ? { zaptecCode } : {}),
});
const lost = (kind: 'dropped' | 'timeout' | 'unreachable' | 'too-large' | 'aborted'): Attempt => ({ kind, reason: '' });

describe('retry', () => {
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
    it(name, () => {
      expect({
        get: mayRetry(attempt, { method: 'GET', repeatable: true }),
        post: mayRetry(attempt, { method: 'POST', repeatable: true }),
        once: mayRetry(attempt, { method: 'POST', repeatable: false }),
      }).to.deep.equal(wanted);
    });
  }

  it('never waits less than the server asked, nor less than the time before', () => {
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

  it('grows without a gap to grow from', () => {
    const waits = [1, 2, 3, 4].map((tries) => delayBefore(tries, 0, 0, 0.5));
    expect(waits).to.deep.equal([...waits].sort((a, b) => a - b));
    expect(delayBefore(20, 0, 0, 1)).to.equal(30_000);
  });

  it('reads Retry-After in seconds and as a date, at least a second', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(retryAfter('7', now)).to.equal(7000);
    expect(retryAfter('0', now)).to.equal(1000);
    expect(retryAfter(new Date(now + 90_000).toUTCString(), now)).to.equal(90_000);
    expect(retryAfter(new Date(now - 90_000).toUTCString(), now)).to.equal(1000);
    for (const header of [undefined, '', 'soon']) expect(retryAfter(header, now)).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { RedisClock } from '../../../src/cluster/redis-clock';

/** Redis's clock is so much ahead of ours, ms. */
const AHEAD = 1_000_000;

describe('the clock of Redis', () => {
  let clock: RedisClock;
  beforeEach(() => (clock = new RedisClock(700)));

  /** An answer to a question that takes so long each way. */
  const answer = (askedAt: number, wayMs: number, aheadMs = AHEAD) =>
    clock.read(askedAt + wayMs + aheadMs, askedAt, askedAt + 2 * wayMs);

  it('is unknown before the first answer', () => {
    expect(clock.at(0)).to.equal(undefined);
    expect(clock.deadlineOf(0)).to.equal(undefined);
    expect(clock.roundTripMs).to.equal(0);
  });

  it('is taken for later rather than earlier, by no more than the round trip', () => {
    expect(answer(10, 5)).to.equal(false);
    expect(clock.at(100)).to.be.within(100 + AHEAD, 100 + AHEAD + 10);
  });

  for (const [wayMs, lateMs] of [
    [1, 100],
    [25, 200],
    [200, 700],
  ] as const) {
    it(`lets a question come at most ${lateMs} ms late where the way takes ${wayMs} ms`, () => {
      answer(0, wayMs);
      expect(clock.deadlineOf(50)).to.equal(clock.at(50 + lateMs));
      // Not before the deadline is over by the clock of Redis, which is behind what it is taken for.
      expect(clock.overAt(50)).to.equal(50 + lateMs + 2 * wayMs);
      expect(clock.overAt(50) + AHEAD).to.be.at.least(clock.deadlineOf(50)!);
    });
  }

  it('goes by the longest of the last 16 round trips', () => {
    answer(0, 40);
    for (let times = 1; times <= 15; times += 1) answer(times * 100, 1);
    expect(clock.roundTripMs).to.equal(80);
    answer(1_600, 1);
    expect(clock.roundTripMs).to.equal(2);
  });

  it('has jumped where two answers differ by more than the way and half a second', () => {
    answer(0, 10);
    expect(answer(100, 10, AHEAD + 500)).to.equal(false);
    expect(answer(200, 10, AHEAD + 500 + 521)).to.equal(true);
    expect(answer(300, 10, AHEAD)).to.equal(true);
    expect(answer(400, 10, AHEAD)).to.equal(false);
  });

  it('has not jumped where an answer was long under way', () => {
    answer(0, 1);
    expect(answer(100, 600)).to.equal(false);
  });
});

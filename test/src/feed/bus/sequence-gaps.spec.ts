import { expect } from 'chai';
import { SequenceGaps } from '../../../../src/feed/bus/sequence-gaps';

describe('gaps between the numbers of messages', () => {
  /** Whether numbers were left out before each message. @param numbers in two halves */
  const skips = (...numbers: [high: number, low: number][]) => {
    const gaps = new SequenceGaps();
    return numbers.map(([high, low]) => gaps.skipped({ high, low }));
  };
  const PARTITION = 2 ** 16;

  it('are not there before the first message, whatever its number', () => {
    expect(skips([0, 700])).to.deep.equal([false]);
  });

  it('are where a number is left out', () => {
    expect(skips([0, 1], [0, 2], [0, 4], [0, 5], [0, 9])).to.deep.equal([false, false, true, false, true]);
  });

  it('are not where a message comes again, nor between the messages after it', () => {
    expect(skips([0, 1], [0, 2], [0, 3], [0, 1], [0, 3], [0, 4])).to.deep.equal(Array(6).fill(false));
  });

  it('are found beyond 32 bits, whose lower half may be negative', () => {
    expect(skips([0, -2], [0, -1], [1, 0], [1, 1], [2, 1])).to.deep.equal([false, false, false, false, true]);
  });

  it('are those of each partition alone, which the highest 16 bits name', () => {
    expect(
      skips([PARTITION, 1], [2 * PARTITION, 9], [PARTITION, 2], [2 * PARTITION, 10], [PARTITION, 4], [-PARTITION, 1]),
    ).to.deep.equal([false, false, false, false, true, false]);
    expect(skips([PARTITION + 1, 0], [PARTITION + 1, 1], [PARTITION + 3, 0])).to.deep.equal([false, false, true]);
  });
});

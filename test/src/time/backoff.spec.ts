import { expect } from 'chai';
import { Backoff, doubled, longerThan } from '../../../src/time/backoff';

describe('the back-off', () => {
  it('doubles up to its longest wait', () => {
    expect([0, 1, 2, 3, 4].map((failures) => doubled(500, 5_000, failures))).to.deep.equal([
      500, 1_000, 2_000, 4_000, 5_000,
    ]);
  });

  it('waits longer after each failure in a row, also when something else made the last wait long', () => {
    const backoff = new Backoff<string>(1_000, 60_000);
    backoff.failed('first', 0);
    expect(backoff).to.include({ tries: 1, at: 1_000, error: 'first' });
    backoff.failed('second', 20_000);
    expect(backoff.at - 20_000).to.equal(longerThan(20_000));
    backoff.failed('third', 60_000);
    expect(backoff).to.include({ tries: 3, error: 'third' });
    expect(backoff.at - 60_000).to.equal(longerThan(40_000));
    backoff.failed('fourth', 130_000);
    expect(backoff.at - 130_000).to.equal(60_000);
  });

  it('begins anew after a success, and after a time much longer than its longest wait', () => {
    const backoff = new Backoff<string>(1_000, 60_000);
    backoff.failed('a', 0);
    backoff.failed('b', 5_000);
    backoff.succeeded();
    expect(backoff).to.include({ tries: 0, at: -Infinity, error: undefined });
    backoff.failed('c', 10_000);
    backoff.failed('d', 200_000);
    expect(backoff.at).to.equal(201_000);
  });
});

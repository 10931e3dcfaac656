import { expect } from 'chai';
import { Checkpoints, REACH_MS } from '../../../src/feed/checkpoints';

const NOW = Date.UTC(2026, 4, 4, 10);
const HOUR = 3_600_000;
const SITE = '0a1b2c3d-0000-4000-8000-0000000000b1';

describe('how far the sessions of an installation are told', () => {
  const restored = (dumped: unknown, marks = new Checkpoints()) => {
    marks.restore(JSON.parse(JSON.stringify(dumped)), NOW);
    return marks.get(SITE);
  };

  it('outlives a restart', () => {
    const marks = new Checkpoints();
    marks.set(SITE, { since: NOW - 9 * HOUR, checkedAt: NOW - HOUR });
    expect(restored(marks.dump())).to.deep.equal({ since: NOW - 9 * HOUR, checkedAt: NOW - HOUR });
  });

  it('begins anew after so long that nothing of it is to be told any more', () => {
    const mark = (checkedAt: number) => ({ [SITE]: { since: checkedAt - HOUR, checkedAt } });
    expect(restored(mark(NOW - REACH_MS))).to.include({ checkedAt: NOW - REACH_MS });
    expect(restored(mark(NOW - REACH_MS - 1))).to.equal(undefined);
  });

  it('is never later than what is remembered, nor than now', () => {
    const marks = new Checkpoints();
    marks.set(SITE, { since: NOW - 1, checkedAt: NOW - 1 });
    expect(restored({ [SITE]: { since: NOW - HOUR, checkedAt: NOW + HOUR } }, marks)).to.deep.equal({
      since: NOW - HOUR,
      checkedAt: NOW - 1,
    });
    expect(restored({ [SITE]: { since: NOW + HOUR, checkedAt: NOW + HOUR } })).to.deep.equal({
      since: NOW,
      checkedAt: NOW,
    });
  });

  it('forgives whatever it is given', () => {
    for (const mark of [
      null,
      7,
      [],
      {},
      { since: NOW },
      { since: '1', checkedAt: NOW },
      { since: NOW, checkedAt: null },
    ]) {
      expect(restored({ [SITE]: mark })).to.equal(undefined);
    }
    for (const dumped of [null, 7, 'x', []]) expect(restored(dumped)).to.equal(undefined);
  });
});

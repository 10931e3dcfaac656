import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import { KnownCurrent, type ReadingOutcome } from '../../../src/current/known-current';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** The last write was sent and got through at this time. */
const WRITTEN_AT = 100 * MINUTE;

describe('what a governor knows of the current of the cloud', () => {
  let known: KnownCurrent;

  beforeEach(() => {
    known = new KnownCurrent();
  });

  const read = (ampere: number | undefined, at: number, sentAt = -Infinity, doneAt = sentAt): ReadingOutcome =>
    known.read(ampere === undefined ? undefined : everyPhase(ampere), at, sentAt, doneAt);
  const ampere = () => known.currents?.phase1;
  const written = (to: number) => known.confirm(everyPhase(to), WRITTEN_AT);
  const readAfter = (ms: number, to: number) => read(to, WRITTEN_AT + ms, WRITTEN_AT);
  /** A write of 16 A over 10 A was sent at `WRITTEN_AT`; its answer was lost 3 s later. */
  const losesRaise = () => {
    known.confirm(everyPhase(10), WRITTEN_AT - 20 * MINUTE);
    known.lose(everyPhase(16), WRITTEN_AT, WRITTEN_AT + 3 * SECOND);
  };
  const readAfterLoss = (ms: number, to: number) =>
    read(to, WRITTEN_AT + 3 * SECOND + ms, WRITTEN_AT, WRITTEN_AT - 20 * MINUTE);

  it('is nothing at first', () => {
    expect(known).to.deep.include({ currents: undefined, at: -Infinity, readAt: -Infinity });
    expect(known).to.deep.include({ most: undefined, least: undefined, doubtEndsAt: -Infinity });
    expect(known).to.deep.include({ inDoubt: false, isUnread: false, isUncertain: false });
    expect(known.countsFrom(-Infinity), 'every reading counts').to.equal(-Infinity);
  });

  it('is what the first reading says, since then', () => {
    expect(read(10, 5 * MINUTE)).to.equal('first');
    expect(known).to.deep.include({ currents: everyPhase(10), at: 5 * MINUTE, readAt: 5 * MINUTE });
    expect(known).to.deep.include({ most: everyPhase(10), least: everyPhase(10) });
  });

  it('stays as old as it was after a reading that tells no current, or that is of a time before', () => {
    read(10, 5 * MINUTE);
    expect(read(undefined, 9 * MINUTE)).to.equal('useless');
    expect(read(12, 5 * MINUTE - 1)).to.equal('useless');
    expect(known).to.deep.include({ currents: everyPhase(10), at: 5 * MINUTE, readAt: 5 * MINUTE });
    expect(read(10, 5 * MINUTE)).to.equal('same');
  });

  it('is confirmed by a reading of the same', () => {
    read(10, 5 * MINUTE);
    expect(read(10, 9 * MINUTE)).to.equal('same');
    expect(known).to.deep.include({ at: 9 * MINUTE, readAt: 9 * MINUTE });
  });

  it('stays the same current where a reading differs by less than can be set', () => {
    read(10, 5 * MINUTE);
    expect(read(10.04, 9 * MINUTE)).to.equal('same');
    expect(ampere(), 'many small steps must not add up').to.equal(10);
  });

  it('may be anything where the cloud was read and does not tell, until it is known', () => {
    known.untold();
    expect(known.most).to.deep.equal(everyPhase(Infinity));
    expect(known.least).to.equal(undefined);
    written(8);
    expect(known.most).to.deep.equal(everyPhase(8));
  });

  describe('after a write', () => {
    it('is not contradicted within a minute, and is by somebody else after it', () => {
      written(16);
      expect(readAfter(0, 10)).to.equal('too-early');
      expect(readAfter(MINUTE - 1, 10)).to.equal('too-early');
      expect(known).to.deep.include({ currents: everyPhase(16), at: WRITTEN_AT, readAt: WRITTEN_AT });
      expect(KnownCurrent.settledAt(WRITTEN_AT)).to.equal(WRITTEN_AT + MINUTE);
      expect(readAfter(MINUTE, 10)).to.equal('foreign');
      expect(ampere()).to.equal(10);
    });

    it('is not shown by a reading of before the write was sent', () => {
      written(16);
      expect(known.countsFrom(WRITTEN_AT)).to.equal(WRITTEN_AT);
      expect(readAfter(-1, 16)).to.equal('useless');
      expect(readAfter(0, 16)).to.equal('same');
    });
  });

  describe('by observations', () => {
    it('is confirmed, which is no answer of the cloud itself', () => {
      read(10, 5 * MINUTE);
      known.agree(8 * MINUTE);
      expect(known).to.deep.include({ currents: everyPhase(10), at: 8 * MINUTE, readAt: 5 * MINUTE });
    });

    it('is not confirmed where only a reading can show what is set', () => {
      losesRaise();
      known.agree(WRITTEN_AT + 30 * SECOND);
      expect(known.at, 'an answer was lost').to.equal(WRITTEN_AT - 20 * MINUTE);
      known.confirm(everyPhase(16), WRITTEN_AT + MINUTE);
      known.expire(WRITTEN_AT + 2 * MINUTE);
      known.agree(WRITTEN_AT + 3 * MINUTE);
      expect(known.at, 'the computer may have slept').to.equal(WRITTEN_AT + MINUTE);
    });

    it('is not made known', () => {
      known.agree(5 * MINUTE);
      expect(known).to.deep.include({ currents: undefined, at: -Infinity });
    });
  });

  describe('after a lost answer', () => {
    it('is in doubt: the cloud may have what it had, or what was sent', () => {
      losesRaise();
      expect(known).to.deep.include({ isUnread: true, inDoubt: true, isUncertain: true, currents: everyPhase(10) });
      expect(known).to.deep.include({ most: everyPhase(16), least: everyPhase(10) });
      expect(known.doubtEndsAt).to.equal(WRITTEN_AT + MINUTE);
    });

    it('may be the least and the most of each phase, whichever was sent', () => {
      known.confirm({ phase1: 6, phase2: 20, phase3: 10 }, 0);
      known.lose({ phase1: 16, phase2: 8, phase3: 10 }, WRITTEN_AT, WRITTEN_AT);
      expect(known.most).to.deep.equal({ phase1: 16, phase2: 20, phase3: 10 });
      expect(known.least).to.deep.equal({ phase1: 6, phase2: 8, phase3: 10 });
    });

    it('is shown by no reading of before the answer was lost', () => {
      losesRaise();
      expect(known.countsFrom(WRITTEN_AT)).to.equal(WRITTEN_AT + 3 * SECOND);
      expect(readAfterLoss(-1, 16)).to.equal('useless');
      expect(known.isUnread).to.equal(true);
      expect(readAfterLoss(0, 16)).to.equal('applied');
    });

    it('is what was sent where a reading shows that, and no doubt is left', () => {
      losesRaise();
      expect(readAfterLoss(2 * SECOND, 16)).to.equal('applied');
      expect(known).to.deep.include({ currents: everyPhase(16), isUnread: false, inDoubt: false, isUncertain: false });
    });

    it('is what it was where a reading shows that, and stays in doubt for a minute after it was sent', () => {
      losesRaise();
      expect(readAfterLoss(2 * SECOND, 10)).to.equal('not-applied');
      expect(known).to.deep.include({ isUnread: false, inDoubt: true, most: everyPhase(16) });
      expect(readAfterLoss(57 * SECOND - 1, 10)).to.equal('same');
      expect(known.inDoubt, 'the reading is not certain to be later').to.equal(true);
      expect(readAfterLoss(57 * SECOND, 10)).to.equal('same');
      expect(known).to.deep.include({ inDoubt: false, most: everyPhase(10), doubtEndsAt: -Infinity });
    });

    it('is what was sent where that acts late, which nobody else has set', () => {
      losesRaise();
      readAfterLoss(2 * SECOND, 10);
      expect(readAfterLoss(30 * SECOND, 16)).to.equal('late');
      expect(ampere()).to.equal(16);
      expect(known.inDoubt).to.equal(false);
    });

    it('is somebody else’s where a reading shows neither', () => {
      losesRaise();
      expect(readAfterLoss(2 * SECOND, 13)).to.equal('foreign');
      expect(ampere()).to.equal(13);
      expect(known, 'what was sent may act on top of it').to.deep.include({ inDoubt: true, most: everyPhase(16) });
    });

    it('is that of an earlier write that acted late where a reading shows that', () => {
      losesRaise();
      known.lose(everyPhase(12), WRITTEN_AT + 10 * SECOND, WRITTEN_AT + 13 * SECOND);
      expect(known.doubtEndsAt, 'the later of both').to.equal(WRITTEN_AT + 10 * SECOND + MINUTE);
      expect(readAfterLoss(12 * SECOND, 16)).to.equal('late');
      expect(known.least, 'the later one may act yet').to.deep.equal(everyPhase(12));
    });

    it('is not somebody else’s where nothing was known before', () => {
      known.lose(everyPhase(16), WRITTEN_AT, WRITTEN_AT + 3 * SECOND);
      expect(known.inDoubt).to.equal(true);
      expect(readAfterLoss(2 * SECOND, 10)).to.equal('not-applied');
      expect(ampere()).to.equal(10);
    });

    it('is no longer unread after a write that got through, on top of which it may act all the same', () => {
      losesRaise();
      written(8);
      expect(known).to.deep.include({ isUnread: false, inDoubt: true, most: everyPhase(16), least: everyPhase(8) });
    });
  });

  it('is in doubt where another machine may have written something else, and not where it wrote the same', () => {
    written(10);
    known.suspect(everyPhase(10), WRITTEN_AT);
    expect(known).to.deep.include({ inDoubt: false, isUnread: false });
    known.suspect(everyPhase(16), WRITTEN_AT);
    expect(known).to.deep.include({ inDoubt: true, isUnread: false, most: everyPhase(16) });
  });

  it('is uncertain once the computer may have slept, until it is read', () => {
    read(10, 5 * MINUTE);
    known.expire(8 * MINUTE);
    expect(known).to.deep.include({ isUncertain: true, inDoubt: false, currents: everyPhase(10) });
    expect(read(10, 8 * MINUTE - 1)).to.equal('useless');
    expect(known.isUncertain).to.equal(true);
    expect(read(10, 8 * MINUTE)).to.equal('same');
    expect(known.isUncertain).to.equal(false);
  });

  it('is not uncertain where the computer slept before anything was known', () => {
    known.expire(8 * MINUTE);
    expect(known.isUncertain).to.equal(false);
  });

  it('stays in doubt after a reading that shows nothing', () => {
    losesRaise();
    readAfterLoss(2 * SECOND, 10);
    expect(readAfterLoss(5 * MINUTE, 10)).to.equal('same');
    known.suspect(everyPhase(16), WRITTEN_AT);
    expect(read(undefined, WRITTEN_AT + 10 * MINUTE)).to.equal('useless');
    expect(known.inDoubt).to.equal(true);
    known.confirm(everyPhase(10), WRITTEN_AT + 10 * MINUTE);
    expect(read(12, WRITTEN_AT + 10 * MINUTE, WRITTEN_AT, WRITTEN_AT + 10 * MINUTE)).to.equal('too-early');
    expect(known.inDoubt).to.equal(true);
  });
});

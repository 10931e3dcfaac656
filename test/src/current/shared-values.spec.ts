import { expect } from 'chai';
import { everyPhase } from '../../../src/current/currents';
import type { WriteRecord } from '../../../src/current/governor/events';
import {
  lastingText,
  limitNameOf,
  limitTextOf,
  otherLimitOf,
  otherLimitsOf,
  recordOf,
  writeOf,
} from '../../../src/current/shared-values';

const LIMIT = { by: 'n1', name: 'Fuse', currents: everyPhase(16), lastInputAt: 1_000, deadManFired: false };
const RECORD: WriteRecord = {
  ...{ sentAt: 2_000, doneAt: 1_500, early: [500], currents: everyPhase(8), base: everyPhase(10) },
  ...{ before: everyPhase(25), setBy: 'Solar', id: 'w1', baseId: 'w0' },
};

describe('a write that machines share', () => {
  it('is the same record again', () => {
    expect(recordOf(writeOf(RECORD, 'unused'))).to.deep.equal(RECORD);
  });

  it('that never got through, or that has no id, gets one of its own and no such time', () => {
    const write = writeOf({ ...RECORD, doneAt: -Infinity, id: undefined }, 'file-1');
    expect(write).to.deep.include({ id: 'file-1', at: 2_000, doneAt: undefined });
    expect(recordOf(write)).to.deep.include({ id: 'file-1', doneAt: -Infinity });
  });

  for (const value of ['', 'x', '7', 'null', '[]', '{}', '{"currents":{"phase1":6}}', '{"currents":6}']) {
    it(`is none where its value is ${value || 'empty'}`, () => {
      expect(recordOf({ id: 'w1', at: 2_000, doneAt: undefined, early: [], value })).to.equal(undefined);
    });
  }

  it('without a base has its own currents for one', () => {
    const value = JSON.stringify({ currents: everyPhase(8), setBy: 7, before: 'x' });
    const record = recordOf({ id: 'w1', at: 2_000, doneAt: 2_000, early: [], value });
    expect(record).to.deep.equal({
      ...{ sentAt: 2_000, doneAt: 2_000, early: [], currents: everyPhase(8), base: everyPhase(8), id: 'w1' },
    });
  });

  it('cuts names that are longer than anything a machine sends', () => {
    const name = 'n'.repeat(600);
    expect(recordOf(writeOf({ ...RECORD, setBy: name }, 'unused'))?.setBy).to.equal('n'.repeat(500));
    expect(limitNameOf(limitTextOf({ ...LIMIT, name }))).to.equal('n'.repeat(500));
  });

  it('says what will hold beside its times', () => {
    expect(JSON.parse(lastingText({ currents: everyPhase(8), base: everyPhase(10), before: undefined }))).to.deep.equal(
      {
        ...{ currents: everyPhase(8), base: everyPhase(10) },
      },
    );
  });
});

describe('a limit that machines share', () => {
  it('is the same limit again, with its name', () => {
    const deadMan = { afterMs: 60_000, safeA: 6 };
    const text = limitTextOf({ ...LIMIT, deadMan, deadManFired: true });
    expect(text).to.include({ by: 'n1', at: 1_000 });
    expect(otherLimitOf(text)).to.deep.equal({
      currents: everyPhase(16),
      deadMan,
      deadManFired: true,
      lastInputAt: 1_000,
    });
    expect(limitNameOf(text)).to.equal('Fuse');
  });

  it('may be that of a dead man alone, which 0 A and 0 ms are as well', () => {
    const deadMan = { afterMs: 0, safeA: 0 };
    const text = limitTextOf({ ...LIMIT, currents: undefined, deadMan });
    expect(otherLimitOf(text)).to.deep.equal({ deadMan, deadManFired: false, lastInputAt: 1_000 });
  });

  for (const [what, value] of [
    ['no JSON', 'x'],
    ['no object', '7'],
    ['no currents and no dead man', '{"deadManFired":true}'],
    ['currents below 0', JSON.stringify({ currents: everyPhase(-1) })],
    ['a dead man without a safe value', '{"deadMan":{"afterMs":5}}'],
    ['a dead man with a time below 0', '{"deadMan":{"afterMs":-5,"safeA":6}}'],
    ['a dead man with a text', '{"deadMan":{"afterMs":5,"safeA":"6"}}'],
  ] as const) {
    it(`is none where its value is ${what}`, () => {
      expect(otherLimitOf({ at: 1_000, value })).to.equal(undefined);
      const limits = [{ machine: 'm', session: 's', by: 'n1', at: 1_000, value }];
      expect(otherLimitsOf({ record: undefined, announced: undefined, limits })).to.deep.equal([]);
    });
  }

  it('has not fired where it has no dead man, and has the id of its node for a name where it has none', () => {
    const value = JSON.stringify({ currents: everyPhase(16), deadManFired: true, name: 7 });
    expect(otherLimitOf({ at: 1_000, value })).to.deep.include({ deadManFired: false });
    expect(limitNameOf({ by: 'n1', value })).to.equal('n1');
    expect(limitNameOf({ by: 'n1', value: 'x' })).to.equal('n1');
  });
});

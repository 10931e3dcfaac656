import { expect } from 'chai';
import { everyPhase } from '../../../../src/current/currents';
import { Governor } from '../../../../src/current/governor/governor';
import type { Effect, GovernorEvent, Outcome, Write } from '../../../../src/current/governor/events';
import { zaptecError } from '../../../../src/errors/zaptec-error';
import { MAX, MINUTE, settings } from '../../../support/governed-world';

const NOW = 1_000_000;

describe('what becomes of a write', () => {
  let governor: Governor;

  /** What is set is known, and a target has its write under way. */
  beforeEach(() => {
    governor = new Governor(undefined, (at) => new Date(at).toISOString());
    request(10);
    const reading = { currents: everyPhase(MAX), maxCurrent: MAX, at: NOW, refusal: undefined, fingerprint: 'a' };
    effects = handle({ type: 'reading', reading });
  });

  let effects: Effect[];
  let serial = 0;
  const handle = (event: GovernorEvent, now = NOW) => governor.handle(event, now);
  const request = (ampere: number) =>
    handle({ type: 'request', serial: ++serial, request: { ...settings('solar'), currents: everyPhase(ampere) } });
  const writeIn = (of: readonly Effect[]): Write => {
    const effect = of.find((one) => one.do === 'write');
    if (effect?.do !== 'write') throw new Error('There is no write');
    return effect.write;
  };
  const written = (outcome: Outcome, write = writeIn(effects), now = NOW) =>
    handle({ type: 'written', write, outcome }, now);
  const failed = (kind: 'rejected' | 'failed', status?: number): Outcome => {
    return { kind, error: zaptecError('NETWORK', 'made up', status === undefined ? {} : { status }) };
  };

  it('is announced with what it will leave behind', () => {
    expect(effects.filter((one) => one.do === 'write')).to.deep.equal([
      {
        do: 'write',
        write: { currents: everyPhase(10), urgent: true, raises: false, oneOff: undefined },
        lasting: {
          ...{ currents: everyPhase(10), base: everyPhase(10), before: everyPhase(MAX) },
          ...{ setBy: 'solar', baseId: undefined },
        },
      },
    ]);
  });

  it('is of no interest once it was called back: it neither counts nor sets anything', () => {
    const recalled = writeIn(effects);
    const other = writeIn(request(8));
    expect(handle({ type: 'sent', write: recalled })).to.deep.equal([]);
    expect(written({ kind: 'done' }, recalled)).to.deep.equal([]);
    expect(governor.applied).to.deep.equal(everyPhase(MAX));
    handle({ type: 'sent', write: other });
    written({ kind: 'done' }, other);
    expect(governor.applied).to.deep.equal(everyPhase(8));
    expect(handle({ type: 'sent', write: recalled })).to.deep.equal([]);
    expect(written({ kind: 'done' }, recalled)).to.deep.equal([]);
    expect(governor.applied).to.deep.equal(everyPhase(8));
  });

  it('is of no interest once a reading has shown it: its answer changes nothing', () => {
    handle({ type: 'sent', write: writeIn(effects) });
    written({ kind: 'done' });
    expect(written({ kind: 'done' }, writeIn(effects), NOW + MINUTE)).to.deep.equal([]);
    expect(governor.raiseAt).to.equal(NOW + 15 * MINUTE);
  });

  for (const [what, outcome, wakeAt] of [
    ['when another machine lets it', { kind: 'blocked', until: NOW + 5_000 }, NOW + 5_000],
    ['in 200 ms, where another machine should let it already', { kind: 'blocked', until: NOW - 5_000 }, NOW + 200],
    ['in half a second, where another machine does not say when', { kind: 'blocked' }, NOW + 500],
    ['in half a second, where it was rejected', failed('rejected'), NOW + 500],
  ] as const) {
    it(`is tried again ${what}`, () => {
      written(outcome);
      expect(governor.wakeAt).to.equal(wakeAt);
      expect(handle({ type: 'tick' }, wakeAt - 1).filter((one) => one.do === 'write')).to.deep.equal([]);
      expect(writeIn(handle({ type: 'tick' }, wakeAt)).currents).to.deep.equal(everyPhase(10));
    });
  }

  for (const [status, counts] of [
    [undefined, false],
    [429, false],
    [499, false],
    [500, true],
    [503, true],
  ] as const) {
    it(`that was rejected ${status === undefined ? 'without an answer' : `with ${status}`} ${counts ? 'counts' : 'does not count'} for the next raise`, () => {
      handle({ type: 'sent', write: writeIn(effects) });
      written(failed('rejected', status));
      expect(governor.raiseAt).to.equal(counts ? NOW + 15 * MINUTE : -Infinity);
    });
  }

  for (const kind of ['rejected', 'failed'] as const) {
    it(`that ${kind} before it left does not count for the next raise`, () => {
      written(failed(kind));
      expect(governor.raiseAt).to.equal(-Infinity);
    });
  }
});

import { expect } from 'chai';
import { Compliance, exceeds } from '../../../src/current/compliance';
import { everyPhase } from '../../../src/current/currents';

const MINUTE = 60_000;
const SET = everyPhase(10);
const onPhase1 = (ampere: number) => ({ phase1: ampere, phase2: 0, phase3: 0 });

describe('chargers take more than what was set', () => {
  for (const [what, set, chargers, isMore] of [
    ['where one takes more than a tolerance of 1 A above it', SET, [onPhase1(11.1)], true],
    ['not where one takes 1 A more', SET, [onPhase1(11)], false],
    ['where one takes it on any phase', SET, [{ phase1: 0, phase2: 0, phase3: 11.1 }], true],
    ['where the second one does', SET, [onPhase1(5), onPhase1(11.1)], true],
    ['not where one takes what the highest phase has', { ...SET, phase2: 16 }, [onPhase1(16)], false],
    ['where all together take more than 3 A above the sum', SET, [everyPhase(5.6), everyPhase(5.5)], true],
    ['not where all together take 3 A more', SET, [everyPhase(5.5), everyPhase(5.5)], false],
    ['not where three on one phase each take their share', SET, [onPhase1(10), onPhase1(10), onPhase1(10)], false],
    ['where four on one phase each do', SET, [onPhase1(10), onPhase1(10), onPhase1(10), onPhase1(10)], true],
    ['not where there is none', everyPhase(0), [], false],
    ['not where each takes next to nothing during a pause', everyPhase(0), [everyPhase(0.5), everyPhase(0.5)], false],
    ['where one charges during a pause', everyPhase(0), [onPhase1(6)], true],
  ] as const) {
    it(what, () => {
      expect(exceeds(set, chargers)).to.equal(isMore);
    });
  }
});

describe('chargers that do not follow', () => {
  let compliance: Compliance;

  beforeEach(() => {
    compliance = new Compliance();
  });

  const takes = (ampere: number, now: number) => compliance.isBroken(SET, [onPhase1(ampere)], now);

  it('are reported once, a minute after they began', () => {
    expect(takes(16, 0)).to.equal(false);
    expect(takes(16, MINUTE - 1)).to.equal(false);
    expect(takes(16, MINUTE)).to.equal(true);
    expect(takes(16, MINUTE + 1)).to.equal(false);
    expect(takes(16, 60 * MINUTE)).to.equal(false);
  });

  it('get a new minute after they followed, and are reported again then', () => {
    takes(16, 0);
    takes(10, MINUTE - 1);
    expect(takes(16, MINUTE)).to.equal(false);
    expect(takes(16, 2 * MINUTE)).to.equal(true);
    expect(takes(10, 3 * MINUTE)).to.equal(false);
    takes(16, 4 * MINUTE);
    expect(takes(16, 5 * MINUTE)).to.equal(true);
  });

  it('get a new minute after another value was set, and are reported again then', () => {
    takes(16, 0);
    expect(takes(16, MINUTE)).to.equal(true);
    compliance.reset();
    expect(takes(16, 2 * MINUTE)).to.equal(false);
    expect(takes(16, 3 * MINUTE - 1)).to.equal(false);
    expect(takes(16, 3 * MINUTE)).to.equal(true);
  });
});

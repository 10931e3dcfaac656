import { expect } from 'chai';
import fc from 'fast-check';
import { agesOf, timesOf } from '../../../src/state/ages';
import { snapshotOf } from '../../../src/state/snapshot';
import { clock } from '../../../src/time/clock';
import { fakeTimers } from '../../support/fake-timers';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const ago = (ms: number): string => new Date(clock.wall() - ms).toISOString();
const raw = (stateId: number, valueAsString: string, ageMs: number) => ({
  chargerId: ID,
  stateId,
  valueAsString,
  timestamp: ago(ageMs),
});

describe('the ages of a snapshot', () => {
  it('are those of its values; of values by phase the oldest counts', () => {
    const state = [raw(710, '3', 60_000), raw(507, '6.1', 5_000), raw(508, '6', 90_000), raw(513, '4200', 4_000)];
    const { agesMs, lastSeen } = agesOf(snapshotOf({ id: ID }, state), timesOf(state));
    expect(Object.keys(agesMs)).to.have.members(['mode', 'currentA', 'powerW']);
    expect(agesMs.currentA).to.be.within(90_000, 95_000);
    expect(agesMs.powerW).to.be.within(4_000, 9_000);
    expect(lastSeen).to.equal(state[3]!.timestamp);
  });

  it('do not take the word of the cloud that a charger is offline for the word of the charger', () => {
    const offline = [raw(-2, '0', 1_000), raw(710, '1', 3_600_000)];
    expect(agesOf(snapshotOf({ id: ID }, offline), timesOf(offline)).lastSeen).to.equal(offline[1]!.timestamp);
    const online = [raw(-2, '1', 1_000), raw(710, '1', 3_600_000)];
    expect(agesOf(snapshotOf({ id: ID }, online), timesOf(online)).lastSeen).to.equal(online[0]!.timestamp);
  });

  it('are absent where a value has no time, and never negative', () => {
    const [timeless, ahead] = [{ ...raw(513, '1', 0), timestamp: '' }, raw(710, '3', -3_600_000)];
    const { agesMs } = agesOf(snapshotOf({ id: ID }, [timeless, ahead]), timesOf([timeless, ahead]));
    expect(agesMs).to.deep.equal({ mode: 0 });
    expect(agesOf(snapshotOf({ id: ID }, []), [])).to.deep.equal({ agesMs: {} });
  });

  it('are never negative where the computer is busy with something else in between', () => {
    const running = performance.now.bind(performance);
    let lateMs = 0;
    performance.now = () => running() + (lateMs += 50);
    const state = [raw(710, '3', 0), raw(513, '4200', 0), raw(507, '6', -1_000)];
    try {
      const { agesMs } = agesOf(snapshotOf({ id: ID }, state), timesOf(state));
      expect(Object.keys(agesMs)).to.have.length(3);
      for (const ageMs of Object.values(agesMs)) expect(ageMs).to.be.within(0, 5_000);
    } finally {
      performance.now = running;
      clock.restart();
    }
  });

  it('are those by the clock of the cloud', () => {
    const timers = fakeTimers();
    const state = [raw(513, '4200', 4_000)];
    for (const byMs of [3_600_000, -7_200_000]) {
      const at = Date.now();
      timers.setWallClock(byMs);
      clock.onCloudTime(at);
      expect(agesOf(snapshotOf({ id: ID }, state), timesOf(state))).to.deep.equal({
        lastSeen: state[0]!.timestamp,
        agesMs: { powerW: 4_000 },
      });
      timers.setWallClock(-byMs);
    }
    timers.restore();
  });

  it('hold for every value with a time, whatever the times are', () => {
    const ids = fc.constantFrom(-2, 710, 513, 507, 508, 509, 501, 708, 553);
    const entry = fc.tuple(ids, fc.integer({ min: 0, max: 10 ** 10 }));
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const state = entries.map(([id, ageMs]) => raw(id, '1', ageMs));
        const snapshot = snapshotOf({ id: ID }, state);
        const { agesMs, lastSeen } = agesOf(snapshot, timesOf(state));
        for (const [field, ageMs] of Object.entries(agesMs)) {
          expect(snapshot).to.have.property(field);
          expect(ageMs).to.be.at.least(0);
        }
        const newest = Math.min(...entries.map(([, ageMs]) => ageMs));
        if (lastSeen !== undefined) expect(clock.wall() - Date.parse(lastSeen)).to.be.within(newest, newest + 10_000);
        expect(lastSeen === undefined).to.equal(entries.length === 0);
      }),
    );
  });
});

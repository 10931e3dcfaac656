import { expect } from 'chai';
import { hasMissedChange, isCharging, liveliest } from '../../../src/feed/missed-changes';
import { Store } from '../../../src/state/store';
import { clock } from '../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [-24 * HOUR, -HOUR, -90 * SECOND, 0, 90 * SECOND, HOUR, 24 * HOUR];

describe('a read of a live charger', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(START);
  });
  afterEach(() => timers.restore());

  /** A value changes so many ms before the second of two reads; the wall clock is right at both, and set before. */
  const isMissed = (setMs: number, agoMs: number, id = 710): boolean => {
    timers.setWallClock(-setMs);
    clock.restart();
    timers.setWallClock(setMs);
    const store = new Store();
    const raw = (valueAsString: string, ms: number) => ({
      chargerId: ID,
      stateId: id,
      valueAsString,
      timestamp: new Date(Date.now() - ms).toISOString(),
    });
    store.fill(ID, [raw('3', 10 * MINUTE)], clock.now());
    const filledBefore = clock.now();
    timers.tick(30 * MINUTE);
    const changes = store.fill(ID, [raw('1', agoMs)], clock.now());
    return hasMissedChange({ chargerId: ID, changes, filledBefore }, filledBefore - MINUTE, MINUTE);
  };

  for (const setMs of STEPS) {
    it(`shows a missed change after the wall clock was set by ${setMs / SECOND} s`, () => {
      expect(isMissed(setMs, 5 * MINUTE)).to.equal(true);
    });

    it(`shows none that may still come after the wall clock was set by ${setMs / SECOND} s`, () => {
      expect(isMissed(setMs, 30 * SECOND)).to.equal(false);
    });
  }

  it('shows none of a value that chargers do not send by push', () => {
    expect(isMissed(0, 5 * MINUTE, 202)).to.equal(false);
  });

  it('shows none of before the read before', () => {
    expect(isMissed(0, 31 * MINUTE)).to.equal(false);
  });

  it('shows none where it is the first one, or the one before was out of date', () => {
    const store = new Store();
    const timestamp = new Date(START - 5 * MINUTE).toISOString();
    store.fill(
      ID,
      [{ chargerId: ID, stateId: 710, valueAsString: '3', timestamp: new Date(START - HOUR).toISOString() }],
      clock.now(),
    );
    const changes = store.fill(ID, [{ chargerId: ID, stateId: 710, valueAsString: '1', timestamp }], clock.now());
    const filledBefore = clock.now() - 10 * MINUTE;
    const found = (before: number | undefined, since: number) =>
      hasMissedChange({ chargerId: ID, changes, filledBefore: before }, since, MINUTE);
    expect(found(filledBefore, filledBefore)).to.equal(true);
    expect(found(filledBefore, filledBefore + 1)).to.equal(false);
    expect(found(undefined, -Infinity)).to.equal(false);
  });

  it('shows none of a value that was not known before', () => {
    const store = new Store();
    const timestamp = new Date(START - 5 * MINUTE).toISOString();
    const changes = store.fill(ID, [{ chargerId: ID, stateId: 710, valueAsString: '1', timestamp }], clock.now());
    const filledBefore = clock.now() - 10 * MINUTE;
    expect(changes).to.have.length(1);
    expect(hasMissedChange({ chargerId: ID, changes, filledBefore }, filledBefore, MINUTE)).to.equal(false);
  });
});

describe('the charger that is read to learn of missed changes', () => {
  let timers: FakeTimers;
  beforeEach(() => {
    timers = fakeTimers(START);
  });
  afterEach(() => timers.restore());

  const OTHER = '0a1b2c3d-0000-4000-8000-0000000000a2';
  const fill = (store: Store, chargerId: string, mode: string) => {
    const timestamp = new Date(Date.now()).toISOString();
    store.fill(chargerId, [{ chargerId, stateId: 710, valueAsString: mode, timestamp }], clock.now());
  };

  for (const [first, second] of [
    [ID, OTHER],
    [OTHER, ID],
  ] as const) {
    it(`is one that charges, although another one was heard of later, ${first} being the first of the list`, () => {
      const store = new Store();
      fill(store, ID, '3');
      timers.tick(HOUR);
      fill(store, OTHER, '1');
      expect(liveliest(store, [first, second])).to.equal(ID);
      expect([ID, OTHER, 'x'].map((id) => isCharging(store, id))).to.deep.equal([true, false, false]);
    });

    it(`is the one that was heard of last where none charges, ${first} being the first of the list`, () => {
      const store = new Store();
      fill(store, ID, '1');
      timers.tick(HOUR);
      fill(store, OTHER, '1');
      expect(liveliest(store, [first, second])).to.equal(OTHER);
      expect(liveliest(store, [ID])).to.equal(ID);
      expect(liveliest(store, [])).to.equal(undefined);
    });
  }
});

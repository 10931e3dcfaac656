import { expect } from 'chai';
import sinon, { type SinonFakeTimers } from 'sinon';
import { clock } from '../../../src/time/clock';
import { EventDetector } from '../../../src/state/events';
import { Ledger } from '../../../src/state/ledger';
import { Store } from '../../../src/state/store';

const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const SESSION = '0a1b2c3d-0000-4000-8000-00000000005e';
const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [-DAY, -HOUR, -90 * SECOND, 90 * SECOND, HOUR, DAY];
const nameOf = (ms: number) => `${ms < 0 ? 'back' : 'forward'} by ${Math.abs(ms) / SECOND} s`;

describe('a wall clock that is set', () => {
  let timers: SinonFakeTimers;
  let store: Store;
  /** The cloud's clock is right, whatever ours shows. */
  let cloudMs: number;

  beforeEach(() => {
    timers = sinon.useFakeTimers({ now: START });
    clock.restart();
    store = new Store();
    cloudMs = START;
  });
  afterEach(() => {
    timers.restore();
    clock.restart();
  });

  const pass = (ms: number) => {
    timers.tick(ms);
    cloudMs += ms;
  };
  const set = (ms: number) => timers.setSystemTime(Date.now() + ms);
  const message = (stateId: number, valueAsString: string, timestamp?: string) => ({
    chargerId: ID,
    stateId,
    valueAsString,
    timestamp: timestamp ?? new Date(cloudMs).toISOString(),
  });
  const push = (id: number, value: string) => store.put(message(id, value), 'push');
  const power = () => store.observation(ID, 513)?.value;

  for (const ms of STEPS) {
    describe(nameOf(ms), () => {
      it('refuses no newer message', () => {
        push(513, '1');
        pass(SECOND);
        set(ms);
        push(513, '2');
        expect(power()).to.equal(2);
        pass(SECOND);
        store.fill(ID, [message(513, '3')], clock.now());
        expect(power()).to.equal(3);
      });

      it('refuses no message without a time, and none after it', () => {
        push(513, '1');
        set(ms);
        pass(SECOND);
        store.put({ chargerId: ID, stateId: 513, valueAsString: '2' }, 'push');
        expect(power()).to.equal(2);
      });

      it('makes nothing younger, and nothing older that was not', () => {
        push(710, '3');
        pass(10 * MINUTE);
        set(ms);
        const leapMs = Math.max(0, ms);
        expect(store.view(ID)?.ageMs).to.equal(10 * MINUTE + leapMs);
        pass(6 * MINUTE);
        expect(store.view(ID)).to.include({ ageMs: 16 * MINUTE + leapMs, stale: true });
      });

      it('neither delays nor hurries an event', () => {
        const detector = new EventDetector(store);
        const events = (id: number, value: string) => detector.onChange(push(id, value)!).map(({ event }) => event);
        events(718, '0');
        events(710, '3');
        pass(SECOND);
        events(710, '5');
        set(ms);
        pass(5 * SECOND - 1);
        expect(detector.settlesInMs).to.equal(1);
        expect(detector.settle()).to.deep.equal([]);
        pass(1);
        expect(detector.settle().map(({ event }) => event)).to.deep.equal(['car-full']);
      });

      it('does not delay a session whose record is missing', () => {
        const ledger = new Ledger(store);
        ledger.onChange(push(721, SESSION)!);
        pass(SECOND);
        ledger.onChange(push(710, '1')!);
        set(ms);
        pass(2 * MINUTE);
        expect(ledger.missing().map(({ sessionId }) => sessionId)).to.deep.equal([SESSION]);
      });

      it('leaves right ages in what is kept over a restart', () => {
        set(-ms);
        clock.restart();
        push(513, '1');
        store.fill(ID, [], clock.now());
        set(ms);
        pass(10 * MINUTE);
        const dumped = store.dump();
        clock.restart();
        const next = new Store();
        next.restore(JSON.parse(JSON.stringify(dumped)));
        const leapMs = Math.max(0, ms);
        expect(next.view(ID)?.ageMs).to.equal(10 * MINUTE + leapMs);
        expect(clock.now() - next.filledAt(ID)!).to.equal(10 * MINUTE + leapMs);
      });
    });
  }
});

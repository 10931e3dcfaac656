import { expect } from 'chai';
import type { FeedStatus } from '../../../src/feed/types';
import { StreamEvents } from '../../../nodes/subscribe/stream-events';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const MINUTE = 60_000;

const fail = (thrown: unknown): void => {
  throw thrown;
};

describe('the loss of a stream', () => {
  let clock: FakeTimers;
  let told: string[];
  let watch: StreamEvents;
  beforeEach(() => {
    clock = fakeTimers(0, ['setTimeout', 'clearTimeout', 'Date', 'performance']);
    told = [];
    watch = new StreamEvents((event, { state }) => told.push(`${event} ${state}`), fail);
  });
  afterEach(() => clock.restore());

  const report = (...states: FeedStatus['state'][]): void => {
    for (const state of states) watch.onStatus({ state, text: '', since: '', via: 'none', reconnects: 0, received: 0 });
  };

  it('is told once it has lasted a minute, and its return at once', () => {
    report('connecting', 'live', 'polling');
    clock.tick(MINUTE - 1);
    expect(told).to.deep.equal([]);
    clock.tick(1);
    report('polling', 'connecting', 'polling');
    clock.tick(10 * MINUTE);
    report('live', 'live');
    expect(told).to.deep.equal(['stream-lost polling', 'stream-back live']);
  });

  it('is told at once when somebody must do something', () => {
    report('live', 'unavailable', 'polling', 'unavailable');
    expect(told).to.deep.equal(['stream-lost unavailable']);
  });

  it('is none when it is back soon', () => {
    report('live', 'polling', 'connecting', 'live');
    clock.tick(10 * MINUTE);
    expect(told).to.deep.equal([]);
  });

  it('is none when there was no stream, and none after the end', () => {
    report('connecting', 'polling', 'unavailable', 'live', 'polling');
    watch.close();
    clock.tick(10 * MINUTE);
    expect(told).to.deep.equal([]);
    expect(clock.countTimers()).to.equal(0);
  });
});

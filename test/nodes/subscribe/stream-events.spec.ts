import { expect } from 'chai';
import sinon from 'sinon';
import type { FeedStatus } from '../../../src/feed/types';
import { StreamEvents } from '../../../nodes/subscribe/stream-events';

const MINUTE = 60_000;

const fail = (thrown: unknown): void => {
  throw thrown;
};

describe('the loss of a stream', () => {
  let clock: sinon.SinonFakeTimers;
  let told: string[];
  let watch: StreamEvents;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    told = [];
    watch = new StreamEvents((event, { state }) => told.push(`${event} ${state}`), fail);
  });
  afterEach(() => clock.restore());

  const hear = (...states: FeedStatus['state'][]): void => {
    for (const state of states) watch.heard({ state, text: '', since: '', via: 'none', reconnects: 0, received: 0 });
  };

  it('is told once it has lasted a minute, and its return at once', () => {
    hear('connecting', 'live', 'polling');
    clock.tick(MINUTE - 1);
    expect(told).to.deep.equal([]);
    clock.tick(1);
    hear('polling', 'connecting', 'polling');
    clock.tick(10 * MINUTE);
    hear('live', 'live');
    expect(told).to.deep.equal(['stream-lost polling', 'stream-back live']);
  });

  it('is told at once when somebody must do something', () => {
    hear('live', 'unavailable', 'polling', 'unavailable');
    expect(told).to.deep.equal(['stream-lost unavailable']);
  });

  it('is none when it is back soon', () => {
    hear('live', 'polling', 'connecting', 'live');
    clock.tick(10 * MINUTE);
    expect(told).to.deep.equal([]);
  });

  it('is none when there was no stream, and none after the end', () => {
    hear('connecting', 'polling', 'unavailable', 'live', 'polling');
    watch.close();
    clock.tick(10 * MINUTE);
    expect(told).to.deep.equal([]);
    expect(clock.countTimers()).to.equal(0);
  });
});

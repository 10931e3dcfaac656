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
  let reported: string[];
  let watch: StreamEvents;
  beforeEach(() => {
    clock = fakeTimers(0, ['setTimeout', 'clearTimeout', 'Date', 'performance']);
    reported = [];
    watch = new StreamEvents((event, { state }) => reported.push(`${event} ${state}`), fail);
  });
  afterEach(() => clock.restore());

  const report = (...states: FeedStatus['state'][]): void => {
    for (const state of states) watch.onStatus({ state, text: '', since: '', via: 'none', reconnects: 0, received: 0 });
  };

  it('is reported after a minute, and its return at once', () => {
    report('connecting', 'live', 'polling');
    clock.tick(MINUTE - 1);
    expect(reported).to.deep.equal([]);
    clock.tick(1);
    report('polling', 'connecting', 'polling');
    clock.tick(10 * MINUTE);
    report('live', 'live');
    expect(reported).to.deep.equal(['stream-lost polling', 'stream-back live']);
  });

  it('is reported at once when it needs an action of a person', () => {
    report('live', 'unavailable', 'polling', 'unavailable');
    expect(reported).to.deep.equal(['stream-lost unavailable']);
  });

  it('is not reported when the stream is back within a minute', () => {
    report('live', 'polling', 'connecting', 'live');
    clock.tick(10 * MINUTE);
    expect(reported).to.deep.equal([]);
  });

  it('is reported neither before the first stream nor after the end', () => {
    report('connecting', 'polling', 'unavailable', 'live', 'polling');
    watch.close();
    clock.tick(10 * MINUTE);
    expect(reported).to.deep.equal([]);
    expect(clock.countTimers()).to.equal(0);
  });
});

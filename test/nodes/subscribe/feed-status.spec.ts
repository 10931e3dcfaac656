import { expect } from 'chai';
import type { FeedStatus } from '../../../src/feed/types';
import { feedStatus } from '../../../nodes/subscribe/feed-status';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const feed = (over: Partial<FeedStatus>): FeedStatus => ({
  state: 'live',
  text: '',
  since: '2026-03-02T00:00:00Z',
  via: 'push',
  reconnects: 0,
  received: 0,
  ...over,
});
const heard = (secondsAgo: number) => feed({ lastMessageAt: new Date(NOW - secondsAgo * 1000).toISOString() });
const sign = (...feeds: FeedStatus[]) => {
  const { fill, shape, key, parameters } = feedStatus(feeds, NOW);
  return [fill, shape, key, ...Object.values(parameters ?? {})].join(' ');
};

describe('the state of the feed on the canvas', () => {
  it('tells how old the last message is', () => {
    expect(sign(feed({}))).to.equal('green dot live');
    expect(sign(heard(12))).to.equal('green dot live-ago 12 s');
    expect(sign(heard(200))).to.equal('green dot live-ago 3 m');
    expect(sign(heard(3 * 3_600 + 5))).to.equal('green dot live-ago 3 h');
    expect(sign(heard(3 * 86_400))).to.equal('green dot live-ago 3 d');
    expect(sign(heard(-5)), 'a clock that was set back').to.equal('green dot live-ago 0 s');
  });

  it('counts the newest of several installations', () => {
    expect(sign(heard(500), heard(7), feed({}))).to.equal('green dot live-ago 7 s');
  });

  it('is yellow while values come on another way, and grey when none come', () => {
    expect(sign(feed({ state: 'polling', via: 'poll' }))).to.equal('yellow dot polling');
    expect(sign(feed({ state: 'polling', via: 'none' }))).to.equal('grey ring polling');
    expect(sign(feed({ state: 'connecting', via: 'none' }))).to.equal('yellow ring connecting');
    expect(sign(feed({ suspicion: 'second-consumer' }))).to.equal('yellow dot shared');
  });

  it('names what a person must do', () => {
    const away = (code: FeedStatus['code'] & string) => sign(feed({ state: 'unavailable', via: 'poll', code }));
    expect(away('BUS_NO_ROLE')).to.equal('yellow dot no-role');
    expect(away('BUS_NOT_ENABLED')).to.equal('yellow dot not-enabled');
    expect(away('BUS_NO_WEBSOCKET')).to.equal('yellow dot no-push');
  });

  it('tells how many of several are live', () => {
    expect(sign(heard(1), feed({ state: 'unavailable' }), feed({}))).to.equal('yellow dot some-live 2 3');
    expect(sign(feed({ state: 'connecting' }), feed({ state: 'unavailable', code: 'BUS_NO_ROLE' }))).to.equal(
      'yellow dot no-role',
    );
  });
});

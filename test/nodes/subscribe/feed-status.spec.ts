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
const messageAgo = (secondsAgo: number) => feed({ lastMessageAt: new Date(NOW - secondsAgo * 1000).toISOString() });
const sign = (...feeds: FeedStatus[]) => {
  const { fill, shape, key, parameters } = feedStatus(feeds, NOW);
  return [fill, shape, key, ...Object.values(parameters ?? {})].join(' ');
};

describe('the status of a subscribe node', () => {
  it('shows the age of the last message', () => {
    expect(sign(feed({}))).to.equal('green dot live');
    expect(sign(messageAgo(12))).to.equal('green dot live-ago <1 m');
    expect(sign(messageAgo(200))).to.equal('green dot live-ago 3 m');
    expect(sign(messageAgo(3 * 3_600 + 5))).to.equal('green dot live-ago 3 h');
    expect(sign(messageAgo(3 * 86_400))).to.equal('green dot live-ago 3 d');
    expect(sign(messageAgo(-5)), 'a clock that was set back').to.equal('green dot live-ago <1 m');
  });

  it('shows the newest message of several installations', () => {
    expect(sign(messageAgo(500), messageAgo(7), feed({}))).to.equal('green dot live-ago <1 m');
  });

  it('is yellow while values come by polling, and grey when none come', () => {
    expect(sign(feed({ state: 'polling', via: 'poll' }))).to.equal('yellow dot polling');
    expect(sign(feed({ state: 'polling', via: 'none' }))).to.equal('grey ring polling');
    expect(sign(feed({ state: 'connecting', via: 'none' }))).to.equal('yellow ring connecting');
    expect(sign(feed({ suspicion: 'second-consumer' }))).to.equal('yellow dot shared');
  });

  it('names the errors that need an action of a person', () => {
    const away = (code: FeedStatus['code'] & string) => sign(feed({ state: 'unavailable', via: 'poll', code }));
    expect(away('BUS_NO_ROLE')).to.equal('yellow dot no-role');
    expect(away('BUS_NOT_ENABLED')).to.equal('yellow dot not-enabled');
    expect(away('BUS_NO_WEBSOCKET')).to.equal('yellow dot no-push');
  });

  it('shows how many of several feeds are live', () => {
    expect(sign(messageAgo(1), feed({ state: 'unavailable' }), feed({}))).to.equal('yellow dot some-live 2 3');
    expect(sign(feed({ state: 'connecting' }), feed({ state: 'unavailable', code: 'BUS_NO_ROLE' }))).to.equal(
      'yellow dot no-role',
    );
  });
});

import { expect } from 'chai';
import type { MessageStream, StreamSharing, StreamState } from '../../../src/feed/bus/stream';
import { FEED_ERRORS } from '../../../src/feed/feed-error';
import { statusKey, statusOf, type StatusFacts } from '../../../src/feed/status';
import { clock } from '../../../src/time/clock';

const CUT = FEED_ERRORS.cut;
const LASTING = FEED_ERRORS.noWebSocket;

/** What a status needs of a stream. */
function stream(state: StreamState, more: Partial<MessageStream> = {}): MessageStream {
  return { state, reconnects: 2, received: 7, ...more } as MessageStream;
}

const facts = (more: Partial<StatusFacts> = {}): StatusFacts => ({
  closed: false,
  stream: undefined,
  error: undefined,
  pollWorks: true,
  secondConsumer: false,
  ...more,
});
const sharing = (role: StreamSharing['role'], isSplit = false): StreamSharing => ({ role, isSplit });

describe('the status of a feed', () => {
  const rows: [string, Partial<StatusFacts>, object][] = [
    [
      'no source yet',
      { pollWorks: false },
      { state: 'connecting', via: 'none', text: 'Connecting to the message bus' },
    ],
    ['no source for now', { error: CUT }, { state: 'polling', via: 'poll', code: 'BUS_CUT' }],
    ['no source without a person', { error: LASTING }, { state: 'unavailable', via: 'poll', code: 'BUS_NO_WEBSOCKET' }],
    ['a stream that opens', { stream: stream({ kind: 'connecting' }) }, { state: 'connecting', via: 'poll' }],
    ['messages', { stream: stream({ kind: 'live' }) }, { state: 'live', via: 'push', text: 'Messages arrive by push' }],
    [
      'a lost stream',
      { stream: stream({ kind: 'away', error: CUT }) },
      { state: 'polling', via: 'poll', text: CUT.text },
    ],
    [
      'a lost stream and no polling',
      { stream: stream({ kind: 'away' }), pollWorks: false },
      { state: 'polling', via: 'none' },
    ],
    ['a stream that stays away', { stream: stream({ kind: 'away', error: LASTING }) }, { state: 'unavailable' }],
    [
      'a newer reason',
      { stream: stream({ kind: 'away', error: CUT }), error: LASTING },
      { state: 'unavailable', code: LASTING.code },
    ],
    [
      'no user',
      { closed: true, stream: stream({ kind: 'live', error: CUT }) },
      { state: 'closed', via: 'none', text: 'Closed' },
    ],
  ];
  for (const [what, given, wanted] of rows) {
    it(`with ${what} is ${(wanted as { state: string }).state}`, () => {
      const status = statusOf(facts(given));
      expect(status).to.include(wanted);
      expect(status.text).not.to.equal('');
    });
  }

  it('has the remedy of its error, and no error when it is closed', () => {
    expect(statusOf(facts({ error: LASTING }))).to.include({ text: LASTING.text, remedy: LASTING.remedy });
    expect(statusOf(facts({ closed: true, error: LASTING }))).to.have.all.keys(
      'state',
      'text',
      'via',
      'reconnects',
      'received',
    );
  });

  it('counts what the stream has received', () => {
    const lastMessageAt = clock.now();
    expect(statusOf(facts({ stream: stream({ kind: 'live' }, { lastMessageAt }) }))).to.deep.equal({
      state: 'live',
      text: 'Messages arrive by push',
      via: 'push',
      reconnects: 2,
      received: 7,
      lastMessageAt: clock.iso(lastMessageAt),
    });
    expect(statusOf(facts())).to.include({ reconnects: 0, received: 0 });
  });

  it('suspects a second program only while messages arrive', () => {
    const live = statusOf(facts({ stream: stream({ kind: 'live' }), secondConsumer: true }));
    expect(live.suspicion).to.equal('second-consumer');
    expect(live.text).to.contain('another program seems to read the same subscription');
    expect(live.remedy).to.contain('Stop the other one');
    const away = statusOf(facts({ stream: stream({ kind: 'away', error: CUT }), secondConsumer: true }));
    expect(away.suspicion).to.equal(undefined);
    expect(away.text).to.equal(CUT.text);
  });

  it('names the part of this machine where several share one receiver, and what happens when Redis is away', () => {
    const shown = (part: StreamSharing, more: Partial<StatusFacts> = {}) =>
      statusOf(facts({ stream: stream({ kind: 'live' }, { sharing: part }), ...more }));
    for (const role of ['receiver', 'follower', 'alone'] as const) expect(shown(sharing(role)).sharing).to.equal(role);
    expect(shown(sharing('joining'))).not.to.have.property('sharing');
    expect(shown(sharing('receiver'), { closed: true })).not.to.have.property('sharing');
    expect(shown(sharing('receiver'))).not.to.have.property('suspicion');
    const split = shown(sharing('alone', true), { secondConsumer: true });
    expect(split.suspicion).to.equal('second-consumer');
    expect(split.text).to.contain('Redis is away');
    expect(split.remedy).to.contain('Check that Redis runs');
  });

  it('is reported again only when a program has to act on it', () => {
    const status = { state: 'live', text: 'a', since: 'b', via: 'push', reconnects: 0, received: 0 } as const;
    const key = statusKey(status);
    expect(statusKey({ ...status, text: 'c', since: 'd', reconnects: 1, received: 1, remedy: 'e' })).to.equal(key);
    for (const change of [
      { state: 'polling' },
      { code: 'BUS_CUT' },
      { via: 'poll' },
      { suspicion: 'second-consumer' },
      { sharing: 'alone' },
    ] as const) {
      expect(statusKey({ ...status, ...change })).not.to.equal(key);
    }
  });
});

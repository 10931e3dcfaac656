import { expect } from 'chai';
import type { BusDetails } from '../../../src/feed/bus/details';
import { topicKey, TopicStreams } from '../../../src/feed/topic-streams';
import { TIMING } from '../../../src/feed/timing';

const DETAILS: BusDetails = {
  host: '127.0.0.1',
  port: 1,
  plain: true,
  keyName: 'listen',
  key: 'made-up',
  topic: '0a1b2c3d-0000-4000-8000-0000000000b1',
  subscription: 'zaptec',
};
const OPTIONS = { timing: TIMING, idleMs: TIMING.idleMs, transport: 'amqp' } as const;

describe('the streams of a process', () => {
  const user = () => ({
    onMessage: () => undefined,
    load: () => Promise.resolve(DETAILS),
    check: () => Promise.resolve('unknown' as const),
  });
  const found = (over: Partial<BusDetails> = {}) => ({
    source: { kind: 'installation', id: DETAILS.topic } as const,
    details: { ...DETAILS, ...over },
  });

  it('are one for the accounts that see a topic, which ends with the last of them', async () => {
    const streams = new TopicStreams();
    const first = streams.join('https://cloud.test', found(), user(), OPTIONS);
    const second = streams.join('https://cloud.test', found({ topic: DETAILS.topic.toUpperCase() }), user(), OPTIONS);
    expect(second.stream).to.equal(first.stream);
    let ended = false;
    void first.stream.ended.then(() => (ended = true));
    first.leave();
    first.leave();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended, 'the second one is still there').to.equal(false);
    second.leave();
    await first.stream.ended;
    const again = streams.join('https://cloud.test', found(), user(), OPTIONS);
    expect(again.stream).not.to.equal(first.stream);
    again.leave();
    await again.stream.ended;
  });

  it('are apart for two clouds, two topics and two subscriptions', async () => {
    const streams = new TopicStreams();
    const shares = [
      streams.join('https://cloud.test', found(), user(), OPTIONS),
      streams.join('http://127.0.0.1:1', found(), user(), OPTIONS),
      streams.join('https://cloud.test', found({ topic: 'other' }), user(), OPTIONS),
      streams.join('https://cloud.test', found({ subscription: 'other' }), user(), OPTIONS),
    ];
    expect(new Set(shares.map(({ stream }) => stream)).size).to.equal(4);
    for (const share of shares) share.leave();
    await Promise.all(shares.map(({ stream }) => stream.ended));
  });

  it('have a name that does not tell capitals from small letters', () => {
    expect(topicKey({ ...DETAILS, topic: 'ABC', subscription: 'Def' })).to.equal('abc/def');
  });
});

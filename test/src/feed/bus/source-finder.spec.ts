import { expect } from 'chai';
import sinon from 'sinon';
import type { Api } from '../../../../src/api';
import type { OpenSource } from '../../../../src/feed/bus/source';
import { SourceFinder } from '../../../../src/feed/bus/source-finder';
import type { MessageStream } from '../../../../src/feed/bus/stream';
import { FEED_ERRORS, type FeedError } from '../../../../src/feed/feed-error';
import { TIMING } from '../../../../src/feed/timing';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';
import { refusal, ScriptedSources } from '../../../support/feed/scripted-sources';

const SITE = '0a1b2c3d-0000-4000-8000-000000000001';
const SOURCE = `installation/${SITE}`;
const START = Date.UTC(2026, 4, 4, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A stream that ends when the test says. */
class EndingStream {
  error: FeedError | undefined;
  retries = 0;
  readonly listeners = new Set<() => void>();
  end!: () => void;
  readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  get state() {
    return this.error ? { kind: 'away', error: this.error } : { kind: 'live' };
  }

  listen(listener: () => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  retryNow() {
    this.retries += 1;
  }

  get asStream(): MessageStream {
    return this as unknown as MessageStream;
  }
}

describe('the finder of a source', () => {
  let timers: FakeTimers;
  let sources: ScriptedSources;
  let finder: SourceFinder;
  let streams: EndingStream[];
  /** What happened, in this order. */
  let events: string[];
  /** When the details of the installation were asked for, ms since the start. */
  let tries: () => number[];

  beforeEach(() => {
    timers = fakeTimers(START);
    sinon.stub(Math, 'random').returns(0.5);
    sources = new ScriptedSources();
    [streams, events] = [[], []];
    const at: number[] = [];
    tries = () => at;
    const api = () => {
      at.push(Date.now() - START);
      return sources as unknown as Api;
    };
    finder = new SourceFinder(
      { installationId: SITE },
      {
        timing: TIMING,
        api,
        acquire: ({ source }: OpenSource) => {
          events.push(`acquire ${source.kind}`);
          const stream = new EndingStream();
          streams.push(stream);
          return stream.asStream;
        },
        release: () => events.push('release'),
        onChange: () => events.push(finder.error?.code ?? (finder.stream ? 'stream' : 'none')),
      },
    );
  });
  afterEach(() => {
    finder.close();
    sinon.restore();
    timers.restore();
  });

  const start = async () => {
    finder.start();
    await timers.tickAsync(0);
  };
  const minutes = () => tries().map((ms) => ms / MINUTE);

  it('acquires the stream of the source that it has found', async () => {
    await start();
    expect(events).to.deep.equal(['acquire installation', 'stream']);
    expect(finder.stream).to.equal(streams[0]!.asStream);
    expect(finder.error).to.equal(undefined);
    await timers.tickAsync(60 * MINUTE);
    expect([events.length, tries().length]).to.deep.equal([2, 1]);
  });

  it('says when its stream has changed', async () => {
    await start();
    for (const listener of streams[0]!.listeners) listener();
    expect(events).to.deep.equal(['acquire installation', 'stream', 'stream']);
  });

  it('says why there is no source, and tries again ever less often', async () => {
    sources.close(refusal(503), SOURCE);
    await start();
    expect(events).to.deep.equal(['BUS_NO_DETAILS']);
    expect([finder.error?.code, finder.stream]).to.deep.equal(['BUS_NO_DETAILS', undefined]);
    await timers.tickAsync(10 * MINUTE);
    expect(tries().map((ms) => ms / SECOND)).to.deep.equal([0, 1, 16, 76, 136, 256, 556]);
  });

  it('tries again after minutes where only a person can help', async () => {
    sources.close(refusal(403), SOURCE);
    await start();
    expect(finder.error?.code).to.equal('BUS_NO_ROLE');
    await timers.tickAsync(40 * MINUTE);
    expect(minutes()).to.deep.equal([0, 1, 6, 21, 36]);
  });

  it('forgets the reason with the source', async () => {
    sources.close(refusal(403), SOURCE);
    await start();
    sources.answers.clear();
    await timers.tickAsync(MINUTE);
    expect(events).to.deep.equal(['BUS_NO_ROLE', 'acquire installation', 'stream']);
    expect(finder.error).to.equal(undefined);
  });

  it('looks for another source when Zaptec closes the present one', async () => {
    sources.close(refusal(503), SOURCE);
    await start();
    await timers.tickAsync(20 * SECOND);
    sources.answers.clear();
    await timers.tickAsync(MINUTE);
    const { length } = tries();
    events.length = 0;
    const [stream] = streams;
    stream!.error = { ...FEED_ERRORS.notEncrypted, code: 'BUS_NO_ROLE' };
    const endedAt = Date.now() - START;
    stream!.end();
    await timers.tickAsync(0);
    expect(events).to.deep.equal(['release', 'BUS_NO_ROLE']);
    expect(finder.stream).to.equal(undefined);
    for (const listener of stream!.listeners) listener();
    expect(events, 'the old stream no longer matters').to.have.length(2);
    await timers.tickAsync(MINUTE);
    expect(tries().slice(length), 'the waits begin anew').to.deep.equal([endedAt + MINUTE]);
    expect(events.slice(2)).to.deep.equal(['acquire installation', 'stream']);
  });

  it('says after 8 s that the bus cannot be reached yet, and what it was then', async () => {
    let answer!: (error: unknown) => void;
    sources.close(new Promise((resolve) => (answer = resolve)), SOURCE);
    await start();
    await timers.tickAsync(TIMING.openMs - 1);
    expect(events).to.deep.equal([]);
    await timers.tickAsync(1);
    expect(events).to.deep.equal(['BUS_SLOW']);
    answer(refusal(403));
    await timers.tickAsync(0);
    expect(events).to.deep.equal(['BUS_SLOW', 'BUS_NO_ROLE']);
  });

  it('keeps the clearer reason where the next try takes long', async () => {
    sources.close(refusal(403), SOURCE);
    await start();
    sources.close(new Promise(() => undefined), SOURCE);
    await timers.tickAsync(MINUTE + TIMING.openMs);
    expect(events).to.deep.equal(['BUS_NO_ROLE', 'BUS_NO_ROLE']);
  });

  it('does not say that the bus cannot be reached yet where an answer came in time', async () => {
    sources.close(refusal(403), SOURCE);
    await start();
    await timers.tickAsync(TIMING.openMs);
    expect(events).to.deep.equal(['BUS_NO_ROLE']);
  });

  it('tries at once when somebody asks for it, and begins the waits anew', async () => {
    sources.close(refusal(403), SOURCE);
    await start();
    await timers.tickAsync(10 * MINUTE);
    expect(minutes()).to.deep.equal([0, 1, 6]);
    finder.retryNow();
    await timers.tickAsync(5 * MINUTE);
    expect(minutes()).to.deep.equal([0, 1, 6, 10, 15]);
  });

  it('has its stream try at once when somebody asks for it', async () => {
    await start();
    finder.retryNow();
    expect(streams[0]!.retries).to.equal(1);
    expect(tries()).to.have.length(1);
  });

  it('gives up what it asks for, and waits for nothing, when it is closed', async () => {
    sources.close(refusal(403), SOURCE);
    await start();
    finder.close();
    await timers.tickAsync(60 * MINUTE);
    expect(tries()).to.have.length(1);
    expect(sources.signals.map((signal) => signal?.aborted)).to.deep.equal([true, true]);
    expect(timers.countTimers()).to.equal(0);
  });

  it('acquires no stream when it was closed before the answer came', async () => {
    finder.start();
    finder.close();
    await timers.tickAsync(60 * MINUTE);
    expect(events).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import type { BusDetails } from '../../../../src/feed/bus/details';
import { openReceiver, type Channel, type Receiver } from '../../../../src/feed/bus/sdk';
import type { SequenceNumber } from '../../../../src/feed/bus/sequence-gaps';
import { FEED_ERRORS, type FeedError } from '../../../../src/feed/feed-error';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';
import { ScriptedBus } from '../../../support/feed/scripted-bus';
import { BUS_DETAILS } from '../../../support/feed/bus-details';

const CLOSE_MS = 3_000;

/** What the SDK keeps of where it connects to. */
interface Kept {
  config: {
    endpoint: string;
    host: string;
    sharedAccessKeyName: string;
    sharedAccessKey: string;
    useDevelopmentEmulator: boolean;
  };
  connection: { _connection: { socket?: unknown } };
}

describe('a receiver of the SDK', () => {
  let timers: FakeTimers;
  let bus: ScriptedBus;
  let receiver: Receiver;
  let seen: string[];
  let errors: FeedError[];
  let handled: Promise<void> | undefined;

  beforeEach(async () => {
    bus = await ScriptedBus.start();
    timers = fakeTimers();
    [seen, errors, handled] = [[], [], undefined];
  });
  afterEach(() => {
    timers.restore();
    bus.stop();
  });

  const open = async (changed: Partial<BusDetails> = {}, channel: Channel = 'amqp') => {
    const events = {
      attaching: () => void seen.push('attaching'),
      attached: () => void seen.push('attached'),
      failed: (error: FeedError) => void errors.push(error),
      message: (body: unknown, number?: SequenceNumber) => {
        seen.push(number ? `${String(body)} ${number.low}` : String(body));
        return handled;
      },
    };
    receiver = await openReceiver({ ...BUS_DETAILS, ...changed }, channel, events, CLOSE_MS);
  };
  const kept = () => (bus.link.client as unknown as { _connectionContext: Kept })._connectionContext;
  /** Closes, and says after how many ms that was done. */
  const close = async () => {
    const from = Date.now();
    let tookMs: number | undefined;
    void receiver.close().then(() => (tookMs = Date.now() - from));
    await timers.tickAsync(0);
    if (tookMs === undefined) await timers.tickAsync(CLOSE_MS);
    return tookMs;
  };

  it('is opened for the subscription with the key of the details', async () => {
    await open();
    const [topic, subscription, options] = bus.link.opened;
    expect([topic, subscription]).to.deep.equal(['installation_1', 'default']);
    expect(options).to.deep.equal({
      receiveMode: 'peekLock',
      maxAutoLockRenewalDurationInMs: 0,
      skipParsingBodyAsJson: true,
      skipConvertingDate: true,
    });
    expect(kept().config).to.include({
      host: 'zap.servicebus.windows.net',
      sharedAccessKeyName: 'listen',
      sharedAccessKey: 'c2VjcmV0',
    });
  });

  it('completes messages itself, and takes a thousand of them at once', async () => {
    await open();
    expect(bus.link.subscribed).to.include({ autoCompleteMessages: false, maxConcurrentCalls: 1_000 });
  });

  it('leaves it to the stream to try again', async () => {
    await open();
    const { _clientOptions: options } = bus.link.client as unknown as { _clientOptions: object };
    expect(options).to.deep.include({ retryOptions: { maxRetries: 0 } });
  });

  const LOCAL = { host: '127.0.0.1', plain: true };
  const addresses = [
    ['the standard port of AMQP', {}, 'amqp', 'zap.servicebus.windows.net'],
    ['another port', { port: 5681 }, 'amqp', 'zap.servicebus.windows.net:5681'],
    ['port 443, whatever port AMQP has', { port: 5681 }, 'websocket', 'zap.servicebus.windows.net'],
    ['the port of a simulator', { ...LOCAL, port: 5671 }, 'amqp', '127.0.0.1:5671'],
    ['the port of a simulator', { ...LOCAL, port: 5672 }, 'websocket', '127.0.0.1:5672'],
  ] as const;
  for (const [name, changed, channel, address] of addresses) {
    it(`connects to ${name} by ${channel}, and without encryption to a simulator alone`, async () => {
      await open(changed, channel);
      expect(bus.link.channel).to.equal(channel);
      expect(kept().config.endpoint).to.equal(`sb://${address}/`);
      expect(kept().config.useDevelopmentEmulator).to.equal('plain' in changed);
    });
  }

  it('reports when its link is being opened, is open and has failed', async () => {
    await open();
    bus.link.attach();
    bus.link.fail('amqp:not-found');
    expect(seen).to.deep.equal(['attaching', 'attached']);
    expect(errors).to.deep.equal([FEED_ERRORS.removed]);
  });

  it('reports no error about a single message, which the bus delivers again', async () => {
    await open();
    for (const source of ['complete', 'abandon', 'processMessageCallback', 'renewLock']) bus.link.fail('lost', source);
    expect(errors).to.deep.equal([]);
  });

  it('hands on each message with its number, and completes it', async () => {
    await open();
    void bus.link.send('a', { high: 0, low: 7 });
    void bus.link.send('b');
    expect(seen).to.deep.equal(['a 7', 'b']);
    expect(bus.link.completed).to.deep.equal(['a', 'b']);
  });

  it('completes a message only when it was taken', async () => {
    await open();
    let take!: () => void;
    handled = new Promise((resolve) => (take = resolve));
    const sent = bus.link.send('a');
    await timers.tickAsync(0);
    expect(bus.link.completed).to.deep.equal([]);
    take();
    await sent;
    expect(bus.link.completed).to.deep.equal(['a']);
  });

  it('lets the SDK complete a message of another shape', async () => {
    await open();
    await bus.link.send('a', undefined, undefined);
    expect(bus.link.completedBySdk).to.deep.equal([]);
    await bus.link.send('b', undefined, {});
    expect(bus.link.completedBySdk).to.deep.equal(['b']);
  });

  it('reports nothing more once it is closed, and still hands on and completes what has come', async () => {
    await open();
    expect(bus.link.subscribed.abortSignal?.aborted).to.equal(false);
    expect(await close()).to.equal(0);
    expect(bus.link.subscribed.abortSignal?.aborted).to.equal(true);
    bus.link.attach();
    bus.link.fail();
    void bus.link.send('late');
    expect([seen, errors]).to.deep.equal([['late'], []]);
    expect(bus.link.completed).to.deep.equal(['late']);
  });

  it('leaves no timer where the SDK has closed in time', async () => {
    await open();
    await close();
    expect(timers.countTimers()).to.equal(0);
  });

  it('is closed where the SDK cannot close', async () => {
    await open();
    bus.closing = () => Promise.reject(new Error('gone'));
    expect(await close()).to.equal(0);
  });

  describe('whose connection is half-open', () => {
    beforeEach(async () => {
      await open();
      bus.closing = () => new Promise(() => undefined);
    });

    it('is closed after 3 s, with its socket destroyed', async () => {
      let destroyed = 0;
      const socket = {
        isOurs: true,
        destroy(this: { isOurs?: boolean }) {
          if (this.isOurs) destroyed += 1;
        },
        end: () => expect.fail('ended softly'),
      };
      kept().connection._connection.socket = socket;
      expect(await close()).to.equal(CLOSE_MS);
      expect(destroyed).to.equal(1);
    });

    it('ends a WebSocket, which cannot be destroyed', async () => {
      let ended = 0;
      kept().connection._connection.socket = { end: () => (ended += 1) };
      expect(await close()).to.equal(CLOSE_MS);
      expect(ended).to.equal(1);
    });

    it('is closed where it has no socket, or the socket is gone', async () => {
      const throws = () => {
        throw new Error('gone');
      };
      for (const socket of [undefined, {}, { destroy: throws }]) {
        kept().connection._connection.socket = socket;
        expect(await close()).to.equal(CLOSE_MS);
      }
    });

    it('is closed where the SDK has another shape', async () => {
      Object.assign(bus.link.client, { _connectionContext: undefined });
      expect(await close()).to.equal(CLOSE_MS);
    });
  });
});

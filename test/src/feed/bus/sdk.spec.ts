import { expect } from 'chai';
import {
  completeMessage,
  loadSdk,
  signByOwnClock,
  swallowCloseRejections,
  swallowSessionRejections,
} from '../../../../src/feed/bus/sdk';
import { clock } from '../../../../src/time/clock';
import { fakeTimers, type FakeTimers } from '../../../support/fake-timers';
import { BusCloud } from '../../../support/simulator/bus-cloud';

describe('a link of the SDK', () => {
  const refused = () => Promise.reject(new Error('amqp:not-found'));

  it('does not reject when it is closed while the bus closes it', async () => {
    const closed: unknown[] = [];
    const streaming = {
      createRheaLink: (name: string) =>
        Promise.resolve({
          name,
          close: (how?: string) => {
            closed.push(how);
            return refused();
          },
        }),
    };
    swallowCloseRejections({ _streamingReceiver: streaming });
    const link = await streaming.createRheaLink('ours');
    expect(link.name).to.equal('ours');
    expect(await link.close('softly')).to.equal(undefined);
    expect(closed).to.deep.equal(['softly']);
  });

  it('is found in the SDK that is installed', async () => {
    const bus = await BusCloud.start();
    const { Username, Password, Topic, Subscription } = await bus.details();
    const address = `sb://127.0.0.1:${bus.simulator.amqpPort}/`;
    const { ServiceBusClient } = await loadSdk();
    const client = new ServiceBusClient(
      `Endpoint=${address};SharedAccessKeyName=${Username};SharedAccessKey=${Password};UseDevelopmentEmulator=true`,
    );
    try {
      const receiver = client.createReceiver(Topic, Subscription);
      const attached = new Promise<void>((resolve, reject) => {
        const handlers = {
          processMessage: () => Promise.resolve(),
          processError: async ({ error }: { error: Error }) => reject(error),
          postInitialize: async () => resolve(),
        };
        receiver.subscribe(handlers);
      });
      const { _streamingReceiver: streaming } = receiver as unknown as {
        _streamingReceiver: { createRheaLink: unknown; _link?: { close: unknown } };
      };
      const before = streaming.createRheaLink;
      swallowCloseRejections(receiver);
      expect(streaming.createRheaLink).not.to.equal(before);
      await attached;
      expect(Object.hasOwn(streaming._link!, 'close'), 'the link that the SDK closes').to.equal(true);
    } finally {
      await client.close();
      await bus.stop();
    }
  });

  it('is left alone where the SDK has another shape', () => {
    for (const receiver of [{}, { _streamingReceiver: {} }, { _streamingReceiver: { createRheaLink: 7 } }]) {
      const before = structuredClone(receiver);
      swallowCloseRejections(receiver);
      expect(receiver).to.deep.equal(before);
    }
  });
});

describe('a session of the SDK', () => {
  it('does not reject when the bus does not answer its close in time, also on a connection that is made anew', async () => {
    const closed: string[] = [];
    const timedOut = (how: string) => {
      closed.push(how);
      return Promise.reject(new Error('Unable to close the amqp session due to operation timeout.'));
    };
    const newConnection = () => ({ createSession: () => Promise.resolve({ close: timedOut }) });
    const first = newConnection();
    const context = {
      connection: first,
      refreshConnection: () => void (context.connection = newConnection()),
    };
    swallowSessionRejections({ _connectionContext: context });
    for (const time of ['first', 'second']) {
      const session = await context.connection.createSession();
      expect(await session.close(time), time).to.equal(undefined);
      context.refreshConnection();
    }
    expect(closed).to.deep.equal(['first', 'second']);
    expect(context.connection).not.to.equal(first);
  });

  it('is found in the SDK that is installed', async () => {
    const { ServiceBusClient } = await loadSdk();
    const client = new ServiceBusClient(
      'Endpoint=sb://127.0.0.1:1/;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true',
    );
    const { _connectionContext: context } = client as unknown as {
      _connectionContext: { connection: { createSession: unknown }; refreshConnection: unknown };
    };
    const before = [context.connection.createSession, context.refreshConnection];
    swallowSessionRejections(client);
    expect(before.every((method) => typeof method === 'function')).to.equal(true);
    expect([context.connection.createSession, context.refreshConnection]).not.to.include.members(before);
    await client.close();
  });

  it('is left alone where the SDK has another shape', () => {
    const strange = [
      {},
      { _connectionContext: {} },
      { _connectionContext: { connection: {} } },
      { _connectionContext: { connection: { createSession: 7 }, refreshConnection: 7 } },
    ];
    for (const client of strange) {
      const before = structuredClone(client);
      swallowSessionRejections(client);
      expect(client).to.deep.equal(before);
    }
  });
});

describe('a message of the SDK', () => {
  it('is completed once', () => {
    let accepted = 0;
    expect(completeMessage({ delivery: { accept: () => (accepted += 1) } })).to.equal(true);
    expect(accepted).to.equal(1);
  });

  it('whose link is gone comes again', () => {
    const accepts = () => {
      throw new TypeError('no connection');
    };
    expect(completeMessage({ delivery: { accept: accepts } })).to.equal(true);
  });

  it('is left to the SDK where it has another shape', () => {
    for (const message of [{}, { delivery: {} }, { delivery: { accept: 7 } }])
      expect(completeMessage(message)).to.equal(false);
  });
});

describe('a token for the bus', () => {
  const KEY = { keyName: 'listen key', key: 'c2VjcmV0IG9mIHRoZSB0ZXN0cw==' };
  const AUDIENCE = 'sb://zap.servicebus.windows.net/installation_1/subscriptions/default';
  let timers: FakeTimers;

  beforeEach(() => {
    timers = fakeTimers();
  });
  afterEach(() => timers.restore());

  const open = async () => {
    const { ServiceBusClient } = await loadSdk();
    const { keyName, key } = KEY;
    const client = new ServiceBusClient(
      `Endpoint=sb://zap.servicebus.windows.net/;SharedAccessKeyName=${keyName};SharedAccessKey=${key}`,
    );
    const { _connectionContext: context } = client as unknown as {
      _connectionContext: { tokenCredential: { getToken(audience: string): Promise<{ token: string }> } };
    };
    return { client, token: async () => (await context.tokenCredential.getToken(AUDIENCE)).token };
  };

  it('is the one of the SDK that is installed while the wall clock is right', async () => {
    const { client, token } = await open();
    const expected = await token();
    signByOwnClock(client, KEY);
    expect(await token()).to.equal(expected);
  });

  it('keeps its expiry when the wall clock is set back', async () => {
    const { client, token } = await open();
    signByOwnClock(client, KEY);
    const before = await token();
    timers.setWallClock(-24 * 3_600_000);
    expect(await token()).to.equal(before);
  });

  it('is good for an hour from now where the wall clock is a day behind the cloud', async () => {
    const { client, token } = await open();
    signByOwnClock(client, KEY);
    const cloudMs = Date.now() + 24 * 3_600_000;
    clock.onCloudTime(cloudMs);
    expect(await token()).to.include(`&se=${cloudMs / 1_000 + 3_600}&`);
  });

  it('is left to the SDK where that has another shape', () => {
    for (const client of [{}, { _connectionContext: {} }, { _connectionContext: { tokenCredential: {} } }]) {
      const before = JSON.stringify(client);
      signByOwnClock(client, KEY);
      expect(JSON.stringify(client)).to.equal(before);
    }
  });
});

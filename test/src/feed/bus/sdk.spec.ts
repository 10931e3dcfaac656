import { expect } from 'chai';
import { completeMessage, loadSdk, swallowCloseRejections } from '../../../../src/feed/bus/sdk';
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
      expect(() => swallowCloseRejections(receiver)).not.to.throw();
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

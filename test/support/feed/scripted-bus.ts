import type {
  MessageHandlers,
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  SubscribeOptions,
} from '@azure/service-bus';
import sinon from 'sinon';
import { loadSdk } from '../../../src/feed/bus/sdk';
import type { SequenceNumber } from '../../../src/feed/bus/sequence-gaps';

/** What the SDK calls of a receiver, also what its types leave out. */
type Handlers = MessageHandlers & { preInitialize(): Promise<void>; postInitialize(): Promise<void> };
type Message = Partial<ServiceBusReceivedMessage> & { delivery?: { accept(): void } };

/** One link that was opened with the SDK. The bus is the test: it attaches, cuts and sends as the test says. */
export class ScriptedLink {
  /** Bodies of the messages that were completed, in this order. */
  readonly completed: unknown[] = [];
  /** The same for those that were completed by the SDK's own, slower way. */
  readonly completedBySdk: unknown[] = [];
  isClosed = false;
  handlers!: Handlers;
  subscribed!: SubscribeOptions;

  constructor(
    readonly client: ServiceBusClient,
    /** Topic, subscription and options. */
    readonly opened: readonly unknown[],
  ) {}

  /** 5671, or a WebSocket on 443. */
  get channel(): 'amqp' | 'websocket' {
    const { _clientOptions: options } = this.client as unknown as { _clientOptions: { webSocketOptions?: object } };
    return options.webSocketOptions ? 'websocket' : 'amqp';
  }

  /** The link is being opened. */
  attaching(): void {
    void this.handlers.preInitialize();
  }

  /** The link is open. */
  attach(): void {
    this.attaching();
    void this.handlers.postInitialize();
  }

  /** The bus, or the network, reports an error. @param errorSource what the SDK was doing. */
  fail(message = 'cut', errorSource = 'receive'): void {
    const error = {
      error: new Error(message),
      errorSource,
      entityPath: '',
      fullyQualifiedNamespace: '',
      identifier: '',
    };
    void this.handlers.processError(error as never);
  }

  /** @returns when the message is handled. */
  send(
    body: unknown,
    sequenceNumber?: SequenceNumber,
    delivery: unknown = { accept: () => this.completed.push(body) },
  ) {
    return this.handlers.processMessage({ body, sequenceNumber, delivery } as Message as ServiceBusReceivedMessage);
  }

  get receiver(): ServiceBusReceiver {
    const receiver: Pick<ServiceBusReceiver, 'subscribe' | 'completeMessage'> = {
      subscribe: (handlers, options = {}) => {
        this.handlers = handlers as Handlers;
        this.subscribed = options;
        return { close: () => Promise.resolve() };
      },
      completeMessage: ({ body }) => {
        this.completedBySdk.push(body);
        return Promise.resolve();
      },
    };
    return receiver as ServiceBusReceiver;
  }
}

/** The SDK, with links that reach no network: what it does with one is up to the test. */
export class ScriptedBus {
  /** In the order in which they were opened. */
  readonly links: ScriptedLink[] = [];
  /** What closing a client comes to. */
  closing: () => Promise<void> = () => Promise.resolve();
  readonly #restore: () => void;

  private constructor(sdk: ServiceBusClient) {
    const { links } = this;
    const opens = sinon.stub(sdk, 'createReceiver').callsFake(function (this: ServiceBusClient, ...opened: unknown[]) {
      const link = new ScriptedLink(this, opened);
      links.push(link);
      return link.receiver;
    });
    const closes = sinon.stub(sdk, 'close');
    const close = async (client: ServiceBusClient) => {
      await this.closing();
      for (const link of links) if (link.client === client) link.isClosed = true;
    };
    closes.callsFake(function (this: ServiceBusClient) {
      return close(this);
    });
    this.#restore = () => [opens, closes].forEach((stub) => stub.restore());
  }

  static async start(): Promise<ScriptedBus> {
    const { ServiceBusClient } = await loadSdk();
    return new ScriptedBus(ServiceBusClient.prototype);
  }

  /** The newest. */
  get link(): ScriptedLink {
    return this.links.at(-1)!;
  }

  stop(): void {
    this.#restore();
  }
}

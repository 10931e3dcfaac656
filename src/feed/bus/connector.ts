import type { MessageHandlers, ServiceBusClient } from '@azure/service-bus';
import type { BusDetails } from './details';
import { loadLibrary } from './sdk';
import { swallowCloseRejections } from './sdk';
import { completeMessage } from './sdk';
import { feedErrorOfBus, type FeedError } from '../feed-error';
import { webSocketFor } from './web-socket';

/** 5671, or a WebSocket on 443. */
export type Channel = 'amqp' | 'websocket';

/** What becomes of a connection. None of them may throw. */
export interface Hooks {
  /** The link is being opened, at first and whenever the library opens it again by itself. */
  attaching(): void;
  attached(): void;
  /** Also after `close` has begun: what the library has been given, it completes. */
  message(body: unknown): void;
  failed(error: FeedError): void;
}

export interface Connection {
  /** Settles within `closeMs`, whatever the other side does; never rejects. */
  close(): Promise<void>;
}

/**
 * Messages in flight: with less the speed is bounded by the round trip (docs/service-bus.md, "Throughput").
 */
const IN_FLIGHT = 1_000;
const DONE = Promise.resolve();
/** Errors about a single message; the lock brings it again. */
const OF_ONE_MESSAGE: readonly string[] = ['complete', 'abandon', 'processMessageCallback', 'renewLock'];

/**
 * Opens a receiver with the client library, which is loaded no earlier than here.
 * @throws TroubleError
 */
export async function connect(
  details: BusDetails,
  channel: Channel,
  hooks: Hooks,
  closeMs: number,
): Promise<Connection> {
  const socket = channel === 'websocket' ? { webSocketOptions: { webSocket: webSocketFor(details) } } : {};
  const { ServiceBusClient } = await loadLibrary();
  const client = new ServiceBusClient(connectionString(details, channel), {
    ...socket,
    // Trying again is our own business: the library hides errors for minutes while it retries.
    retryOptions: { maxRetries: 0 },
  });
  const receiver = client.createReceiver(details.topic, details.subscription, {
    receiveMode: 'peekLock',
    // Handling takes no time.
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
    // Only the body is looked at.
    skipConvertingDate: true,
  });
  const ending = new AbortController();
  const unlessEnding =
    <A extends unknown[]>(hook: (...args: A) => void) =>
    (...args: A): Promise<void> => {
      if (!ending.signal.aborted) hook(...args);
      return Promise.resolve();
    };
  // The library calls the first two although its types keep them to itself; nothing public tells when it has attached.
  const handlers: MessageHandlers & { preInitialize(): Promise<void>; postInitialize(): Promise<void> } = {
    preInitialize: unlessEnding(() => hooks.attaching()),
    postInitialize: unlessEnding(() => hooks.attached()),
    processMessage: (message) => {
      hooks.message(message.body as unknown);
      return completeMessage(message) ? DONE : receiver.completeMessage(message);
    },
    processError: unlessEnding(({ error, errorSource }) => {
      if (!OF_ONE_MESSAGE.includes(errorSource)) hooks.failed(feedErrorOfBus(error));
    }),
  };
  receiver.subscribe(handlers, {
    autoCompleteMessages: false,
    maxConcurrentCalls: IN_FLIGHT,
    abortSignal: ending.signal,
  });
  swallowCloseRejections(receiver);
  return {
    close: async () => {
      ending.abort();
      await closeWithin(client, closeMs);
    },
  };
}

function connectionString({ host, port, plain, keyName, key }: BusDetails, channel: Channel): string {
  const address = plain || (channel === 'amqp' && port !== 5671) ? `${host}:${port}` : host;
  const parts = [`Endpoint=sb://${address}/`, `SharedAccessKeyName=${keyName}`, `SharedAccessKey=${key}`];
  return [...parts, ...(plain ? ['UseDevelopmentEmulator=true'] : [])].join(';');
}

/**
 * `close()` hangs while a connection is half-open (docs/service-bus.md, "Client behaviour"), and leaves one alone that
 * is still being opened: in the end the socket is taken away from it, whatever it thinks.
 */
async function closeWithin(client: ServiceBusClient, closeMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeMs);
    timer.unref();
  });
  const closed = client.close().catch(() => undefined);
  await Promise.race([closed, late]);
  clearTimeout(timer);
  destroySocket(client);
}

/** Reaches into the library, carefully: left alone, the socket would stay open for minutes, or for ever. */
function destroySocket(client: unknown): void {
  const path = ['_connectionContext', 'connection', '_connection', 'socket'];
  const socket = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], client);
  const { destroy, end } = (socket ?? {}) as { destroy?: () => void; end?: () => void };
  try {
    (destroy ?? end)?.call(socket);
  } catch {
    // It was gone already.
  }
}

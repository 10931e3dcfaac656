import type { MessageHandlers, ServiceBusClient } from '@azure/service-bus';
import { sleep } from '../../time/sleep';
import { feedErrorOfBus, type FeedError } from '../feed-error';
import type { BusDetails } from './details';
import { sasToken } from './sas-token';
import type { SequenceNumber } from './sequence-gaps';
import { webSocketFor } from './web-socket';

type Sdk = typeof import('@azure/service-bus');

/** 5671, or a WebSocket on 443. */
export type Channel = 'amqp' | 'websocket';

/** What happens to a receiver. None of them may throw. */
export interface ReceiverEvents {
  /** The link is being opened, at first and whenever the SDK opens it again by itself. */
  attaching(): void;
  attached(): void;
  failed(error: FeedError): void;
  /**
   * Also after `close` has begun: the messages that the SDK has received by then are completed.
   * @param number absent where the bus gave none.
   * @returns until when the bus has to keep the message, if not only for now; never rejects.
   */
  message(body: unknown, number?: SequenceNumber): Promise<void> | void;
}

export interface Receiver {
  /** Settles within `closeMs`, whatever the other side does; never rejects. */
  close(): Promise<void>;
}

/** Messages in flight; with fewer the round trip bounds the speed. */
const IN_FLIGHT = 1_000;
const DONE = Promise.resolve();
/** Errors about a single message; the lock brings it again. */
const OF_ONE_MESSAGE: readonly string[] = ['complete', 'abandon', 'processMessageCallback', 'renewLock'];

let loaded: Promise<Sdk> | undefined;

/** The SDK, which a flow without a feed must not pay for. From the second time on it is there at once. */
export function loadSdk(): Promise<Sdk> {
  return (loaded ??= import('@azure/service-bus'));
}

/**
 * Opens a receiver with the SDK, which is loaded no earlier than here.
 * @throws FeedFailure
 */
export async function openReceiver(
  details: BusDetails,
  channel: Channel,
  events: ReceiverEvents,
  closeMs: number,
): Promise<Receiver> {
  const socket = channel === 'websocket' ? { webSocketOptions: { webSocket: webSocketFor(details) } } : {};
  const { ServiceBusClient } = await loadSdk();
  const client = new ServiceBusClient(connectionString(details, channel), {
    ...socket,
    // The stream retries: the SDK hides errors for minutes while it does.
    retryOptions: { maxRetries: 0 },
  });
  signByOwnClock(client, details);
  swallowSessionRejections(client);
  const receiver = client.createReceiver(details.topic, details.subscription, {
    receiveMode: 'peekLock',
    // Handling takes no time.
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
    // Only the body is read.
    skipConvertingDate: true,
  });
  const closing = new AbortController();
  const unlessClosing =
    <A extends unknown[]>(handler: (...args: A) => void) =>
    (...args: A): Promise<void> => {
      if (!closing.signal.aborted) handler(...args);
      return DONE;
    };
  // The SDK calls the first two although its types omit them; nothing public says when the link has attached.
  const handlers: MessageHandlers & { preInitialize(): Promise<void>; postInitialize(): Promise<void> } = {
    preInitialize: unlessClosing(() => events.attaching()),
    postInitialize: unlessClosing(() => events.attached()),
    processMessage: (message) => {
      const complete = () => (completeMessage(message) ? DONE : receiver.completeMessage(message));
      const taken = events.message(message.body as unknown, message.sequenceNumber);
      return taken ? taken.then(complete) : complete();
    },
    processError: unlessClosing(({ error, errorSource }) => {
      if (!OF_ONE_MESSAGE.includes(errorSource)) events.failed(feedErrorOfBus(error));
    }),
  };
  receiver.subscribe(handlers, {
    autoCompleteMessages: false,
    maxConcurrentCalls: IN_FLIGHT,
    abortSignal: closing.signal,
  });
  swallowCloseRejections(receiver);
  return {
    close: async () => {
      closing.abort();
      await closeWithin(client, closeMs);
    },
  };
}

/**
 * Completes a message with the same frame as the SDK (7.9.5), and without what the SDK does besides for each message: a
 * span, a timer, retries, and another link where its own is gone. Success does not matter: a message that was not
 * completed comes again, and is a duplicate then. The AMQP delivery is not public.
 * @returns false where the message of the SDK has another shape: then nothing has happened.
 */
export function completeMessage(message: unknown): boolean {
  const { delivery } = message as { delivery?: { accept?: () => void } };
  if (typeof delivery?.accept !== 'function') return false;
  try {
    delivery.accept();
  } catch {
    // Its link is gone.
  }
  return true;
}

/**
 * Lets a client sign its tokens by `clock.cloud()`. The SDK signs them by the wall clock: while that clock is an hour
 * behind, the bus refuses each token as expired. The tokens of a client are not public.
 */
export function signByOwnClock(client: unknown, { keyName, key }: Pick<BusDetails, 'keyName' | 'key'>): void {
  const { _connectionContext: context } = client as {
    _connectionContext?: { tokenCredential?: { isSasTokenProvider?: boolean } };
  };
  if (context?.tokenCredential?.isSasTokenProvider !== true) return;
  const getToken = (audience: string) =>
    Promise.resolve({ token: sasToken(audience, keyName, key), expiresOnTimestamp: 0 });
  Object.assign(context, { tokenCredential: { isSasTokenProvider: true, getToken } });
}

interface Link {
  close(...args: unknown[]): Promise<void>;
}

/**
 * Lets no link of a receiver that was just subscribed reject when it is closed. The SDK closes some without handling
 * the outcome (7.9.5: after an abort while the link opens, and when draining it takes too long); should the bus close
 * such a link at the same moment, for example because the subscription is removed, nobody would handle the rejection,
 * and that ends Node-RED. Nothing public gives the link.
 */
export function swallowCloseRejections(receiver: unknown): void {
  const { _streamingReceiver: streaming } = receiver as {
    _streamingReceiver?: { createRheaLink?: (...args: unknown[]) => Promise<Link> };
  };
  const create = streaming?.createRheaLink;
  if (!streaming || typeof create !== 'function') return;
  streaming.createRheaLink = async (...args) => {
    const link = await create.apply(streaming, args);
    const close = link.close.bind(link);
    link.close = (...options) => close(...options).catch(() => undefined);
    return link;
  };
}

interface Connection {
  createSession?: (...args: unknown[]) => Promise<Link>;
}

/**
 * Lets no session of a client reject when it is closed. Where the bus does not answer, as with very many messages on the
 * way, the AMQP library rejects after a minute (`OperationTimeoutError`), and where a link is given up while it opens it
 * closes the session without handling that, which ends Node-RED. Nothing public gives the session.
 */
export function swallowSessionRejections(client: unknown): void {
  const { _connectionContext: context } = client as {
    _connectionContext?: { connection?: Connection; refreshConnection?: () => void };
  };
  if (!context) return;
  const guard = ({ connection }: { connection?: Connection }) => {
    const create = connection?.createSession;
    if (!connection || typeof create !== 'function') return;
    connection.createSession = async (...args) => {
      const session = await create.apply(connection, args);
      const close = session.close.bind(session);
      session.close = (...options) => close(...options).catch(() => undefined);
      return session;
    };
  };
  guard(context);
  const refresh = context.refreshConnection;
  if (typeof refresh !== 'function') return;
  context.refreshConnection = () => {
    refresh.call(context);
    guard(context);
  };
}

function connectionString({ host, port, plain, keyName, key }: BusDetails, channel: Channel): string {
  const address = plain || (channel === 'amqp' && port !== 5671) ? `${host}:${port}` : host;
  const parts = [`Endpoint=sb://${address}/`, `SharedAccessKeyName=${keyName}`, `SharedAccessKey=${key}`];
  return [...parts, ...(plain ? ['UseDevelopmentEmulator=true'] : [])].join(';');
}

/**
 * The SDK's `close()` hangs while a connection is half-open, and does nothing to a connection that is still being
 * opened: so the socket is destroyed in the end.
 */
async function closeWithin(client: ServiceBusClient, closeMs: number): Promise<void> {
  const closed = new AbortController();
  const closing = client.close().then(
    () => closed.abort(),
    () => closed.abort(),
  );
  await Promise.race([closing, sleep(closeMs, closed.signal)]);
  destroySocket(client);
}

/** The socket is not public; left alone, it would stay open for minutes, or for ever. */
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

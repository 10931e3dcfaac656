import type { ServiceBusClientOptions } from '@azure/service-bus';
import type { BusDetails } from './details';
import { FeedFailure, FEED_ERRORS } from '../feed-error';

export type WebSocketClass = NonNullable<NonNullable<ServiceBusClientOptions['webSocketOptions']>['webSocket']>;

/** The part of a WebSocket class that is used, of whichever package. */
type SocketClass = new (
  url: string,
  protocols?: string | string[],
) => { addEventListener(type: 'error', listener: () => void): void };

/**
 * The class that the SDK opens its WebSocket with: Node's own from Node 22 on, else the package ws, which
 * is an optional peer.
 * @throws FeedFailure when there is neither.
 */
export function webSocketFor(details: BusDetails): WebSocketClass {
  const Socket = socketClass();
  if (!Socket) throw new FeedFailure(FEED_ERRORS.noWebSocket);
  class BusSocket extends Socket {
    constructor(url: string, protocols?: string | string[]) {
      super(details.plain ? plainUrl(details, url) : url, protocols);
      // An error before the SDK listens would end the process.
      this.addEventListener('error', () => undefined);
    }
  }
  return BusSocket as unknown as WebSocketClass;
}

export function hasWebSocket(): boolean {
  return socketClass() !== undefined;
}

function socketClass(): SocketClass | undefined {
  const own = (globalThis as { WebSocket?: SocketClass }).WebSocket;
  if (own) return own;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only when it is wanted
    return (require('ws') as { WebSocket: SocketClass }).WebSocket;
  } catch {
    return undefined;
  }
}

/** The SDK knows only encrypted addresses; a simulator on this machine has none. */
function plainUrl({ host, port }: BusDetails, url: string): string {
  return `ws://${host}:${port}${new URL(url).pathname}`;
}

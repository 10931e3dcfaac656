/** What of the library's client is reached into, carefully: nothing public ends it for certain. */
interface Inside {
  _connectionContext?: {
    readyToOpenLink?: () => Promise<void>;
    connection?: { _connection?: { socket?: { destroy?: () => void; end?: () => void } } };
  };
}

/**
 * Lets a client that is about to be closed open no link any more. When a link is gone while its messages are settled, the
 * library (7.9.5) opens one for management to settle them with. If its `close()` has looked for such links before, that
 * one keeps the client, and renews its token, for ever.
 */
export function openNoMore(client: unknown): void {
  const context = (client as Inside)._connectionContext;
  if (typeof context?.readyToOpenLink !== 'function') return;
  context.readyToOpenLink = () => Promise.reject(new Error('The client is being closed'));
}

/** Takes the socket away from a client: left alone, it may stay open for minutes, or for ever. */
export function destroySocket(client: unknown): void {
  const socket = (client as Inside)._connectionContext?.connection?._connection?.socket;
  try {
    (socket?.destroy ?? socket?.end)?.call(socket);
  } catch {
    // It was gone already.
  }
}

import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { resetConnection } from '../tls/reset-connection';

const ALREADY_SENT = 'x-hono-already-sent';

/** Prevents the server from writing a response. */
const noResponse = () => new Response(null, { status: 502, headers: { [ALREADY_SENT]: 'true' } });

/** The request of Node.js; absent where another server mounts the app. */
export function incomingOf(c: Context): IncomingMessage | undefined {
  return (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
}

/** Resets the connection; where there is none, answers an empty 502. */
export function reset(c: Context): Response {
  const socket = incomingOf(c)?.socket;
  if (!socket) return new Response(null, { status: 502 });
  resetConnection(socket);
  return noResponse();
}

/** Never answers; ends when the client closes the connection or the simulator stops. */
export async function hang(c: Context): Promise<Response> {
  const socket = incomingOf(c)?.socket;
  await new Promise<void>((resolve) => {
    if (socket && !socket.destroyed) socket.once('close', resolve);
    else resolve();
  });
  return socket ? noResponse() : new Response(null, { status: 502 });
}

/** Whether the response is a placeholder for a connection that got no answer. */
export const isUnanswered = (response: Response): boolean => response.headers.has(ALREADY_SENT);

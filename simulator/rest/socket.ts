import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

const ALREADY_SENT = 'x-hono-already-sent';

/** Tells the server that there is nothing left to write. */
const noResponse = () => new Response(null, { status: 502, headers: { [ALREADY_SENT]: 'true' } });

/** The request as Node.js has it; absent where the app is mounted elsewhere. */
export function incomingOf(c: Context): IncomingMessage | undefined {
  return (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
}

/** Resets the connection. Where there is none, an empty 502 has to do. */
export function reset(c: Context): Response {
  const socket = incomingOf(c)?.socket;
  if (!socket) return new Response(null, { status: 502 });
  socket.resetAndDestroy();
  return noResponse();
}

/** Never answers; ends when the client has had enough or the simulator stops. */
export async function hang(c: Context): Promise<Response> {
  const socket = incomingOf(c)?.socket;
  await new Promise<void>((resolve) => {
    if (socket && !socket.destroyed) socket.once('close', resolve);
    else resolve();
  });
  return socket ? noResponse() : new Response(null, { status: 502 });
}

/** Whether there was nobody left to answer. */
export const isUnanswered = (response: Response): boolean => response.headers.has(ALREADY_SENT);

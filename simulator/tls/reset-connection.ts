import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Resets a connection. Node.js cannot reset one with TLS: it is closed without a word, which a client sees as much. */
export function resetConnection(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

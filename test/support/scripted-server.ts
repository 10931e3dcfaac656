import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Seen {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage['headers'];
  at: number;
}

type Handler = (seen: Seen, response: ServerResponse, socket: Socket) => void;

/** Addresses of this process so far. */
const taken = new Set<string>();

/** A real server that answers what a test wrote down, for answers that no healthy cloud would give. */
export class ScriptedServer {
  readonly seen: Seen[] = [];
  handler: Handler = (_seen, response) => response.end('{}');
  tokens = 0;
  login: Handler = (_seen, response) => {
    this.tokens += 1;
    response.end(
      JSON.stringify({ access_token: `planted-token-${this.tokens}`, token_type: 'Bearer', expires_in: 86399 }),
    );
  };
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
      if (url === '/oauth/token') {
        this.login(seen, response, request.socket);
        return;
      }
      this.seen.push(seen);
      this.handler(seen, response, request.socket);
    });
  });

  async start(): Promise<string> {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await this.#listen();
    return this.url;
  }

  /** At an address of its own: the client knows the account of an earlier test at the same one, and has its token. */
  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    if (!taken.has(this.url)) {
      taken.add(this.url);
      return;
    }
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#listen();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers one after the other; the last one for ever. */
export function answers(...list: { status: number; body?: string; headers?: Record<string, string> }[]): Handler {
  let next = 0;
  return (_seen, response) => {
    const { status, body = '', headers = {} } = list[Math.min(next++, list.length - 1)]!;
    response.writeHead(status, headers).end(body);
  };
}

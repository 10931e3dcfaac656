import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

/** RFC 6455: what a server adds to the key of the client. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** The subprotocol of AMQP over WebSocket; `AMQPWSB10` is what the clients of Service Bus ask for. */
const PROTOCOLS = ['AMQPWSB10', 'amqp'];
const PATH = /^\/\$servicebus\/websocket\/?(\?|$)/i;

/** Opcodes. */
const CONTINUATION = 0x0;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const FINAL = 0x80;
const MASKED = 0x80;
const OPCODE = 0x0f;
const LENGTH = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Status codes of a close frame. */
const NORMAL = 1000;
const PROTOCOL_ERROR = 1002;
const NOT_BINARY = 1003;
const TOO_LONG = 1009;

/** Far above every frame of AMQP. */
const MAX_FRAME = 16 * 1024 * 1024;

/** A frame of the client; `size` counts its header too. */
interface Frame {
  opcode: number;
  payload: Buffer;
  size: number;
}

/** The answer to a request that is no WebSocket for the bus, else undefined. */
function refusalOf({ url = '', headers, method }: IncomingMessage, protocol: string | undefined): string | undefined {
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket' || !headers['sec-websocket-key']) {
    return '426 Upgrade Required';
  }
  if (!PATH.test(url)) return '404 Not Found';
  return protocol === undefined ? '400 Bad Request' : undefined;
}

/** Answers the opening of a WebSocket. Returns the bytes in it; undefined: refused, and `transport` ends. */
export function acceptWebSocket(request: IncomingMessage, transport: Duplex, head: Buffer): Duplex | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const protocol = PROTOCOLS.find((name) => offered.includes(name));
  const refusal = refusalOf(request, protocol);
  if (refusal !== undefined || protocol === undefined) {
    transport.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return undefined;
  }
  const key = `${request.headers['sec-websocket-key']}${GUID}`;
  transport.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
      '\r\n',
    ].join('\r\n'),
  );
  return new WebSocketStream(transport, head);
}

/** The server's end of a WebSocket as a stream of the bytes in its binary messages. */
class WebSocketStream extends Duplex {
  readonly #transport: Duplex;
  #input: Buffer;

  constructor(transport: Duplex, head: Buffer) {
    super({ allowHalfOpen: false });
    this.#transport = transport;
    this.#input = Buffer.alloc(0);
    transport.on('data', (bytes: Buffer) => this.#take(bytes));
    transport.on('error', () => undefined);
    transport.once('end', () => this.push(null));
    transport.once('close', () => this.destroy());
    if (head.length > 0) this.#take(head);
  }

  override _read(): void {
    // The transport flows by itself: AMQP limits what a client may send.
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#send(BINARY, bytes, done);
  }

  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(BINARY, Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#end(NORMAL);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // An orderly end lets the last bytes out.
    if (!this.#transport.writableEnded) this.#transport.destroy();
    done(error);
  }

  #take(bytes: Buffer): void {
    this.#input = Buffer.concat([this.#input, bytes]);
    for (;;) {
      const frame = readFrame(this.#input);
      if (frame === undefined) return;
      if (typeof frame === 'number') {
        this.#end(frame);
        return;
      }
      this.#input = this.#input.subarray(frame.size);
      this.#handle(frame);
    }
  }

  #handle({ opcode, payload }: Frame): void {
    if (opcode === BINARY || opcode === CONTINUATION) this.push(payload);
    else if (opcode === PING) this.#send(PONG, payload);
    else if (opcode === CLOSE) this.push(null);
    else if (opcode !== PONG) this.#end(NOT_BINARY);
  }

  #end(status: number): void {
    if (this.#transport.writableEnded) return;
    const code = Buffer.alloc(2);
    code.writeUInt16BE(status);
    this.#send(CLOSE, code);
    this.#transport.end();
  }

  #send(opcode: number, payload: Buffer, done?: (error?: Error | null) => void): void {
    if (this.#transport.writableEnded) done?.();
    else this.#transport.write(Buffer.concat([headerOf(opcode, payload.length), payload]), done);
  }
}

function headerOf(opcode: number, length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([FINAL | opcode, length]);
  const short = length <= 0xffff;
  const header = Buffer.alloc(short ? 4 : 10);
  header.writeUInt8(FINAL | opcode, 0);
  header.writeUInt8(short ? LENGTH_16 : LENGTH_64, 1);
  if (short) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

/** Undefined: more bytes are needed. A number: the status with which the WebSocket has to be closed. */
function readFrame(input: Buffer): Frame | number | undefined {
  if (input.length < 2) return undefined;
  const [first = 0, second = 0] = input;
  const short = second & LENGTH;
  const extra = short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0;
  if ((second & MASKED) === 0) return PROTOCOL_ERROR;
  const maskAt = 2 + extra;
  const start = maskAt + 4;
  if (input.length < start) return undefined;
  const length = extra === 2 ? input.readUInt16BE(2) : extra === 8 ? Number(input.readBigUInt64BE(2)) : short;
  if (length > MAX_FRAME) return TOO_LONG;
  const size = start + length;
  if (input.length < size) return undefined;
  const mask = input.subarray(maskAt, start);
  const payload = Buffer.from(input.subarray(start, size).map((byte, index) => byte ^ mask.readUInt8(index & 3)));
  return { opcode: first & OPCODE, payload, size };
}

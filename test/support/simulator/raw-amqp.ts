import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import frames from 'rhea/lib/frames.js';
import message from 'rhea/lib/message.js';
import terminus from 'rhea/lib/terminus.js';
import type { ConnectionDetails } from '../../../simulator/bus/connection-details';
import { until } from './bus-cloud';

const AMQP = Buffer.from([...Buffer.from('AMQP'), 0, 1, 0, 0]);
const SASL = Buffer.from([...Buffer.from('AMQP'), 3, 1, 0, 0]);
const HEADER_SIZE = AMQP.length;
const FIRST_DELIVERY = { delivery_id: 0, delivery_tag: Buffer.from('0'), message_format: 0 };

/** The state of a message that the client has accepted. */
export const accepted: object = message.accepted().described();

/** A frame that the broker sent. */
interface Frame {
  name: string;
  performative: any;
  payload?: Buffer;
}

/** Writes frames as a test lays them out, and keeps the frames of the broker in their order. Reacts to nothing. */
export class RawAmqp {
  readonly received: Frame[] = [];
  readonly headers: number[] = [];
  closed = false;
  #input = Buffer.alloc(0);
  #output: Buffer[] = [];

  private constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => undefined);
    for (const end of ['end', 'close']) socket.on(end, () => (this.closed = true));
  }

  static async connect({ Host, Port }: Pick<ConnectionDetails, 'Host' | 'Port'>): Promise<RawAmqp> {
    // Keeps its own direction open after the broker has ended the other.
    const socket = connect({ port: Port, host: Host, allowHalfOpen: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    return new RawAmqp(socket);
  }

  amqpHeader = (): this => this.#add(AMQP);
  saslHeader = (): this => this.#add(SASL);
  sasl = (mechanism: string, response: Buffer = Buffer.alloc(0)): this =>
    this.#add(frames.write_frame(frames.sasl_frame(frames.sasl_init({ mechanism, initial_response: response }))));
  open = (more: object = {}): this => this.frame('open', { container_id: 'raw', ...more });
  begin = (): this => this.frame('begin', { next_outgoing_id: 0, incoming_window: 5000, outgoing_window: 5000 });
  /** A receiver of the client. */
  receiver = (handle: number, address: string, more: object = {}): this =>
    this.#attach(handle, true, { source: address, target: `client-${handle}` }, more);
  /** A sender of the client. */
  sender = (handle: number, address: string, more: object = {}): this =>
    this.#attach(
      handle,
      false,
      { source: `client-${handle}`, target: address },
      { initial_delivery_count: 0, ...more },
    );
  credit = (handle: number, credit: number, more: object = {}): this =>
    this.frame('flow', {
      next_incoming_id: 0,
      incoming_window: 5000,
      next_outgoing_id: 0,
      outgoing_window: 5000,
      handle,
      delivery_count: 0,
      link_credit: credit,
      ...more,
    });

  /** The first and only delivery of the session. */
  transfer(handle: number, content: object, more: object = {}): this {
    return this.frame('transfer', { handle, ...FIRST_DELIVERY, settled: true, ...more }, message.encode(content));
  }

  /** Begins a message and takes it back: the next one is delivery 1. */
  abort(handle: number): this {
    this.frame('transfer', { handle, ...FIRST_DELIVERY, more: true }, Buffer.from([0]));
    return this.frame('transfer', { handle, ...FIRST_DELIVERY, aborted: true });
  }

  frame(name: string, fields: object, payload?: Buffer): this {
    return this.#add(frames.write_frame(frames.amqp_frame(0, frames[name](fields), payload)));
  }

  /** Sends everything since the last call in one piece. */
  flush(): this {
    this.socket.write(Buffer.concat(this.#output.splice(0)));
    return this;
  }

  /** Sends everything since the last call in that many pieces of about the same length. */
  async flushInPieces(pieces: number): Promise<void> {
    const bytes = Buffer.concat(this.#output.splice(0));
    const length = Math.ceil(bytes.length / pieces);
    for (let from = 0; from < bytes.length; from += length) {
      this.socket.write(bytes.subarray(from, from + length));
      await setImmediate();
    }
  }

  /** Resolves with the frame of the given number with that name. */
  async next(name: string, number = 1): Promise<Frame> {
    const found = () => this.received.filter((frame) => frame.name === name)[number - 1];
    await until(() => this.closed || found() !== undefined);
    return found() ?? Promise.reject(new Error(`the broker closed the connection before ${name}`));
  }

  async message(number = 1): Promise<any> {
    return message.decode((await this.next('transfer', number)).payload);
  }

  #attach(handle: number, role: boolean, ends: { source: string; target: string }, more: object): this {
    const source = terminus.source({ address: ends.source }).described();
    const target = terminus.target({ address: ends.target }).described();
    return this.frame('attach', { name: `raw-${handle}-${role}`, handle, role, source, target, ...more });
  }

  #add(bytes: Buffer): this {
    this.#output.push(bytes);
    return this;
  }

  #read(bytes: Buffer): void {
    this.#input = Buffer.concat([this.#input, bytes]);
    while (this.#input.length >= HEADER_SIZE) {
      const isHeader = this.#input.toString('latin1', 0, 4) === 'AMQP';
      const size = isHeader ? HEADER_SIZE : this.#input.readUInt32BE(0);
      if (this.#input.length < size) return;
      const piece = this.#input.subarray(0, size);
      this.#input = this.#input.subarray(size);
      if (isHeader) this.headers.push(piece[4]!);
      else this.#keep(frames.read_frame(piece));
    }
  }

  #keep(frame: { performative?: any; payload?: Buffer }): void {
    const { performative, payload } = frame;
    if (!performative) return;
    const [name = ''] = String(performative.constructor).split('#');
    this.received.push({ name, performative, ...(payload === undefined ? {} : { payload }) });
  }
}

/** A client in a session, logged in with the key. */
export async function loggedIn(details: ConnectionDetails, open: object = {}): Promise<RawAmqp> {
  const raw = await RawAmqp.connect(details);
  raw.saslHeader().sasl('PLAIN', plain(details.Username, details.Password)).flush();
  await raw.next('sasl_outcome');
  return raw.amqpHeader().open(open).begin();
}

/** The put-token request of a client that signs for the given audience. */
export function putToken({ Username, Password }: ConnectionDetails, audience: string, now: number): object {
  const resource = encodeURIComponent(audience);
  const expiry = Math.floor(now / 1000) + 3600;
  const signature = createHmac('sha256', Password).update(`${resource}\n${expiry}`).digest('base64');
  const token = `sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${Username}`;
  return {
    message_id: 7,
    application_properties: { operation: 'put-token', type: 'servicebus.windows.net:sastoken', name: audience },
    body: `SharedAccessSignature ${token}`,
  };
}

/** The response of SASL PLAIN. */
export const plain = (name: string, key: string): Buffer => Buffer.from(`\0${name}\0${key}`);

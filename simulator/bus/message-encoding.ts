import type { Message } from './subscription';

/** The format codes of AMQP 1.0, part 1.6, that a message needs. */
const DESCRIBED = 0x00;
const SMALL_ULONG = 0x53;
const LIST_8 = 0xc0;
const MAP_8 = 0xc1;
const BINARY_32 = 0xb0;
const STRING_8 = 0xa1;
const SYMBOL_8 = 0xa3;
const UINT = 0x70;
const LONG = 0x81;
const TIMESTAMP = 0x83;
const SMALL_INT = 0x54;
const NULL = 0x40;

/** Sections of a message, part 3.2. */
const HEADER = 0x70;
const ANNOTATIONS = 0x72;
const PROPERTIES = 0x73;
const DATA = 0x75;

/** The value of `x-opt-message-state`; a message that is not deferred has no such annotation. */
const DEFERRED = 1;

const section = (code: number): number[] => [DESCRIBED, SMALL_ULONG, code];
const symbol = (text: string): number[] => [SYMBOL_8, text.length, ...Buffer.from(text, 'latin1')];
const zeros = (size: number): number[] => new Array<number>(size).fill(0);

/** An encoded message with zeros in the place of its numbers, and the offsets of these. */
interface Template {
  bytes: Buffer;
  deliveries: number;
  sequence: number;
  enqueued: number;
  locked: number | undefined;
  id: number | undefined;
  size: number;
}

/** Length of a message id: hexadecimal digits. */
const ID_LENGTH = 32;

/** Which parts a message has. */
interface Form {
  lock: boolean;
  id: boolean;
  deferred: boolean;
}

function template(form: Form): Template {
  const bytes: number[] = [];
  const add = (...more: number[]): number => bytes.push(...more);
  // durable, priority, ttl and first-acquirer are null.
  add(...section(HEADER), LIST_8, 1 + 4 + 5, 5, NULL, NULL, NULL, NULL, UINT);
  const deliveries = add(...zeros(4)) - 4;
  const offsets: number[] = [];
  const pairs: number[] = [];
  const pair = (name: string, code: number) => {
    pairs.push(...symbol(name), code, ...zeros(8));
    offsets.push(pairs.length - 8);
  };
  pair('x-opt-sequence-number', LONG);
  pair('x-opt-enqueued-time', TIMESTAMP);
  if (form.lock) pair('x-opt-locked-until', TIMESTAMP);
  if (form.deferred) pairs.push(...symbol('x-opt-message-state'), SMALL_INT, DEFERRED);
  const count = 2 * (offsets.length + Number(form.deferred));
  const start = add(...section(ANNOTATIONS), MAP_8, 1 + pairs.length, count);
  add(...pairs);
  const [sequence = 0, enqueued = 0, locked] = offsets.map((place) => start + place);
  let id: number | undefined;
  if (form.id) {
    add(...section(PROPERTIES), LIST_8, 1 + 2 + ID_LENGTH, 1, STRING_8, ID_LENGTH);
    id = add(...zeros(ID_LENGTH)) - ID_LENGTH;
  }
  const size = add(...section(DATA), BINARY_32, ...zeros(4)) - 4;
  return { bytes: Buffer.from(bytes), deliveries, sequence, enqueued, locked, id, size };
}

const FLAGS = [false, true];
/** One template for each form, at the index that `indexOf` returns. */
const TEMPLATES = FLAGS.flatMap((lock) =>
  FLAGS.flatMap((id) => FLAGS.map((deferred) => template({ lock, id, deferred }))),
);
const indexOf = ({ lock, id, deferred }: Form): number => 4 * Number(lock) + 2 * Number(id) + Number(deferred);

/**
 * Encodes one message with the annotations that the official client reads. rhea could do this too, but takes longer for
 * it than for everything else, and a bench must not measure the simulator.
 * @param lockedUntil ms; undefined: the message is not locked for the client
 */
export function encode(
  { outgoing, sequence, enqueuedAt, deliveries, deferred }: Message,
  lockedUntil?: number,
): Buffer {
  const { body, withoutId } = outgoing;
  const form = TEMPLATES[indexOf({ lock: lockedUntil !== undefined, id: !withoutId, deferred })];
  if (!form) throw new Error('a form of a message without a template');
  const message = Buffer.allocUnsafe(form.bytes.length + body.length);
  form.bytes.copy(message);
  message.writeUInt32BE(deliveries, form.deliveries);
  writeLong(message, sequence, form.sequence);
  writeLong(message, enqueuedAt, form.enqueued);
  if (lockedUntil !== undefined && form.locked !== undefined) writeLong(message, lockedUntil, form.locked);
  if (form.id !== undefined) message.write(sequence.toString(16).padStart(ID_LENGTH, '0'), form.id, 'latin1');
  message.writeUInt32BE(body.length, form.size);
  body.copy(message, form.bytes.length);
  return message;
}

/** The value is whole and not negative. */
function writeLong(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32BE(Math.floor(value / 4_294_967_296), at);
  buffer.writeUInt32BE(value >>> 0, at + 4);
}

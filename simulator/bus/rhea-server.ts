import type { Duplex } from 'node:stream';
import type { Connection, Sender, Session } from 'rhea';

/** What AMQP 1.0 asks of a server and rhea leaves out. */

const SASL_PROTOCOL = 3;

/** The inner parts of rhea that its types do not show. */
interface Transfer {
  performative: { handle: number; aborted?: boolean };
}
interface InnerReceiver {
  _incomplete?: { settled: boolean } | undefined;
  credit: number;
  delivery_count: number;
}
interface InnerConnection {
  /** Input whose end rhea waits for: as pieces of a frame, or too short to tell its size. */
  chunks?: Buffer[] | null;
  frame_size?: number | undefined;
  previous_input?: Buffer | null;
  input(bytes: Buffer): void;
  _process(): void;
  remote: { open?: { max_frame_size: number } };
  socket: Duplex;
  sasl_transport: { transports: Record<typeof SASL_PROTOCOL, InnerLogin> };
}
interface InnerLogin {
  do_step(challenge: unknown): void;
  transport: { read_complete?: boolean };
}
interface Attach {
  performative: { name: string; role: boolean };
}
interface InnerLink {
  name: string;
  is_receiver(): boolean;
}
interface Disposition {
  first: number;
  last?: number;
  settled?: boolean;
  state?: unknown;
}
interface Deliveries {
  deliveries: { get_head(): { id: number } | undefined; get_tail(): { id: number } | undefined };
  on_disposition(disposition: Disposition): void;
}
interface ArrayReader {
  buffer: Buffer;
  position: number;
  read_array_items: (this: ArrayReader, count: number, type: unknown) => unknown[];
}
interface InnerSession {
  outgoing: Deliveries;
  links: Record<string, InnerLink>;
  on_attach(frame: Attach): void;
  incoming: Deliveries & { next_transfer_id: number; next_delivery_id: number | undefined };
  on_transfer(frame: Transfer): void;
  _get_link(frame: Transfer): InnerReceiver;
}
interface InnerSender {
  _draining: boolean;
  _drained: boolean;
  credit: number;
  delivery_count: number;
  _get_drain(): boolean;
}

/**
 * Does at once what rhea does in the next tick. When a link opens: writes the answer to the attach, which must precede all
 * messages of the link. When it ends: reads the settlements that came before in the same piece of input.
 */
export function processNow(connection: Connection): void {
  (connection as unknown as InnerConnection)._process();
}

/**
 * Reads what a client sends together with its login, without waiting for the outcome: rhea checks the login in a later
 * tick, and until then takes the header of AMQP for a frame of SASL whose end never comes. The connection must have its
 * socket.
 */
export function readOnAfterLogin(connection: Connection): void {
  const inner = connection as unknown as InnerConnection;
  const login = inner.sasl_transport.transports[SASL_PROTOCOL];
  const step = login.do_step.bind(login);
  login.do_step = (challenge) => {
    step(challenge);
    if (login.transport.read_complete !== true) return;
    const rest = inner.chunks ? Buffer.concat(inner.chunks) : inner.previous_input;
    inner.chunks = inner.previous_input = null;
    inner.frame_size = undefined;
    if (rest) inner.input(rest);
  };
}

/**
 * An error while rhea writes ends the connection of that client: it writes in a later tick, where nobody would catch it,
 * and the whole process would end.
 */
export function containErrors(connection: Connection): void {
  const inner = connection as unknown as InnerConnection;
  const write = inner._process.bind(inner);
  inner._process = () => {
    try {
      write();
    } catch {
      inner.socket.destroy();
    }
  };
}

/** The least that a client may announce (part 2.4.1, MIN-MAX-FRAME-SIZE), bytes. */
const LEAST_FRAME_SIZE = 512;

/** Takes a smaller size of frames for the least one: rhea would cut a message into pieces of a negative length. */
export function boundFrameSize(connection: Connection): void {
  const { open } = (connection as unknown as InnerConnection).remote;
  if (open && open.max_frame_size < LEAST_FRAME_SIZE) open.max_frame_size = LEAST_FRAME_SIZE;
}

/** Answers every drain with the drain flag: rhea leaves it out where messages have used up the credit. */
export function answerDrains(sender: Sender): void {
  const inner = sender as unknown as InnerSender;
  inner._get_drain = () => {
    if (!inner._draining || !inner._drained) return false;
    inner.delivery_count += inner.credit;
    inner.credit = 0;
    return true;
  };
}

/** Discards messages that the client aborts (part 2.7.5): rhea would read the half that it has. */
export function discardAborted(session: Session): void {
  const inner = session as unknown as InnerSession;
  const read = inner.on_transfer.bind(inner);
  inner.on_transfer = (frame) => {
    if (frame.performative.aborted !== true) {
      read(frame);
      return;
    }
    const link = inner._get_link(frame);
    inner.incoming.next_transfer_id += 1;
    link.credit -= 1;
    link.delivery_count += 1;
    if (link._incomplete) link._incomplete.settled = true;
    // Aborted with its first frame: rhea has not counted it.
    else if (inner.incoming.next_delivery_id !== undefined) inner.incoming.next_delivery_id += 1;
    link._incomplete = undefined;
  };
}

/** Two links of opposite directions may have one name (part 2.6.1): rhea would take the second for a repeated attach. */
export function allowSharedNames(session: Session): void {
  const inner = session as unknown as InnerSession;
  const attach = inner.on_attach.bind(inner);
  inner.on_attach = (frame) => {
    const { name, role } = frame.performative;
    const other = inner.links[name];
    // The role is that of the client: where it receives, the server sends.
    if (other === undefined || other.is_receiver() !== role) {
      attach(frame);
      return;
    }
    Reflect.deleteProperty(inner.links, name);
    attach(frame);
    const link = inner.links[name];
    inner.links[name] = other;
    if (!link) return;
    link.name = `${name} (${role ? 'sender' : 'receiver'})`;
    inner.links[link.name] = link;
  };
}

/** Settles the deliveries that there are: rhea would go through every id that the client names, four billion of them. */
export function boundDispositions(session: Session): void {
  const { outgoing, incoming } = session as unknown as InnerSession;
  for (const side of [outgoing, incoming]) {
    const settle = side.on_disposition.bind(side);
    side.on_disposition = ({ first, last, settled, state }) => {
      const [oldest, newest] = [side.deliveries.get_head(), side.deliveries.get_tail()];
      if (!oldest || !newest) return;
      const range = { first: Math.max(first, oldest.id), last: Math.min(last || first, newest.id) };
      // rhea takes a last id of 0 for none.
      if (range.first <= range.last)
        settle({ ...range, ...(settled === undefined ? {} : { settled }), ...(state === undefined ? {} : { state }) });
    };
  }
}

/**
 * Refuses an array that announces more elements than its frame has bytes: elements such as null have no width, so that rhea
 * would make four billion of them out of thirty bytes.
 */
export function boundArrays({ Reader }: { Reader: { prototype: ArrayReader } }): void {
  const read = Reader.prototype.read_array_items;
  Reader.prototype.read_array_items = function (count, type) {
    if (count > this.buffer.length)
      throw new RangeError(`An array of ${count} elements in ${this.buffer.length} bytes`);
    return read.call(this, count, type);
  };
}

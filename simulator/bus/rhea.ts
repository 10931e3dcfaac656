import type { Duplex } from 'node:stream';
import type { Connection, Container, Delivery, Message, Receiver, Sender } from 'rhea';
import { describe, LOCK_LOST } from './conditions';
import { boundArrays } from './rhea-server';
import type { Outcome } from './subscription';

/** Functions that are missing in the types of rhea. */
interface RheaOutcomes {
  accepted: () => { described(): unknown };
  modified: (params: { undeliverable_here: boolean }) => { described(): unknown };
  released: () => { described(): unknown };
  rejected: (params: { error?: { condition: string; description: string } }) => { described(): unknown };
}

export type Rhea = Pick<Container, 'create_container' | 'types' | 'message'>;

let loaded: Promise<{ default: Rhea }> | undefined;

/** Loads rhea once, when the first client connects, so that a simulator starts quickly. */
export const loadRhea = async (): Promise<Rhea> => (await (loaded ??= load())).default;

async function load(): Promise<{ default: Rhea }> {
  const rhea = await import('rhea');
  boundArrays(rhea.default.types as unknown as Parameters<typeof boundArrays>[0]);
  return rhea;
}

/** Checks the name and the value of a key. */
export type LogIn = (keyName: string, key: string) => boolean | Promise<boolean>;

/** The SASL mechanisms of a container; missing in the types of rhea. */
interface SaslServer {
  sasl_server_mechanisms: {
    enable_anonymous(): void;
    enable_plain(check: LogIn): void;
    /** The mechanism of clients that put a token afterwards; the name is Microsoft's. */
    MSSBCBS?: () => { outcome: boolean | undefined; start(): void };
  };
}

/** Offers the mechanisms of Service Bus. ANONYMOUS and MSSBCBS open nothing by themselves: `$cbs` does. */
function offerSasl({ sasl_server_mechanisms: mechanisms }: SaslServer, logIn: LogIn): void {
  mechanisms.MSSBCBS = () => ({
    outcome: undefined,
    start() {
      this.outcome = true;
    },
  });
  mechanisms.enable_plain(logIn);
  mechanisms.enable_anonymous();
}

/** A connection that starts when it is given its socket. */
export function newConnection(rhea: Rhea, logIn: LogIn): Connection & { accept(socket: Duplex): void } {
  // A separate container: a client in the same process uses the default one.
  const container = rhea.create_container({ id: 'simulator' });
  // An error of one client must not affect the others, nor end the process.
  for (const event of ['error', 'protocol_error', 'connection_error', 'connection_close', 'session_error']) {
    container.on(event, () => undefined);
  }
  offerSasl(container, logIn);
  const options: object = { sender_options: { treat_modified_as_released: false }, tcp_no_delay: true };
  const connection = container.create_connection(options as Parameters<typeof container.create_connection>[0]);
  return connection as Connection & { accept(socket: Duplex): void };
}

/** The encoded answers to the outcomes that a client reports. */
export type Outcomes = Readonly<Record<Outcome | 'lost', unknown>>;

export function outcomes(rhea: Rhea): Outcomes {
  const { accepted, modified, released, rejected } = rhea.message as unknown as RheaOutcomes;
  return {
    completed: accepted().described(),
    abandoned: modified({ undeliverable_here: false }).described(),
    deferred: modified({ undeliverable_here: true }).described(),
    released: released().described(),
    // With an error the client would treat this as a failure.
    deadLettered: rejected({}).described(),
    lost: rejected({ error: { condition: LOCK_LOST, description: describe(LOCK_LOST, '') } }).described(),
  };
}

/**
 * The second step of a settlement: the settled answer to the client's disposition. Without the flag rhea would never
 * free the delivery, and the session would stop after 2,048 of them.
 */
export function settleDelivery(delivery: Delivery, outcome: unknown): void {
  delivery.update(true, outcome);
  (delivery as { remote_settled: boolean }).remote_settled = true;
}

interface Counters {
  credit: number;
  session: { outgoing: { next_delivery_id: number; next_pending_delivery: number } };
}

/** rhea reduces the credit only when it writes: messages that it has not written yet count too. */
export function hasCredit(sender: Sender): boolean {
  const { credit, session } = sender as unknown as Counters;
  return credit > session.outgoing.next_delivery_id - session.outgoing.next_pending_delivery;
}

/** Refuses a link: the attach has no source, and the detach follows at once (AMQP 1.0, part 2.6.3). */
export function refuseAtOnce(sender: Sender, error: { condition: string; description: string }): void {
  const { attach } = (sender as unknown as { local: { attach: { source?: unknown } } }).local;
  attach.source = undefined;
  sender.close(error);
}

/** Echoes how the client wants to settle, because rhea does not. */
export function mirrorSettleModes(sender: Sender): void {
  const { attach } = (
    sender as unknown as { local: { attach: { snd_settle_mode?: number; rcv_settle_mode?: number } } }
  ).local;
  attach.snd_settle_mode = sender.snd_settle_mode;
  attach.rcv_settle_mode = sender.rcv_settle_mode;
}

/** Echoes source and target of a link, because rhea does not; some clients wait for both. */
export function echoAddresses(link: Sender | Receiver): void {
  if (isTerminus(link.source)) link.set_source(link.source);
  if (isTerminus(link.target)) link.set_target(link.target);
}

/** A client may leave one end out; rhea then has null, or an AMQP value that is null, whatever its types say. */
const isTerminus = (terminus: unknown): boolean =>
  Array.isArray((terminus as { value?: unknown } | null | undefined)?.value);

/** Answers a request on the given link. */
export function reply(
  sender: Sender,
  request: Message,
  properties: Record<string, unknown>,
  body: unknown = null,
): void {
  const { message_id: id } = request;
  sender.send({ ...(id === undefined ? {} : { correlation_id: id }), application_properties: properties, body });
}

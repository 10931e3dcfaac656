import type { Socket } from 'node:net';
import type { Connection, Container, Delivery, Message, Sender } from 'rhea';

/** The part of rhea that its types leave out. */
interface Outcomes {
  accepted: () => { described(): unknown };
  modified: (params: { delivery_failed?: boolean; undeliverable_here?: boolean }) => { described(): unknown };
  released: () => { described(): unknown };
  rejected: (params: { error: { condition: string; description: string } }) => { described(): unknown };
}

/** Loaded when the first client connects, so that a simulator starts quickly. */
export type Rhea = Pick<Container, 'create_container' | 'types' | 'message'>;

export const loadRhea = async (): Promise<Rhea> => (await import('rhea')).default;

/** A connection that speaks as soon as it has been given its socket. */
export function newConnection(rhea: Rhea): Connection & { accept(socket: Socket): void } {
  // A container of our own: the default one is the client's as well, where both live in one process.
  const container = rhea.create_container({ id: 'simulator' });
  // What is wrong with one client is no business of the others, and must not end the process.
  for (const event of ['error', 'protocol_error', 'connection_error', 'connection_close', 'session_error']) {
    container.on(event, () => undefined);
  }
  const options: object = { sender_options: { treat_modified_as_released: false }, tcp_no_delay: true };
  const connection = container.create_connection(options as Parameters<typeof container.create_connection>[0]);
  return connection as Connection & { accept(socket: Socket): void };
}

export const outcomes = (rhea: Rhea): Outcomes => rhea.message as unknown as Outcomes;

/**
 * The second step of a settlement: our settled answer to the client's disposition. Without the flag rhea would never
 * free the delivery, and the session would stand still after 2,048 of them.
 */
export function answer(delivery: Delivery, outcome: { described(): unknown }): void {
  delivery.update(true, outcome.described());
  (delivery as { remote_settled: boolean }).remote_settled = true;
}

/** How the client wants to settle, given back to it; rhea leaves that to its user. */
export function mirrorSettleModes(sender: Sender): void {
  const { attach } = (
    sender as unknown as { local: { attach: { snd_settle_mode?: number; rcv_settle_mode?: number } } }
  ).local;
  attach.snd_settle_mode = sender.snd_settle_mode;
  attach.rcv_settle_mode = sender.rcv_settle_mode;
}

/** Answers a request on the link that it names. */
export function reply(sender: Sender, request: Message, properties: Record<string, unknown>): void {
  const { message_id: id } = request;
  sender.send({ ...(id === undefined ? {} : { correlation_id: id }), application_properties: properties, body: null });
}

import type { Connection, EventContext, Receiver, Sender } from 'rhea';
import type { Socket } from 'node:net';
import { loadRhea, mirrorSettleModes, newConnection, refuseAtOnce, reply, type Rhea } from './rhea';
import type { Cbs } from './cbs';
import { describe, NOT_FOUND, UNAUTHORIZED, type LinkRefusal } from './conditions';
import { ReceiverLink } from './receiver';
import type { Outcome } from './subscription';
import type { Topics } from './topics';

const CBS = '$cbs';
const MANAGEMENT = /^(.+)\/\$management$/i;
const NOT_IMPLEMENTED = 501;

/** The outcome for each AMQP delivery state. */
const OUTCOMES = {
  accepted: 'completed',
  modified: 'abandoned',
  released: 'released',
  rejected: 'deadLettered',
} as const satisfies Record<string, Outcome>;

/** Called before a link is accepted; undefined: accept it. */
type LinkCheck = () => LinkRefusal | undefined;

/** The part of AMQP 1.0 that a receiver of the official client uses. */
export class Broker {
  readonly #topics: Topics;
  readonly #cbs: Cbs;
  readonly #check: LinkCheck;
  readonly #links = new Map<Sender, ReceiverLink>();
  #rhea: Rhea | undefined;

  constructor(topics: Topics, cbs: Cbs, check: LinkCheck) {
    this.#topics = topics;
    this.#cbs = cbs;
    this.#check = check;
  }

  /** Serves a client until its socket closes. */
  async serve(socket: Socket): Promise<void> {
    this.#rhea ??= await loadRhea();
    if (socket.destroyed) return;
    const connection = newConnection(this.#rhea);
    this.#listen(connection, this.#rhea);
    connection.on('disconnected', () => this.#onDisconnected(connection));
    // rhea notices only an orderly end: without this its timers would outlive the socket.
    socket.once('close', () => socket.emit('end'));
    connection.accept(socket);
  }

  #listen(connection: Connection, rhea: Rhea): void {
    connection.on('sender_open', ({ sender }: EventContext) => sender && this.#onSenderOpen(sender, rhea));
    connection.on('receiver_open', ({ receiver }: EventContext) => receiver?.set_target(receiver.target));
    connection.on('message', (context: EventContext) => this.#onRequest(context));
    connection.on('sender_close', ({ sender }: EventContext) => sender && this.#removeLink(sender));
    connection.on('session_close', ({ session }: EventContext) => {
      for (const sender of this.#links.keys()) if (sender.session === session) this.#removeLink(sender);
    });
    connection.on('sendable', ({ sender }: EventContext) => this.#linkOf(sender)?.pump());
    connection.on('sender_draining', ({ sender }: EventContext) => this.#linkOf(sender)?.drained());
    for (const [event, outcome] of Object.entries(OUTCOMES)) {
      connection.on(event, ({ sender, delivery }: EventContext) => {
        if (!delivery) return;
        const state = delivery.remote_state as { undeliverable_here?: boolean } | undefined;
        const deferred = event === 'modified' && state?.undeliverable_here === true;
        this.#linkOf(sender)?.settle(delivery, deferred ? 'deferred' : outcome);
      });
    }
  }

  #linkOf(sender: Sender | undefined): ReceiverLink | undefined {
    return sender && this.#links.get(sender);
  }

  /** A client opens a receiver: for a subscription, or for the answers of `$cbs` and `$management`. */
  #onSenderOpen(sender: Sender, rhea: Rhea): void {
    const { address } = sender.source;
    sender.set_source(sender.source);
    sender.set_target(sender.target);
    mirrorSettleModes(sender);
    if (address === CBS || MANAGEMENT.test(address)) return;
    const refusal = this.#check() ?? this.#refusalOf(sender, address);
    if (refusal !== undefined) {
      const error = { condition: refusal.condition, description: describe(refusal.condition, address) };
      if (refusal.atOnce) refuseAtOnce(sender, error);
      else sender.once('sender_flow', () => sender.close(error));
      return;
    }
    const topic = this.#topics.at(address);
    const subscription = topic?.subscription;
    if (!subscription) return;
    topic.markUsed();
    const link = new ReceiverLink(rhea, sender, subscription);
    this.#links.set(sender, link);
    subscription.attach(link);
  }

  #refusalOf({ connection }: Sender, address: string): LinkRefusal | undefined {
    if (!this.#cbs.mayAttach(connection, address)) return { condition: UNAUTHORIZED };
    return this.#topics.at(address)?.subscription ? undefined : { condition: NOT_FOUND };
  }

  #removeLink(sender: Sender): void {
    this.#links.get(sender)?.leave();
    this.#links.delete(sender);
  }

  #onDisconnected(connection: Connection): void {
    for (const sender of this.#links.keys()) if (sender.connection === connection) this.#removeLink(sender);
  }

  /** Every request gets an answer: a client that waits in vain would be a fault of its own. */
  #onRequest({ connection, receiver, message }: EventContext): void {
    const target = (receiver?.target as { address?: string } | undefined)?.address ?? '';
    if (!receiver || !message) return;
    const answers = answerLink(connection, receiver, message.reply_to);
    if (!answers) return;
    if (target === CBS) this.#cbs.putToken(connection, message, answers);
    // guess: the text. A quick receiver needs neither lock renewal nor the rest of management.
    else reply(answers, message, { statusCode: NOT_IMPLEMENTED, statusDescription: 'Not part of the simulator.' });
  }
}

/** The link on which the client waits for the answer. */
function answerLink(connection: Connection, from: Receiver, replyTo: string | undefined): Sender | undefined {
  const address = from.target.address;
  return connection.find_sender((link: Sender) => {
    const target = (link.target as { address?: string } | undefined)?.address;
    return link.name === replyTo || (replyTo !== undefined && target === replyTo && link.source.address === address);
  });
}

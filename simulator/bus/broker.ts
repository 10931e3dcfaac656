import type { Connection, EventContext, Message, Receiver, Sender } from 'rhea';
import type { Duplex } from 'node:stream';
import { echoAddresses, loadRhea, mirrorSettleModes, newConnection, refuseAtOnce, reply, type Rhea } from './rhea';
import { parseAddress } from './addresses';
import type { Cbs } from './cbs';
import { describe, NOT_FOUND, UNAUTHORIZED, type LinkRefusal } from './conditions';
import { manage, refuseManagement, type ManagementAnswer } from './management';
import { ReceiverLink } from './receiver';
import {
  allowSharedNames,
  answerDrains,
  boundDispositions,
  boundFrameSize,
  containErrors,
  discardAborted,
  processNow,
  readOnAfterLogin,
} from './rhea-server';
import type { Outcome } from './subscription';
import type { Topics } from './topics';

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
  async serve(socket: Duplex): Promise<void> {
    this.#rhea ??= await loadRhea();
    if (socket.destroyed) return;
    const connection: ReturnType<typeof newConnection> = newConnection(this.#rhea, (keyName, key) =>
      this.#cbs.logIn(connection, keyName, key),
    );
    containErrors(connection);
    this.#listen(connection, this.#rhea);
    // rhea reports neither an end without a detach of each link, nor every end of the socket.
    connection.on('connection_close', () => {
      processNow(connection);
      this.#onEnd(connection);
    });
    socket.once('close', () => {
      // rhea notices only an orderly end: without this its timers would outlive the socket.
      socket.emit('end');
      this.#onEnd(connection);
    });
    connection.accept(socket);
    readOnAfterLogin(connection);
  }

  #listen(connection: Connection, rhea: Rhea): void {
    connection.on('disconnected', () => undefined);
    connection.on('connection_open', () => boundFrameSize(connection));
    connection.on('session_open', ({ session }: EventContext) => {
      if (!session) return;
      discardAborted(session);
      allowSharedNames(session);
      boundDispositions(session);
    });
    connection.on('sender_open', ({ sender }: EventContext) => {
      if (!sender) return;
      this.#onSenderOpen(sender, rhea);
      processNow(connection);
    });
    connection.on('receiver_open', ({ receiver }: EventContext) => receiver && onReceiverOpen(receiver));
    connection.on('message', (context: EventContext) => this.#onRequest(context, rhea));
    connection.on('sender_close', ({ sender }: EventContext) => {
      processNow(connection);
      if (sender) this.#removeLink(sender);
    });
    connection.on('session_close', ({ session }: EventContext) => {
      processNow(connection);
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
    const address = addressOf(sender.source);
    echoAddresses(sender);
    mirrorSettleModes(sender);
    if (isRequestNode(address)) return;
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
    answerDrains(sender);
    const link = new ReceiverLink(rhea, sender, subscription);
    this.#links.set(sender, link);
    subscription.attach(link);
  }

  #refusalOf({ connection }: Sender, address: string): LinkRefusal | undefined {
    const topic = this.#topics.named(parseAddress(address)?.topic ?? '');
    if (!topic || !this.#cbs.mayUse(connection, topic)) return { condition: UNAUTHORIZED };
    return this.#topics.at(address)?.subscription ? undefined : { condition: NOT_FOUND };
  }

  #removeLink(sender: Sender): void {
    this.#links.get(sender)?.leave();
    this.#links.delete(sender);
  }

  #onEnd(connection: Connection): void {
    for (const sender of this.#links.keys()) if (sender.connection === connection) this.#removeLink(sender);
    for (const { subscription } of this.#topics.all) subscription?.release(connection);
  }

  /** Every request gets an answer: a client that waits in vain would be a fault of its own. */
  #onRequest({ connection, receiver, message }: EventContext, rhea: Rhea): void {
    if (!receiver || !message) return;
    const answers = answerLink(connection, receiver, message.reply_to);
    if (!answers) return;
    const address = addressOf(receiver.target);
    if (parseAddress(address)?.node === 'cbs') {
      this.#cbs.putToken(rhea, connection, message, answers);
      return;
    }
    const { status, condition, description, body } = this.#manage(connection, message, address, rhea);
    const properties = {
      statusCode: rhea.types.wrap_int(status),
      statusDescription: description,
      ...(condition !== undefined && { errorCondition: rhea.types.wrap_symbol(condition) }),
    };
    reply(answers, message, properties, body);
  }

  #manage(connection: Connection, message: Message, address: string, rhea: Rhea): ManagementAnswer {
    const topic = this.#topics.named(parseAddress(address)?.topic ?? '');
    const subscription = topic?.subscription;
    if (!subscription || !this.#cbs.mayUse(connection, topic)) return refuseManagement(address, 'Listen');
    const operation = String(message.application_properties?.operation);
    const body = isRecord(message.body) ? message.body : {};
    return manage(operation, address, { types: rhea.types, subscription, holder: connection, body });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A client may leave one end of a link out; rhea then has null, whatever its types say. */
const addressOf = (terminus: unknown): string => (terminus as { address?: string } | null | undefined)?.address ?? '';

/** A node that answers requests instead of holding messages. */
function isRequestNode(address: string): boolean {
  const node = parseAddress(address)?.node;
  return node === 'cbs' || node === 'management';
}

/** A client opens a sender: requests are welcome, messages are not, because the keys of Zaptec can only listen (guess). */
function onReceiverOpen(receiver: Receiver): void {
  const address = addressOf(receiver.target);
  echoAddresses(receiver);
  if (!isRequestNode(address)) {
    receiver.close({ condition: UNAUTHORIZED, description: describe(UNAUTHORIZED, address, 'Send') });
  }
}

/** The link on which the client waits for the answer: the one that it names, or else the one from the same node. */
function answerLink(connection: Connection, from: Receiver, replyTo: string | undefined): Sender | undefined {
  const address = addressOf(from.target);
  const fromNode = (link: Sender) => addressOf(link.source) === address;
  const named = (link: Sender) => link.name === replyTo || (addressOf(link.target) === replyTo && fromNode(link));
  return (replyTo === undefined ? undefined : connection.find_sender(named)) ?? connection.find_sender(fromNode);
}

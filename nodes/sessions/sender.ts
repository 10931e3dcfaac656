import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import type { Send } from '../shared/guard';
import { messageOf, type Facts, type Item } from '../shared/message';
import { messageCopy } from '../shared/message-copy';

/** Sends what was read: rows as they come, or all of them at the end. */
export interface Sender {
  push(item: Item): void;
  /** There are no more rows. */
  end(about: { facts: Facts; topic: string }): void;
  /** The reading has failed: what has left has left. @returns whether any row has left. */
  giveUp(): boolean;
}

interface SenderOptions {
  RED: NodeAPI;
  message: NodeMessageInFlow;
  send: Send;
  /** Label of the connection. */
  account: string;
  /** The place in the message that holds prices, if any. */
  prices: string | undefined;
}

/** All rows as one array in the message that asked for them. */
export class ArraySender implements Sender {
  readonly #options: SenderOptions;
  readonly #rows: unknown[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  push({ payload }: Item): void {
    this.#rows.push(payload);
  }

  end({ facts, topic }: { facts: Facts; topic: string }): void {
    const { message, account, send } = this.#options;
    const { zaptec } = messageOf({ payload: undefined, facts, topic }, account);
    // The rows belong to nobody else, and a copy of a year of them is large.
    send(Object.assign(message, { payload: this.#rows, topic, zaptec }));
  }

  giveUp(): boolean {
    return false;
  }
}

/**
 * One message for each row, of which the last one alone says how many there are (`msg.parts.count`), since nobody knows it
 * before: a row leaves when the next one has come.
 */
export class EachSender implements Sender {
  readonly #options: SenderOptions;
  readonly #base: NodeMessageInFlow;
  readonly #id: string;
  #held: Item | undefined;
  #sent = 0;

  constructor(options: SenderOptions) {
    const { RED, message, prices } = options;
    this.#options = options;
    this.#id = RED.util.generateId();
    // Each message is a copy: neither the payload that asked nor a year of prices goes along.
    const [property] = prices?.split(/[.[]/, 1) ?? [];
    const kept = Object.entries(message).filter(([name]) => name !== 'payload' && name !== property);
    this.#base = Object.fromEntries(kept) as unknown as NodeMessageInFlow;
  }

  push(item: Item): void {
    if (this.#held) this.#send(this.#held);
    this.#held = item;
  }

  end(): void {
    if (this.#held) this.#send(this.#held, this.#sent + 1);
    this.#held = undefined;
  }

  giveUp(): boolean {
    if (this.#held) this.#send(this.#held);
    this.#held = undefined;
    return this.#sent > 0;
  }

  #send(item: Item, count?: number): void {
    const { RED, message, account, send } = this.#options;
    const outer = Object.hasOwn(message, 'parts') ? { parts: message.parts } : {};
    const known = count === undefined ? {} : { count };
    const parts = { id: this.#id, index: this.#sent, type: 'array', ...known, ...outer };
    send(Object.assign(messageCopy(RED, { ...this.#base, parts }), messageOf(item, account)));
    this.#sent += 1;
  }
}

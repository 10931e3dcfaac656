import { DAY } from '../durations';
import type { Faults } from '../faults/state';
import type { FaultName } from '../faults/table';
import type { Prng } from '../prng';
import { OutgoingMessage, type MessageContent } from './outgoing-message';

const ZERO_ID = '00000000-0000-0000-0000-000000000000';
const UNKNOWN_CHARGER = { chargerId: 'f0f0f0f0-0000-4000-8000-00000000f0f0', deviceId: 'ZAP999999', deviceType: 4 };
const DELAY_MS = 30_000;
const DISORDER_MS = 3000;

/** A message, and how long it waits before its topic gets it. */
export interface DelayedMessage {
  message: OutgoingMessage;
  delayMs: number;
}

/** Applies the faults that alter messages. The world itself does not change: only the messages about it are wrong. */
export class MessageFaults {
  readonly #faults: Faults;
  readonly #prng: Prng;

  constructor(faults: Faults, prng: Prng) {
    this.#faults = faults;
    this.#prng = prng;
  }

  /** Returns what is sent in the place of one correct message; `match` is compared with `name`. */
  apply(correct: MessageContent, name: string): DelayedMessage[] {
    const hits = (fault: FaultName) => this.#faults.hits(fault, name);
    const inFuture = hits('bus-times-future');
    const withoutValue = hits('bus-no-value');
    const content: MessageContent = {
      ...correct,
      timestamp: inFuture ? future(correct.timestamp) : correct.timestamp,
      value: withoutValue ? undefined : correct.value,
    };
    const corruption = hits('bus-broken-bytes') ? { corrupt: (bytes: Buffer) => this.#corrupted(bytes) } : {};
    const message = new OutgoingMessage(content, { ...corruption, withoutId: hits('bus-no-id') });
    const messages = [message];
    if (hits('bus-duplicates')) messages.push(message);
    if (hits('bus-foreign-charger')) messages.push(new OutgoingMessage({ ...content, ...UNKNOWN_CHARGER }));
    if (hits('bus-zero-charger')) messages.push(new OutgoingMessage({ ...content, chargerId: ZERO_ID }));
    const fixed = this.#faults.delayMs('bus-delay') ?? DELAY_MS;
    return messages.map((each) => {
      const delayMs = hits('bus-delay') ? fixed : 0;
      return { message: each, delayMs: delayMs + (hits('bus-disorder') ? this.#prng.integer(1, DISORDER_MS) : 0) };
    });
  }

  /** Truncated bytes, random bytes, another format, or no bytes. */
  #corrupted(bytes: Buffer): Buffer {
    const cut = bytes.subarray(0, this.#prng.integer(1, bytes.length - 2));
    const scrambled = Buffer.from(bytes).map((byte) => (this.#prng.chance(0.2) ? this.#prng.integer(0, 255) : byte));
    return this.#prng.pick([cut, Buffer.from(scrambled), Buffer.from('{"DeviceId":'), Buffer.alloc(0)]);
  }
}

/** A day later, with the same digits and the same ending. */
const future = (timestamp: string): string => {
  const tail = timestamp.slice('2026-05-04T10:11:12'.length);
  const whole = Date.parse(`${timestamp.slice(0, timestamp.length - tail.length)}Z`);
  return new Date(whole + DAY).toISOString().slice(0, -'.000Z'.length) + tail;
};

import type { Faults } from '../faults/state';
import type { FaultName } from '../faults/table';
import type { Prng } from '../prng';
import { Draft, type Wording } from './outgoing-message';

const DAY_MS = 86_400_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';
const STRANGER = { chargerId: 'f0f0f0f0-0000-4000-8000-00000000f0f0', deviceId: 'ZAP999999', deviceType: 4 };
const DELAY_MS = 30_000;
const DISORDER_MS = 3000;

/** A message on its way to the topics. */
export interface Outgoing {
  draft: Draft;
  delayMs: number;
}

/** The faults that alter the stream. The world itself stays as it is: only what is told of it is wrong. */
export class StreamFaults {
  readonly #faults: Faults;
  readonly #prng: Prng;

  constructor(faults: Faults, prng: Prng) {
    this.#faults = faults;
    this.#prng = prng;
  }

  /** What is sent in the place of one honest message; `name` is what `match` is compared with. */
  apply(honest: Wording, name: string): Outgoing[] {
    const hits = (fault: FaultName) => this.#faults.hits(fault, name);
    const ahead = hits('bus-times-future');
    const mute = hits('bus-no-value');
    const wording: Wording = {
      ...honest,
      timestamp: ahead ? future(honest.timestamp) : honest.timestamp,
      value: mute ? undefined : honest.value,
    };
    const spoilt = hits('bus-broken-bytes') ? { spoil: (bytes: Buffer) => this.#broken(bytes) } : {};
    const draft = new Draft(wording, { ...spoilt, nameless: hits('bus-no-id') });
    const drafts = [draft];
    if (hits('bus-duplicates')) drafts.push(draft);
    if (hits('bus-foreign-charger')) drafts.push(new Draft({ ...wording, ...STRANGER }));
    if (hits('bus-zero-charger')) drafts.push(new Draft({ ...wording, chargerId: NOBODY }));
    const fixed = this.#faults.delayMs('bus-delay') ?? DELAY_MS;
    return drafts.map((each) => {
      const delayMs = hits('bus-delay') ? fixed : 0;
      return { draft: each, delayMs: delayMs + (hits('bus-disorder') ? this.#prng.whole(1, DISORDER_MS) : 0) };
    });
  }

  /** Cut, scrambled, another record, or nothing at all. */
  #broken(bytes: Buffer): Buffer {
    const cut = bytes.subarray(0, this.#prng.whole(1, bytes.length - 2));
    const scrambled = Buffer.from(bytes).map((byte) => (this.#prng.chance(0.2) ? this.#prng.whole(0, 255) : byte));
    return this.#prng.pick([cut, Buffer.from(scrambled), Buffer.from('{"DeviceId":'), Buffer.alloc(0)]);
  }
}

/** Digits and `Z` as they were. */
const future = (timestamp: string): string => {
  const tail = timestamp.slice('2026-05-04T10:11:12'.length);
  const whole = Date.parse(`${timestamp.slice(0, timestamp.length - tail.length)}Z`);
  return new Date(whole + DAY_MS).toISOString().slice(0, -'.000Z'.length) + tail;
};

import type { Connection, Message, Sender } from 'rhea';
import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults';
import { reply } from './amqp';
import { refusalOf } from './sas';
import type { Topics } from './topics';

const ACCEPTED = 202;
const UNAUTHORIZED = 401;

/** `sb://host:port/TOPIC/Subscriptions/SUB`, with more behind it for management. */
const AUDIENCE = /^[a-z]+:\/\/[^/]+\/([^/]+\/subscriptions\/[^/]+)/i;

/** Who may attach to what: tokens that clients put on a connection's `$cbs` link. */
export class Cbs {
  readonly #topics: Topics;
  readonly #clock: SimulatorClock;
  readonly #faults: Faults;
  /** By connection: addresses of subscriptions, in lower case. */
  readonly #open = new WeakMap<Connection, Set<string>>();

  constructor(topics: Topics, clock: SimulatorClock, faults: Faults) {
    this.#topics = topics;
    this.#clock = clock;
    this.#faults = faults;
  }

  mayAttach(connection: Connection, address: string): boolean {
    return this.#open.get(connection)?.has(address.toLowerCase()) === true;
  }

  /** Answers put-token on the link that the client waits at. */
  putToken(connection: Connection, request: Message, answers: Sender): void {
    if (this.#faults.hits('bus-auth-silent')) return;
    const refusal = this.#judge(connection, request);
    reply(answers, request, {
      'status-code': refusal === undefined ? ACCEPTED : UNAUTHORIZED,
      'status-description': refusal ?? 'Accepted',
    });
  }

  #judge(connection: Connection, request: Message): string | undefined {
    const audience = String(request.application_properties?.name);
    const address = AUDIENCE.exec(audience)?.[1]?.toLowerCase() ?? '';
    if (this.#faults.hits('bus-auth-error')) return 'InvalidSignature: The token has an invalid signature.';
    const topic = this.#topics.at(address);
    // guess: who asks for a topic that is not there learns no more than who has a wrong key.
    if (!topic) return 'InvalidSignature: the key name is unknown.';
    const now = this.#clock.now();
    const refusal = refusalOf(request.body, { audience, keyName: topic.name, key: topic.key, now });
    if (refusal !== undefined) return refusal;
    const open = this.#open.get(connection) ?? new Set();
    this.#open.set(connection, open.add(address));
    return undefined;
  }
}

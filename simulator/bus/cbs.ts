import type { Connection, Message, Sender } from 'rhea';
import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults/state';
import { reply } from './rhea';
import { refusalOf } from './sas';
import type { Topics } from './topics';

/** Status code and description. */
type Answer = [string, string];

const ACCEPTED = '202';
const UNAUTHORIZED = '401';
/** The answers of `bus-auth-error`: the first, or the one that `match` names. guess: the text of all but the first. */
const REFUSALS = {
  [UNAUTHORIZED]: 'InvalidSignature: The token has an invalid signature.',
  403: 'Forbidden.',
  404: 'The messaging entity could not be found.',
  500: 'The service was unable to process the request; please retry the operation.',
};

/** `sb://host:port/TOPIC/Subscriptions/SUB`, and more path segments for management. */
const AUDIENCE = /^[a-z]+:\/\/[^/]+\/([^/]+\/subscriptions\/[^/]+)/i;

/**
 * Claims-based security: which subscriptions a connection may use, by the tokens that the client put on its `$cbs`
 * link.
 */
export class Cbs {
  readonly #topics: Topics;
  readonly #clock: SimulatorClock;
  readonly #faults: Faults;
  /** The addresses of subscriptions of each connection, in lower case. */
  readonly #granted = new WeakMap<Connection, Set<string>>();

  constructor(topics: Topics, clock: SimulatorClock, faults: Faults) {
    this.#topics = topics;
    this.#clock = clock;
    this.#faults = faults;
  }

  mayAttach(connection: Connection, address: string): boolean {
    return this.#granted.get(connection)?.has(address.toLowerCase()) === true;
  }

  /** Answers put-token on the link where the client waits. */
  putToken(connection: Connection, request: Message, answers: Sender): void {
    if (this.#faults.hits('bus-auth-silent')) return;
    const [status, description] = this.#faultAnswer() ?? this.#checkToken(connection, request);
    reply(answers, request, { 'status-code': Number(status), 'status-description': description });
  }

  #faultAnswer(): Answer | undefined {
    const refusal = Object.entries(REFUSALS).find(([status]) => this.#faults.isOn('bus-auth-error', status));
    return refusal && this.#faults.hits('bus-auth-error', refusal[0]) ? refusal : undefined;
  }

  #checkToken(connection: Connection, request: Message): Answer {
    const audience = String(request.application_properties?.name);
    const address = AUDIENCE.exec(audience)?.[1]?.toLowerCase() ?? '';
    const topic = this.#topics.at(address);
    // guess: the answer for an unknown topic is the same as for a wrong key.
    if (!topic) return [UNAUTHORIZED, 'InvalidSignature: the key name is unknown.'];
    const now = this.#clock.now();
    const refusal = refusalOf(request.body, { audience, keyName: topic.name, key: topic.key, now });
    if (refusal !== undefined) return [UNAUTHORIZED, refusal];
    const open = this.#granted.get(connection) ?? new Set();
    this.#granted.set(connection, open.add(address));
    return [ACCEPTED, 'Accepted'];
  }
}

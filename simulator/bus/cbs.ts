import type { Connection, Message, Sender } from 'rhea';
import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults/state';
import { parseAddress } from './addresses';
import { reply, type Rhea } from './rhea';
import { isSame, keyNameOf, refusalOf } from './sas';
import type { Topic } from './topic';
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

/** Service Bus sends status codes as AMQP int; clients in C accept nothing else. */
const STATUS_CODE = 'status-code';

/**
 * Claims-based security: which topics a connection may use, by the tokens that the client put on its `$cbs` link, or by
 * the key with which it logged in.
 */
export class Cbs {
  readonly #topics: Topics;
  readonly #clock: SimulatorClock;
  readonly #faults: Faults;
  readonly #granted = new WeakMap<Connection, Set<Topic>>();

  constructor(topics: Topics, clock: SimulatorClock, faults: Faults) {
    this.#topics = topics;
    this.#clock = clock;
    this.#faults = faults;
  }

  mayUse(connection: Connection, topic: Topic): boolean {
    return this.#granted.get(connection)?.has(topic) === true;
  }

  /** SASL PLAIN with the name and the value of a key. Never resolves while tokens get no answer. */
  logIn(connection: Connection, keyName: string, key: string): boolean | Promise<boolean> {
    if (this.#faults.hits('bus-auth-silent')) return new Promise(() => undefined);
    if (this.#faultAnswer()) return false;
    const topic = this.#topics.named(keyName);
    if (!topic || !isSame(Buffer.from(key), Buffer.from(topic.key))) return false;
    this.#grant(connection, topic);
    return true;
  }

  /** Answers put-token on the link where the client waits. */
  putToken(rhea: Rhea, connection: Connection, request: Message, answers: Sender): void {
    if (this.#faults.hits('bus-auth-silent')) return;
    const [status, description] = this.#faultAnswer() ?? this.#checkToken(connection, request);
    const statusCode = rhea.types.wrap_int(Number(status));
    reply(answers, request, { [STATUS_CODE]: statusCode, 'status-description': description });
  }

  #faultAnswer(): Answer | undefined {
    const refusal = Object.entries(REFUSALS).find(([status]) => this.#faults.isOn('bus-auth-error', status));
    return refusal && this.#faults.hits('bus-auth-error', refusal[0]) ? refusal : undefined;
  }

  #checkToken(connection: Connection, request: Message): Answer {
    const audience = String(request.application_properties?.name);
    // A token for the whole namespace names its topic by the key, because every key belongs to one topic.
    const name = parseAddress(audience)?.topic || keyNameOf(request.body);
    const topic = name === undefined ? undefined : this.#topics.named(name);
    // guess: the answer for an unknown topic is the same as for a wrong key.
    if (!topic) return [UNAUTHORIZED, 'InvalidSignature: the key name is unknown.'];
    const now = this.#clock.now();
    const refusal = refusalOf(request.body, { audience, keyName: topic.name, key: topic.key, now });
    if (refusal !== undefined) return [UNAUTHORIZED, refusal];
    this.#grant(connection, topic);
    return [ACCEPTED, 'Accepted'];
  }

  #grant(connection: Connection, topic: Topic): void {
    const granted = this.#granted.get(connection) ?? new Set();
    this.#granted.set(connection, granted.add(topic));
  }
}

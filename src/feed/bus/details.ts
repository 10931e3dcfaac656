import type { Caller } from '../../api/caller';
import { isLoopback } from '../../http/base-url';
import type { MessageSource } from './message-source';
import { FeedFailure, FEED_ERRORS } from '../feed-error';
import { isObject } from '../../zaptec/json';

/** How to reach the messages; good for one connect only, since host and key may change at any time. */
export interface BusDetails {
  host: string;
  port: number;
  /** Without encryption: a simulator on this machine. */
  plain: boolean;
  /** Name of the SAS key. */
  keyName: string;
  /** The SAS key: a secret. */
  key: string;
  topic: string;
  subscription: string;
}

const PATHS = { group: '/api/userGroups', installation: '/api/installation' } as const;
const AMQPS_PORT = 5671;
const AMQP_1_0 = 0;
/** Characters that would end a part of a connection string. */
const SEPARATORS = /[;\s]/;
const HOST = /^[a-z0-9.-]+$/i;

/**
 * Loads the details afresh (docs/service-bus.md, "Connection details" and "Connecting"). Loading them also brings back
 * a removed subscription.
 * @throws ZaptecError
 * @throws FeedFailure
 */
export async function loadDetails(caller: Caller, source: MessageSource, signal: AbortSignal): Promise<BusDetails> {
  const answer = await caller.confidential(`${PATHS[source.kind]}/${source.id}/messagingConnectionDetails`, { signal });
  return checked(answer);
}

function checked(answer: unknown): BusDetails {
  const fields = new Map(isObject(answer) ? Object.entries(answer).map(([k, v]) => [k.toLowerCase(), v]) : []);
  const text = (name: string) => {
    const value = fields.get(name);
    if (typeof value !== 'string' || value === '' || SEPARATORS.test(value))
      throw new FeedFailure(FEED_ERRORS.badDetails);
    return value;
  };
  const host = text('host');
  const port = Number(fields.get('port') ?? AMQPS_PORT);
  const plain = fields.get('usessl') === false;
  if (!HOST.test(host) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new FeedFailure(FEED_ERRORS.badDetails);
  }
  if ((fields.get('type') ?? AMQP_1_0) !== AMQP_1_0) throw new FeedFailure(FEED_ERRORS.badDetails);
  if (plain && !isLoopback(host)) throw new FeedFailure(FEED_ERRORS.notEncrypted);
  return {
    host,
    port,
    plain,
    keyName: text('username'),
    key: text('password'),
    topic: text('topic'),
    subscription: text('subscription'),
  };
}

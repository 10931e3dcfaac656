import type { BusDetails } from './bus/details';
import type { OpenSource } from './bus/source';
import { SharedStream } from './bus/shared-stream';
import {
  Stream,
  type CheckResult,
  type MessageReceiver,
  type MessageStream,
  type StreamContext,
  type StreamOptions,
} from './bus/stream';

/** One account, as its part of a stream needs it. */
type StreamUser = MessageReceiver & Omit<StreamContext, 'receivers'>;

interface OpenStream {
  readonly stream: MessageStream;
  readonly users: Set<StreamUser>;
}

/** How an account opens a stream. */
export interface TopicOptions extends StreamOptions {
  /** Share one receiver with other machines. */
  redisUrl?: string | undefined;
  /** As the stream gave it before a restart. */
  position?: string | undefined;
}

/** The part of one account in a stream. */
export interface StreamShare {
  readonly stream: MessageStream;
  leave(): void;
}

/**
 * The streams of the process, one for each topic: two accounts that see the same installation have one subscription
 * between them, and two receivers would split its messages (docs/service-bus.md, "Lifetime and consumers").
 */
export class TopicStreams {
  readonly #streams = new Map<string, OpenStream>();

  /**
   * @param baseUrl of the cloud, since simulators have the same topics.
   * @param user receives every message, whoever opened the stream.
   * @param options the transport of the newest user counts, and the rest of the first one.
   */
  join(baseUrl: string, found: OpenSource, user: StreamUser, options: TopicOptions): StreamShare {
    const key = `${baseUrl}\n${topicKey(found.details)}`;
    let shared = this.#streams.get(key);
    if (!shared) {
      const users = new Set<StreamUser>();
      const { redisUrl } = options;
      const context = forAll(users);
      const stream = redisUrl
        ? new SharedStream(found, context, { ...options, redisUrl, topic: key })
        : new Stream(found, context, options);
      shared = { users, stream };
      this.#streams.set(key, shared);
    }
    const { stream, users } = shared;
    users.add(user);
    stream.useTransport(options.transport);
    return {
      stream,
      leave: () => {
        if (!users.delete(user) || users.size > 0) return;
        if (this.#streams.get(key) === shared) this.#streams.delete(key);
        stream.close();
      },
    };
  }
}

/** Names the subscription of a topic. */
export function topicKey({ topic, subscription }: BusDetails): string {
  return `${topic}/${subscription}`.toLowerCase();
}

function forAll(users: ReadonlySet<StreamUser>): StreamContext {
  return {
    receivers: users,
    load: (source, signal) => loadByAny([...users], (user) => user.load(source, signal)),
    check: async () => {
      let result: CheckResult = 'unknown';
      for (const user of users) {
        result = await user.check();
        if (result !== 'unknown') break;
      }
      return result;
    },
  };
}

/** One account may have lost its access where another one still has it. */
async function loadByAny(
  users: readonly StreamUser[],
  load: (user: StreamUser) => Promise<BusDetails>,
): Promise<BusDetails> {
  let failure: unknown;
  for (const user of users) {
    try {
      return await load(user);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

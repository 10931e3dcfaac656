import { clock } from '../time/clock';
import type { Stream } from './bus/stream';
import type { FeedError } from './feed-error';
import type { FeedStatus } from './types';

export interface StatusFacts {
  closed: boolean;
  stream: Stream | undefined;
  /** Why there is no stream. */
  error: FeedError | undefined;
  pollWorks: boolean;
  secondConsumer: boolean;
}

const SECOND_CONSUMER = {
  text: 'Messages arrive by push, but some went elsewhere: another program seems to read the same subscription',
  remedy:
    'Zaptec hands each message to one program only. Stop the other one (a second machine, Home Assistant …), or let it use another user group; until then values may be late',
} as const;

/** The status that the listeners of a feed get, without `since`. */
export function statusOf(facts: StatusFacts): Omit<FeedStatus, 'since'> {
  const { stream } = facts;
  const state = stateOf(facts);
  const error = state === 'closed' ? undefined : (facts.error ?? stream?.state.error);
  const secondConsumer = state === 'live' && facts.secondConsumer;
  return {
    state,
    text: secondConsumer ? SECOND_CONSUMER.text : (error?.text ?? TEXTS[state]),
    ...(secondConsumer ? { remedy: SECOND_CONSUMER.remedy } : {}),
    ...(error ? { code: error.code, remedy: error.remedy } : {}),
    ...(stream?.lastMessageAt === undefined ? {} : { lastMessageAt: clock.iso(stream.lastMessageAt) }),
    via: state === 'live' ? 'push' : facts.pollWorks && state !== 'closed' ? 'poll' : 'none',
    reconnects: stream?.reconnects ?? 0,
    received: stream?.received ?? 0,
    ...(secondConsumer ? { suspicion: 'second-consumer' as const } : {}),
  };
}

const TEXTS: Readonly<Record<FeedStatus['state'], string>> = {
  connecting: 'Connecting to the message bus',
  live: 'Messages arrive by push',
  polling: 'The state is read from time to time',
  unavailable: 'No messages by push',
  closed: 'Closed',
};

function stateOf({ closed, stream, error }: StatusFacts): FeedStatus['state'] {
  if (closed) return 'closed';
  const why = error ?? stream?.state.error;
  if (!stream) return why ? away(why) : 'connecting';
  if (stream.state.kind === 'away') return away(why);
  return stream.state.kind;
}

function away(error: FeedError | undefined): FeedStatus['state'] {
  return error?.lasting ? 'unavailable' : 'polling';
}

/** Listeners are notified when this differs. */
export function statusKey({ state, code, via, suspicion }: FeedStatus): string {
  return [state, code, via, suspicion].join();
}

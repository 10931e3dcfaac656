import { clock } from '../time/clock';
import type { MessageStream } from './bus/stream';
import type { FeedError } from './feed-error';
import type { FeedStatus } from './types';

export interface StatusFacts {
  closed: boolean;
  stream: MessageStream | undefined;
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

const SPLIT = {
  text: 'Messages arrive by push, but Redis is away: each machine has a receiver of its own, and some messages go to the others',
  remedy:
    'Check that Redis runs, and its address; the machines share one receiver again by themselves, and until then values may be late',
} as const;

/** The status that the listeners of a feed get, without `since`. */
export function statusOf(facts: StatusFacts): Omit<FeedStatus, 'since'> {
  const { stream } = facts;
  const state = stateOf(facts);
  const error = state === 'closed' ? undefined : (facts.error ?? stream?.state.error);
  const sharing = stream?.sharing;
  const split = sharing?.isSplit === true ? SPLIT : facts.secondConsumer ? SECOND_CONSUMER : undefined;
  const doubt = state === 'live' ? split : undefined;
  return {
    state,
    text: doubt?.text ?? error?.text ?? TEXTS[state],
    ...(doubt ? { remedy: doubt.remedy } : {}),
    ...(error ? { code: error.code, remedy: error.remedy } : {}),
    ...(stream?.lastMessageAt === undefined ? {} : { lastMessageAt: clock.iso(stream.lastMessageAt) }),
    via: state === 'live' ? 'push' : facts.pollWorks && state !== 'closed' ? 'poll' : 'none',
    reconnects: stream?.reconnects ?? 0,
    received: stream?.received ?? 0,
    ...(doubt ? { suspicion: 'second-consumer' as const } : {}),
    ...(sharing && state !== 'closed' && sharing.role !== 'joining' ? { sharing: sharing.role } : {}),
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
export function statusKey({ state, code, via, suspicion, sharing }: FeedStatus): string {
  return [state, code, via, suspicion, sharing].join();
}

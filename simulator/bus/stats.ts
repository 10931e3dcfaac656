import { NO_COUNTS, type Counts } from './subscription';
import type { Topic } from './topic';
import type { Topics } from './topics';

/** One topic, since its subscription exists. */
interface TopicStats extends Counts {
  name: string;
  removed: boolean;
  receivers: number;
  /** Nobody has them. */
  waiting: number;
  /** A receiver has them, but has not settled them. */
  locked: number;
}

const NUMBERS = ['receivers', 'waiting', 'locked', 'published', 'delivered', 'redelivered', 'completed'] as const;

/** The bus as it is now; the numbers beside the topics are their sums. */
export interface BusStats extends Record<(typeof NUMBERS)[number], number> {
  connections: number;
  /** Gone to the second consumer of the fault `bus-thief`. */
  stolen: number;
  /** Those that somebody has asked for. */
  topics: TopicStats[];
}

export function statsOf(all: Topics, connections: number, stolen: number): BusStats {
  const topics = all.all.map(topicStats);
  const sum = (field: (typeof NUMBERS)[number]) => topics.reduce((total, topic) => total + topic[field], 0);
  const sums = Object.fromEntries(NUMBERS.map((field) => [field, sum(field)])) as Pick<
    BusStats,
    (typeof NUMBERS)[number]
  >;
  return { connections, ...sums, stolen, topics };
}

function topicStats({ name, subscription }: Topic): TopicStats {
  const counts = subscription?.counts ?? NO_COUNTS;
  const { receivers = 0, waiting = 0, locked = 0 } = subscription ?? {};
  return { name, removed: subscription === undefined, receivers, waiting, locked, ...counts };
}

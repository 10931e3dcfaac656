import { NO_COUNTS, type Counts } from './subscription';
import type { Topic } from './topic';
import type { Topics } from './topics';

/** One topic; the counts begin when its subscription is created. */
interface TopicStats extends Counts {
  name: string;
  removed: boolean;
  receivers: number;
  /** Messages that no receiver has. */
  waiting: number;
  /** Messages that a receiver has but has not settled. */
  locked: number;
}

const NUMBERS = ['receivers', 'waiting', 'locked', 'published', 'delivered', 'redelivered', 'completed'] as const;

/** The bus as it is now; the numbers beside the topics are the sums over all topics. */
export interface BusStats extends Record<(typeof NUMBERS)[number], number> {
  connections: number;
  /** Messages that the second consumer of the fault `bus-thief` took. */
  stolen: number;
  /** The topics that a client has asked for. */
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

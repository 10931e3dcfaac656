import type { RequestRecord } from '../../simulator/request-record';
import type { CurrentOrder } from '../../test/support/cluster/machine';

const LIMIT = 10;
const WINDOW_MS = 1_000;
const INTERVAL_MS = 15 * 60_000;
const COOLDOWN_MS = 60_000;
/** A time is measured by the machine that sends and by the cloud, in ms. */
const TOLERANCE_MS = 1_000;
/** A limit counts on its own machine after so long, and on the others after so long while Redis is there, in ms. */
const OWN_LAG_MS = 1_000;
const SHARED_LAG_MS = 4_000;
const EPSILON_A = 0.05;
/** A machine that is killed so soon after a report may not have noted it, in ms. */
const NOTED_MS = 1_000;

/** A span of time, ms since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** A value that a node of a machine got, ms since 1970; Infinity where the machine has withdrawn it. */
export interface GivenOrder extends CurrentOrder {
  at: number;
  machine: number;
}

export interface MachineAway extends Span {
  machine: number;
  /** By kill -9. */
  wasKilled?: boolean;
}

/** A session that a machine has reported where each is to be reported once, ms since 1970. */
export interface SessionReport {
  id: string;
  at: number;
  machine: number;
}

export interface StormLog {
  requests: readonly RequestRecord[];
  /** By the token of a request: which machine sent it. */
  machineOf: ReadonlyMap<string, number>;
  orders: readonly GivenOrder[];
  /** When Redis was away or frozen, until the machines share it again. */
  redisAway: readonly Span[];
  /** When a machine was stopped or dead. */
  machineAway: readonly MachineAway[];
  initialA: number;
  until: number;
}

/** What was done to the machines from then on, ms since 1970. */
export interface StormTurn {
  name: string;
  from: number;
}

interface Write {
  at: number;
  machine: number | undefined;
  ampere: number;
}

const overlaps = (spans: readonly Span[], from: number, to: number) =>
  spans.some((span) => span.from < to && span.to > from);

/** The most requests below /api in any second. */
export function mostInASecond({ requests }: StormLog): number {
  const times = requests.filter(({ path }) => path.startsWith('/api/')).map(({ at }) => at);
  let most = 0;
  let from = 0;
  for (const [index, at] of times.entries()) {
    while ((times[from] ?? at) <= at - WINDOW_MS) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** Which part of the limit was used while each kind of turn lasted, by its name. */
export function shareIn({ requests, until }: StormLog, turns: readonly StormTurn[]): Record<string, number> {
  const admitted = requests.filter(({ path, status }) => path.startsWith('/api/') && status === 200);
  const totals = new Map<string, { count: number; ms: number }>();
  for (const [index, { name, from }] of turns.entries()) {
    const to = turns[index + 1]?.from ?? until;
    const { count, ms } = totals.get(name) ?? { count: 0, ms: 0 };
    totals.set(name, { count: count + admitted.filter(({ at }) => at >= from && at < to).length, ms: ms + to - from });
  }
  return Object.fromEntries([...totals].map(([name, { count, ms }]) => [name, (count * 1_000) / ms / LIMIT]));
}

export function refusedIn({ requests }: StormLog): number {
  return requests.filter(({ status }) => status === 429).length;
}

/** Writes of the current that the cloud accepted. */
export function writesIn({ requests, machineOf }: StormLog): Write[] {
  return requests.flatMap(({ path, status, at, token = '', body }) => {
    if (!path.endsWith('/update') || status !== 200) return [];
    return { at, machine: machineOf.get(token), ampere: ampereOf(body) };
  });
}

/** Raises within 15 minutes of a write, and other writes within the cooldown that their machine could know of. */
export function tooSoonIn(log: StormLog): string[] {
  const writes = writesIn(log);
  return writes.flatMap((write, index) => {
    const before = writes[index - 1];
    if (!before) return [];
    const gapMs = write.at - before.at;
    const isRaise = write.ampere > before.ampere + EPSILON_A;
    // A machine that is cut off from Redis cannot know what another one has written since.
    const isUnknown = write.machine !== before.machine && overlaps(log.redisAway, before.at, write.at);
    if (isUnknown || gapMs >= (isRaise ? INTERVAL_MS : COOLDOWN_MS) - TOLERANCE_MS) return [];
    return [`${before.ampere} A to ${write.ampere} A after ${gapMs} ms`];
  });
}

/** Writes above a limit that their machine could know of. */
export function aboveLimitIn(log: StormLog): string[] {
  const limits = log.orders.filter(({ role }) => role === 'limit');
  const machines = [...new Set(limits.map(({ machine }) => machine))];
  return writesIn(log).flatMap((write) =>
    machines.flatMap((machine) => {
      const lagMs = machine === write.machine ? OWN_LAG_MS : SHARED_LAG_MS;
      const known = limits.filter((limit) => limit.machine === machine && limit.at <= write.at);
      const sure = known.findLastIndex(({ at }) => at + lagMs <= write.at);
      const first = known[sure];
      if (!first) return [];
      if (machine !== write.machine && overlaps(log.redisAway, first.at, write.at)) return [];
      // A machine that is stopped at this moment may not have taken its value yet.
      const away = log.machineAway.filter((span) => span.machine === machine);
      if (overlaps(away, first.at, first.at + lagMs)) return [];
      const allowed = Math.max(...known.slice(sure).map(({ ampere }) => ampere));
      return write.ampere > allowed + EPSILON_A ? [`${write.ampere} A above ${allowed} A`] : [];
    }),
  );
}

/** How long it took until the cloud had no more than each limit that was below it, in ms. */
export function loweringsIn(log: StormLog): { tookMs: number; isRedisAway: boolean }[] {
  const writes = writesIn(log);
  return log.orders.flatMap((order, index) => {
    const { at, machine, role, ampere } = order;
    const present = writes.findLast((write) => write.at <= at)?.ampere ?? log.initialA;
    if (role !== 'limit' || present <= ampere + EPSILON_A) return [];
    const done = writes.find((write) => write.at > at && write.ampere <= ampere + EPSILON_A)?.at ?? Infinity;
    const end = Math.min(done, at + COOLDOWN_MS * 2);
    const isReplaced = log.orders.slice(index + 1).some((next) => next.machine === machine && next.at < end);
    const isAway = log.machineAway.some((span) => span.machine === machine && overlaps([span], at, end));
    if (isReplaced || isAway || (done === Infinity && log.until < at + COOLDOWN_MS * 2)) return [];
    return { tookMs: done - at, isRedisAway: overlaps(log.redisAway, at, at + 1) };
  });
}

/**
 * Sessions that were reported more than once, and by no fault of the machines: Redis was away at one of the reports, or the
 * machine that reported first was killed before it could say so.
 */
export function doubledIn(
  { redisAway, machineAway }: Pick<StormLog, 'redisAway' | 'machineAway'>,
  reports: readonly SessionReport[],
): { allowed: number; others: string[] } {
  const inOrder = [...reports].sort((a, b) => a.at - b.at);
  const doubled = inOrder.filter(({ id }, index) => inOrder.findIndex((one) => one.id === id) < index);
  const others = doubled.filter(({ id, at }) => {
    const first = inOrder.find((one) => one.id === id)!;
    const isAway = [first.at, at].some((time) => overlaps(redisAway, time - NOTED_MS, time + NOTED_MS));
    const wasKilled = machineAway.some(
      (span) => span.wasKilled && span.machine === first.machine && Math.abs(span.from - first.at) < NOTED_MS,
    );
    return !isAway && !wasKilled;
  });
  return {
    allowed: doubled.length - others.length,
    others: others.map(({ id, machine }) => `${id} once more by machine ${machine}`),
  };
}

function ampereOf(body: unknown): number {
  const fields = Object.entries(body as Record<string, unknown>);
  return Math.max(
    ...fields.map(([name, value]) => (/^availablecurrent/i.test(name) ? Number(value) : NaN)).filter(Number.isFinite),
  );
}

import { seeded } from '../virtual-time';
import type { Deed, FaultInfo } from './cloud';

export const DEPLOYS = ['full', 'flows', 'nodes'] as const;
export const EDITS = ['rename', 'disable', 'enable', 'move', 'rename the connection'] as const;
const ACCOUNTS = ['right', 'wrong password', 'other account'] as const;
const REDIS = ['kill', 'restart', 'freeze', 'thaw'] as const;
/** Those that begin and end sessions come more often. */
const DEEDS = [
  ...(['plug', 'plug', 'plug', 'unplug', 'unplug', 'unplug', 'online', 'online'] as const),
  ...(['offline', 'authorise', 'pause', 'resume'] as const),
] satisfies Deed['what'][];

/** How far the wall clock of the machine is off, in ms. */
export const CLOCKS = [0, 90_000, -90_000, 3_600_000, -3_600_000, 86_400_000, -86_400_000] as const;

/** One thing that happens in a soak. */
export type Event =
  | { kind: 'fault'; name: string; on: true; probability: number | undefined }
  | { kind: 'fault'; name: string; on: false }
  | { kind: 'charger'; what: Deed['what']; charger: number }
  | { kind: 'message'; to: string; variant: number }
  | { kind: 'deploy'; type: (typeof DEPLOYS)[number]; edit: (typeof EDITS)[number]; node: string }
  | { kind: 'credentials'; which: (typeof ACCOUNTS)[number] }
  | { kind: 'clock'; offMs: number }
  | { kind: 'restart'; how: 'orderly' | 'kill -9' }
  | { kind: 'redis'; what: (typeof REDIS)[number] };

/** An event and its time from the start, ms. */
export type Action = { at: number } & Event;

export interface Plan {
  seed: number;
  minutes: number;
  /** All that the simulator has, so that a new one takes part by itself. */
  faults: readonly (Pick<FaultInfo, 'params'> & { name: string })[];
  /** Ids of the nodes that take messages. */
  nodes: readonly string[];
  chargers: number;
  redis: boolean;
}

/** When a kind of action ends, as a share of the duration. */
const LAST_CHANGE = 0.95;
/** In a long soak the last life of the process shows what grows. */
const LAST_RESTART = { long: 0.55, short: 0.85 } as const;
/** Shorter soaks do everything more often. */
const LONG_MINUTES = 5;

/** Mean time between two of a kind, ms, in a long and a short soak. */
const EVERY = {
  charger: [8_000, 3_000],
  message: [3_000, 700],
  deploy: [25_000, 9_000],
  credentials: [90_000, 14_000],
  clock: [45_000, 11_000],
  restart: [150_000, 14_000],
  redis: [45_000, 12_000],
} as const;
const FAULT = { mostMs: 8_000, leastProbability: 0.2 } as const;

/** All actions of a soak in their order: the same plan gives the same actions. */
export function actionsOf({ seed, minutes, faults, nodes, chargers, redis }: Plan): Action[] {
  const total = minutes * 60_000;
  const isLong = minutes >= LONG_MINUTES;
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const times = (kind: keyof typeof EVERY, end: number): number[] => {
    // Whatever the duration, each kind comes at least twice.
    const every = Math.min(EVERY[kind][isLong ? 0 : 1], (total * end) / 4);
    const result: number[] = [];
    for (let at = every * (0.5 + random()); at < total * end; at += every * (0.5 + random())) result.push(at);
    return result;
  };
  const lastRestart = LAST_RESTART[isLong ? 'long' : 'short'];
  const actions: Action[] = [];
  const add = (kind: keyof typeof EVERY, end: number, make: (index: number) => Event) =>
    times(kind, end).forEach((at, index) => actions.push({ at: Math.round(at), ...make(index) }));

  actions.push(...faultActions(faults, total, random));
  add('charger', LAST_CHANGE, () => ({
    kind: 'charger',
    what: pick(DEEDS),
    charger: Math.floor(random() * chargers),
  }));
  add('message', LAST_CHANGE, () => ({ kind: 'message', to: pick(nodes), variant: Math.floor(random() * 8) }));
  add('deploy', LAST_CHANGE, () => ({ kind: 'deploy', type: pick(DEPLOYS), edit: pick(EDITS), node: pick(nodes) }));
  // A wrong password lasts until the next change: each second change, and the last one, brings the right one back.
  add('credentials', lastRestart, (index) => ({
    kind: 'credentials',
    which: index % 2 === 1 ? 'right' : pick(ACCOUNTS.slice(1)),
  }));
  actions.push({ at: Math.round(total * lastRestart), kind: 'credentials', which: 'right' });
  add('clock', LAST_CHANGE, () => ({ kind: 'clock', offMs: pick(CLOCKS) }));
  const first = random() < 0.5 ? 0 : 1;
  add('restart', lastRestart, (index) => ({
    kind: 'restart',
    how: (index + first) % 2 === 0 ? 'kill -9' : 'orderly',
  }));
  if (redis) add('redis', LAST_CHANGE, () => ({ kind: 'redis', what: pick(REDIS) }));
  return actions.sort((a, b) => a.at - b.at);
}

/** Every fault once before any comes again, several at a time. */
function faultActions(faults: Plan['faults'], total: number, random: () => number): Action[] {
  const window = total * LAST_CHANGE;
  const every = Math.min(FAULT.mostMs, window / Math.max(1, faults.length));
  const actions: Action[] = [];
  let bag: Plan['faults'][number][] = [];
  for (let at = every / 2; at < window; at += every) {
    if (bag.length === 0) bag = [...faults];
    const [{ name, params }] = bag.splice(Math.floor(random() * bag.length), 1) as [Plan['faults'][number]];
    const probability = params.includes('probability')
      ? FAULT.leastProbability + (1 - FAULT.leastProbability) * random()
      : undefined;
    actions.push({ at: Math.round(at), kind: 'fault', name, on: true, probability });
    const until = Math.min(at + every * (0.5 + 4 * random()), total);
    actions.push({ at: Math.round(until), kind: 'fault', name, on: false });
  }
  return actions;
}

/** One line for people. */
export function textOf(event: Event): string {
  switch (event.kind) {
    case 'fault':
      return `fault ${event.name} ${event.on ? `on${event.probability === undefined ? '' : `, probability ${event.probability.toFixed(2)}`}` : 'off'}`;
    case 'charger':
      return `charger ${event.charger}: ${event.what}`;
    case 'message':
      return `message ${event.variant} to ${event.to}`;
    case 'deploy':
      return `deploy ${event.type}: ${event.edit} ${event.node}`;
    case 'credentials':
      return `credentials: ${event.which}`;
    case 'clock':
      return `wall clock off by ${event.offMs / 1_000} s`;
    case 'restart':
      return `restart: ${event.how}`;
    case 'redis':
      return `redis: ${event.what}`;
  }
}

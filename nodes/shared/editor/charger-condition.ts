import type { ChargerView } from '../overview';

/** What people want to tell apart at a glance; the order is that of the filter. */
export const CONDITIONS = ['charging', 'waiting', 'paused', 'full', 'no-car', 'offline', 'fault', 'unknown'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** The one condition of a charger. A fault and a lost connection count before what the charger did last. */
export function conditionOf({ online, mode, reason }: Pick<ChargerView, 'online' | 'mode' | 'reason'>): Condition {
  if (online === false) return 'offline';
  if (reason === 'fault') return 'fault';
  if (mode === 'charging') return 'charging';
  if (reason === 'paused') return 'paused';
  if (mode === 'finished') return 'full';
  if (mode === 'disconnected') return 'no-car';
  return mode === 'requesting' ? 'waiting' : 'unknown';
}

/** The command that makes sense in a condition; a car that waits or charges can be paused, a paused one resumed. */
export function commandFor(condition: Condition): 'pause' | 'resume' | undefined {
  if (condition === 'charging' || condition === 'waiting') return 'pause';
  return condition === 'paused' ? 'resume' : undefined;
}

import { MINUTE, SECOND } from '../durations';

/**
 * ms; requests may arrive this much closer together than a client sent them, because the network delays each
 * differently.
 */
export const JITTER_MS = 100;

/** A duration in a readable unit. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 2 * MINUTE) return `${Math.round(ms / 100) / 10} s`;
  return `${Math.round((ms / MINUTE) * 10) / 10} min`;
}

/** "1 request", "2 requests". */
export const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

import { everyPhase, shown } from '../currents';
import type { GovernorState } from './state';
import { tell } from './report';

/** Nodes that have not heard a valid wish for too long: their safe value is a limit from now on. */
export function fireDeadMen(state: GovernorState, now: number): void {
  for (const { settings } of state.book.fireDeadMen(now)) {
    const safe = everyPhase(settings.deadMan?.safeA ?? 0);
    const reason = `No valid wish came in time: at most ${shown(safe)} until one comes`;
    tell(state, settings.by, [], 'dead-man', { requested: safe, reason });
  }
}

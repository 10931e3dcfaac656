import type { Charger, Installation } from '../../world/model';

/** A; a car cannot charge with less. */
const MIN_A = 6;

/** The reason for the state of a charger, in a few words for people. */
export function reasonOf(charger: Charger, installation: Installation | undefined): string {
  if (charger.neverStarted) return 'never started';
  if (!charger.car) return 'no car';
  if (charger.mode === 3) return 'charging';
  if (charger.finalStop) return 'paused by a command';
  if (!charger.authorised) return 'waits for authorisation';
  if (charger.scheduledUntil !== undefined) return 'held back by a schedule';
  if (charger.mode === 5) return 'the car is full';
  if (charger.allocatedA > 0) return 'about to begin';
  const most = Math.max(0, ...(installation?.availableCurrent ?? []));
  return most < MIN_A ? `only ${most.toFixed(1)} A available, a car needs 6` : 'waits for its share of the current';
}

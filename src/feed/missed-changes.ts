import type { Change, Store } from '../state/store';
import { clock } from '../time/clock';
import type { Fill } from './charger-hub';
import { OBSERVATION } from '../zaptec/observation-ids';

/**
 * What every charger sends by push (docs/zaptec-api.md, "Observations"): mode, session, finished session, power, currents,
 * energy,
 * allotted current, warnings. guess: that other ids may show in a read without ever having been a message.
 */
const PUSHED: ReadonlySet<number> = new Set([
  OBSERVATION.CurrentPhase1,
  OBSERVATION.CurrentPhase2,
  OBSERVATION.CurrentPhase3,
  OBSERVATION.TotalChargePower,
  OBSERVATION.TotalChargePowerSession,
  OBSERVATION.ChargeCurrentSet,
  OBSERVATION.ChargerOperationMode,
  OBSERVATION.SessionIdentifier,
  OBSERVATION.CompletedSession,
  OBSERVATION.Warnings,
]);

/**
 * Whether a read shows changes that should have come by push long ago.
 * @param since changes before this time need not have come, ms of `clock.now()`.
 * @param lateMs younger changes may still be on their way.
 */
export function hasMissedChange({ changes, filledBefore }: Fill, since: number, lateMs: number): boolean {
  if (filledBefore === undefined || filledBefore < since) return false;
  const [from, until] = [clock.wall(filledBefore), clock.wall() - lateMs];
  return changes.some((change) => {
    const at = Date.parse(change.observation.time ?? '');
    return isPushed(change) && at > from && at < until;
  });
}

function isPushed({ changed, previous, observation: { id } }: Change): boolean {
  return changed && PUSHED.has(id) && previous !== undefined;
}

/** The charger that most likely has changed: one that charges, else the one whose last message is the newest. */
export function liveliest(store: Store, ids: Iterable<string>): string | undefined {
  let best: { id: string; rank: number } | undefined;
  for (const id of ids) {
    const charging = isCharging(store, id) ? Number.MAX_SAFE_INTEGER / 2 : 0;
    const rank = charging + (store.confirmedAt(id) ?? 0);
    if (!best || rank > best.rank) best = { id, rank };
  }
  return best?.id;
}

export function isCharging(store: Store, id: string): boolean {
  return store.view(id)?.snapshot.mode === 'charging';
}

import type { Change, Store } from '../state/store';
import type { Fill } from './charger-hub';
import { OBSERVATION } from '../zaptec/observation-ids';
import { clock } from '../time/clock';

/**
 * What every charger tells by push (docs/zaptec-api.md, "Observations"): mode, session, finished session, power,
 * currents, energy, allotted current, warnings. guess: that other ids may show in a read without ever having been a
 * message.
 */
const SENT_BY_PUSH: ReadonlySet<number> = new Set([
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
 * @param since what changed before this was not to be expected, in ms.
 * @param lateMs what is younger may still be under way.
 */
export function showsMissedChange(
  { changes, filledBefore }: Fill,
  since: number,
  lateMs: number,
  now = clock.now(),
): boolean {
  if (filledBefore === undefined || filledBefore < since) return false;
  return changes.some((change) => {
    const at = Date.parse(change.observation.time ?? '');
    return isSentByPush(change) && at > filledBefore && at < now - lateMs;
  });
}

function isSentByPush({ changed, previous, observation: { id } }: Change): boolean {
  return changed && SENT_BY_PUSH.has(id) && previous !== undefined;
}

/** The charger that most likely has something to tell: one that charges, else the one with the latest message. */
export function mostActive(store: Store, ids: Iterable<string>): string | undefined {
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

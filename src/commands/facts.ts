import type { OperationMode } from '../zaptec/device';
import { readObservation, type RawObservation } from '../zaptec/observations';
import type { Reason } from '../state/reason';
import { newestById, snapshotOf } from '../state/snapshot';
import { OBSERVATION } from '../zaptec/observation-ids';

/** What a command is decided by (`zaptec-api.md` 7.2). Absent means not known. */
export interface ChargerFacts {
  /** -2 */
  online?: boolean | undefined;
  /** 710 */
  mode: OperationMode;
  /** 718: paused by command 506. */
  finalStop?: boolean | undefined;
  /** 763: a schedule delays charging. */
  scheduled: boolean;
  /** 120 */
  authenticationRequired?: boolean | undefined;
  /** 721 */
  sessionId?: string | undefined;
  /** Why a connected car is not charging. */
  reason?: Reason | undefined;
}

/** From all that is known of a charger: its answer of `/state`, or its part of the store. Never throws. */
export function chargerFacts(chargerId: string, raw: readonly RawObservation[]): ChargerFacts {
  const newest = newestById(raw);
  const value = (id: number): unknown => {
    const entry = newest.get(id);
    return entry && readObservation(entry, 'Unknown').value;
  };
  const flag = (id: number): boolean | undefined => {
    const read = value(id);
    return typeof read === 'boolean' ? read : undefined;
  };
  const { online, mode, reason, sessionId } = snapshotOf({ id: chargerId }, raw);
  const schedule = value(OBSERVATION.NextScheduleEvent);
  return {
    online,
    mode,
    reason,
    sessionId,
    finalStop: flag(OBSERVATION.FinalStopActive),
    authenticationRequired: flag(OBSERVATION.AuthenticationRequired),
    scheduled: typeof schedule === 'string' && schedule.trim() !== '',
  };
}

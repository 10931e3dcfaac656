import { newestById, snapshotOf } from '../state/snapshot';
import type { Reason } from '../state/reason';
import type { OperationMode } from '../zaptec/device';
import { OBSERVATION } from '../zaptec/observation-ids';
import { readObservation, type RawObservation } from '../zaptec/observations';

/**
 * The state of a charger that decides about a command (docs/zaptec-api.md, "Command refusals"). Absent means not known.
 */
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

/** @param raw all that is known of the charger: its answer of `/state`, or its part of the store. Never throws. */
export function chargerFacts(chargerId: string, raw: readonly RawObservation[]): ChargerFacts {
  const newest = newestById(raw);
  const value = (id: number): unknown => {
    const observation = newest.get(id);
    return observation && readObservation(observation, 'Unknown').value;
  };
  const flag = (id: number): boolean | undefined => {
    const known = value(id);
    return typeof known === 'boolean' ? known : undefined;
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

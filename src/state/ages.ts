import { clock } from '../time/clock';
import { toUtc } from '../zaptec/decode/times';
import { OBSERVATION } from '../zaptec/observation-ids';
import type { RawObservation } from '../zaptec/observations';
import { newestById, type Snapshot } from './snapshot';

/** When an observation was measured, ms since 1970. */
export type ValueTime = readonly [id: number, at: number];

/** How old what a snapshot says is. */
export interface SnapshotAges {
  /** When the charger sent the newest of its values, ISO 8601 with `Z`; absent where no value has a time. */
  lastSeen?: string;
  /** ms since each value was measured; of values by phase the oldest counts. */
  agesMs: { [field in AgedField]?: number };
}

const IDS = {
  online: [OBSERVATION.IsOnline],
  mode: [OBSERVATION.ChargerOperationMode],
  powerW: [OBSERVATION.TotalChargePower],
  currentA: [OBSERVATION.CurrentPhase1, OBSERVATION.CurrentPhase2, OBSERVATION.CurrentPhase3],
  voltageV: [OBSERVATION.VoltagePhase1, OBSERVATION.VoltagePhase2, OBSERVATION.VoltagePhase3],
  allocatedA: [OBSERVATION.ChargeCurrentSet],
  sessionId: [OBSERVATION.SessionIdentifier],
  sessionKwh: [OBSERVATION.TotalChargePowerSession],
  meterKwh: [OBSERVATION.SignedMeterValue],
} as const satisfies { [field in keyof Snapshot]?: readonly number[] };

type AgedField = keyof typeof IDS;

/** The age of each field of a snapshot. A charger does not send a value again that has not changed: old is not wrong. */
export function agesOf(snapshot: Snapshot, times: Iterable<ValueTime>): SnapshotAges {
  const at = new Map(times);
  const agesMs: SnapshotAges['agesMs'] = {};
  for (const [field, ids] of Object.entries(IDS) as [AgedField, readonly number[]][]) {
    if (snapshot[field] === undefined) continue;
    const known = ids.map((id) => at.get(id)).filter((time) => time !== undefined);
    if (known.length > 0) agesMs[field] = clock.sinceCloud(Math.min(...known));
  }
  const seenAt = lastSeenAt(snapshot, at);
  if (seenAt === undefined) return { agesMs };
  // A clock that is ahead has seen nothing in the future.
  return { lastSeen: new Date(Math.min(seenAt, clock.cloud())).toISOString(), agesMs };
}

/** That a charger is offline is what the cloud says, and not the charger. */
function lastSeenAt({ online }: Snapshot, at: ReadonlyMap<number, number>): number | undefined {
  let newest: number | undefined;
  for (const [id, time] of at) {
    if (id === OBSERVATION.IsOnline && online === false) continue;
    newest = Math.max(newest ?? time, time);
  }
  return newest;
}

/** The times of an answer of `/state`; what has no time is left out. */
export function timesOf(raw: readonly RawObservation[]): ValueTime[] {
  return [...newestById(raw)].flatMap(([id, { timestamp }]) => {
    const at = Date.parse(toUtc(timestamp ?? ''));
    return Number.isNaN(at) ? [] : [[id, at] as const];
  });
}

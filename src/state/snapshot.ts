import { toUtc } from '../zaptec/decode/times';
import { familyOf, modeOf, type OperationMode } from '../zaptec/device';
import { readObservation, type Observation, type ObservationValue, type RawObservation } from '../zaptec/observations';
import { parseOcmf } from '../zaptec/ocmf';
import { reasonOf, type Reason } from './reason';
import { present } from '../zaptec/json';
import { OBSERVATION } from '../zaptec/observation-ids';

/** One value per phase; a phase that was not reported is absent. */
interface Phases {
  phase1?: number;
  phase2?: number;
  phase3?: number;
}

/** All that most people want to know of a charger. A field that the cloud did not report is absent. */
export interface Snapshot {
  id: string;
  name?: string;
  /** The serial. */
  deviceId?: string;
  online?: boolean;
  mode: OperationMode;
  reason?: Reason;
  /** 513, W */
  powerW?: number;
  /** 507-509, A */
  currentA?: Phases;
  /** 501-503, V */
  voltageV?: Phases;
  /** 708, A: what the cloud allots to this charger */
  allocatedA?: number;
  /** 721, only while a session runs */
  sessionId?: string;
  /**
   * 553, kWh of the running session; resets per session and may step back (docs/zaptec-api.md, "Signed meter values")
   */
  sessionKwh?: number;
  /** 554, kWh, total of the meter; up to an hour old */
  meterKwh?: number;
  /** ISO 8601 with `Z`: when the meter was read */
  meterTime?: string;
  /** Every observation by Zaptec's name, only when asked for. */
  observations?: Record<string, ObservationValue>;
}

/** What is known of the charger apart from its observations. */
export interface SnapshotCharger {
  id: string;
  name?: string;
  deviceId?: string;
  deviceType?: number;
  isOnline?: boolean;
  /** Code of 710 as the list of chargers has it; counts only while there is no such observation. */
  operatingMode?: number;
}

/** The snapshot of one charger. Of several entries for one observation the newest counts. Never throws. */
export function snapshotOf(
  charger: SnapshotCharger,
  raw: readonly RawObservation[],
  options: { observations?: boolean } = {},
): Snapshot {
  const newest = newestById(raw);
  const family = familyOf(charger.deviceType, charger.deviceId);
  const known = new Map([...newest].map(([id, entry]) => [id, readObservation(entry, family)]));
  const facts = readers(known);
  const online = facts.boolean(OBSERVATION.IsOnline) ?? charger.isOnline;
  const mode =
    (facts.text(OBSERVATION.ChargerOperationMode) as OperationMode | undefined) ?? modeOf(charger.operatingMode);
  const powerW = facts.number(OBSERVATION.TotalChargePower);
  const allocatedA = facts.number(OBSERVATION.ChargeCurrentSet);
  const meter = parseOcmf(facts.text(OBSERVATION.SignedMeterValue));
  return present({
    id: charger.id,
    name: charger.name,
    deviceId: charger.deviceId,
    online,
    mode,
    reason: reasonOf({
      online,
      mode,
      powerW,
      allocatedA,
      warnings: facts.words(OBSERVATION.Warnings),
      enabled: facts.boolean(OBSERVATION.IsEnabled),
      finalStop: facts.boolean(OBSERVATION.FinalStopActive),
      schedule: facts.text(OBSERVATION.NextScheduleEvent),
      authenticationRequired: facts.boolean(OBSERVATION.AuthenticationRequired),
      user: facts.text(OBSERVATION.ChargerCurrentUserUuid),
      standAlone: facts.boolean(OBSERVATION.IsStandAlone),
      minimumA: facts.number(OBSERVATION.ChargerMinCurrent),
    }),
    powerW,
    currentA: phases(
      facts.number(OBSERVATION.CurrentPhase1),
      facts.number(OBSERVATION.CurrentPhase2),
      facts.number(OBSERVATION.CurrentPhase3),
    ),
    voltageV: phases(
      facts.number(OBSERVATION.VoltagePhase1),
      facts.number(OBSERVATION.VoltagePhase2),
      facts.number(OBSERVATION.VoltagePhase3),
    ),
    allocatedA,
    sessionId: facts.text(OBSERVATION.SessionIdentifier),
    sessionKwh: facts.number(OBSERVATION.TotalChargePowerSession),
    meterKwh: meter.meterKwh,
    meterTime: meter.meterTime,
    observations: options.observations === true ? byName(known) : undefined,
  });
}

/** The order on the bus is not guaranteed, so the time decides; of two equal times the later entry. */
export function newestById(raw: readonly RawObservation[]): Map<number, RawObservation> {
  const newest = new Map<number, RawObservation>();
  for (const entry of raw) {
    const other = newest.get(entry.stateId);
    if (other === undefined || timeOf(entry) >= timeOf(other)) newest.set(entry.stateId, entry);
  }
  return newest;
}

/** Milliseconds; an entry whose time is missing or invalid never wins over one that has a time. */
function timeOf(entry: RawObservation): number {
  const time = Date.parse(toUtc(entry.timestamp ?? ''));
  return Number.isNaN(time) ? -Infinity : time;
}

function readers(known: ReadonlyMap<number, Observation>) {
  const value = (id: number): ObservationValue | undefined => known.get(id)?.value;
  return {
    number: (id: number) => only(value(id), (v): v is number => typeof v === 'number'),
    boolean: (id: number) => only(value(id), (v): v is boolean => typeof v === 'boolean'),
    text: (id: number) => only(value(id), (v): v is string => typeof v === 'string'),
    words: (id: number) => only(value(id), (v): v is string[] => Array.isArray(v)),
  };
}

function only<T>(value: unknown, is: (value: unknown) => value is T): T | undefined {
  return is(value) ? value : undefined;
}

function phases(phase1?: number, phase2?: number, phase3?: number): Phases | undefined {
  const found = present<Phases>({ phase1, phase2, phase3 });
  return Object.keys(found).length === 0 ? undefined : found;
}

function byName(known: ReadonlyMap<number, Observation>): Record<string, ObservationValue> {
  return present(Object.fromEntries([...known.values()].map(({ name, value }) => [name, value])));
}

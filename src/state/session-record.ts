import { utcOf } from '../zaptec/decode/times';
import { isGuid } from '../zaptec/guid';
import { parseOcmf } from '../zaptec/ocmf';
import type { KnownCharger } from './charger-record';
import { readNumber } from '../zaptec/values';
import { isObject, present } from '../zaptec/json';

/** A session as a flow gets it: flat, and without the fields that are not known. */
export interface SessionRecord {
  id: string;
  chargerId: string;
  chargerName?: string;
  /** The serial. */
  deviceId?: string;
  installationId?: string;
  userId?: string;
  /** Only the archive and the history of the cloud have it. */
  userName?: string;
  /** The tag or app by which it was authorised: its name, or its code such as `nfc-0A1B2C3D`. */
  tokenName?: string;
  /** ISO 8601 with `Z`: authorisation, or cable in where none is needed. */
  start?: string;
  /** Cable out, as the charger measured it, also when it was offline then. */
  end?: string;
  durationMinutes?: number;
  energyKwh?: number;
  /** It ended while the charger was offline, so it became known late. */
  offline?: boolean;
  reliableClock?: boolean;
  stoppedByRfid?: boolean;
  voided?: boolean;
  aborted?: boolean;
  /** Another session stands for this one. */
  replacedBy?: string;
  /** The OCMF text. */
  signed?: string;
  /** Total of the meter, kWh. */
  meterStartKwh?: number;
  meterEndKwh?: number;
  /** Energy since the start of the session, kWh. */
  energyDetails?: { time: string; kwh: number }[];
}

type Fields = Record<string, unknown>;

/** The record of observation 723 (docs/zaptec-api.md, "Completed session"); undefined when it names no session. */
export function fromCompleted(value: unknown, charger: KnownCharger): SessionRecord | undefined {
  if (!isObject(value)) return undefined;
  return recordOf(charger, idOf(value['sessionId']), {
    tokenName: text(value['authenticationCode']),
    start: time(value['startDateTime']),
    end: time(value['endDateTime']),
    energyKwh: number(value['energy']),
    reliableClock: flag(value['reliableClock']),
    stoppedByRfid: flag(value['stoppedByRFID'] ?? value['stoppedByRfid']),
    signed: text(value['signedSession']),
  });
}

/**
 * The record of an entry of the archive (docs/zaptec-api.md, "Archived sessions"); undefined when it names no session.
 */
export function fromArchived(value: unknown, charger: KnownCharger): SessionRecord | undefined {
  if (!isObject(value)) return undefined;
  const user: Fields = isObject(value['authorizedUser']) ? value['authorizedUser'] : {};
  const record = recordOf(
    {
      ...charger,
      name: charger.name ?? text(value['deviceName']),
      deviceId: charger.deviceId ?? text(value['deviceId']),
    },
    idOf(value['id']),
    {
      userId: text(user['id']),
      userName: text(user['fullName']),
      tokenName: text(value['tokenName']),
      start: time(value['startDateTime']),
      end: time(value['endDateTime']),
      energyKwh: number(value['energy']),
      offline: flag(value['offline']),
      reliableClock: flag(value['reliableClock']),
      stoppedByRfid: flag(value['stoppedByRfid']),
      voided: flag(value['voided']),
      aborted: flag(value['aborted']),
      replacedBy: idOf(value['replacedBySessionId']),
      signed: text(value['sessionSignature']),
    },
  );
  const details = detailsOf(value['energyDetails']);
  return record && details.length > 0 ? { ...record, energyDetails: details } : record;
}

/**
 * The usable entries of the archive: first those that were replaced, since others stand for them, then by their end.
 */
export function inOrder(archived: readonly unknown[]): Fields[] {
  const rank = ({ replacedBySessionId, endDateTime }: Fields) =>
    typeof replacedBySessionId === 'string' ? 0 : (msOf(endDateTime) ?? Number.MAX_SAFE_INTEGER);
  return archived.filter(isObject).sort((a, b) => rank(a) - rank(b));
}

/** When the cloud learned that a session had ended, ms: long after its end where the charger was offline. */
export function recognizedAt({ recognizedDateTime, endDateTime }: Fields): number {
  return msOf(recognizedDateTime) ?? msOf(endDateTime) ?? -Infinity;
}

/** What is known when a session begins. */
export function fromStart(id: string, charger: KnownCharger, start: string, userId: string | undefined): SessionRecord {
  return present<SessionRecord>({ ...identity(charger), id, userId, start });
}

type PartialRecord = { [K in keyof SessionRecord]?: SessionRecord[K] | undefined };
/** A list may lack the name of a charger. */
type Charger = { [K in keyof KnownCharger]: KnownCharger[K] | undefined } & { id: string };

function recordOf(charger: Charger, id: string | undefined, fields: PartialRecord): SessionRecord | undefined {
  if (id === undefined) return undefined;
  const { start, end, signed } = fields;
  const minutes = start === undefined || end === undefined ? NaN : (Date.parse(end) - Date.parse(start)) / 60_000;
  return present<SessionRecord>({
    id,
    ...identity(charger),
    ...fields,
    // A clock that was set while charging can make a session end before its start.
    durationMinutes: minutes >= 0 ? rounded(minutes, 2) : undefined,
    ...metered(signed),
  });
}

function identity({ id, name, deviceId, installationId }: Charger): PartialRecord {
  return { chargerId: id, chargerName: name, deviceId, installationId };
}

/** The meter's values in the signed readings; a reading counts only when it is good and in a unit of energy. */
function metered(signed: string | undefined): PartialRecord {
  const readings = parseOcmf(signed).readings.filter(({ status, value }) => status === 'G' && value !== undefined);
  const begin = readings.find(({ type }) => type === 'B')?.value;
  const details = readings.flatMap(({ time: at, value }) =>
    begin === undefined || at === undefined || value === undefined
      ? []
      : [{ time: at, kwh: rounded(value - begin, 6) }],
  );
  return {
    meterStartKwh: begin,
    meterEndKwh: readings.findLast(({ type }) => type === 'E')?.value,
    energyDetails: details.length > 0 ? details : undefined,
  };
}

function detailsOf(entries: unknown): { time: string; kwh: number }[] {
  return (Array.isArray(entries) ? entries : []).filter(isObject).flatMap((entry) => {
    const [at, kwh] = [time(entry['timestamp']), number(entry['energy'])];
    return at === undefined || kwh === undefined ? [] : [{ time: at, kwh }];
  });
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function number(value: unknown): number | undefined {
  const found = typeof value === 'string' ? readNumber(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

function time(value: unknown): string | undefined {
  return typeof value === 'string' ? utcOf(value) : undefined;
}

function msOf(value: unknown): number | undefined {
  const found = time(value);
  return found === undefined ? undefined : Date.parse(found);
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && isGuid(value) ? value.toLowerCase() : undefined;
}

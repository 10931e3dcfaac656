import { utcOf } from '../zaptec/decode/times';
import { isGuid } from '../zaptec/guid';
import { isEnd, parseOcmf } from '../zaptec/ocmf';
import type { KnownCharger } from './charger-record';
import { readBoolean, readNumber } from '../zaptec/values';
import { isObject, present } from '../zaptec/json';

/**
 * Where a record comes from: the archive, the old charge history (docs/zaptec-api.md, "Charge history"), a message, or the
 * state of a charger, which keeps its last session.
 */
export type SessionSource = 'archive' | 'history' | 'push' | 'state';

/** One reading of a session. */
export interface EnergyDetail {
  /** ISO 8601 with `Z` */
  time: string;
  /** Energy since the start of the session, kWh. */
  kwh: number;
  /** Energy since the detail before it, kWh; of the first one since the start. */
  addedKwh: number;
}

/** A session as a flow gets it: flat, and without the fields that are not known. */
export interface SessionRecord {
  id: string;
  chargerId: string;
  chargerName?: string;
  /** The serial. */
  deviceId?: string;
  installationId?: string;
  installationName?: string;
  userId?: string;
  /** Only the archive and the history of the cloud have it; messages bring the id alone. */
  userName?: string;
  userEmail?: string;
  /** The code of the tag or app by which it was authorised, such as `nfc-0A1B2C3D`. */
  token?: string;
  /** The tag or app by which it was authorised: its name, or its code where it has none. */
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
  /** By time. */
  energyDetails?: EnergyDetail[];
  source?: SessionSource;
}

type Fields = Record<string, unknown>;

/** The flags of `CommitMetadata` (docs/zaptec-api.md, "Commit metadata"). */
const COMMIT = { offline: 2, reliableClock: 4, stoppedByRfid: 8, voided: 32, aborted: 64 } as const;

/** guess: the form of a code, such as `nfc-0A1B2C3D`, in a field that may have a name as well. */
const TOKEN_CODE = /^[a-z]{2,8}-[0-9a-f]{6,40}$/i;

/** The record of observation 723 (docs/zaptec-api.md, "Completed session"); undefined when it names no session. */
export function fromCompleted(
  value: unknown,
  charger: KnownCharger,
  source: SessionSource = 'push',
): SessionRecord | undefined {
  if (!isObject(value)) return undefined;
  const token = text(value['authenticationCode']);
  return recordOf(charger, idOf(value['sessionId']), {
    token,
    tokenName: token,
    start: time(value['startDateTime']),
    end: time(value['endDateTime']),
    energyKwh: number(value['energy']),
    reliableClock: flag(value['reliableClock']),
    stoppedByRfid: flag(value['stoppedByRFID'] ?? value['stoppedByRfid']),
    signed: text(value['signedSession']),
    source,
  });
}

/**
 * The record of an entry of the archive or of the old history (docs/zaptec-api.md, "Archived sessions" and
 * "Charge history"); undefined when it names no session. A field that is missing or of another type is left out.
 */
export function fromArchived(
  value: unknown,
  charger: KnownCharger,
  source: SessionSource = 'archive',
): SessionRecord | undefined {
  if (!isObject(value)) return undefined;
  const user: Fields = isObject(value['authorizedUser']) ? value['authorizedUser'] : {};
  const tokenName = text(value['tokenName']);
  const record = recordOf(
    {
      ...charger,
      name: charger.name ?? text(value['deviceName']),
      deviceId: charger.deviceId ?? text(value['deviceId']),
    },
    idOf(value['id']),
    {
      userId: text(user['id'] ?? value['userId']),
      userName: text(user['fullName'] ?? value['userFullName']),
      userEmail: text(user['email'] ?? value['userEmail'] ?? value['userUserName']),
      token: tokenName !== undefined && TOKEN_CODE.test(tokenName) ? tokenName : undefined,
      tokenName,
      start: time(value['startDateTime']),
      // The end in the old history is when the cloud closed the session.
      end: time(value['commitEndDateTime']) ?? time(value['endDateTime']),
      energyKwh: number(value['energy']),
      ...flagsOf(value),
      replacedBy: idOf(value['replacedBySessionId']),
      signed: signedOf(value),
      source,
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

function identity({ id, name, deviceId, installationId, installationName }: Charger): PartialRecord {
  return { chargerId: id, chargerName: name, deviceId, installationId, installationName };
}

/** The archive has a field for each flag, the old history one number for all. */
function flagsOf(value: Fields): PartialRecord {
  const bits = number(value['commitMetadata']);
  const read = (name: keyof typeof COMMIT) =>
    flag(value[name]) ?? (bits === undefined ? undefined : (bits & COMMIT[name]) !== 0);
  return {
    offline: read('offline'),
    reliableClock: read('reliableClock'),
    stoppedByRfid: read('stoppedByRfid'),
    voided: read('voided'),
    aborted: read('aborted'),
  };
}

/** Where German law wants another form of the text, there may be that one alone. */
function signedOf(value: Fields): string | undefined {
  return (
    text(value['sessionSignature']) ??
    text(value['signedSession']) ??
    text(value['sessionSignatureEichreicht']) ??
    text(value['signedSessionEichrecht'])
  );
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
    meterEndKwh: readings.findLast(isEnd)?.value,
    energyDetails: details.length > 0 ? withAdded(details) : undefined,
  };
}

function detailsOf(entries: unknown): EnergyDetail[] {
  const details = (Array.isArray(entries) ? entries : []).filter(isObject).flatMap((entry) => {
    const [at, kwh] = [time(entry['timestamp']), number(entry['energy'])];
    return at === undefined || kwh === undefined ? [] : [{ time: at, kwh }];
  });
  return withAdded(details.sort((a, b) => Date.parse(a.time) - Date.parse(b.time)));
}

function withAdded(details: readonly Omit<EnergyDetail, 'addedKwh'>[]): EnergyDetail[] {
  let before = 0;
  return details.map(({ time: at, kwh }) => {
    const addedKwh = rounded(kwh - before, 6);
    before = kwh;
    return { time: at, kwh, addedKwh };
  });
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' || typeof value === 'number' ? readBoolean(String(value)) : undefined;
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

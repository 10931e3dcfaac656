import {
  type Calendar,
  isBillable,
  type Oddity,
  type OcmfCheck,
  type SessionChange,
  type SessionCost,
  type SessionRecord,
} from '../../src/client';
import type { Words } from '../shared/language/catalogues';
import type { SessionsSettings } from '../shared/properties';

/** A row as csv, SQL and table nodes take it: the same columns in the same order in each. */
export type Row = Record<string, unknown>;

/** What a row is made of. */
export interface RowSource {
  record: SessionRecord;
  calendar: Calendar;
  cost: SessionCost | undefined;
  change: SessionChange | undefined;
  check: OcmfCheck | undefined;
  odd: readonly Oddity[];
  words: Words;
}

type RowSettings = Pick<SessionsSettings, 'unknown' | 'details' | 'odd' | 'ocmf' | 'which'>;

const WHAT = [
  'durationMinutes',
  'energyKwh',
  'installationId',
  'installationName',
  'chargerId',
  'chargerName',
  'deviceId',
  'userId',
  'userName',
  'userEmail',
  'token',
  'tokenName',
  'offline',
  'reliableClock',
  'voided',
  'aborted',
  'replacedBy',
] as const satisfies readonly (keyof SessionRecord)[];
const DETAILS = ['meterStartKwh', 'meterEndKwh', 'signed', 'energyDetails'] as const;
const COSTS = [
  'cost',
  'costSpot',
  'costTariff',
  'costFixed',
  'unpricedKwh',
  'estimatedKwh',
] as const satisfies readonly (keyof SessionCost)[];

/** A session as a row. */
export function rowOf(
  { record, calendar, cost, change, check, odd, words }: RowSource,
  settings: RowSettings,
  hasCosts: boolean,
): Row {
  const row: Row = {
    id: record.id,
    ...(settings.which === 'new' ? { change } : {}),
    start: record.start,
    end: record.end,
    startLocal: localOf(record.start, calendar),
    endLocal: localOf(record.end, calendar),
    day: record.end === undefined ? undefined : calendar.date(Date.parse(record.end)),
    ...picked(record, WHAT),
    billable: isBillable(record),
    ...(hasCosts ? picked<Partial<SessionCost>>(cost ?? {}, COSTS) : {}),
    ...(settings.odd ? oddColumns(odd, words) : {}),
    ...(settings.ocmf ? checkColumns(check, words) : {}),
    ...(settings.details ? picked(record, DETAILS) : {}),
    source: record.source,
  };
  return filled(row, settings);
}

/** Every column has a value: a csv node leaves a column out where there is none. */
export function filled(row: object, { unknown }: Pick<SessionsSettings, 'unknown'>): Row {
  const nothing = unknown === 'null' ? null : '';
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, unknown]) => [column, value ?? nothing]),
  );
}

function oddColumns(odd: readonly Oddity[], words: Words): Row {
  if (odd.length === 0) return { odd: undefined, oddText: undefined };
  return { odd: odd.map(({ reason }) => reason).join(' '), oddText: odd.map(({ text }) => words(text)).join(' ') };
}

function checkColumns(check: OcmfCheck | undefined, words: Words): Row {
  const { result, keySource, reason, signedKwh, energyMatches } = check ?? {};
  const ocmfReason = reason === undefined ? undefined : words(reason);
  return { ocmf: result, ocmfKeySource: keySource, ocmfReason, ocmfKwh: signedKwh, ocmfMatches: energyMatches };
}

function picked<T extends object>(from: T, columns: readonly (keyof T & string)[]): Row {
  return Object.fromEntries(columns.map((column) => [column, from[column]]));
}

/** `2026-03-29 03:30:00`, as spreadsheets read it. */
function localOf(time: string | undefined, calendar: Calendar): string | undefined {
  return time === undefined ? undefined : calendar.iso(Date.parse(time)).slice(0, 19).replace('T', ' ');
}

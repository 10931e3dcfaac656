import { zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions } from '../http/cache';
import { target } from '../http/endpoints';
import { toUtc } from '../zaptec/decode/times';
import { asGuid } from '../zaptec/guid';
import { isObject, present, type JsonObject } from '../zaptec/json';
import type { Caller } from './caller';
import { numberOf } from './field-types';
import { formOf } from './shape';
import { phrase } from '../errors/phrase';

/** What the sums of a report are by, with the number that Zaptec has for it. */
const GROUPS = { user: 0, charger: 1, card: 2 } as const;

export interface ReportQuery {
  installationId: string;
  /** Inclusive; a `Date`, or ISO 8601 with `Z` or an offset such as `2026-05-01T00:00:00+02:00`. */
  from: string | Date;
  /** Exclusive. */
  to: string | Date;
  /** By default `user`. */
  by?: keyof typeof GROUPS;
  /** Only these. */
  userIds?: readonly string[];
  chargerIds?: readonly string[];
}

/** The sum of one user, charger or card. */
export interface ReportRow {
  /** Its name; absent for sessions of nobody. */
  name?: string;
  userId?: string;
  userName?: string;
  userEmail?: string;
  sessions: number;
  energyKwh: number;
  durationMinutes: number;
}

export interface InstallationReport {
  installationId: string;
  installationName?: string;
  address?: string;
  zipCode?: string;
  city?: string;
  /** As the cloud names it, such as `(UTC+01:00) Central European Time (Oslo)`. */
  timeZone?: string;
  /** The times that were asked for, ISO 8601 with `Z`. */
  from: string;
  to: string;
  rows: ReportRow[];
}

const PATH = '/api/chargehistory/installationreport';

/** Read by POST, since the query of the deprecated GET may have only so many ids. */
export async function readReport(
  caller: Caller,
  query: ReportQuery,
  options: CallOptions,
): Promise<Answer<InstallationReport>> {
  const where = target('POST', PATH);
  const { from, to, by = 'user', userIds = [], chargerIds = [] } = query;
  const installationId = asGuid(query.installationId, 'installation');
  if (!Object.hasOwn(GROUPS, by)) throw refusal('by', by, phrase`Use ${Object.keys(GROUPS).join(', ')}`);
  const times = { from: zonedTime(from, 'from'), to: zonedTime(to, 'to') };
  const body = {
    // The report wants its times without a zone (docs/zaptec-api.md, "Installation report"); those are UTC.
    fromDate: times.from.slice(0, -1),
    endDate: times.to.slice(0, -1),
    installationId,
    userIds: userIds.map((id) => asGuid(id, 'user')),
    chargerIds: chargerIds.map((id) => asGuid(id, 'charger')),
    groupBy: GROUPS[by],
    reportFormat: 0,
  };
  const floor = () => where.endpoint?.floorMs ?? 0;
  return caller.cached(`${PATH}#${JSON.stringify(body)}`, options, floor, async (context) => {
    const reply = await caller.pace.run(where, () => caller.fetch(where, context, body), body);
    return reply && { data: reportOf(reply.data, installationId, times), attempts: reply.attempts };
  });
}

function reportOf(data: unknown, installationId: string, times: { from: string; to: string }): InstallationReport {
  if (!isObject(data)) {
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered with ${formOf(data)} instead of the report`);
  }
  const { totalUserChargerReportModel: sent = [] } = data;
  if (!Array.isArray(sent)) {
    const reason = phrase`Zaptec answered with ${formOf(sent)} in the field totalUserChargerReportModel instead of a list`;
    throw zaptecError('BAD_ANSWER', reason);
  }
  const described = present<Partial<InstallationReport>>({
    installationName: textOf(data['installationName']),
    address: textOf(data['installationAddress']),
    zipCode: textOf(data['installationZipCode']),
    city: textOf(data['installationCity']),
    timeZone: textOf(data['installationTimeZone']),
  });
  return { installationId, ...described, ...times, rows: sent.filter(isObject).map(rowOf) };
}

/** The duration is in hours (recorded: docs/zaptec-api.md, "Installation report"). */
function rowOf(row: JsonObject): ReportRow {
  const user = isObject(row['userDetails']) ? row['userDetails'] : {};
  return present<ReportRow>({
    name: textOf(row['groupAsString']),
    userId: textOf(user['id']),
    userName: textOf(user['fullName']),
    userEmail: textOf(user['email']),
    sessions: numberOf(row['totalChargeSessionCount']) ?? 0,
    energyKwh: numberOf(row['totalChargeSessionEnergy']) ?? 0,
    durationMinutes: Math.round((numberOf(row['totalChargeSessionDuration']) ?? 0) * 60 * 100) / 100,
  });
}

const USE_ISO = 'Use a time such as 2026-05-01T00:00:00+02:00';
/** The third of January or the first of March: JavaScript takes the month for the first, much of the world for the second. */
const AMBIGUOUS_DAY = /^\d{1,2}[-./]\d{1,2}[-./]\d/;

/** A time without a zone is another one on each computer. */
function zonedTime(value: string | Date, field: string): string {
  const time = typeof value === 'string' ? value.trim() : value;
  if (typeof time === 'string' && AMBIGUOUS_DAY.test(time)) throw refusal(field, value, USE_ISO);
  if (typeof time === 'string' && !/(?:Z|[+-]\d\d:?\d\d)$/i.test(time)) {
    throw refusal(field, value, 'Add the zone, as in 2026-05-01T00:00:00+02:00');
  }
  const at = new Date(typeof time === 'string' ? toUtc(time) : time);
  if (Number.isNaN(at.getTime())) throw refusal(field, value, USE_ISO);
  return at.toISOString();
}

function refusal(field: string, value: unknown, remedy: string): Error {
  return zaptecError('INPUT_INVALID', phrase`${field} "${String(value).slice(0, 60)}" is not possible`, { remedy });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

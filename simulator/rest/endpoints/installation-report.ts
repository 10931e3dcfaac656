import { HOUR } from '../../durations';
import type { FinishedSession, Installation } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { invalid, unknownObject, type FieldErrors } from '../wire/errors';
import { wireEnergy } from '../wire/energy';
import { wireTime } from '../wire/times';
import { Body } from './body';
import { route, type Call } from './route';

const GROUPED_BY = ['User', 'Charger', 'ChargeCardName'] as const;

interface ReportQuery {
  installationId: string | undefined;
  from: number | undefined;
  end: number | undefined;
  userIds: string[];
  chargerIds: string[];
  groupBy: number;
}

/** docs/zaptec-api.md, "Installation report", by query and by body. */
export const reportEndpoints: RegisterEndpoints = (app, context) => {
  const path = '/api/chargehistory/installationreport';
  route(app, context, 'GET', path, (call) => {
    call.requireOwner();
    return report(call, fromQuery(call));
  });
  route(app, context, 'POST', path, async (call) => {
    call.requireOwner();
    return report(call, fromBody(await Body.read(call.c)));
  });
};

function fromQuery({ query }: Call): ReportQuery {
  return {
    installationId: query.id('installationId'),
    from: query.time('fromDate'),
    end: query.time('endDate'),
    userIds: query.ids('userIds'),
    chargerIds: query.ids('chargerIds'),
    groupBy: query.int('groupBy') ?? 0,
  };
}

function fromBody(body: Body): ReportQuery {
  const wanted = {
    installationId: body.id('installationId'),
    from: body.time('fromDate'),
    end: body.time('endDate'),
    userIds: body.ids('userIds'),
    chargerIds: body.ids('chargerIds'),
    groupBy: body.oneOf('groupBy', [0, 1, 2]) ?? 0,
  };
  body.oneOf('reportFormat', [0, 1]);
  body.check();
  return wanted;
}

/** The mixed casing is real. guess: an installation and both times are required, and the duration is in hours. */
function report(call: Call, wanted: ReportQuery): Response {
  const { installationId, from, end, groupBy } = wanted;
  if (installationId === undefined || from === undefined || end === undefined) throw invalid(missing(wanted));
  const installation = call.world.installations.get(installationId);
  if (!installation) throw unknownObject('Installation');
  const groups = new Map<string, FinishedSession[]>();
  for (const session of sessionsOf(call, installation, wanted, from, end)) {
    const name = groupOf(call, session, groupBy);
    groups.set(name, [...(groups.get(name) ?? []), session]);
  }
  return Response.json({
    InstallationName: installation.name,
    InstallationAddress: installation.address,
    InstallationZipCode: installation.zipCode,
    InstallationCity: installation.city,
    InstallationTimeZone: '(UTC+01:00) Central European Time (Oslo)',
    GroupedBy: GROUPED_BY[groupBy] ?? GROUPED_BY[0],
    Fromdate: wireTime(from),
    Enddate: wireTime(end),
    totalUserChargerReportModel: [...groups].map(([name, sessions]) => total(name, sessions, groupBy)),
  });
}

function missing(wanted: ReportQuery): FieldErrors {
  const fields = { InstallationId: wanted.installationId, FromDate: wanted.from, EndDate: wanted.end };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [[name, [`The ${name} field is required.`]]] : [],
    ),
  );
}

function sessionsOf({ world }: Call, installation: Installation, wanted: ReportQuery, from: number, end: number) {
  const { userIds, chargerIds } = wanted;
  return world.archive.all.filter(
    ({ chargerId, user, endedAt }) =>
      world.chargers.get(chargerId)?.installationId === installation.id &&
      endedAt >= from &&
      endedAt < end &&
      (chargerIds.length === 0 || chargerIds.includes(chargerId)) &&
      (userIds.length === 0 || (user !== undefined && userIds.includes(user.id))),
  );
}

function groupOf({ world }: Call, { user, chargerId, tokenName }: FinishedSession, groupBy: number): string {
  if (groupBy === 1) return world.chargers.get(chargerId)?.name ?? chargerId;
  if (groupBy === 2) return tokenName ?? '';
  return user?.name ?? '';
}

function total(name: string, sessions: readonly FinishedSession[], groupBy: number) {
  const user = groupBy === 0 ? sessions[0]?.user : undefined;
  return {
    GroupAsString: name,
    UserDetails: user && { Id: user.id, Email: user.email, FullName: user.name },
    TotalChargeSessionCount: sessions.length,
    TotalChargeSessionEnergy: wireEnergy(sessions.reduce((sum, { energyKwh }) => sum + energyKwh, 0)),
    TotalChargeSessionDuration: round(
      sessions.reduce((sum, { startedAt, endedAt }) => sum + (endedAt - startedAt) / HOUR, 0),
    ),
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

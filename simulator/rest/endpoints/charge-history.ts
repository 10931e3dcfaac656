import { DAY } from '../../durations';
import type { Charger, FinishedSession, WorldModel } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { removed } from '../wire/errors';
import { historyFields, wireHistory } from '../wire/history';
import { compare, pageOf } from './paging';
import { route, type Call } from './route';

/** docs/zaptec-api.md, "Charge history". */
export const historyEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'GET', '/api/chargehistory', list);
};

/** The DetailLevel with which the answer contains EnergyDetails. */
const ENERGY_DETAILS = 1;
/** The keys of GroupBy 0, 1 and 2. guess: GroupBy only sorts the list of sessions. */
const GROUPS: readonly ((session: FinishedSession) => unknown)[] = [
  ({ chargerId }) => chargerId,
  ({ startedAt }) => Math.floor(startedAt / DAY),
  ({ user }) => user?.id,
];

/** guess: the default order is newest first. */
function list(call: Call): Response {
  const { query } = call;
  if (call.hits('history-removed')) throw removed();
  const detailed = query.int('DetailLevel') === ENERGY_DETAILS;
  const group = GROUPS[query.int('GroupBy') ?? -1];
  const charger = (session: FinishedSession) => chargerOf(call.world, session);
  return pageOf(call, {
    model: 'history',
    items: wanted(call),
    wire: (session) => wireHistory(session, charger(session), detailed),
    sortable: (session) => historyFields(session, charger(session)),
    order: (a, b) => (group && compare(group(a), group(b))) || b.recognisedAt - a.recognisedAt,
  });
}

function wanted({ world, query, account }: Call): FinishedSession[] {
  const [installationId, chargerId, userId] = ['InstallationId', 'ChargerId', 'UserId'].map((name) => query.id(name));
  const from = query.time('From') ?? -Infinity;
  const to = query.time('To') ?? Infinity;
  const includeDisabled = query.flag('IncludeDisabled');
  return world.archive.all.filter((session) => {
    const charger = chargerOf(world, session);
    return (
      (installationId === undefined || charger?.installationId === installationId) &&
      (chargerId === undefined || session.chargerId === chargerId) &&
      (userId === undefined || session.user?.id === userId) &&
      // guess: From and To filter by EndDateTime, and To is exclusive.
      session.recognisedAt >= from &&
      session.recognisedAt < to &&
      (includeDisabled || (charger?.active ?? true)) &&
      // guess: an account with the role User sees only its own sessions.
      (account.role !== 'user' || session.user?.email === account.username)
    );
  });
}

const chargerOf = (world: WorldModel, session: FinishedSession): Charger | undefined =>
  world.chargers.get(session.chargerId);

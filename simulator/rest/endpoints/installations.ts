import type { Charger, Installation, WorldModel } from '../../world/model';
import type { RegisterEndpoints } from '../context';
import { emptyResponse } from '../responses';
import { wireHierarchy, wireInstallation, wireListedInstallation, wireReducedInstallation } from '../wire/installation';
import { roleFlags, roleMatches } from '../wire/roles';
import { lookupKey } from '../wire/support-group';
import { pageOf } from './paging';
import { route, type Call } from './route';

/** docs/zaptec-api.md, "Installation list", "Installation" and "Hierarchy". */
export const installationEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'GET', '/api/installation', list);
  route(app, context, 'GET', '/api/installation/:id', one);
  route(app, context, 'GET', '/api/installation/:id/hierarchy', hierarchy);
};

export const chargersOf = (world: WorldModel, installationId: string): Charger[] =>
  [...world.chargers.values()].filter((charger) => charger.installationId === installationId);

/** IncludeDisabled has no effect: no installation of the simulator is disabled. */
function list(call: Call): Response {
  const { world, query, account } = call;
  const type = query.int('InstallationType');
  const hiddenFrom = query.text('ExcludeIfVisibleForUserGroupLookupKey');
  const roles = query.int('Roles');
  const items = [...world.installations.values()].filter(
    (installation) =>
      roleMatches(roleFlags(account.role, installation.id), roles) &&
      (type === undefined || installation.installationType === type) &&
      (hiddenFrom === undefined || lookupKey(installation.supportGroupId) !== hiddenFrom),
  );
  const viewer = viewerOf(call);
  const wire = (installation: Installation) =>
    account.role === 'user'
      ? wireReducedInstallation(installation)
      : wireListedInstallation(installation, account.role, viewer);
  return pageOf(call, { model: 'installation', items, wire });
}

function one(call: Call): Response {
  const installation = call.installation();
  const { role } = call.account;
  if (role === 'user') return call.json(wireReducedInstallation(installation), 'installation');
  const body = wireInstallation(installation, role, viewerOf(call), chargersOf(call.world, installation.id));
  if (call.query.int('DetailLevel') !== 1) return call.json(body, 'installation');
  return call.json({ ...body, InstallationUsers: usersInHistory(call, installation) }, 'installation');
}

const viewerOf = (call: Call) => ({ withoutCurrent: call.hits('no-available-current') });

/** The users in the charge history, for DetailLevel 1. */
function usersInHistory({ world }: Call, installation: Installation) {
  const here = new Set(chargersOf(world, installation.id).map(({ id }) => id));
  const users = world.archive.all.flatMap(({ chargerId, user }) => (user && here.has(chargerId) ? [user] : []));
  return [...new Map(users.map((user) => [user.id, user])).values()].map(({ id, name, email }) => ({
    UserId: id,
    UserFullName: name,
    UserEmail: email,
    UserTokens: [],
  }));
}

/** Without the role the answer is 204, not 403, since about September 2025. */
function hierarchy(call: Call): Response {
  const installation = call.installation();
  if (call.account.role === 'user' || call.hits('hierarchy-204')) return emptyResponse(204);
  return call.json(wireHierarchy(installation, chargersOf(call.world, installation.id)), 'hierarchy');
}

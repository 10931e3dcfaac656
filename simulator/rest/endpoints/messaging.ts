import type { RegisterEndpoints } from '../context';
import { refused, unknownObject } from '../wire/errors';
import { GROUP_NAME } from '../wire/support-group';
import { route, type Call } from './route';

const FEATURE_NOT_ENABLED = 526;

/** Groups and how to reach their bus, `zaptec-api.md` 5.1. */
export const messagingEndpoints: RegisterEndpoints = (app, context) => {
  route(app, context, 'GET', '/api/userGroups', (call) => Response.json(groups(call)));
  route(app, context, 'GET', '/api/userGroups/:id/messagingConnectionDetails', groupDetails);
  route(app, context, 'GET', '/api/installation/:id/messagingConnectionDetails', installationDetails);
};

/** guess: a bare list, and that a plain user is in no group. */
function groups({ world, account }: Call) {
  if (account.role === 'user') return [];
  const ids = new Set([...world.installations.values()].map(({ supportGroupId }) => supportGroupId));
  return [...ids].sort().map((Id) => ({ Id, Name: GROUP_NAME }));
}

function groupDetails(call: Call): Response {
  const id = call.id();
  const known = [...call.world.installations.values()].some(({ supportGroupId }) => supportGroupId === id);
  if (!known) throw unknownObject('User group');
  return noBus(call);
}

function installationDetails(call: Call): Response {
  call.installation();
  return noBus(call);
}

/** The pretend cloud has no bus. guess: the answer where messaging is not enabled. */
function noBus(call: Call): never {
  call.requireControl();
  throw refused(FEATURE_NOT_ENABLED, null);
}

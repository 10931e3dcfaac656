import type { RegisterEndpoints } from '../context';
import { nginxPage } from '../responses';
import { EarlyAnswer, forbidden, refused, unknownObject } from '../wire/errors';
import { GROUP_NAME } from '../wire/support-group';
import { route, type Call } from './route';

const FEATURE_NOT_ENABLED = 526;
/** The statuses of the fault `bus-details-5xx`, in turn. */
const FAILURES = [503, 500, 502, 504];

/** User groups and the connection details of the bus (docs/service-bus.md, "Connection details"). */
export const messagingEndpoints: RegisterEndpoints = (app, context) => {
  let failed = 0;
  const gate = (call: Call, enabled: boolean) => {
    call.requireControl();
    if (call.hits('bus-details-5xx')) throw new EarlyAnswer(nginxPage(FAILURES[failed++ % FAILURES.length] ?? 500));
    if (call.hits('bus-details-403')) throw forbidden();
    // guess: the answer where messaging is not enabled.
    if (!enabled || call.hits('bus-off')) throw refused(FEATURE_NOT_ENABLED, null);
  };

  route(app, context, 'GET', '/api/userGroups', (call) => Response.json(groups(call)));

  route(app, context, 'GET', '/api/userGroups/:id/messagingConnectionDetails', (call) => {
    const id = call.id();
    const installations = [...call.world.installations.values()].filter(({ supportGroupId }) => supportGroupId === id);
    if (installations.length === 0) throw unknownObject('User group');
    gate(
      call,
      installations.some(({ messagingEnabled }) => messagingEnabled),
    );
    return Response.json(context.bus.details('usergroup', id));
  });

  route(app, context, 'GET', '/api/installation/:id/messagingConnectionDetails', (call) => {
    const { id, messagingEnabled } = call.installation();
    gate(call, messagingEnabled);
    return Response.json(context.bus.details('installation', id));
  });
};

/** guess: the answer is a list without an envelope, and the role User is in no group. */
function groups({ world, account }: Call) {
  if (account.role === 'user') return [];
  const ids = new Set([...world.installations.values()].map(({ supportGroupId }) => supportGroupId));
  return [...ids].sort().map((Id) => ({ Id, Name: GROUP_NAME }));
}

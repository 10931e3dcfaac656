import type { NodeAPI } from 'node-red';
import { adminRoute } from '../../shared/admin-routes';
import { withDeployed, withUnsaved } from './asked';
import { checkConnection } from './check';
import { listOf } from './lists';
import { lookAgain } from './look-again';
import { observationItems } from './observations';
import { overview } from './overview';
import { registerSimulatorPage } from './page/mount';
import { Trials } from './trials';

/**
 * The questions of the editor. Settings that are not deployed need `zaptec.write`: they name an address and may name
 * variables of the environment, which is nothing for somebody who may only look.
 */
export function registerRoutes(RED: NodeAPI): void {
  const trials = new Trials();
  adminRoute(RED, {
    path: 'zaptec/lists',
    permission: 'zaptec.read',
    answer: (body) => withDeployed(RED, body, (client) => listOf(client, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/unsaved/lists',
    permission: 'zaptec.write',
    answer: (body) => withUnsaved(RED, trials, body, (client) => listOf(client, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/observations',
    permission: 'zaptec.read',
    answer: () => Promise.resolve({ items: observationItems(), ageMs: 0 }),
  });
  adminRoute(RED, {
    path: 'zaptec/unsaved/test',
    permission: 'zaptec.write',
    answer: (body) =>
      withUnsaved(RED, trials, body, (client, { userGroup }) => checkConnection(client, userGroup.trim())),
  });
  adminRoute(RED, {
    path: 'zaptec/overview',
    permission: 'zaptec.read',
    answer: () => Promise.resolve(overview(RED)),
  });
  adminRoute(RED, {
    path: 'zaptec/look-again',
    permission: 'zaptec.read',
    answer: (body) => withDeployed(RED, body, lookAgain),
  });
  registerSimulatorPage(RED);
}

import type { NodeAPI } from 'node-red';
import { adminRoute } from '../../shared/admin-routes';
import { latestDecisions } from '../../shared/strategy/latest-decisions';
import type { DeployedConnections } from '../deployed-connections';
import { wordsIn } from '../../shared/language/catalogues';
import { nameOf, spokenLanguage } from '../settings';
import { deployedConnection, withDeployed, withUnsaved } from './with-client';
import { registerSimulatorPage } from './page/mount';
import { UnsavedClients } from './unsaved-clients';

// What answers is loaded with the first question: most starts of Node-RED have no editor open.
const lists = () => import('./lists.js');

/**
 * The questions of the editor. Settings that are not deployed need `zaptec.write`: they name an address and may name
 * variables of the environment, which is nothing for somebody who may only look.
 */
export function registerRoutes(RED: NodeAPI, connections: DeployedConnections): void {
  const unsavedClients = new UnsavedClients((listener) => RED.events.once('flows:starting', listener));
  adminRoute(RED, {
    path: 'zaptec/lists',
    permission: 'zaptec.read',
    answer: (body) => withDeployed(connections, body, async (client) => (await lists()).listOf(client, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/unsaved/lists',
    permission: 'zaptec.write',
    answer: (body) =>
      withUnsaved(RED, connections, unsavedClients, body, async (client) => (await lists()).listOf(client, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/observations',
    permission: 'zaptec.read',
    answer: async (body) => (await lists()).observations(body),
  });
  adminRoute(RED, {
    path: 'zaptec/unsaved/test',
    permission: 'zaptec.write',
    answer: (body) =>
      withUnsaved(
        RED,
        connections,
        unsavedClients,
        body,
        async (client, config) => {
          const { userGroup, redisUrl, language, id } = config;
          const { checkConnection } = await import('./check.js');
          return checkConnection(client, {
            userGroup: userGroup.trim(),
            redisUrl,
            isOwn: (name) => name === nameOf(config) || (id !== undefined && name?.endsWith(`(${id})`) === true),
            words: wordsIn(spokenLanguage(language).language),
          });
        },
        true,
      ),
  });
  adminRoute(RED, {
    path: 'zaptec/report',
    permission: 'zaptec.read',
    answer: async (body) => (await import('./report.js')).report(RED, deployedConnection(connections, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/request-log',
    permission: 'zaptec.write',
    answer: ({ on, ...body }) => deployedConnection(connections, body).requestLog.switch(on === true),
  });
  adminRoute(RED, {
    path: 'zaptec/overview',
    permission: 'zaptec.read',
    answer: async () => (await import('./overview.js')).overview(connections.all),
  });
  adminRoute(RED, {
    path: 'zaptec/remove-limit',
    permission: 'zaptec.write',
    answer: (body) =>
      withDeployed(connections, body, async (client) => (await import('./remove-limit.js')).removeLimit(client, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/refresh',
    permission: 'zaptec.read',
    answer: (body) => withDeployed(connections, body, async (client) => (await import('./refresh.js')).refresh(client)),
  });
  adminRoute(RED, {
    path: 'zaptec/command',
    permission: 'zaptec.write',
    answer: (body) =>
      withDeployed(connections, body, async (client) => (await import('./command.js')).command(client, body)),
  });
  adminRoute(RED, {
    path: 'zaptec/decisions',
    permission: 'zaptec.read',
    answer: ({ node }) => Promise.resolve(latestDecisions(typeof node === 'string' ? node : undefined)),
  });
  registerSimulatorPage(RED);
}

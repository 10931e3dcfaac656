import type { NodeAPI } from 'node-red';
import type { AdminAnswer } from '../../shared/admin-routes';
import { wordsIn } from '../../shared/language/catalogues';
import { textOf } from '../../shared/settings';
import { latestDecisions } from '../../shared/strategy/latest-decisions';
import type { DeployedConnections } from '../deployed-connections';
import { nameOf, spokenLanguage } from '../settings';
import type { SimulatorPage } from './page/simulator-page';
import type { Question } from './questions';
import { UnsavedClients } from './unsaved-clients';
import { deployedConnection, withDeployed, withUnsaved } from './with-client';

// Each is loaded with its first question.
const lists = () => import('./lists.js');

/** What answers the questions of the editor. */
export function answersOf(
  RED: NodeAPI,
  connections: DeployedConnections,
  page: () => SimulatorPage,
): Readonly<Record<Question, AdminAnswer>> {
  const unsavedClients = new UnsavedClients((listener) => RED.events.once('flows:starting', listener));
  return {
    'zaptec/lists': (body) => withDeployed(connections, body, async (client) => (await lists()).listOf(client, body)),
    'zaptec/unsaved/lists': (body) =>
      withUnsaved(RED, connections, unsavedClients, body, async (client) => (await lists()).listOf(client, body)),
    'zaptec/observations': async (body) => (await lists()).observations(body),
    'zaptec/unsaved/test': (body) =>
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
    'zaptec/report': async (body) => (await import('./report.js')).report(RED, deployedConnection(connections, body)),
    'zaptec/request-log': ({ on, ...body }) => deployedConnection(connections, body).requestLog.switch(on === true),
    'zaptec/overview': async () => (await import('./overview.js')).overview(connections.all),
    'zaptec/remove-limit': (body) =>
      withDeployed(connections, body, async (client) => (await import('./remove-limit.js')).removeLimit(client, body)),
    'zaptec/refresh': (body) =>
      withDeployed(connections, body, async (client) => (await import('./refresh.js')).refresh(client)),
    'zaptec/command': (body) =>
      withDeployed(connections, body, async (client) => (await import('./command.js')).command(client, body)),
    'zaptec/decisions': ({ node }) => Promise.resolve(latestDecisions(typeof node === 'string' ? node : undefined)),
    'zaptec/simulator-pass/read': ({ scenario }) => page().pass(textOf(scenario), 'zaptec.read'),
    'zaptec/simulator-pass/write': ({ scenario }) => page().pass(textOf(scenario), 'zaptec.write'),
  };
}

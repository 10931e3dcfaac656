import type { NodeAPI } from 'node-red';
import { type ZaptecClient, zaptecError } from '../../../src/client';
import { asError } from '../../shared/errors';
import { errorIn, wordsIn } from '../../shared/language/catalogues';
import { variableOf } from '../../shared/variables';
import type { Deployed, DeployedConnections } from '../deployed-connections';
import { unsavedConnection } from './unsaved';
import { type ConnectionConfig, spokenLanguage } from '../settings';
import type { UnsavedClients } from './unsaved-clients';

type Body = Readonly<Record<string, unknown>>;

/**
 * The deployed connection that a question of the editor names; undefined when there is none (yet). The dialog of a node
 * in a subflow may know no more than the variable that holds the connection.
 */
function findDeployed(connections: DeployedConnections, { connection, user }: Body): Deployed | undefined {
  return variableOf(connection) === undefined ? connections.find(connection) : connections.ofUser(user);
}

/** @throws ZaptecError `NOT_DEPLOYED` */
export function deployedConnection(connections: DeployedConnections, body: Body): Deployed {
  const node = findDeployed(connections, body);
  if (!node) throw zaptecError('NOT_DEPLOYED', 'This connection is not deployed yet, or is disabled');
  return node;
}

/** Answers from a deployed connection. @throws ZaptecError `NOT_DEPLOYED` */
export async function withDeployed<T>(
  connections: DeployedConnections,
  body: Body,
  work: (client: ZaptecClient) => Promise<T>,
): Promise<T> {
  const node = deployedConnection(connections, body);
  try {
    return await work(await node.ready());
  } catch (thrown) {
    throw node.failure(thrown);
  }
}

/**
 * Answers with the settings that the dialog sent along in `unsaved`.
 * @param again whether a refused password is tried once more.
 */
export async function withUnsaved<T>(
  RED: NodeAPI,
  connections: DeployedConnections,
  unsavedClients: UnsavedClients,
  body: Body,
  work: (client: ZaptecClient, config: ConnectionConfig) => Promise<T>,
  again = false,
): Promise<T> {
  const values = typeof body['unsaved'] === 'object' ? (body['unsaved'] as Body | null) : null;
  const config = unsavedConnection(RED, connections, values ?? {}, {
    deployed: findDeployed(connections, body),
    z: body['z'],
  });
  try {
    return await unsavedClients.use(config, (client) => work(client, config), again);
  } catch (thrown) {
    throw errorIn(wordsIn(spokenLanguage(config.language).language), asError(thrown));
  }
}

import type { NodeAPI } from 'node-red';
import { type ZaptecClient, zaptecError } from '../../../src/client';
import { unsavedConnection, type Deployed } from './unsaved';
import type { ConnectionConfig } from '../settings';
import type { UnsavedClients } from './unsaved-clients';

type Body = Readonly<Record<string, unknown>>;

/** The deployed connection that a question of the editor names; undefined when there is none (yet). */
function deployedConnection(RED: NodeAPI, { connection }: Body): Deployed | undefined {
  const node = typeof connection === 'string' ? (RED.nodes.getNode(connection) as Deployed | null) : null;
  return node?.type === 'zaptec-connection' ? node : undefined;
}

/** Answers from a deployed connection. @throws ZaptecError `NOT_DEPLOYED` */
export async function withDeployed<T>(
  RED: NodeAPI,
  body: Body,
  work: (client: ZaptecClient) => Promise<T>,
): Promise<T> {
  const node = deployedConnection(RED, body);
  if (!node) throw zaptecError('NOT_DEPLOYED', 'This connection is not deployed yet, or is disabled');
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
  unsavedClients: UnsavedClients,
  body: Body,
  work: (client: ZaptecClient, config: ConnectionConfig) => Promise<T>,
  again = false,
): Promise<T> {
  const values = typeof body['unsaved'] === 'object' ? (body['unsaved'] as Body | null) : null;
  const config = unsavedConnection(RED, values ?? {}, deployedConnection(RED, body));
  return unsavedClients.use(config, (client) => work(client, config), again);
}

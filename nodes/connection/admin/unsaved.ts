import type { Node, NodeAPI, NodeDef } from 'node-red';
import { variableOf } from '../../shared/variables';
import type { Deployed, DeployedConnections } from '../deployed-connections';
import { readConnection, type ConnectionConfig } from '../settings';

type Values = Readonly<Record<string, unknown>>;

/** The connection whose dialog is open. */
interface Place {
  /** As it is deployed now, if it is. */
  deployed: Deployed | undefined;
  /** Its tab or subflow; absent for a connection of the whole project. */
  z: unknown;
}

/**
 * The settings that a dialog holds and nobody has deployed yet, with `${NAME}` and `$(NAME)` replaced as a deploy would,
 * so that the variables of the connection's own tab or subflow count. What the dialog cannot know, because Node-RED never
 * hands a password back, comes from the deployed node, but only for the address that it was stored for (`boundTo`).
 */
export function unsavedConnection(
  RED: NodeAPI,
  connections: DeployedConnections,
  values: Values,
  { deployed, z }: Place,
): ConnectionConfig {
  const witness = deployed ?? connections.inScope(z) ?? nodeIn(RED, z) ?? nodeIn(RED, undefined);
  const settingOf = (name: string): unknown => (witness ? RED.util.getSetting(witness, name) : process.env[name]);
  const inEnvironment = (value: unknown): unknown => {
    const name = variableOf(value);
    return name === undefined ? value : (settingOf(name) ?? value);
  };
  const resolved = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inEnvironment(value)]));
  const { username, password, redisUrl, ...settings } = resolved;
  const def = { ...settings, id: '', type: 'zaptec-connection', z: '', readOnly: true } as unknown as NodeDef;
  const stored = deployed?.credentials;
  const config = readConnection(def, {
    username,
    password: password ?? stored?.password,
    redisUrl: redisUrl ?? stored?.redisUrl,
  });
  const isStored = password === undefined || password === null;
  return { ...config, id: deployed?.id, unsaved: true, boundTo: isStored ? deployed?.address : undefined };
}

/** Any node of a tab, or any configuration node of the whole project: it sees the variables that a new one would see. */
function nodeIn(RED: NodeAPI, scope: unknown): Node | undefined {
  const ids: string[] = [];
  RED.nodes.eachNode(({ id, z }) => {
    if ((z || undefined) === (scope || undefined)) ids.push(id);
  });
  for (const id of ids) {
    const node = RED.nodes.getNode(id) as Node | null;
    if (node) return node;
  }
  return undefined;
}

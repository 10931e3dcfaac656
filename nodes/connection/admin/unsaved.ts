import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { ConnectionNode } from '../../shared/connection-api';
import { readConnection, type Credentials, type ConnectionConfig } from '../settings';

type Values = Readonly<Record<string, unknown>>;
export type Deployed = ConnectionNode & Node<Credentials>;

/**
 * The settings that a dialog holds and nobody has deployed yet, with `${NAME}` taken from the environment as a deploy
 * would. What the dialog cannot know, because Node-RED never hands a password back, comes from the deployed node, but
 * only for the address that it was stored for (`boundTo`).
 */
export function unsavedConnection(RED: NodeAPI, values: Values, deployed: Deployed | undefined): ConnectionConfig {
  const resolved = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inEnvironment(RED, value)]));
  const { username, password, redisUrl, ...settings } = resolved;
  const def = { ...settings, id: '', type: 'zaptec-connection', z: '', readOnly: true } as unknown as NodeDef;
  const stored = deployed?.credentials;
  const config = readConnection(def, {
    username,
    password: password ?? stored?.password,
    redisUrl: redisUrl ?? stored?.redisUrl,
  });
  const isStored = password === undefined || password === null;
  return { ...config, unsaved: true, boundTo: isStored ? deployed?.address : undefined };
}

function inEnvironment(RED: NodeAPI, value: unknown): unknown {
  const name = typeof value === 'string' ? /^\$\{([^}]+)\}$/.exec(value)?.[1] : undefined;
  return name === undefined ? value : (settingOf(RED, name) ?? value);
}

/** A configuration node sees the variables of the whole project; without one those of the process are left. */
function settingOf(RED: NodeAPI, name: string): unknown {
  const ids: string[] = [];
  RED.nodes.eachNode(({ id, type, z }) => {
    if (type === 'zaptec-connection' && !z) ids.push(id);
  });
  const witness = ids.map((id) => RED.nodes.getNode(id) as Node | null).find((node) => node !== null);
  return witness ? RED.util.getSetting(witness, name) : process.env[name];
}

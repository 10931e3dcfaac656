import type { Node, NodeAPI, NodeDef } from 'node-red';
import { zaptecError } from '../../../src/client';
import type { ConnectionNode } from '../../shared/connection-api';
import { addressOf, readConnection, type Credentials, type ConnectionConfig } from '../settings';

type Values = Readonly<Record<string, unknown>>;
export type Deployed = ConnectionNode & Node<Credentials>;

/**
 * The settings that a dialog holds and nobody has deployed yet, with `${NAME}` taken from the environment as a deploy
 * would. What the dialog cannot know, because Node-RED never hands a password back, comes from the deployed node, but
 * only when it goes to the address that it was stored for.
 * @throws ZaptecError `AUTH_MISSING` when a stored password would go to another address.
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
  const address = addressOf(config);
  if (
    (password === undefined || password === null) &&
    stored?.password !== undefined &&
    address !== '' &&
    address !== deployed?.address
  ) {
    throw zaptecError('AUTH_MISSING', 'The stored password belongs to another address and is not sent to this one', {
      remedy: 'Enter the password again',
    });
  }
  return { ...config, unsaved: true };
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

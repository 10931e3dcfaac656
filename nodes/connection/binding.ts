import { createHash } from 'node:crypto';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { checkBaseUrl, isObject } from '../../src/client';
import { addressOf, type ConnectionConfig, type Credentials } from './settings';
import { variableOf } from '../shared/variables';

/** Where a stored password belongs. */
interface Binding {
  address: string;
  /** A digest, which distinguishes a new password from the stored one. */
  password: string;
}

/** In a subflow, all copies of a connection share one set of credentials. */
type Def = NodeDef & { _alias?: string };

/**
 * The address that the stored password of a connection belongs to; undefined where there is no password or no address. A
 * password belongs to the address that it is first used at: a flow that names another address must not send it there. The
 * binding is a credential of its own, which Node-RED stores with the next deploy and which the dialog clears when somebody
 * enters a password.
 */
export function boundAddress(RED: NodeAPI, node: Node, def: NodeDef, config: ConnectionConfig): string | undefined {
  const { password } = config;
  if (password === '' || variableOf(password) !== undefined) return undefined;
  const id = (def as Def)._alias ?? node.id;
  const stored = RED.nodes.getCredentials(id) as Partial<Credentials> | undefined;
  const bindings = bindingsIn(stored?.binding);
  const digest = createHash('sha256').update(`${node.id}\n${password}`).digest('base64url');
  const known = bindings[node.id];
  if (known?.password === digest) return known.address;
  const address = addressOf(config);
  if (!isUsable(address)) return undefined;
  const binding = JSON.stringify({ ...bindings, [node.id]: { address, password: digest } satisfies Binding });
  void RED.nodes.addCredentials(id, { ...stored, binding });
  return address;
}

function bindingsIn(text: unknown): Record<string, Partial<Binding>> {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    return isObject(value) ? (value as Record<string, Partial<Binding>>) : {};
  } catch {
    return {};
  }
}

/** Nothing is sent to an address that the client refuses, so that a typing error binds nothing. */
function isUsable(address: string): boolean {
  try {
    return checkBaseUrl(address) !== '';
  } catch {
    return false;
  }
}

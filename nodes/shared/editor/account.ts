import { CONNECTION, CONNECTION_CREDENTIALS } from '../properties';
import { variableOf } from '../variables';
import { field } from './form';
import type { NodeBase } from './red';

/** Node-RED shows this in the place of a password that it keeps to itself. */
const KEPT = '__PWRD__';
const CREDENTIALS = Object.keys(CONNECTION_CREDENTIALS);

/** How to ask for the account of a connection. */
export interface Account {
  /** Before the name of the question. */
  path: '' | 'unsaved/';
  body: {
    connection: string;
    unsaved?: Record<string, unknown>;
    /** Tab or subflow of the connection, whose variables count. */
    z?: string | undefined;
    /** The node whose dialog is open, where a variable names the connection. */
    user?: string;
  };
}

/** What the runtime cannot know yet. A password that the editor does not know either is left out: it is stored. */
const unsaved = ({ id, z }: Pick<NodeBase, 'id' | 'z'>, value: (name: string) => unknown): Account => {
  const names = [...Object.keys(CONNECTION), ...CREDENTIALS];
  const values = names.map((name) => [name, value(name)]).filter(([, known]) => known !== undefined && known !== KEPT);
  return {
    path: 'unsaved/',
    body: { connection: id, z, unsaved: Object.fromEntries(values) as Record<string, unknown> },
  };
};

/** The account of the connection whose own dialog is open, as the dialog shows it. */
export const accountOfForm = (node: NodeBase): Account =>
  unsaved(node, (name) => {
    const input = field(node, name);
    return input.length === 0 || input.attr('type') === 'checkbox' ? undefined : input.val();
  });

/** The account of the connection that the open dialog has chosen; undefined when there is none to ask. */
export const chosenAccount = (node: NodeBase): Account | undefined => {
  const id = field(node, 'connection').val();
  if (typeof id === 'string' && variableOf(id) !== undefined) {
    return { path: '', body: { connection: id, user: node.id } };
  }
  const connection = typeof id === 'string' ? RED.nodes.node(id) : null;
  if (!connection) return undefined;
  if (connection.changed !== true) return { path: '', body: { connection: connection.id } };
  const saved = new Map(Object.entries(connection));
  const { credentials = {} } = connection;
  return unsaved(connection, (name) => (CREDENTIALS.includes(name) ? credentials[name] : saved.get(name)));
};

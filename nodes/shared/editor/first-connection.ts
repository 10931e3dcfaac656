import { CONNECTION } from '../properties';
import { editorLanguage } from './language-field';
import type { NodeBase, Notification } from './red';
import { word } from './words';

const TYPE = 'zaptec-connection';
/** How long the editor takes to slide a dialog in, ms; it ignores buttons while it does. */
const SLIDE_MS = 400;

/** A node on the canvas that has a connection. */
interface User extends NodeBase {
  connection: string;
  changed: boolean;
}

const isUser = (node: NodeBase): node is User =>
  node.type.startsWith('zaptec-') && node._def.defaults['connection'] !== undefined;

/** The connections that a node may choose: those of the whole project, and those of its own tab or subflow. */
const connectionsFor = ({ z }: NodeBase): NodeBase[] => {
  const found: NodeBase[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === TYPE && node.d !== true && (!node.z || node.z === z)) found.push(node);
  });
  return found;
};

const connect = (node: User, id: string): void => {
  node.connection = id;
  RED.nodes.updateConfigNodeUsers(node, { action: 'add' });
};

/** Makes a connection for nodes on the canvas, as one step of the editor's history. */
const addConnection = (users: readonly User[], cloud: string): void => {
  const def = RED.nodes.getType(TYPE);
  if (!def) return;
  const defaults = Object.entries(CONNECTION).map(([name, { value }]): [string, unknown] => [name, value]);
  const id = RED.nodes.id();
  const given = { ...Object.fromEntries(defaults), cloud, language: editorLanguage() };
  RED.nodes.add({ id, type: TYPE, _def: def, users: [], changed: true, ...given });
  const dirty = RED.nodes.dirty();
  const edits = users.map((node) => ({ t: 'edit', node, changes: { connection: '' }, changed: node.changed, dirty }));
  for (const node of users) {
    connect(node, id);
    Object.assign(node, { changed: true, dirty: true });
  }
  RED.history.push({ t: 'multi', events: [{ t: 'add', nodes: [id], dirty }, ...edits], dirty });
  for (const node of [RED.nodes.node(id), ...users]) if (node) RED.editor.validateNode(node);
  RED.nodes.dirty(true);
  RED.view.redraw();
};

/** Opens the dialog of a node, and in it that of a new connection. */
const openAccount = (node: User): void => {
  RED.editor.edit(node);
  window.setTimeout(() => {
    $('#node-input-btn-connection-add').trigger('click');
  }, SLIDE_MS);
};

let offer: { notification: Notification; users: User[] } | undefined;

const close = (): User[] => {
  const users = offer?.users ?? [];
  offer?.notification.close();
  offer = undefined;
  return users.filter(({ id, connection }) => RED.nodes.node(id) !== null && connection === '');
};

/** Asks which cloud is meant where there is no connection yet. */
const ask = (node: User): void => {
  if (offer) {
    offer.users.push(node);
    return;
  }
  const button = (key: string, click: () => void, kind = '') => ({
    id: `zaptec-first-${key}`,
    text: word(`first.${key}`),
    class: kind,
    click,
  });
  const notification = RED.notify($('<p>').text(word('first.text')), {
    fixed: true,
    buttons: [
      button('later', () => void close()),
      button('account', () => {
        const [first] = close();
        if (first) openAccount(first);
      }),
      button(
        'simulator',
        () => {
          const users = close();
          addConnection(users, 'simulator');
          if (users[0]) RED.editor.edit(users[0]);
        },
        'primary',
      ),
    ],
  });
  offer = { notification, users: [node] };
};

/**
 * A node that comes out of the palette gets the only connection that there is. Where there is none, one click makes
 * one with the built-in simulator, or opens the dialog for an account. Imported and copied nodes stay as they are.
 */
export const watchNewNodes = (): void => {
  RED.events.on('nodes:add', (node: NodeBase, options?: { source?: string }) => {
    if (node.type === TYPE) close();
    if (options?.source !== 'palette' || !isUser(node) || node.connection !== '') return;
    const [only, ...others] = connectionsFor(node);
    if (only && others.length === 0) connect(node, only.id);
    if (!only) ask(node);
  });
};

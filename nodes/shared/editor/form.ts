import { migrate } from '../migrations';
import type { NodeBase } from './red';

const OWNER = 'zaptec-node';

const prefix = (node: NodeBase): string => (node._def.category === 'config' ? '#node-config-input-' : '#node-input-');

/** The field of the open dialog that belongs to a property. */
export const field = (node: NodeBase, property: string): JQuery => $(prefix(node) + property);

/** The form of the open dialog. */
export const form = (node: NodeBase): JQuery => field(node, 'name').closest('form');

/** Brings the settings of an older version up to date, in the node and in the fields that show them already. */
const modernise = (node: NodeBase): void => {
  const before = new Map(Object.entries(node));
  const settings = migrate(node.type, { ...node });
  for (const [property, value] of Object.entries(settings)) {
    if (value === before.get(property) || !(property in node._def.defaults)) continue;
    Object.assign(node, { [property]: value });
    const input = field(node, property);
    if (input.attr('type') === 'checkbox') input.prop('checked', value === true);
    else if (typeof value === 'string' || typeof value === 'number') input.val(value);
  }
};

/**
 * Notes whose settings the open form holds (see `current`), and shows the defaults of what the flow leaves out, which
 * is what the runtime uses as well.
 */
export const claimForm = (node: NodeBase): void => {
  form(node).data(OWNER, node.id);
  modernise(node);
  const saved = new Map(Object.entries(node));
  for (const [property, { value }] of Object.entries(node._def.defaults)) {
    if (saved.get(property) !== undefined) continue;
    if (typeof value === 'boolean') field(node, property).prop('checked', value);
    else field(node, property).val(String(value));
  }
};

const valueOf = (input: JQuery): unknown => (input.attr('type') === 'checkbox' ? input.prop('checked') : input.val());

/**
 * The settings of a node: what its open dialog shows, else what was saved. The editor validates every node while one
 * dialog is open, so a field on the screen may belong to somebody else.
 */
export const current = <N extends NodeBase>(node: N): N => {
  if (form(node).data(OWNER) !== node.id) return node;
  const settings: Record<string, unknown> = {};
  for (const property of Object.keys(node._def.defaults)) {
    const input = field(node, property);
    if (input.length > 0) settings[property] = valueOf(input);
  }
  return { ...node, ...settings };
};

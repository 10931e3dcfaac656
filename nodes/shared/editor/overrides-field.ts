import type { Property } from '../properties';
import { field } from './form';
import { listField } from './list-field';
import type { NodeBase } from './red';
import { choices } from './select';

/**
 * The boxes that say which properties of a message count, while the settings of the message are not ignored. A flow
 * from before there was this choice allows all of them.
 */
export const overridesField = (node: NodeBase, { values = [], absent }: Property): void => {
  const saved = new Map<string, unknown>(Object.entries(node)).get('overrides');
  listField(node, 'overrides', choices(node, 'overrides', values), saved ?? absent);
  const row = field(node, 'overrides').closest('.form-row');
  const lock = field(node, 'lockOverrides');
  const update = (): void => void row.toggle(lock.prop('checked') !== true);
  lock.on('change', update);
  update();
};

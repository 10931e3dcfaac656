import { field } from './form';
import type { NodeBase, TypedInputType } from './red';
import { withSaved } from './select';

/** The entries of a list, also of one that is written as a text with commas, as its field shows it. */
export const listOf = (value: unknown): string[] => {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items
    .flatMap((item) => (typeof item === 'string' || typeof item === 'number' ? String(item).split(',') : []))
    .map((item) => item.trim())
    .filter((item) => item !== '');
};

const saved = (node: NodeBase, property: string): unknown =>
  Object.entries(node).find(([name]) => name === property)?.[1];

/** Shows a property that is a list as a text with commas, or as boxes to tick where `options` are given. */
export const listField = (
  node: NodeBase,
  property: string,
  options?: TypedInputType['options'],
  value = saved(node, property),
): void => {
  const list = listOf(value);
  const input = field(node, property).val(list.join(options ? ',' : ', '));
  if (options) input.typedInput({ types: [{ value: property, options: withSaved(options, list), multiple: true }] });
};

/**
 * Stores lists as what they are. Node-RED would take the text of the field for the value, hence it must not find the
 * field any more.
 */
export const saveLists = (node: NodeBase, properties: readonly string[]): void => {
  for (const property of properties) {
    const input = field(node, property);
    Object.assign(node, { [property]: listOf(input.val()) });
    input.removeAttr('id');
  }
};

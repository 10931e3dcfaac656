import { field } from './form';
import type { NodeBase } from './red';

/** The words for the values of a closed choice, from the catalogue: `<type>.<property>.<value>`. */
export const choices = (
  node: NodeBase,
  property: string,
  values: readonly string[],
): { value: string; label: string }[] =>
  values.map((value) => ({ value, label: node._(`${node.type}.${property}.${value.replace(':', '-')}`) }));

/** Fills a select with the allowed values of a property; a value that is not known (any more) stays selectable. */
export const fillSelect = (node: NodeBase, property: string, values: readonly string[], saved = ''): void => {
  const options = choices(node, property, values);
  const chosen = saved || String(node._def.defaults[property]?.value);
  if (!values.includes(chosen)) options.push({ value: chosen, label: chosen });
  const select = field(node, property).empty();
  for (const { value, label } of options) select.append($('<option>').val(value).text(label));
  select.val(chosen);
};

/** A text for a value, or `otherwise` for a value that has none, such as one from the environment. */
export const worded = (node: NodeBase, key: string, otherwise: string): string => {
  const id = `${node.type}.${key}`;
  const text = node._(id);
  return text === id ? node._(`${node.type}.${otherwise}`) : text;
};

import { field } from './form';
import type { NodeBase, TypedInputType } from './red';

type Options = NonNullable<TypedInputType['options']>;

/** The words for the values of a closed choice, from the catalogue: `<type>.<property>.<value>`, `blank` for an empty one. */
export const choices = (
  node: NodeBase,
  property: string,
  values: readonly string[],
): { value: string; label: string }[] =>
  values.map((value) => ({ value, label: node._(`${node.type}.${property}.${value.replace(':', '-') || 'blank'}`) }));

/** The options, and what was saved although it is none of them: a widget would replace it by one that it knows. */
export const withSaved = (options: Options, saved: readonly string[]): Options => {
  const unknown = saved.filter((value) => value !== '' && !options.some((option) => option.value === value));
  return [...options, ...unknown.map((value) => ({ value, label: value }))];
};

/**
 * Fills a select with the allowed values of a property; a value that is not known (any more) stays selectable.
 * @param absent chosen where nothing was saved: the default of a new node, unless an older flow means something else.
 */
export const fillSelect = (
  node: NodeBase,
  property: string,
  values: readonly string[],
  saved = '',
  absent = String(node._def.defaults[property]?.value),
): void => {
  const chosen = saved || absent;
  const options = withSaved(choices(node, property, values), [chosen]);
  const select = field(node, property).empty();
  for (const { value, label } of options) select.append($('<option>').val(value).text(label));
  select.val(chosen);
};

/** A text for a value, or `otherwise` for a value that has none, such as one from the environment. */
export const worded = (
  node: NodeBase,
  key: string,
  otherwise: string,
  values: Record<string, string | number> = {},
): string => {
  const id = `${node.type}.${key}`;
  const text = node._(id, values);
  return text === id ? node._(`${node.type}.${otherwise}`) : text;
};

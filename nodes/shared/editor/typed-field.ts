import { INPUT_TYPES } from '../properties';
import { field } from './form';
import type { NodeBase, TypedInputType } from './red';
import { withSaved } from './select';

/**
 * Turns a text field into a TypedInput that stores its value in `x` and its type in `xType`. `options` replaces free
 * text by a list to choose from, `kinds` are the sources of which one can choose.
 */
export const typedField = (
  node: NodeBase,
  property: string,
  options?: TypedInputType['options'],
  kinds: readonly string[] = INPUT_TYPES,
): void => {
  const isText = field(node, `${property}Type`).val() === 'str';
  const saved = isText ? [String(field(node, property).val())] : [];
  const label = node._(`${node.type}.field.${property}`);
  const text = options ? { value: 'str', label, icon: 'fa fa-list-ul', options: withSaved(options, saved) } : 'str';
  const placeholder = field(node, property).attr('placeholder') ?? '';
  field(node, property).typedInput({
    default: 'str',
    typeField: field(node, `${property}Type`),
    types: kinds.map((type) => (type === 'str' ? text : type)),
  });
  // The widget shows its own input in place of ours and does not carry the hint along.
  field(node, property).next('.red-ui-typedInput-container').find('input').attr('placeholder', placeholder);
};

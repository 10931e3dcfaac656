import { VALUE_TYPES } from '../properties';
import { current } from './form';
import type { NodeBase } from './red';
import { typedField } from './typed-field';
import type { Check } from './validators';

/** What is written in the dialog itself, and not elsewhere. */
const LITERALS: readonly string[] = ['num', 'str', ''];

/** Turns text fields into TypedInputs for a number, or for one that is elsewhere. */
export const numberFields = (node: NodeBase, ...properties: readonly string[]): void => {
  for (const property of properties) typedField(node, property, undefined, VALUE_TYPES);
};

/** What the open dialog or the saved node holds, as text. */
const setting = (node: NodeBase, name: string): string => {
  const value = new Map<string, unknown>(Object.entries(current(node))).get(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
};

/** Whether a TypedInput holds the value itself. */
const isLiteral = (node: NodeBase, property: string): boolean => LITERALS.includes(setting(node, `${property}Type`));

/** A TypedInput: `check` judges what is written in the dialog; paths and expressions must parse. */
export const typedSetting =
  <N extends NodeBase>(property: string, check: Check<N>): Check<N> =>
  (node, value, options) =>
    isLiteral(node, property)
      ? check(node, value, options)
      : RED.utils.validateTypedProperty(value, setting(node, `${property}Type`), options);

/** The number of a TypedInput; undefined for one that is elsewhere, and for no number. */
export const literalNumber = (node: NodeBase, property: string): number | undefined => {
  const value = setting(node, property);
  const number = Number(value.replace(',', '.'));
  return isLiteral(node, property) && value !== '' && Number.isFinite(number) ? number : undefined;
};

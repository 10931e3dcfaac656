import { isScenario } from '../scenarios';
import { variableOf } from '../variables';
import { current } from './form';
import { listOf } from './list-field';
import type { NodeBase, Validator, Validity } from './red';

/** Judges one value; `options` carries the editor's name of the field. */
export type Check<N extends NodeBase> = (node: N, value: unknown, options: object) => Validity;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Node-RED replaces a setting that is wholly `${NAME}` before the node sees it; nobody can judge it here. */
const isEnvironment = (value: unknown): boolean => variableOf(value) !== undefined;
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
const reason = (node: NodeBase, key: string, values: Record<string, number> = {}): string =>
  node._(`${node.type}.error.${key}`, values);

/** What the open dialog or the saved node says about another property. */
const sibling = (node: NodeBase, property: string): unknown =>
  Object.entries(current(node)).find(([name]) => name === property)?.[1];

/**
 * The editor's validator. Values from the environment always pass, what an older or handwritten flow leaves out gets
 * its default at run time, and a field that `matters` says is hidden must not paint a node red.
 */
export const validator = <N extends NodeBase>(
  check: Check<N>,
  matters: (node: N) => boolean = () => true,
): Validator<N> =>
  function (value, options) {
    return value === undefined || isEnvironment(value) || !matters(this) || check(this, value, options ?? {});
  };

/** A choice from a list; flows are also written by hand. */
export const oneOf =
  (values: readonly string[]): Check<NodeBase> =>
  (node, value) =>
    values.includes(text(value)) || reason(node, 'choice');

/** A list of which every entry is one of the choices, or comes from the environment. */
export const someOf =
  (values: readonly string[]): Check<NodeBase> =>
  (node, value) =>
    listOf(value).every((item) => values.includes(item) || isEnvironment(item)) || reason(node, 'choice');

export const filled =
  (key: string): Check<NodeBase> =>
  (node, value) =>
    text(value) !== '' || reason(node, key);

/** A scenario that the simulator has. */
export const scenario =
  (key: string): Check<NodeBase> =>
  (node, value) =>
    isScenario(text(value)) || reason(node, key);

const parsed = (address: string): URL | undefined => {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
};

/** The cloud's address: https, or plain http on this very machine, as the client itself insists. */
export const address =
  (key: string): Check<NodeBase> =>
  (node, value) => {
    const url = parsed(text(value));
    const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
    return safe || reason(node, key);
  };

export const positive =
  (key: string, most: number): Check<NodeBase> =>
  (node, value) => {
    const number = Number(text(value));
    return (number > 0 && number <= most) || reason(node, key, { most });
  };

/** A number from the least to the most, with a point or a comma, as the nodes read what a TypedInput holds. */
export const between =
  (key: string, least: number, most: number): Check<NodeBase> =>
  (node, value) => {
    const number = Number(text(value).replace(',', '.'));
    return (text(value) !== '' && number >= least && number <= most) || reason(node, key, { least, most });
  };

/** What may be blank, and otherwise must pass a check. */
export const orBlank =
  (check: Check<NodeBase>): Check<NodeBase> =>
  (node, value, options) =>
    text(value) === '' || check(node, value, options);

export const atLeast =
  (key: string, least: number): Check<NodeBase> =>
  (node, value) =>
    (text(value) !== '' && Number(text(value)) >= least) || reason(node, key);

export const optionalGuid =
  (key: string): Check<NodeBase> =>
  (node, value) =>
    text(value) === '' || GUID.test(text(value)) || reason(node, key);

/** A TypedInput: paths and expressions must parse, and `literal` judges free text, which only the node knows. */
export const typed =
  <N extends NodeBase>(property: string, literal: (node: N, value: string) => Validity): Check<N> =>
  (node, value, options) => {
    const type = text(sibling(node, `${property}Type`)) || 'str';
    if (type === 'num' && text(value) === '') return reason(node, 'number');
    return type === 'str' ? literal(node, text(value)) : RED.utils.validateTypedProperty(value, type, options);
  };

/** A charger or installation by id, name or serial; blank leaves it to the message. */
export const reference = (property: string): Check<NodeBase> => typed(property, () => true);

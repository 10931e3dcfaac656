import { field, form } from './form';
import type { NodeBase } from './red';

/** A list is compared with its entries, a number with its text. */
const asText = (value: unknown): string => JSON.stringify(Array.isArray(value) ? value.map(String) : String(value));

/**
 * Unfolds each group (`<details data-group>`) that holds a setting other than the default of a new node, so that
 * nothing that somebody has chosen is hidden. A group without one stays folded.
 */
export const unfoldChanged = (node: NodeBase): void => {
  const saved = new Map<string, unknown>(Object.entries(node));
  for (const [property, { value }] of Object.entries(node._def.defaults)) {
    const chosen = saved.get(property);
    if (chosen === undefined || asText(chosen) === asText(value)) continue;
    field(node, property).closest('details').prop('open', true);
  }
  form(node).find('details:has(.input-error)').prop('open', true);
};

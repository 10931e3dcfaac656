import type { Account } from './account';
import { combobox, type Choice } from './combobox';
import { field } from './form';
import { detailOf, isName, meant, search, type Item, type Kind } from './list';
import { listLine } from './list-line';
import type { NodeBase } from './red';
import { typedField } from './typed-field';

const choiceOf = (item: Item): Choice => ({ value: item.id, label: item.name ?? item.id, detail: detailOf(item) });
const inWords = (item: Item): string => [item.name, detailOf(item)].filter(Boolean).join(' · ');

/**
 * A TypedInput that offers what the account has. What is stored is the id; a name, a serial or anything else may be
 * typed, and message, flow, environment and expressions stay, or those `kinds` of source that make sense.
 */
export const picker = (node: NodeBase, property: string, kind: Kind, kinds?: readonly string[]): void => {
  typedField(node, property, undefined, kinds);
  const widget = field(node, property);
  const input = widget.next('.red-ui-typedInput-container').find('input');
  const isText = (): boolean => widget.typedInput('type') === 'str';
  pickInto(node, kind, input, { enabled: isText, take: (id) => void widget.typedInput('value', id) });
  widget.on('change', () => {
    input.closest('.form-row').children('.zaptec-list-line').toggle(isText());
  });
};

/** The same for a plain text field, which has no other sources. */
export const plainPicker = (node: NodeBase, property: string, kind: Kind, account: () => Account): void => {
  const input = field(node, property);
  pickInto(node, kind, input, { take: (id) => void input.val(id).trigger('change'), account });
};

interface Into {
  take: (id: string) => void;
  enabled?: () => boolean;
  account?: () => Account;
}

const pickInto = (node: NodeBase, kind: Kind, input: JQuery, { take, enabled, account }: Into): void => {
  const row = input.closest('.form-row');
  const text = (): string => String(input.val() ?? '').trim();
  const line = listLine(node, row, {
    kind,
    says: (items) => {
      if (text() === '' || items.length === 0) return undefined;
      const item = meant(items, text());
      return item && inWords(item);
    },
    unknown: (items) => (isName(text()) && !meant(items, text()) ? text() : undefined),
    changed: () => list.update(),
    ...(account ? { account } : {}),
  });
  const list = combobox(input, row, {
    find: (typed) => search(line.items, typed).map(choiceOf),
    opening: () => line.read(),
    choose: ({ value }) => take(value),
    ...(enabled ? { enabled } : {}),
  });
  input.on('input change', () => line.show());
};

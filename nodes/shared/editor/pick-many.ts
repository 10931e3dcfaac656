import { combobox } from './combobox';
import { field } from './form';
import { detailOf, meant, search, type Kind } from './list';
import { listField, listOf } from './list-field';
import { listLine } from './list-line';
import type { NodeBase } from './red';
import { word } from './words';

/**
 * Several things of the account as tags, in the place of a text field that holds them with commas between: the field
 * stays, hidden, and keeps the value. Anything can be typed; Enter makes it a tag.
 */
export const pickMany = (node: NodeBase, property: string, kind: Kind): void => {
  listField(node, property);
  const store = field(node, property).hide();
  const row = store.closest('.form-row');
  const input = $('<input type="text">').attr({
    placeholder: store.attr('placeholder') ?? '',
    'aria-label': row.children('label').text().trim(),
  });
  const tags = $('<div class="zaptec-tags">').append(input).insertAfter(store);

  const chosen = (): string[] => listOf(store.val());
  const save = (values: readonly string[]): void => {
    store.val(values.join(', ')).trigger('change');
    show();
  };
  const add = (text: string): void => {
    const added = listOf(text).filter((part) => !chosen().includes(part));
    input.val('');
    if (added.length > 0) save([...chosen(), ...added]);
  };
  const tag = (value: string): JQuery => {
    const item = meant(line.items, value);
    const name = item?.name ?? value;
    const remove = $('<button type="button">')
      .attr('aria-label', word('picker.remove', { name }))
      .append($('<i class="fa fa-times" aria-hidden="true">'))
      .on('click', () => {
        save(chosen().filter((other) => other !== value));
        input.trigger('focus');
      });
    return $('<span class="zaptec-tag">')
      .attr('title', item ? detailOf(item) : value)
      .append($('<span>').text(name), remove);
  };
  const show = (): void => {
    tags.children('.zaptec-tag').remove();
    input.before(chosen().map(tag));
  };
  const line = listLine(node, row, {
    kind,
    says: () => undefined,
    changed: () => {
      show();
      list.update();
    },
  });
  const list = combobox(input, row, {
    find: (text) =>
      search(line.items, text)
        .filter(({ id }) => !chosen().includes(id))
        .map((item) => ({ value: item.id, label: item.name ?? item.id, detail: detailOf(item) })),
    opening: () => line.read(),
    choose: ({ value }) => {
      add(value);
    },
    typed: add,
  });
  input.on('blur', () => {
    // What was typed counts, as in any other field.
    add(String(input.val() ?? ''));
  });
  input.on('keydown', ({ key }) => {
    if (key === 'Backspace' && input.val() === '') save(chosen().slice(0, -1));
  });
  show();
  if (kind === 'observation' || chosen().length > 0) line.read();
};

import { combobox } from './combobox';
import { field } from './form';
import { detailOf, isName, meant, search, type Kind } from './list';
import { listField, listOf } from './list-field';
import { listLine } from './list-line';
import type { NodeBase } from './red';
import { typedField } from './typed-field';
import { word } from './words';

/** Where the tags of a field are, and what holds their values. */
interface TagField {
  row: JQuery;
  /** The tags come behind it. */
  behind: JQuery;
  placeholder: string;
  /** A text with commas. */
  read: () => string;
  write: (text: string) => void;
}

/** Several things of the account as tags. Anything can be typed; Enter makes it a tag. */
const tagField = (
  node: NodeBase,
  kind: Kind,
  { row, behind, placeholder, read, write }: TagField,
): { tags: JQuery; show: () => void } => {
  const input = $('<input type="text">').attr({ placeholder, 'aria-label': row.children('label').text().trim() });
  const tags = $('<div class="zaptec-tags">').append(input).insertAfter(behind);

  const chosen = (): string[] => listOf(read());
  const save = (values: readonly string[]): void => {
    write(values.join(', '));
    show();
  };
  const add = (text: string): void => {
    const added = listOf(text).filter((part) => !chosen().includes(part));
    input.val('');
    if (added.length > 0) save([...chosen(), ...added]);
  };
  const isStrange = (value: string): boolean => line.items.length > 0 && isName(value) && !meant(line.items, value);
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
      .toggleClass('zaptec-doubtful', isStrange(value))
      .attr('title', item ? detailOf(item) : value)
      .append($('<span>').text(name), remove);
  };
  const show = (): void => {
    tags.children('.zaptec-tag').remove();
    input.before(chosen().map(tag)).attr('placeholder', chosen().length === 0 ? placeholder : '');
    line.show();
  };
  const line = listLine(node, row, {
    kind,
    unknown: () => chosen().find(isStrange),
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
  return { tags, show };
};

/** Tags in the place of a text field that holds a list with commas between: the field stays, hidden, and keeps the value. */
export const pickMany = (node: NodeBase, property: string, kind: Kind): void => {
  listField(node, property);
  const store = field(node, property).hide();
  tagField(node, kind, {
    row: store.closest('.form-row'),
    behind: store,
    placeholder: store.attr('placeholder') ?? '',
    read: () => String(store.val() ?? ''),
    write: (text) => void store.val(text).trigger('change'),
  });
};

/** Tags in a TypedInput, in the place of its text; its other sources stay. */
export const typedPickMany = (node: NodeBase, property: string, kind: Kind): void => {
  const placeholder = field(node, property).attr('placeholder') ?? '';
  typedField(node, property);
  const widget = field(node, property);
  const row = widget.closest('.form-row');
  const own = widget.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input-wrap');
  const { tags, show } = tagField(node, kind, {
    row,
    behind: own,
    placeholder,
    read: () => widget.typedInput('value'),
    write: (text) => void widget.typedInput('value', text),
  });
  const update = (): void => {
    const isText = widget.typedInput('type') === 'str';
    own.toggle(!isText);
    tags.toggle(isText);
    row.children('.zaptec-list-line').toggle(isText);
    if (isText) show();
  };
  widget.on('change', update);
  update();
};

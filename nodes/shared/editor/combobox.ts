import { word } from './words';

/** One line of the list below a field. */
export interface Choice {
  value: string;
  label: string;
  detail: string;
}

interface Options {
  /** What fits the text; everything for an empty one. */
  find(text: string): readonly Choice[];
  /** Called before the list is shown. */
  opening(): void;
  choose(choice: Choice): void;
  /** Enter on a text with no line of the list chosen. */
  typed?(text: string): void;
  /** False while the field holds something that is no text to search for. */
  enabled?(): boolean;
}

export interface Combobox {
  /** The list may have changed. */
  update(): void;
}

/** More lines than this nobody reads, and a browser takes its time over them. */
const MOST_SHOWN = 50;
let count = 0;

/**
 * A list below a text field that narrows down while one types and leaves every other text possible. By mouse or by
 * keyboard, and announced to screen readers (the ARIA pattern of a combobox).
 */
export const combobox = (input: JQuery, row: JQuery, options: Options): Combobox => {
  const id = `zaptec-choices-${(count += 1)}`;
  const panel = $('<div class="zaptec-choices" role="listbox">').attr('id', id).hide().appendTo(row);
  let shown: readonly Choice[] = [];
  let active = -1;
  let typing = false;

  const isOpen = (): boolean => panel.is(':visible');
  const text = (): string => String(input.val() ?? '');
  const close = (): void => {
    panel.hide();
    active = -1;
    input.attr('aria-expanded', 'false').removeAttr('aria-activedescendant');
  };
  const highlight = (index: number): void => {
    active = index;
    const lines = panel.children('[role="option"]').attr('aria-selected', 'false');
    const line = lines.eq(index).attr('aria-selected', 'true');
    input.attr('aria-activedescendant', line.attr('id') ?? null);
    line[0]?.scrollIntoView({ block: 'nearest' });
  };
  const choose = (index: number): void => {
    const choice = shown[index];
    if (!choice) return;
    close();
    typing = false;
    options.choose(choice);
  };
  const line = ({ label, detail }: Choice, index: number): JQuery =>
    $('<div role="option" aria-selected="false">')
      .attr('id', `${id}-${index}`)
      .append($('<span>').text(label), $('<span class="zaptec-choice-detail">').text(detail))
      // Before the field loses the focus, which would close the list.
      .on('mousedown', (event) => {
        event.preventDefault();
        choose(index);
      });
  const update = (): void => {
    if (!isOpen()) return;
    const found = options.find(typing ? text() : '');
    shown = found.slice(0, MOST_SHOWN);
    active = -1;
    input.removeAttr('aria-activedescendant');
    panel.empty().append(shown.map(line));
    const rest = found.length - shown.length;
    if (rest > 0) panel.append($('<div class="zaptec-choice-detail">').text(word('picker.more', { n: rest })));
    if (found.length === 0) panel.append($('<div class="zaptec-choice-detail">').text(word('picker.nothing')));
  };
  const open = (): void => {
    if (options.enabled?.() === false) return;
    if (!isOpen()) {
      panel.css({
        top:
          input.closest('.red-ui-typedInput-container').add(input).first().position().top +
          (input.outerHeight() ?? 0) +
          2,
      });
      panel.show();
      input.attr('aria-expanded', 'true');
      options.opening();
    }
    update();
  };
  const keys: Record<string, () => boolean> = {
    ArrowDown: () => {
      if (isOpen()) highlight(Math.min(active + 1, shown.length - 1));
      else open();
      return true;
    },
    ArrowUp: () => {
      if (!isOpen()) return false;
      highlight(Math.max(active - 1, 0));
      return true;
    },
    Enter: () => {
      if (isOpen() && active >= 0) choose(active);
      else if (options.typed) options.typed(text());
      else if (!isOpen()) return false;
      close();
      return true;
    },
    Escape: () => {
      if (!isOpen()) return false;
      close();
      return true;
    },
  };
  input.attr({
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': id,
    'aria-autocomplete': 'list',
    autocomplete: 'off',
  });
  input.on('keydown', (event) => {
    if (!keys[event.key]?.()) return;
    // The editor would close the dialog, or the browser move the cursor.
    event.preventDefault();
    event.stopPropagation();
  });
  input.on('input', () => {
    typing = true;
    open();
  });
  input.on('click', () => {
    typing = false;
    open();
  });
  input.on('blur', close);
  return { update };
};

import { chosenAccount, type Account } from './account';
import { sentence } from './ask';
import { field } from './form';
import { age, readList, readNearest, type Item, type Kind, type List } from './list';
import type { NodeBase } from './red';
import { word } from './words';

/** Nothing is looked up while somebody types, ms. */
const TYPING_MS = 300;

/** The line below a field with a list: what is chosen, or why there is nothing to choose; and the button that reads. */
export interface ListLine {
  readonly items: readonly Item[];
  /** Reads the list unless it is there. */
  read(): void;
  /** Shows what the field holds now. */
  show(): void;
}

interface Options {
  kind: Kind;
  /** What the line says of what is chosen, when the list is there. */
  says?: (items: readonly Item[]) => string | undefined;
  /** A text that names nothing of the list; undefined when there is none. */
  unknown: (items: readonly Item[]) => string | undefined;
  changed: () => void;
  /** Whose list it is; by default that of the connection which the dialog has chosen. */
  account?: () => Account | undefined;
}

export const listLine = (node: NodeBase, row: JQuery, { kind, says, unknown, changed, account }: Options): ListLine => {
  const said = $('<span role="status">');
  const button = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ title: word('picker.refresh'), 'aria-label': word('picker.refresh') })
    .append($('<i class="fa fa-refresh" aria-hidden="true">'));
  const line = $('<div class="zaptec-list-line">').append(said, button).appendTo(row);
  let list: List | undefined;
  let askedFor: string | undefined;
  let reading = 0;

  const whose = account ?? (() => chosenAccount(node));
  const count = ({ items, readAt }: List): string =>
    items.length === 0 ? word(`picker.empty-${kind}`) : word('picker.count', { n: items.length, age: age(readAt) });
  const say = (text: string, tone: '' | 'wrong' | 'doubtful' = ''): void => {
    said.text(text);
    line.toggleClass('zaptec-wrong', tone === 'wrong').toggleClass('zaptec-doubtful', tone === 'doubtful');
  };
  let doubted: string | undefined;
  /** Says that a text is not in the list, and a moment later, what it may mean. */
  const doubt = (text: string): void => {
    if (text === doubted) return;
    doubted = text;
    say(word('picker.unknown'), 'doubtful');
    const suggest = async (): Promise<void> => {
      if (doubted !== text) return;
      const names = await readNearest(kind, whose(), text);
      if (doubted === text && names.length > 0) say(word('picker.near', { names: names.join(', ') }), 'doubtful');
    };
    window.setTimeout(() => void suggest().catch(() => undefined), TYPING_MS);
  };
  const show = (): void => {
    if (!list) return;
    const strange = list.items.length === 0 ? undefined : unknown(list.items);
    if (strange !== undefined) {
      doubt(strange);
      return;
    }
    doubted = undefined;
    say(says?.(list.items) ?? count(list));
  };
  const turn = (on: boolean): void => void button.find('.fa').toggleClass('fa-spin', on);
  /** The list, and the question that is on its way. */
  const forget = (): void => {
    reading += 1;
    turn(false);
    doubted = undefined;
    say('');
    if (!list) return;
    list = undefined;
    changed();
  };
  const read = async (refresh: boolean): Promise<void> => {
    const target = whose();
    const account = JSON.stringify(target);
    // What the other account has must not stay to be chosen from, whatever becomes of this question.
    if (account !== askedFor) forget();
    askedFor = account;
    if (!target && kind !== 'observation') {
      say(word('picker.no-connection'));
      return;
    }
    const mine = (reading += 1);
    doubted = undefined;
    say(word('picker.reading'));
    turn(true);
    try {
      const answer = await readList(kind, target, refresh);
      if (mine !== reading) return;
      list = answer;
      show();
      changed();
    } catch (thrown) {
      if (mine === reading) say(sentence(thrown), 'wrong');
    } finally {
      if (mine === reading) turn(false);
    }
  };
  button.on('click', () => void read(true));
  // The list belongs to the account that was chosen before.
  field(node, 'connection').on('change', () => {
    forget();
    if (row.is(':visible')) void read(false);
  });
  return {
    get items() {
      return list?.items ?? [];
    },
    read: () => {
      if (!list || JSON.stringify(whose()) !== askedFor) void read(false);
    },
    show,
  };
};

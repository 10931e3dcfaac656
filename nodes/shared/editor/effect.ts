import { chosenAccount } from './account';
import { field, form } from './form';
import { isName, meant, readList, type Item } from './list';
import { listOf } from './list-field';
import type { NodeBase } from './red';
import { word } from './words';

/** Whom the settings name; undefined where a message, a context or the environment decides. */
export interface EffectTarget {
  /** The chargers, as a text with commas; blank for all of the installation. */
  chargers: string;
  /** Blank for the whole account. */
  installation: string;
  /** A blank installation means the only one of the account. */
  needsOne?: boolean;
}

/** More names than this tell nobody more. */
const MOST_NAMES = 3;

const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

const affected = (
  items: readonly Item[],
  { chargers, installation, needsOne = false }: EffectTarget,
): Item[] | undefined => {
  const site = installation.trim();
  const there = site === '' ? [...items] : items.filter((item) => same(item.siteId, site) || same(item.site, site));
  if (needsOne && new Set(there.map(({ siteId }) => siteId)).size > 1) return undefined;
  const named = listOf(chargers);
  if (named.length === 0 || named.some((name) => same(name, 'all'))) return there;
  const found = named.map((name) => meant(there, name)).filter((item) => item !== undefined);
  return found.length === named.length ? found : undefined;
};

/** `changes 2 chargers: Garage, Carport`; undefined where none is known. */
const changed = (items: readonly Item[] | undefined): string | undefined => {
  if (!items || items.length === 0) return undefined;
  const names = items.slice(0, MOST_NAMES).map(({ name, id }) => name ?? id);
  const list = items.length > MOST_NAMES ? `${names.join(', ')} …` : names.join(', ');
  return word(items.length === 1 ? 'preview.changes-one' : 'preview.changes', { n: items.length, names: list });
};

/** The text of a field that is written in the dialog itself; undefined where it comes from elsewhere. */
export const literal = (node: NodeBase, property: string): string | undefined => {
  const type = String(field(node, `${property}Type`).val() ?? 'str');
  const text = String(field(node, property).val() ?? '').trim();
  return type === 'str' && (text === '' || isName(text) || same(text, 'all')) ? text : undefined;
};

/**
 * Says in `[data-preview="effect"]` what the node will do to whom, now and after every change of the dialog.
 * @param words what is done, in words; undefined where it is not known
 * @param target whom the settings name
 */
export const showEffect = (
  node: NodeBase,
  words: () => string | undefined,
  target: () => EffectTarget | undefined,
): void => {
  const line = form(node).find('[data-preview="effect"]').attr('role', 'status');
  let items: readonly Item[] | undefined;
  let account = '';
  const show = (): void => {
    const whom = target();
    const parts = [words(), whom && items ? changed(affected(items, whom)) : undefined];
    const text = parts.filter((part) => part !== undefined).join(word('preview.separator'));
    line.text(text).toggle(text !== '');
  };
  const read = async (): Promise<void> => {
    const chosen = chosenAccount(node);
    const key = JSON.stringify(chosen ?? null);
    if (!chosen || key === account) return;
    account = key;
    items = undefined;
    const list = await readList('charger', chosen, false);
    if (account !== key) return;
    items = list.items;
    show();
  };
  const update = (): void => {
    show();
    // Without the list there is less to say, and the picker tells why.
    void read().catch(() => undefined);
  };
  form(node).on('input change keyup', 'select, input', update);
  update();
};

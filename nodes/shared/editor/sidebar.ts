import type { AccountView, DecisionView } from '../overview';
import { ask, sentence } from './ask';
import { age } from './list';
import { tick } from './countdown';
import { sidebarFilter } from './sidebar-filter';
import { accountPart, decisionsPart } from './sidebar-parts';
import { startPart } from './sidebar-start';
import { word } from './words';

const TAB = 'zaptec';
const EVERY_MS = 3_000;
const AGES: ReadonlySet<string> = new Set(['ageMs', 'listAgeMs', 'at']);

/**
 * The tab that shows what is known of every account: once per editor, whoever asks. It looks at what the runtime has
 * anyhow, and only while somebody looks at it.
 */
export const addSidebar = (): void => {
  if (RED.sidebar.containsTab(TAB)) return;
  const body = $('<div class="zaptec-sidebar-body">');
  const filter = sidebarFilter();
  const content = $('<div class="zaptec-sidebar">').append(filter.part, body);
  let shown = '';
  let asking = false;

  const again = async (connection: string): Promise<void> => {
    try {
      await ask('refresh', { connection });
    } catch (thrown) {
      RED.notify($('<p>').text(sentence(thrown)), 'error');
    }
    await show();
  };
  const draw = (key: string, parts: () => JQuery | JQuery[]): void => {
    // A press and its release must meet the same button, or the click is lost; so does what is dragged away.
    if (key === shown || body.is(':active')) return;
    shown = key;
    const unfolded = body
      .find('details[open]')
      .get()
      .map((part) => part.getAttribute('data-fold'));
    // What had the focus keeps it, for whoever goes through the tree by keyboard.
    const focused = document.activeElement?.getAttribute('data-key');
    const top = content.scrollTop() ?? 0;
    body.empty().append(parts());
    for (const fold of body.find('details').get()) {
      fold.open = unfolded.includes(fold.getAttribute('data-fold'));
    }
    filter.apply(body);
    content.scrollTop(top);
    if (focused)
      body
        .find('[data-key]')
        .filter((_, part) => part.getAttribute('data-key') === focused)
        .trigger('focus');
  };
  const show = async (): Promise<void> => {
    try {
      const [accounts, decisions] = await Promise.all([
        ask<AccountView[]>('overview', {}),
        ask<DecisionView[]>('decisions', {}),
      ]);
      draw(shownOf(accounts, decisions), () => {
        const plans = decisions.length > 0 ? [decisionsPart(decisions)] : [];
        const parts = [...plans, ...accounts.map((account) => accountPart(account, again))];
        return accounts.length > 0 ? parts : [startPart(), ...parts];
      });
    } catch (thrown) {
      const text = sentence(thrown);
      draw(text, () => $('<p role="alert">').text(text));
    }
  };
  const look = async (): Promise<void> => {
    if (asking || document.hidden || !content.is(':visible')) return;
    asking = true;
    await show();
    asking = false;
  };

  RED.sidebar.addTab({
    id: TAB,
    label: word('sidebar.label'),
    name: word('sidebar.name'),
    iconClass: 'fa fa-bolt',
    content,
    enableOnEdit: true,
    // The editor calls this before it shows the tab.
    onchange: () => setTimeout(() => void look()),
  });
  setInterval(() => void look(), EVERY_MS);
  setInterval(() => {
    if (content.is(':visible')) tick(body);
  }, 1_000);
};

/** All that the sidebar shows, as text: ages count in the words that it uses, or it would be drawn anew all the time. */
const shownOf = (accounts: readonly AccountView[], decisions: readonly DecisionView[]): string =>
  JSON.stringify([accounts, decisions], (key, value: unknown) =>
    AGES.has(key) && typeof value === 'number' ? age(key === 'at' ? value : Date.now() - value) : value,
  );

import type { AccountView, DecisionView } from '../overview';
import { ask, sentence } from './ask';
import { accountPart, decisionsPart } from './sidebar-parts';
import { word } from './words';

const TAB = 'zaptec';
const EVERY_MS = 3_000;

/**
 * The tab that shows what is known of every account: once per editor, whoever asks. It looks at what the runtime has
 * anyhow, and only while somebody looks at it.
 */
export const addSidebar = (): void => {
  if (RED.sidebar.containsTab(TAB)) return;
  const body = $('<div class="zaptec-sidebar-body">');
  const content = $('<div class="zaptec-sidebar">').append(body);
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
  const draw = (key: string, parts: JQuery | JQuery[]): void => {
    // A press and its release must meet the same button, or the click is lost.
    if (key === shown || body.is(':active')) return;
    shown = key;
    // What had the focus keeps it, for whoever goes through the tree by keyboard.
    const focused = document.activeElement?.getAttribute('data-key');
    const top = content.scrollTop() ?? 0;
    body.empty().append(parts);
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
      const parts = accounts.map((account) => accountPart(account, again));
      if (decisions.length > 0) parts.push(decisionsPart(decisions));
      const nothing = $('<p>').text(word('sidebar.nothing'));
      const drawn = parts.length > 0 ? parts : [nothing];
      draw(drawn.map((part) => part.html()).join(), drawn);
    } catch (thrown) {
      const text = sentence(thrown);
      draw(text, $('<p role="alert">').text(text));
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
};

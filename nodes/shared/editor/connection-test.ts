import { accountOfForm } from './account';
import { ask, sentence } from './ask';
import type { NodeBase } from './red';
import { word } from './words';

interface Check {
  state: 'ok' | 'warn' | 'bad';
  found: string;
  error?: { message: string; remedy: string };
}
interface Seen {
  name: string;
  role?: string;
  chargers: number;
}

const ICONS = { ok: 'fa-check', warn: 'fa-exclamation-triangle', bad: 'fa-times' } as const;

const line = (state: Check['state'], text: string): JQuery =>
  $('<li>')
    .attr('data-state', state)
    .append($('<i aria-hidden="true">').addClass(`fa ${ICONS[state]}`), document.createTextNode(` ${text}`));

const checkLine = ({ state, found, error }: Check): JQuery =>
  line(state, error ? word('ask.failed', { ...error }) : found);

const seenLine = ({ name, role, chargers }: Seen): JQuery =>
  $('<li>').text(word('test.seen', { name, role: word(`role.${role ?? 'none'}`), n: chargers }));

/** The button that checks the settings of the open dialog, saved or not, and shows in words what works. */
export const connectionTest = (node: NodeBase, button: JQuery, results: JQuery): void => {
  results.attr({ role: 'status', 'aria-label': word('test.results') });
  const test = async (): Promise<void> => {
    button.prop('disabled', true);
    results.empty().append($('<li>').text(word('test.running')));
    try {
      const { checks, seen } = await ask<{ checks: Check[]; seen: Seen[] }>('unsaved/test', accountOfForm(node).body);
      results.empty().append(checks.map(checkLine), seen.map(seenLine));
    } catch (thrown) {
      results.empty().append(line('bad', sentence(thrown)));
    } finally {
      button.prop('disabled', false).trigger('focus');
    }
  };
  button.on('click', (event) => {
    // A button in a form would send it.
    event.preventDefault();
    void test();
  });
};

import type { MachineLimitView } from '../overview';
import { ask, sentence } from './ask';
import { since } from './list';
import { button } from './sidebar-button';
import { word } from './words';

/** Limits of the other machines; one that a machine has left behind can be removed. */
export const limitsPart = (
  limits: readonly MachineLimitView[] | undefined,
  of: { connection: string; kind: 'installation' | 'charger'; id: string },
): JQuery[] =>
  (limits ?? []).map(({ machine, node, name, current: a, silentMs, gone }) => {
    const seen = silentMs === undefined ? word('sidebar.unread') : since(silentMs);
    const text = gone ? word('sidebar.limit-gone', { a, name, age: seen }) : word('sidebar.limit', { a, name });
    const part = $('<div class="zaptec-limit">').append($('<span>').text(text));
    if (!gone || !RED.user.hasPermission('zaptec.write')) return part;
    const remove = button(`limit ${machine} ${node}`, 'fa-trash', word('sidebar.limit-remove', { name }), () => {
      remove.prop('disabled', true);
      ask('remove-limit', { ...of, machine, node }).then(
        () => part.remove(),
        (thrown: unknown) => {
          remove.prop('disabled', false);
          RED.notify($('<p>').text(sentence(thrown)), 'error');
        },
      );
    });
    return part.append(remove);
  });

import { commandFor, conditionOf, type Condition } from './charger-condition';
import type { AccountView, ChargerView, PauseView } from '../overview';
import { ask, sentence } from './ask';
import { since } from './list';
import { limitsPart } from './machine-limits';
import { addNodes, everyMinute, nodeFor } from './new-nodes';
import { button, row } from './sidebar-button';
import { revealUser } from './users-of';
import { word } from './words';

/** Some parts may be unknown. */
export const joined = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(' · ');

/** Copies an id, and reveals who uses the thing. */
export const tools = (thing: { id: string; serial?: string | undefined; name: string }): JQuery[] => {
  const { id, name } = thing;
  const copy = button(`copy ${id}`, 'fa-clipboard', word('sidebar.copy', { name }), () => {
    RED.clipboard.copyText(id, copy, 'clipboard.copyMessageValue');
  });
  return [copy, button(`reveal ${id}`, 'fa-crosshairs', word('sidebar.reveal', { name }), () => revealUser(thing))];
};

/** Who has set a pause that nothing asks for any more, and what ends it. */
export const pausePart = (pause: PauseView | undefined): JQuery | string => {
  if (!pause) return '';
  const { current: a, by, ageMs } = pause;
  return $('<div class="zaptec-pause">').text(word('sidebar.pause', { a, by, age: since(ageMs) }));
};

const ICON = { pause: 'fa-pause', resume: 'fa-play' } as const;

/** The account of a charger, as far as its row needs it. */
type Owner = Pick<AccountView, 'id' | 'readOnly'>;

const send = async (connection: string, { id, name }: ChargerView, command: string): Promise<void> => {
  try {
    const { result, reason } = await ask<{ result: string; reason?: string }>('command', {
      ...{ connection, charger: id, command },
    });
    if (result === 'changed') return;
    const why = reason === undefined ? '' : word(`reason.${reason}`);
    RED.notify($('<p>').text(word(`sidebar.command-${result}`, { command: word(`sidebar.do-${command}`), name, why })));
  } catch (thrown) {
    RED.notify($('<p>').text(sentence(thrown)), 'error');
  }
};

/** Pause or resume, whatever makes sense now, for those who may. */
const commandButton = ({ id: owner, readOnly }: Owner, charger: ChargerView, condition: Condition): JQuery[] => {
  const { id, name, pending, controlled } = charger;
  const command = commandFor(condition);
  if (command === undefined || readOnly || !controlled || !RED.user.hasPermission('zaptec.write')) return [];
  const label = word(`sidebar.${command}-charger`, { name });
  const press = button(`command ${id}`, pending ? 'fa-spinner fa-spin' : ICON[command], label, () => {
    press.prop('disabled', true).find('.fa').attr('class', 'fa fa-spinner fa-spin');
    void send(owner, charger, command).finally(() => press.prop('disabled', false));
  });
  return [press.prop('disabled', pending !== undefined)];
};

/** Puts a node for the charger onto the canvas, alone or read each minute; the row itself can be dragged there. */
const addButtons = ({ id: owner }: Owner, { id, name }: ChargerView): JQuery[] =>
  RED.user.hasPermission('flows.write')
    ? [
        button(`add ${id}`, 'fa-plus', word('sidebar.add', { name }), () => addNodes([nodeFor(owner, id)])),
        button(`add-every ${id}`, 'fa-clock-o', word('sidebar.every', { name }), () =>
          addNodes(everyMinute(owner, id)),
        ),
      ]
    : [];

/** The editor imports nodes that are dropped onto the canvas as text. */
const draggable = (part: JQuery, { id: owner }: Owner, { id }: ChargerView): JQuery => {
  if (!RED.user.hasPermission('flows.write')) return part;
  return part.attr('draggable', 'true').on('dragstart', ({ originalEvent }) => {
    const transfer = originalEvent?.dataTransfer;
    transfer?.setData('text/plain', JSON.stringify([nodeFor(owner, id)]));
    if (transfer) transfer.effectAllowed = 'copy';
  });
};

/** What a charger does in words: its mode or reason, a command on its way, and its power. */
const stateOf = ({ online, mode, reason, powerW, pending }: ChargerView): string => {
  const state = online === false ? 'offline' : mode;
  return joined(
    state === 'offline' || reason === undefined ? word(`mode.${state}`) : word(`reason.${reason}`),
    pending === undefined ? undefined : word(`sidebar.pending-${pending}`),
    state === 'charging' && powerW !== undefined ? `${(powerW / 1000).toFixed(1)}\u00a0kW` : undefined,
  );
};

/** A charger with its colour, state, age and buttons. */
export const chargerRow = (owner: Owner, charger: ChargerView): JQuery => {
  const { id, name, serial, model, ageMs, stale, pause, limits } = charger;
  const condition = conditionOf(charger);
  const detail = joined(model, serial, ageMs === undefined ? word('sidebar.unread') : since(ageMs));
  const buttons = [
    ...commandButton(owner, charger, condition),
    ...addButtons(owner, charger),
    ...tools({ id, serial, name }),
  ];
  const part = $('<li class="zaptec-charger">')
    .attr({ 'data-state': condition, 'data-stale': String(stale) })
    .attr('data-search', `${name} ${serial ?? ''} ${id} ${model ?? ''} ${stateOf(charger)}`.toLowerCase())
    .append(row(name, stateOf(charger), detail, buttons), pausePart(pause))
    .append(limitsPart(limits, { connection: owner.id, kind: 'charger', id }));
  return draggable(part, owner, charger);
};

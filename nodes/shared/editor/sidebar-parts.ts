import type {
  AccountView,
  ChargerView,
  CircuitView,
  DecisionView,
  InstallationView,
  MachineLimitView,
  PauseView,
  RecentErrorView,
} from '../overview';
import { accountTools } from './account-tools';
import { decisionPart } from './decision';
import { ask, sentence } from './ask';
import { age } from './list';
import { revealUser } from './users-of';
import { word } from './words';

const since = (ageMs: number): string => age(Date.now() - ageMs);

const button = (key: string, icon: string, label: string, press: (event: JQuery.Event) => void): JQuery =>
  $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ 'data-key': key, title: label, 'aria-label': label })
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`))
    .on('click', press);

/** Copies an id, and reveals who uses the thing. */
const tools = (thing: { id: string; serial?: string | undefined; name: string }): JQuery[] => {
  const { id, name } = thing;
  const copy = button(`copy ${id}`, 'fa-clipboard', word('sidebar.copy', { name }), () => {
    RED.clipboard.copyText(id, copy, 'clipboard.copyMessageValue');
  });
  return [copy, button(`reveal ${id}`, 'fa-crosshairs', word('sidebar.reveal', { name }), () => revealUser(thing))];
};

/** A thing and how it condition, what else there is to say in a line below, and its buttons. */
const row = (name: string, state: string, detail: string, buttons: JQuery[]): JQuery =>
  $('<div class="zaptec-row">').append(
    $('<span>').append($('<span class="zaptec-row-name">').text(name), ' ', $('<span>').text(state)),
    ...buttons,
    detail === '' ? '' : $('<span class="zaptec-choice-detail">').text(detail),
  );

/** Some parts may be unknown. */
const joined = (...parts: (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(' · ');

/** Who has set a pause that nothing asks for any more, and what ends it. */
const pausePart = (pause: PauseView | undefined): JQuery | string => {
  if (!pause) return '';
  const { current: a, by, ageMs } = pause;
  return $('<div class="zaptec-pause">').text(word('sidebar.pause', { a, by, age: since(ageMs) }));
};

/** Limits of the other machines; one that a machine has left behind can be removed. */
const limitsPart = (
  limits: readonly MachineLimitView[] | undefined,
  of: { connection: string; kind: 'installation' | 'charger'; id: string },
): JQuery[] =>
  (limits ?? []).map(({ machine, node, name, current: a, silentMs, gone }) => {
    const seen = silentMs === undefined ? word('sidebar.unread') : since(silentMs);
    const text = gone ? word('sidebar.limit-gone', { a, name, age: seen }) : word('sidebar.limit', { a, name });
    const part = $('<div class="zaptec-limit">').append($('<span>').text(text));
    if (!gone) return part;
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

/** A charger with its colour, mode or reason, and power. */
const chargerPart = (connection: string, charger: ChargerView): JQuery => {
  const { id, name, serial, model, online, mode, reason, powerW, ageMs, stale, pause, limits } = charger;
  const state = online === false ? 'offline' : mode;
  const condition = joined(
    state === 'offline' || reason === undefined ? word(`mode.${state}`) : word(`reason.${reason}`),
    state === 'charging' && powerW !== undefined ? `${(powerW / 1000).toFixed(1)} kW` : undefined,
  );
  const detail = joined(model, serial, ageMs === undefined ? word('sidebar.unread') : since(ageMs));
  return $('<li>')
    .attr({ 'data-state': reason === 'fault' ? 'fault' : state, 'data-stale': String(stale) })
    .append(row(name, condition, detail, tools({ id, serial, name })), pausePart(pause))
    .append(limitsPart(limits, { connection, kind: 'charger', id }));
};

const circuitPart = (connection: string, { name, maxCurrent, chargers }: CircuitView): JQuery => {
  const limit = maxCurrent === undefined ? '' : ` · ${String(maxCurrent)} A`;
  const label = (name ?? word('sidebar.circuit')) + limit;
  return $('<li>').append(
    $('<div class="zaptec-circuit">').text(label),
    $('<ul>').append(chargers.map((charger) => chargerPart(connection, charger))),
  );
};

const installationPart = (connection: string, installation: InstallationView): JQuery => {
  const { id, name, role, feed, pause, limits, circuits } = installation;
  const feedText = feed ? [feed.text, feed.state === 'live' ? undefined : feed.remedy].filter(Boolean).join('. ') : '';
  return $('<li>').append(
    row(name, role === undefined ? '' : word(`role.${role}`), '', tools({ id, name })),
    feed ? $('<div class="zaptec-feed">').attr('data-state', feed.state).text(feedText) : '',
    pausePart(pause),
    ...limitsPart(limits, { connection, kind: 'installation', id }),
    $('<ul>').append(circuits.map((circuit) => circuitPart(connection, circuit))),
  );
};

const errorPart = ({ message, remedy, at, count, node }: RecentErrorView): JQuery => {
  const when = count > 1 ? word('sidebar.times', { n: count, age: age(at) }) : age(at);
  const text = `${word('ask.failed', { message, remedy })} (${when})`;
  const reveal = node
    ? button(`error ${node} ${message}`, 'fa-crosshairs', word('sidebar.reveal-node'), () => RED.view.reveal(node))
    : '';
  return $('<li class="zaptec-wrong">').append($('<span>').text(text), reveal);
};

/** One account: how it condition, what it has used of its limit, its tree, and what went wrong of late. */
export const accountPart = (account: AccountView, again: (connection: string) => Promise<void>): JQuery => {
  const { id, name, simulator, state, budget, listAgeMs, installations, recentErrors } = account;
  const condition = state === 'idle' ? word('sidebar.idle') : word(`status.${state}`);
  const refresh = button(`refresh ${id}`, 'fa-refresh', word('sidebar.refresh'), () => {
    refresh.prop('disabled', true).find('.fa').addClass('fa-spin');
    void again(id).finally(() => refresh.prop('disabled', false).find('.fa').removeClass('fa-spin'));
  });
  const used = budget
    ? $('<div class="zaptec-budget">').append(
        $('<meter min="0">').attr({ max: budget.permits, value: budget.used, 'aria-hidden': 'true' }),
        $('<span>').text(
          joined(
            word('sidebar.budget', { used: budget.used, permits: budget.permits }),
            budget.waiting > 0 ? word('sidebar.waiting', { n: budget.waiting }) : undefined,
          ),
        ),
      )
    : '';
  const read = listAgeMs === undefined ? word('sidebar.unread') : word('sidebar.read', { age: since(listAgeMs) });
  return $('<section>').append(
    $('<h4>').append($('<span>').text(`${simulator ? 'SIM ' : ''}${name} · ${condition}`), refresh),
    used,
    $('<div class="zaptec-choice-detail">').text(read),
    accountTools(account),
    $('<ul class="zaptec-tree">').append(installations.map((site) => installationPart(id, site))),
    recentErrors.length > 0 ? $('<h5>').text(word('sidebar.errors')) : '',
    $('<ul class="zaptec-errors">').append(recentErrors.map(errorPart)),
  );
};

/** What the strategy nodes have decided last, each with its chart. */
export const decisionsPart = (decisions: readonly DecisionView[]): JQuery =>
  $('<section>').append(
    $('<h4>').append($('<span>').text(word('sidebar.decisions'))),
    $('<ul class="zaptec-decisions">').append(
      decisions.map((decision) => {
        const { node, name, type } = decision;
        const reveal = button(`decision ${node}`, 'fa-crosshairs', word('sidebar.reveal-decision'), () =>
          RED.view.reveal(node),
        );
        return $('<li>').append(row(name === '' ? type : name, '', '', [reveal]), decisionPart(decision));
      }),
    ),
  );

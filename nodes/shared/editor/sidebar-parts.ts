import type {
  AccountView,
  CircuitView,
  DecisionView,
  GovernorPart,
  InstallationView,
  RecentErrorView,
} from '../overview';
import { accountTools } from './account-tools';
import { chargerRow, joined, pausePart, tools } from './charger-row';
import { countdown } from './countdown';
import { decisionPart } from './decision';
import { age, since } from './list';
import { limitsPart } from './machine-limits';
import { addNodes, surplusFlow } from './new-nodes';
import { button, row } from './sidebar-button';
import { simulatorPage } from './simulator-page';
import { word } from './words';

const circuitPart = (account: AccountView, { name, maxCurrent, chargers }: CircuitView): JQuery => {
  const limit = maxCurrent === undefined ? '' : ` · ${String(maxCurrent)} A`;
  const label = (name ?? word('sidebar.circuit')) + limit;
  return $('<li class="zaptec-circuit-part">').append(
    $('<div class="zaptec-circuit">').text(label),
    $('<ul>').append(chargers.map((charger) => chargerRow(account, charger))),
  );
};

/** What is set, who wants what, and when a current may be raised next. */
const governorPart = (governor: GovernorPart | undefined): JQuery | string => {
  if (!governor) return '';
  const { applied, raiseAt, requests } = governor;
  const what = $('<div>').text(
    applied === undefined ? word('governor.unknown') : word('governor.applied', { a: applied }),
  );
  if (raiseAt !== undefined) what.append(` · ${word('governor.raise')} `, countdown(raiseAt));
  const wanted = requests.map(({ by, name, role, current }) =>
    $('<li>').append(
      $('<span>').text(word(`governor.${role}`, { name, a: current })),
      button(`request ${by}`, 'fa-crosshairs', word('sidebar.reveal-node'), () => RED.view.reveal(by)),
    ),
  );
  return $('<div class="zaptec-governor">').append(what, $('<ul>').append(wanted));
};

const installationPart = (account: AccountView, site: InstallationView): JQuery => {
  const { id, name, role, feed, pause, limits, governor, circuits } = site;
  const feedText = feed ? [feed.text, feed.state === 'live' ? undefined : feed.remedy].filter(Boolean).join('. ') : '';
  return $('<li class="zaptec-site">').append(
    row(name, role === undefined ? '' : word(`role.${role}`), '', tools({ id, name })),
    feed ? $('<div class="zaptec-feed">').attr('data-state', feed.state).text(feedText) : '',
    pausePart(pause),
    ...limitsPart(limits, { connection: account.id, kind: 'installation', id }),
    governorPart(governor),
    $('<ul>').append(circuits.map((circuit) => circuitPart(account, circuit))),
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

/** The name of whoever sends requests: a node on the canvas, or a part of this package. */
const callerName = (by: string): string => {
  const node = RED.nodes.node(by);
  if (node) return RED.utils.getNodeLabel(node, node.type.replace('zaptec-', ''));
  const text = word(`caller.${by}`);
  return text.endsWith(`caller.${by}`) ? word('caller.other') : text;
};

/** Who uses the limit of requests; folded, as few want to know. */
const usagePart = ({ id, usage }: AccountView): JQuery | string => {
  if (!usage || usage.callers.length === 0) return '';
  const { minutes, callers } = usage;
  return $('<details class="zaptec-usage">')
    .attr('data-fold', `usage ${id}`)
    .append(
      $('<summary>').text(word('sidebar.usage', { n: minutes })),
      $('<ul>').append(
        callers.map(({ by, requests }) =>
          $('<li>').append($('<span>').text(callerName(by)), $('<span>').text(String(requests))),
        ),
      ),
    );
};

/** Opens the page of the built-in simulator, and puts a flow onto the canvas that charges with its sun. */
const simulatorButtons = ({ id, simulator, scenario, installations }: AccountView): JQuery => {
  if (!simulator || scenario === undefined) return $();
  const failure = $('<span role="alert">');
  const named = (key: string, icon: string, label: string): JQuery =>
    $('<button type="button" class="red-ui-button red-ui-button-small">')
      .attr('data-key', `${key} ${id}`)
      .append($('<i aria-hidden="true">').addClass(`fa ${icon}`), ' ', $('<span>').text(label));
  const open = named('simulator', 'fa-external-link', word('sidebar.simulator'));
  simulatorPage(() => scenario, open, failure);
  // Where Zaptec balances the load itself, nobody else may set the current.
  const maySet = RED.user.hasPermission('flows.write') && scenario !== 'apm';
  const surplus = maySet
    ? named('add-surplus', 'fa-sun-o', word('sidebar.add-surplus')).on('click', () =>
        addNodes(surplusFlow(id, installations)),
      )
    : '';
  return $('<div class="zaptec-tools">').append(open, surplus, failure);
};

/** One account: how it is, what it has used of its limit, its tree, and what went wrong of late. */
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
  return $('<section class="zaptec-account">').append(
    $('<h4>').append($('<span>').text(`${simulator ? 'SIM ' : ''}${name} · ${condition}`), refresh),
    used,
    $('<div class="zaptec-choice-detail">').text(read),
    simulatorButtons(account),
    accountTools(account),
    $('<ul class="zaptec-tree">').append(installations.map((site) => installationPart(account, site))),
    usagePart(account),
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

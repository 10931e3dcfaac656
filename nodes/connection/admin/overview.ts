import {
  type Charger,
  type CurrentControl,
  type FeedStatus,
  type GovernorView,
  type Installation,
  isObject,
  mayControl,
  modelOf,
  present,
  roleOf,
  type SharedLimitView,
  snapshotOf,
  type ZaptecClient,
} from '../../../src/client';
import { amperes } from '../../shared/amperes';
import type {
  AccountView,
  ChargerView,
  CircuitView,
  GovernorPart,
  InstallationView,
  MachineLimitView,
  PauseView,
} from '../../shared/overview';
import { type Words, wordsIn } from '../../shared/language/catalogues';
import { remedyInNodeRed } from '../../shared/remedies';
import { healthStatus } from '../../shared/status';
import type { Deployed } from '../deployed-connections';

/**
 * Every deployed connection with what is known of its account. Sends no request to the cloud, opens and starts nothing;
 * where several machines share a current, Redis is asked for their limits.
 */
export function overview(connections: readonly Deployed[]): Promise<AccountView[]> {
  return Promise.all(connections.map(accountView));
}

async function accountView(node: Deployed): Promise<AccountView> {
  const { client } = node;
  const view = viewOf(node);
  if (!client?.sharesCurrents) return view;
  const things = view.installations.flatMap((site) => [
    { view: site, control: client.current },
    ...site.circuits.flatMap(({ chargers }) => chargers.map((one) => ({ view: one, control: client.chargerCurrent }))),
  ]);
  await Promise.all(things.map(async ({ view: thing, control }) => addLimits(thing, control)));
  return view;
}

async function addLimits(thing: InstallationView | ChargerView, control: CurrentControl): Promise<void> {
  const limits = await control.sharedLimits(thing.id);
  if (limits.length > 0) thing.limits = limits.map(limitView);
}

function limitView({ machine, by, name, currents, deadMan, silentMs, isGone }: SharedLimitView): MachineLimitView {
  const current = currents ? amperes(currents) : String(deadMan?.safeA ?? 0);
  return present<MachineLimitView>({ machine, node: by, name, current, silentMs, gone: isGone });
}

function viewOf(node: Deployed): AccountView {
  const { client } = node;
  const words = wordsIn(node.language);
  return present<AccountView>({
    id: node.id,
    name: node.label,
    simulator: node.isSimulator,
    scenario: node.publicSettings.scenario,
    readOnly: node.readOnly,
    state: node.condition.status?.key ?? (client ? healthStatus(client.health.state).key : 'idle'),
    budget: client?.budget,
    usage: client && usageOf(client),
    listAgeMs: client?.known.chargers?.ageMs,
    requestLog: node.requestLog.state,
    installations: client ? installationsOf(client, words) : [],
    recentErrors: node.recentErrors.map((one) => ({ ...one, message: words(one.message), remedy: words(one.remedy) })),
  });
}

/** There is room for so many callers. */
const MOST_CALLERS = 8;

function usageOf({ usage: { minutes, callers } }: ZaptecClient): NonNullable<AccountView['usage']> {
  return { minutes, callers: callers.slice(0, MOST_CALLERS) };
}

function installationsOf(client: ZaptecClient, words: Words): InstallationView[] {
  const chargers = chargersOf(client);
  const installations = new Map<string, Installation>();
  for (const site of client.known.installations?.data ?? []) installations.set(site.id, site);
  // A charger may be seen by an account that does not see its installation.
  for (const { installationId: id = '', installationName: name } of chargers) {
    if (!installations.has(id)) installations.set(id, present({ id, name }));
  }
  return [...installations.values()]
    .map((site) => {
      const own = chargers.filter(({ installationId }) => (installationId ?? '') === site.id);
      return present<InstallationView>({
        id: site.id,
        name: site.name ?? site.id,
        role: roleOf(site.currentUserRoles),
        feed: feedView(client.feeds.find(({ installationId }) => installationId === site.id)?.status, words),
        pause: pauseView(client.current, site.id),
        governor: governorPart(client.current.view(site.id)),
        circuits: circuitsOf(client, site.id, own),
      });
    })
    .sort(byName);
}

function feedView(status: FeedStatus | undefined, words: Words): InstallationView['feed'] {
  if (!status) return undefined;
  const { state, text, code = '', remedy } = status;
  const help = remedy === undefined ? undefined : words(remedyInNodeRed(code, remedy));
  return present({ state, text: words(text), remedy: help });
}

/** Nothing for one that has nothing to do and never had. */
function governorPart(view: GovernorView | undefined): GovernorPart | undefined {
  if (!view || (view.requests.length === 0 && view.raiseAt === undefined)) return undefined;
  const { applied, raiseAt, requests } = view;
  return present<GovernorPart>({
    applied: applied && amperes(applied),
    raiseAt,
    requests: requests.map(({ currents, ...request }) => ({ ...request, current: amperes(currents) })),
  });
}

function pauseView(control: CurrentControl, id: string): PauseView | undefined {
  const pause = control.leftPause(id);
  return pause && { current: amperes(pause.currents), by: pause.by, ageMs: pause.ageMs };
}

/** The chargers of the list, and those of a feed or of a single read. */
function chargersOf(client: ZaptecClient): Charger[] {
  const chargers = new Map<string, Charger>();
  for (const id of client.store.ids) chargers.set(id, { ...client.store.charger(id), id });
  for (const charger of client.known.chargers?.data ?? []) chargers.set(charger.id, charger);
  return [...chargers.values()];
}

/** By the circuit that each charger names; the names of circuits are known only after somebody read the hierarchy. */
function circuitsOf(client: ZaptecClient, siteId: string, chargers: readonly Charger[]): CircuitView[] {
  const known = (client.known.hierarchy(siteId)?.data.circuits ?? []).filter(isObject);
  const circuits = new Map<string, CircuitView>();
  for (const charger of chargers) {
    const id = typeof charger['circuitId'] === 'string' ? charger['circuitId'] : '';
    const { name, maxCurrent } = known.find((circuit) => circuit['id'] === id) ?? {};
    const circuit = circuits.get(id) ?? {
      id,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof maxCurrent === 'number' ? { maxCurrent } : {}),
      chargers: [],
    };
    circuits.set(id, circuit);
    circuit.chargers.push(chargerView(client, charger));
  }
  for (const { chargers: own } of circuits.values()) own.sort(byName);
  return [...circuits.values()].sort(byName);
}

/** As somebody would look for it: P2 before P10, and what has no name last. */
const byName = ({ name: one = '' }: { name?: string }, { name: other = '' }: { name?: string }): number =>
  Number(one === '') - Number(other === '') || one.localeCompare(other, undefined, { numeric: true });

function chargerView(client: ZaptecClient, charger: Charger): ChargerView {
  const view = client.store.view(charger.id);
  const { online, mode, reason, powerW } = view?.snapshot ?? snapshotOf(charger, []);
  return present<ChargerView>({
    id: charger.id,
    name: charger.name ?? charger.id,
    serial: charger.deviceId,
    model: modelOf(charger.deviceId, charger.deviceType),
    online,
    mode,
    reason,
    powerW,
    ageMs: view?.ageMs,
    stale: view?.stale !== false,
    pending: client.chargers.pending(charger.id),
    controlled: mayControl(charger['currentUserRoles']),
    pause: pauseView(client.chargerCurrent, charger.id),
  });
}

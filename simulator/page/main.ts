import type { Live } from '../rest/control/live-types';
import { getLive, NoAnswer, Refused, send } from './api';
import { Audit } from './audit';
import { Bus } from './bus';
import { Chargers } from './chargers';
import { CurrentChart, PowerChart } from './charts';
import { Clock } from './clock';
import { byId, inputAt, selectAt, setAttribute, setHidden, setText } from './dom';
import { Faults } from './faults';
import { setUpFolds } from './folds';
import { SampleHistory } from './history';
import { Overview } from './overview';
import { Poller } from './poller';
import { Requests } from './requests';
import { Share } from './share';
import { Sites } from './sites';
import { Timeline } from './timeline';

const PAGE_SIZE = 25;

/** The filters and the selection of the reader. */
const view = { search: '', mode: '', from: 0, site: '' };
const history = new SampleHistory();

/** The faults that are on. */
let on: readonly string[] = [];

const faultPath = (name: string): string => `faults/${encodeURIComponent(name)}`;

const parts = {
  clock: new Clock({
    clock: (body) => runAction(() => send('POST', 'clock', body)),
    restart: (scenario, seed) => runAction(() => send('POST', 'scenario', { scenario, seed })),
  }),
  overview: new Overview(),
  power: new PowerChart(),
  current: new CurrentChart(),
  sites: new Sites((id) => changeView({ site: id })),
  chargers: new Chargers((id, verb) => runAction(() => send('POST', `chargers/${encodeURIComponent(id)}/${verb}`))),
  timeline: new Timeline(),
  requests: new Requests(),
  bus: new Bus(),
  audit: new Audit((error) => showError(error)),
  faults: new Faults((name, setting) => runAction(() => send('PUT', faultPath(name), setting))),
  share: new Share(({ scenario, seed, faults }) =>
    runAction(async () => {
      await send('POST', 'scenario', { scenario, seed });
      const wanted = new Map(faults.map(({ name, percent }) => [name, percent]));
      for (const name of on) if (!wanted.has(name)) await send('PUT', faultPath(name), { on: false });
      for (const [name, percent] of wanted) {
        await send('PUT', faultPath(name), { on: true, ...(percent < 100 ? { probability: percent / 100 } : {}) });
      }
    }),
  ),
};

async function refresh(): Promise<void> {
  const { site, search, mode, from } = view;
  const since = history.since(site);
  const query = { search, mode, from: String(from), count: String(PAGE_SIZE), since: String(since) };
  const live = await getLive(new URLSearchParams({ ...query, ...(site === '' ? {} : { site }) }));
  if (site === view.site && !history.add(site, since, live.trend)) poller.soon();
  if (view.site !== '' && !live.sites.some(({ id }) => id === view.site)) changeView({ site: '' });
  show(live);
}

function show(live: Live): void {
  const site = live.sites.find(({ id }) => id === view.site) ?? live.sites[0];
  parts.clock.show(live);
  parts.overview.show(live);
  parts.power.show(history.samples);
  parts.current.show(history.samples, site);
  parts.sites.show(live.sites, site?.id ?? '');
  parts.chargers.show(live, PAGE_SIZE);
  parts.requests.show(live.requests);
  parts.bus.show(live.bus);
  parts.audit.show(live.audit);
  parts.timeline.show(live.timeline);
  parts.faults.show(live.faults);
  parts.share.show(live);
  on = live.faults.filter(({ setting }) => setting.on).map(({ name }) => name);
}

function showConnection(state: 'live' | 'lost', text: string): void {
  setAttribute(byId('connection'), 'data-state', state);
  setText(byId('connection'), text);
}

const poller = new Poller(refresh, {
  succeeded: () => {
    if (byId('connection').dataset['state'] === 'lost') setHidden(byId('notice'), true);
    showConnection('live', 'Live');
  },
  failed: (error) => {
    showConnection('lost', 'Lost, trying again');
    if (!(error instanceof NoAnswer)) showError(error);
  },
});

/** Runs the action of a button, shows its error, and refreshes the page. */
function runAction(action: () => Promise<void>): void {
  setHidden(byId('notice'), true);
  void action()
    .catch(showError)
    .then(() => poller.soon());
}

function showError(error: unknown): void {
  setText(byId('notice'), error instanceof Error ? error.message : 'Something failed.');
  setHidden(byId('notice'), false);
  // A defect of the page itself goes to the console too.
  if (!(error instanceof Refused || error instanceof NoAnswer)) reportError(error);
}

function changeView(change: Partial<typeof view>): void {
  Object.assign(view, change);
  poller.soon();
}

const search = inputAt('search');
const mode = selectAt('mode');
search.addEventListener('input', () => changeView({ search: search.value, from: 0 }));
mode.addEventListener('change', () => changeView({ mode: mode.value, from: 0 }));
byId('back').addEventListener('click', () => changeView({ from: Math.max(0, view.from - PAGE_SIZE) }));
byId('forth').addEventListener('click', () => changeView({ from: view.from + PAGE_SIZE }));
setUpFolds();
poller.start();

import type { Live } from '../rest/control/live-types';
import { getLive, Lost, Refused, send } from './api';
import { Audit } from './audit';
import { Bus } from './bus';
import { Chargers } from './chargers';
import { CurrentChart, PowerChart } from './charts';
import { Clock } from './clock';
import { at, inputAt, selectAt, setAttribute, setHidden, setText } from './dom';
import { Faults } from './faults';
import { SampleHistory } from './history';
import { Overview } from './overview';
import { Poller } from './poller';
import { Requests } from './requests';
import { Sites } from './sites';

const PAGE_SIZE = 25;

/** What the reader looks at. */
const looking = { search: '', mode: '', from: 0, site: '' };
const history = new SampleHistory();

const parts = {
  clock: new Clock({
    clock: (body) => act(() => send('POST', 'clock', body)),
    restart: (scenario, seed) => act(() => send('POST', 'scenario', { scenario, seed })),
  }),
  overview: new Overview(),
  power: new PowerChart(),
  current: new CurrentChart(),
  sites: new Sites((id) => look({ site: id })),
  chargers: new Chargers((id, verb) => act(() => send('POST', `chargers/${encodeURIComponent(id)}/${verb}`))),
  requests: new Requests(),
  bus: new Bus(),
  audit: new Audit((error) => complain(error)),
  faults: new Faults((name, setting) => act(() => send('PUT', `faults/${name}`, setting))),
};

async function refresh(): Promise<void> {
  const { site, search, mode, from } = looking;
  const since = history.since(site);
  const query = { search, mode, from: String(from), count: String(PAGE_SIZE), since: String(since) };
  const live = await getLive(new URLSearchParams({ ...query, ...(site === '' ? {} : { site }) }));
  if (site === looking.site && !history.add(site, since, live.trend)) poller.soon();
  if (looking.site !== '' && !live.sites.some(({ id }) => id === looking.site)) look({ site: '' });
  show(live);
}

function show(live: Live): void {
  const site = live.sites.find(({ id }) => id === looking.site) ?? live.sites[0];
  parts.clock.show(live);
  parts.overview.show(live);
  parts.power.show(history.samples);
  parts.current.show(history.samples, site);
  parts.sites.show(live.sites, site?.id ?? '');
  parts.chargers.show(live, PAGE_SIZE);
  parts.requests.show(live.requests);
  parts.bus.show(live.bus);
  parts.audit.show(live.audit);
  parts.faults.show(live.faults);
}

function stand(state: 'live' | 'lost', text: string): void {
  setAttribute(at('connection'), 'data-state', state);
  setText(at('connection'), text);
}

const poller = new Poller(refresh, {
  succeeded: () => {
    if (at('connection').dataset['state'] === 'lost') setHidden(at('notice'), true);
    stand('live', 'Live');
  },
  failed: (error) => {
    stand('lost', 'Lost, trying again');
    if (!(error instanceof Lost)) complain(error);
  },
});

/** Does what a button asks for, says why if it cannot, and shows the outcome at once. */
function act(action: () => Promise<void>): void {
  setHidden(at('notice'), true);
  void action()
    .catch(complain)
    .then(() => poller.soon());
}

function complain(error: unknown): void {
  setText(at('notice'), error instanceof Error ? error.message : 'Something failed.');
  setHidden(at('notice'), false);
  // A defect of the page itself belongs into the console as well.
  if (!(error instanceof Refused || error instanceof Lost)) reportError(error);
}

function look(change: Partial<typeof looking>): void {
  Object.assign(looking, change);
  poller.soon();
}

const search = inputAt('search');
const mode = selectAt('mode');
search.addEventListener('input', () => look({ search: search.value, from: 0 }));
mode.addEventListener('change', () => look({ mode: mode.value, from: 0 }));
at('back').addEventListener('click', () => look({ from: Math.max(0, looking.from - PAGE_SIZE) }));
at('forth').addEventListener('click', () => look({ from: looking.from + PAGE_SIZE }));
poller.start();

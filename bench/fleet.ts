import { openClient, type ZaptecClient } from '../src/client';
import { startSimulator, type Simulator } from '../simulator/index';
import { VirtualClock } from '../test/support/virtual-clock';
import { heapNow } from './heap';
import type { Bench } from './result';

const CHARGERS = 1_000;
const PAGE = 100;
const WARM_UP = 3;
/** What else happens in the process can only add to the heap: the least of several looks is the growth. */
const LOOKS = 5;

/** The first reads of a large fleet after a deploy: the list, the hierarchies and the state of every charger. */
export const fleet: Bench = {
  async run() {
    const clock = new VirtualClock();
    const simulator = await clock.until(startSimulator({ scenario: `fleet:${CHARGERS}` }));
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const client = openClient({ baseUrl: simulator.baseUrl, username, password });
    try {
      await clock.until(client.verify());
      const perPage = await clock.until(heapPerPage(client, simulator));
      simulator.clearRecords();
      const startedAt = Date.now();
      await clock.until(readAll(client));
      const seconds = (Date.now() - startedAt) / 1000;
      const requests = simulator.requests.length;
      const least = CHARGERS / PAGE + 1 + 2 * simulator.world.installations.size + CHARGERS;
      const refused = simulator.requests.filter(({ status }) => status === 429).length;
      return [
        {
          name: `fleet of ${CHARGERS}: requests, of the least possible`,
          figure: round(requests / least, 3),
          unit: 'times',
          goal: '<= 1.02',
          beside: { requests, 'least possible': least, seconds: round(seconds, 1) },
        },
        { name: `fleet of ${CHARGERS}: 429s`, figure: refused, unit: '429s', goal: '<= 0' },
        {
          name: `fleet of ${CHARGERS}: growth of the heap, with the ids that detect duplicates`,
          figure: perPage,
          unit: 'kB per page',
          goal: '<= 20',
        },
      ];
    } finally {
      client.close();
      await simulator.stop();
      clock.restore();
    }
  },
};

/** Everything that a fleet overview needs, requested at once; the client paces the requests. */
async function readAll(client: ZaptecClient): Promise<void> {
  const [{ data: chargers }, { data: sites }] = await Promise.all([
    client.chargers.list(),
    client.installations.list(),
  ]);
  await Promise.all([
    ...sites.map(({ id }) => client.installations.hierarchy(id)),
    ...sites.map(({ id }) => client.installations.get(id)),
    ...chargers.map(({ id }) => client.chargers.state(id, { lane: 'background' })),
  ]);
}

/** Growth of the heap while the pages of the list are read and not kept, in kB per page: the least of several looks. */
async function heapPerPage(client: ZaptecClient, simulator: Simulator): Promise<number> {
  // The first reads fill pools and compile code.
  for (let read = 0; read < WARM_UP; read += 1) await heapsOf(client, simulator);
  const growths: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const [first = 0, ...others] = await heapsOf(client, simulator);
    growths.push(((others.at(-1) ?? first) - first) / 1000 / others.length);
  }
  return Math.max(0, round(Math.min(...growths), 1));
}

async function heapsOf(client: ZaptecClient, simulator: Simulator): Promise<number[]> {
  const heaps: number[] = [];
  for await (const page of client.chargers.pages()) {
    if (page.length === 0) continue;
    // The records of the simulator are in the same heap.
    simulator.requests.length = 0;
    heaps.push(heapNow());
  }
  return heaps;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

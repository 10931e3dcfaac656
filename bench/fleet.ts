import { openClient, type ZaptecClient } from '../src/client';
import { startSimulator, type Simulator } from '../simulator/index';
import { VirtualClock } from '../test/support/virtual-clock';
import { heapNow } from './heap';
import type { Bench } from './result';

const CHARGERS = 1_000;
const PAGE = 100;
const WARM_UP = 3;

/** The first look at a large fleet: list, hierarchies and every state, as a flow asks for them after a deploy. */
export const fleet: Bench = {
  name: 'fleet',
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
      await clock.until(firstLook(client));
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
          name: `fleet of ${CHARGERS}: growth of the heap, the ids included that tell duplicates`,
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

/** Everything that a fleet overview needs, all asked at once; the client staggers what nobody waits for. */
async function firstLook(client: ZaptecClient): Promise<void> {
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

/** Growth of the heap while the pages of the list go by and nobody keeps them, in kB per page. */
async function heapPerPage(client: ZaptecClient, simulator: Simulator): Promise<number> {
  // The first walks fill pools and compile code.
  for (let walk = 0; walk < WARM_UP; walk += 1) await heapsOf(client, simulator);
  const [first = 0, ...others] = await heapsOf(client, simulator);
  return Math.max(0, round(((others.at(-1) ?? first) - first) / 1000 / others.length, 1));
}

async function heapsOf(client: ZaptecClient, simulator: Simulator): Promise<number[]> {
  const heaps: number[] = [];
  for await (const page of client.chargers.pages()) {
    if (page.length === 0) continue;
    // What the simulator remembers is not what is measured.
    simulator.requests.length = 0;
    heaps.push(heapNow());
  }
  return heaps;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

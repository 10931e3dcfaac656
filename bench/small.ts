import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator } from '../simulator/index';
import { connection, CONNECTION_ID, flow, subscribe } from '../test/support/node-red/builder';
import { startNodeRed, type Child } from './node-red';
import type { Bench } from './result';

const SETTLE_MS = Number(process.env['SMALL_SETTLE_MS'] ?? 45_000);
const IDLE_MS = Number(process.env['SMALL_IDLE_MS'] ?? 60_000);
const LOOK_MS = 1_000;

/** Node-RED with a feed and ten chargers beside Node-RED alone: memory, and what it does when nothing happens. */
export const small: Bench = {
  name: 'small',
  async run() {
    const simulator = await startSimulator({ scenario: 'fleet:10' });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const nodes = flow(
      subscribe({ emit: 'snapshots', wires: [[], []] }),
      subscribe({ id: 'events', wires: [[], []] }),
      // The sink of the test helper is none that Node-RED knows.
    ).filter(({ type }) => type !== 'helper');
    const alone = await startNodeRed({ withPackage: false });
    const fed = await startNodeRed({
      withPackage: true,
      flow: [connection({ cloud: 'custom', baseUrl: simulator.baseUrl }), ...nodes],
      credentials: { [CONNECTION_ID]: { username, password } },
    });
    try {
      await sleep(SETTLE_MS);
      const { receivers, completed } = simulator.bus.stats();
      if (receivers !== 1) throw new Error(`small: ${receivers} receivers instead of one`);
      const [without, withFeed] = await Promise.all([idle(alone), idle(fed)]);
      const messages = simulator.bus.stats().completed - completed;
      return [
        {
          name: 'small: memory more, with a feed and 10 chargers',
          figure: megabytes(withFeed.rss - without.rss),
          unit: 'MB',
          goal: '<= 60',
          beside: { 'MB alone': megabytes(without.rss), 'MB with a feed': megabytes(withFeed.rss) },
        },
        {
          name: 'small: of a core when idle',
          figure: withFeed.percent,
          unit: '%',
          goal: '<= 2',
          beside: { alone: without.percent, 'messages a minute': Math.round((messages * 60_000) / IDLE_MS) },
        },
      ];
    } finally {
      await Promise.all([alone.stop(), fed.stop(), simulator.stop()]);
    }
  },
};

/** The least memory that it gets along with: what has not been collected yet is not needed. */
async function idle(red: Child): Promise<{ rss: number; percent: number }> {
  const [began, cpu] = [performance.now(), red.cpuMs()];
  let rss = Infinity;
  while (performance.now() - began < IDLE_MS) {
    await sleep(LOOK_MS);
    rss = Math.min(rss, red.rss());
  }
  return { rss, percent: Math.round(((red.cpuMs() - cpu) / (performance.now() - began)) * 10_000) / 100 };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator } from '../simulator/index';
import { connection, CONNECTION_ID, flow, subscribe } from '../test/support/node-red/builder';
import { startNodeRed, type Child } from './node-red';
import type { Bench } from './result';

const SETTLE_MS = Number(process.env['SMALL_SETTLE_MS'] ?? 45_000);
const IDLE_MS = Number(process.env['SMALL_IDLE_MS'] ?? 60_000);
const SAMPLE_MS = 1_000;

/** Memory and idle CPU time of Node-RED with a feed of ten chargers, compared with Node-RED alone. */
export const small: Bench = {
  async run() {
    const simulator = await startSimulator({ scenario: 'fleet:10' });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const nodes = flow(
      subscribe({ emit: 'snapshots', wires: [[], []] }),
      subscribe({ id: 'events', wires: [[], []] }),
      // Node-RED itself does not know the helper node of the test helper.
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
          name: 'small: additional memory with a feed and 10 chargers',
          figure: megabytes(withFeed.rss - without.rss),
          unit: 'MB',
          goal: '<= 20',
          tolerated: '<= 60',
          beside: { 'MB alone': megabytes(without.rss), 'MB with a feed': megabytes(withFeed.rss) },
        },
        {
          name: 'small: CPU time when idle',
          figure: withFeed.percent,
          unit: '% of a core',
          goal: '<= 0.1',
          tolerated: '<= 2',
          beside: { alone: without.percent, 'messages a minute': Math.round((messages * 60_000) / IDLE_MS) },
        },
      ];
    } finally {
      await Promise.all([alone.stop(), fed.stop(), simulator.stop()]);
    }
  },
};

/** The smallest memory and the mean CPU time: the smallest, because garbage that is not collected yet is not needed. */
async function idle(red: Child): Promise<{ rss: number; percent: number }> {
  const [startedAt, cpu] = [performance.now(), red.cpuMs()];
  let rss = Infinity;
  while (performance.now() - startedAt < IDLE_MS) {
    await sleep(SAMPLE_MS);
    rss = Math.min(rss, red.rss());
  }
  return { rss, percent: Math.round(((red.cpuMs() - cpu) / (performance.now() - startedAt)) * 10_000) / 100 };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

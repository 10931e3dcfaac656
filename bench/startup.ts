import { charger, connection, CONNECTION_ID, flow, subscribe } from '../test/support/node-red/builder';
import { median, startNodeRed, type Child } from './node-red';
import type { Bench } from './result';

const RUNS = Number(process.env['STARTUP_RUNS'] ?? 9);

/** Nothing listens there: a cloud that cannot be reached costs the start no network, and shows what the program costs. */
const NOWHERE = 'http://127.0.0.1:9';

/** A connection, a node for commands and one for events: the least that a flow of this package has. */
const FLOW = [
  connection({ cloud: 'custom', baseUrl: NOWHERE }),
  ...flow(charger({ wires: [[]] }), subscribe({ wires: [[], []] })),
  // Node-RED itself does not know the helper node of the test helper.
].filter(({ type }) => type !== 'helper');

/** Node-RED alone, with the package and no flow of it, and with a flow. */
const STARTS = {
  without: () => startNodeRed({ withPackage: false }),
  with: () => startNodeRed({ withPackage: true }),
  flow: () =>
    startNodeRed({
      withPackage: true,
      flow: FLOW,
      credentials: { [CONNECTION_ID]: { username: 'me@example.com', password: 'secret' } },
    }),
} satisfies Record<string, () => Promise<Child>>;
type Which = keyof typeof STARTS;
const NAMES = Object.keys(STARTS) as Which[];

/**
 * The time until the flows run, of Node-RED alone, with the package, and with a flow of the package, in turns. The flow
 * shows what the package only puts off until its first node is made.
 */
export const startup: Bench = {
  async run() {
    const walls: Record<Which, number[]> = { without: [], with: [], flow: [] };
    const cpus: Record<Which, number[]> = { without: [], with: [], flow: [] };
    // The first start reads all files from the disk; it does not count.
    await (await STARTS.flow()).stop();
    for (let run = 0; run < RUNS; run += 1) {
      for (const which of run % 2 === 0 ? NAMES : NAMES.toReversed()) {
        const red = await STARTS[which]();
        walls[which].push(red.startedMs);
        cpus[which].push(red.cpuMs());
        await red.stop();
      }
    }
    const additional = (which: Which) => Math.round(median(walls[which]) - median(walls.without));
    const beside = (which: Which) => ({
      'ms without': Math.round(median(walls.without)),
      [`ms with`]: Math.round(median(walls[which])),
      'CPU ms without': median(cpus.without),
      'CPU ms with': median(cpus[which]),
    });
    return [
      {
        name: `startup: additional time with the package, median of ${RUNS}`,
        figure: additional('with'),
        unit: 'ms',
        goal: '<= 40',
        tolerated: '<= 120',
        beside: beside('with'),
      },
      {
        name: `startup: additional time with the package and a flow of it, median of ${RUNS}`,
        figure: additional('flow'),
        unit: 'ms',
        goal: '<= 60',
        tolerated: '<= 150',
        beside: beside('flow'),
      },
    ];
  },
};

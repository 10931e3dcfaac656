import { startSimulator } from '../simulator/index';
import type { Bench } from './result';

const CHARGERS = 130;
const FAILING = 3;
/** Requests that may leave at once. */
const AT_ONCE = 10;
const PER_SECOND = 10;

/**
 * 130 chargers paused by one message to a real Node-RED with a live feed, three of them failing: from the message to
 * the summary, beside the least that ten requests a second allow.
 */
export const commands: Bench = {
  name: 'commands',
  async run() {
    // Node-RED would weigh on the other benches.
    const { breakThree, callsOf, busyFleet, loadWithFeed } = await import('../test/support/node-red/busy-fleet.js');
    const { ask, helper } = await import('../test/support/node-red/harness.js');
    const simulator = await startSimulator({ scenario: 'home', speed: 0 });
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
    try {
      const ids = busyFleet(simulator, CHARGERS);
      const client = await loadWithFeed(simulator);
      // What was read for the feed has left the limit's window by then.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await breakThree(simulator, client, [ids[10]!, ids[60]!, ids[110]!]);
      simulator.clearRecords();
      const startedAt = performance.now();
      const { payload } = await ask('charger', { payload: 'pause' });
      const tookMs = performance.now() - startedAt;
      const { commands: sent, reads } = callsOf(simulator);
      const idealMs = ((sent.length - AT_ONCE) / PER_SECOND) * 1000;
      const { done, failed } = payload as { done: number; failed: unknown[] };
      return [
        {
          name: `${CHARGERS} chargers paused by one message, time of the ideal`,
          figure: Math.round((tookMs / idealMs) * 1000) / 1000,
          unit: '×',
          goal: '<= 1.05',
          beside: { tookMs: Math.round(tookMs), idealMs, commands: sent.length },
        },
        { name: 'reads for it', figure: reads.length, unit: 'reads', goal: '<= 0' },
        { name: 'chargers paused', figure: done, unit: 'chargers', goal: `>= ${CHARGERS - FAILING}` },
        { name: 'failures in the summary', figure: failed.length, unit: 'chargers', goal: `<= ${FAILING}` },
      ];
    } finally {
      await helper.unload();
      await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
      await simulator.stop();
    }
  },
};

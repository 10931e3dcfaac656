import { startSimulator } from '../simulator/index';
import { breakThree, callsOf, busyFleet, loadWithFeed } from '../test/support/node-red/busy-fleet';
import { ask, helper } from '../test/support/node-red/harness';
import type { Bench } from './result';

const CHARGERS = 130;
const FAILING = 3;
/** Requests that the limit lets out at once. */
const BURST = 10;
const PER_SECOND = 10;

/**
 * One message pauses 130 chargers in a real Node-RED with a live feed; three of them fail. The time from the message to
 * the summary, compared with the shortest time that ten requests a second allow.
 */
export const commands: Bench = {
  async run() {
    const simulator = await startSimulator({ scenario: 'home', speed: 0 });
    await new Promise<void>((resolve) => helper.startServer(() => resolve()));
    try {
      const ids = busyFleet(simulator, CHARGERS);
      const client = await loadWithFeed(simulator);
      // By then the reads of the feed are out of the window of the limit.
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await breakThree(simulator, client, [ids[10]!, ids[60]!, ids[110]!]);
      simulator.clearRecords();
      const startedAt = performance.now();
      const { payload } = await ask('charger', { payload: 'pause' });
      const tookMs = performance.now() - startedAt;
      const { commands: sent, reads } = callsOf(simulator);
      const idealMs = ((sent.length - BURST) / PER_SECOND) * 1000;
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

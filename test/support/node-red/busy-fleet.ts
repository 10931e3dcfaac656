import { setTimeout as pause } from 'node:timers/promises';
import type { ZaptecClient } from '../../../src/client';
import type { ConnectionNode } from '../../../nodes/shared/connection-api';
import { CONNECTION_ID, charger, flow, subscribe } from './builder';
import { chargersOf, get, loadAt, siteOf, type Simulator } from './harness';

/** Patience of a busy machine, in ms. */
const PATIENCE_MS = 60_000;

/** So many chargers at the first installation, each with a car that wants to charge. */
export function busyFleet(simulator: Simulator, count: number): string[] {
  const { world } = simulator;
  const { id } = siteOf(simulator);
  while (world.chargers.size < count) world.addCharger(id);
  for (const one of chargersOf(simulator)) {
    world.unplug(one.id);
    world.plug(one.id, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
  }
  return [...world.chargers.keys()];
}

/** Looks again and again, since only the feed knows when it knows. */
async function untilSo(what: string, isSo: () => boolean): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > until) throw new Error(`not in time: ${what}`);
    await pause(50);
  }
}

/** A flow that commands the whole installation and also subscribes to it, as soon as the feed knows every charger. */
export async function loadWithFeed(simulator: Simulator): Promise<ZaptecClient> {
  const site = siteOf(simulator);
  await loadAt(
    simulator,
    flow(
      charger({ action: 'command', target: 'installation', installation: site.id }),
      subscribe({ installation: site.id, emit: 'events', wires: [[], []] }),
    ),
  );
  const client = await (get(CONNECTION_ID) as unknown as ConnectionNode).ready();
  await untilSo('the feed knows every charger', () => chargersOf(simulator).every(({ id }) => client.liveState(id)));
  return client;
}

/** Three chargers that fail in three different ways, and how. */
export async function breakThree(
  simulator: Simulator,
  client: ZaptecClient,
  [offline, unreachable, broken]: readonly [string, string, string],
): Promise<RegExp[]> {
  simulator.world.setOnline(offline, false);
  simulator.faults.set('charger-offline', { on: true, match: `${unreachable}/sendCommand` });
  simulator.faults.set('server-500-code', { on: true, match: `${broken}/sendCommand` });
  await untilSo('it is known to be offline', () => client.liveState(offline)?.view.snapshot.online === false);
  return [/^OFFLINE: /, /^ZAPTEC_520: /, /^ZAPTEC_500: /];
}

/** Calls since the records were cleared. */
export function callsOf({ requests }: Simulator) {
  const matching = (pattern: RegExp) => requests.filter(({ path }) => pattern.test(path));
  return { commands: matching(/\/sendcommand\//i), reads: matching(/\/state$/) };
}

import { startSimulator, type FaultName } from '../../simulator/index';
import { answerQuestions } from './questions';
import type { CloudStart, Deed, FaultSwitch, Truth } from './cloud';

const CAR = { batteryKwh: 60, charge: 0.3, target: 1, maxA: 16, phases: 3 } as const;

/** The simulator in a process of its own: its memory and its load are not those of Node-RED. */
async function main(): Promise<void> {
  const { seed, scenario } = JSON.parse(process.argv[2] ?? '{}') as CloudStart;
  const simulator = await startSimulator({ seed, scenario });
  const { world, faults, audit, bus } = simulator;
  const ended: Truth['ended'] = [];
  world.onSessionFinished(({ id, chargerId }) => ended.push({ id, chargerId, at: Date.now() }));
  const deeds: Record<Deed['what'], (id: string) => void> = {
    plug: (id) => world.plug(id, CAR),
    unplug: (id) => world.unplug(id),
    authorise: (id) => world.authorise(id),
    online: (id) => world.setOnline(id, true),
    offline: (id) => world.setOnline(id, false),
    pause: (id) => world.command(id, 506),
    resume: (id) => world.command(id, 507),
  };
  answerQuestions({
    start: () => ({
      baseUrl: simulator.baseUrl,
      accounts: simulator.accounts,
      chargers: [...world.chargers.values()].map(({ id, name }) => ({ id, name })),
      installations: [...world.installations.keys()],
    }),
    faults: () => faults.list().map(({ name, group, what, params }) => ({ name, group, what, params })),
    hits: () => Object.fromEntries(faults.list().map(({ name, hits }) => [name, hits])),
    fault: ({ name, ...setting }: FaultSwitch) => faults.set(name as FaultName, setting),
    clear: () => faults.clear(),
    act: ({ what, charger }: Deed) => deeds[what](charger),
    audit: () => audit.report(),
    forget: () => simulator.clearRecords(),
    requests: (count: number) => simulator.requests.slice(-count),
    count: () => simulator.requests.length,
    receivers: () => Math.max(0, ...bus.stats().topics.map(({ receivers }) => receivers)),
    truth: (): Truth => ({
      chargers: [...world.chargers.values()].map(({ id, name, mode, online, finalStop }) => ({
        id,
        name,
        mode,
        online,
        paused: finalStop,
      })),
      current: [...world.installations.values()][0]?.availableCurrent ?? null,
      ended,
    }),
  });
  process.on('disconnect', () => process.exit());
}

void main();

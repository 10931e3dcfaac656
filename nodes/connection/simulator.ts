import { Lease } from '../../src/client';
import { guarded } from '../shared/guard';

/** A simulator that runs in this process. */
export type RunningSimulator = Awaited<ReturnType<(typeof import('../../simulator/index.js'))['startSimulator']>>;

/** The use of a simulator, until it is released. */
export interface SimulatorUse {
  readonly simulator: RunningSimulator;
  release(): void;
}

interface SimulatorSettings {
  scenario: string;
  speed: number;
  /** Settings of a dialog, which must change nothing that is deployed. */
  unsaved?: boolean;
}

interface SharedSimulator {
  starting: Promise<RunningSimulator>;
  lease: Lease;
}

/** Kept so long after the last user, in ms, so that the cars are the same ones after a deploy. */
const LINGER_MS = 30_000;

/**
 * The simulators of the process by scenario, one each. This is the only state of the nodes that outlives a deploy,
 * hence a variable of the module.
 */
const simulators = new Map<string, SharedSimulator>();

/**
 * Starts the simulator of a scenario or joins the one that runs. Connections to one scenario share a simulator, which
 * runs at the speed of the connection that came last. Scenarios run side by side, so that an imported example does not
 * disturb another flow. Unsaved settings give the speed only to a simulator that they have to start.
 */
export async function acquireSimulator({ scenario, speed, unsaved = false }: SimulatorSettings): Promise<SimulatorUse> {
  const shared = simulators.get(scenario) ?? share(scenario, speed);
  const release = shared.lease.acquire();
  const simulator = await shared.starting.catch((error: unknown) => {
    // The next message may try again.
    if (simulators.get(scenario) === shared) simulators.delete(scenario);
    throw error;
  });
  try {
    if (!unsaved) simulator.setSpeed(speed);
  } catch (error) {
    // Others may use this simulator: it stays.
    release();
    throw error;
  }
  return { simulator, release };
}

/** The simulator of a scenario if there is one, without starting any. */
export async function runningSimulator(scenario: string): Promise<RunningSimulator | undefined> {
  // A failed start is reported by the connection that asked for it.
  return simulators.get(scenario)?.starting.catch(() => undefined);
}

/** Stops every simulator at once; for tests. */
export async function stopSimulators(): Promise<void> {
  await Promise.all([...simulators].map(([scenario, shared]) => stop(scenario, shared)));
}

function share(scenario: string, speed: number): SharedSimulator {
  // A simulator that will not stop is abandoned: nobody uses it, and there is nobody to report to.
  const end = guarded(
    () => (simulators.get(scenario) === shared ? stop(scenario, shared) : undefined),
    () => undefined,
  );
  const shared: SharedSimulator = { starting: start(scenario, speed), lease: new Lease(LINGER_MS, end) };
  simulators.set(scenario, shared);
  return shared;
}

async function stop(scenario: string, { lease, starting }: SharedSimulator): Promise<void> {
  simulators.delete(scenario);
  lease.cancel();
  await (await starting).stop();
}

/** Loaded when first needed: the simulator is half of the package, and most flows do without it. */
async function start(scenario: string, speed: number): Promise<RunningSimulator> {
  const { startSimulator } = await import('../../simulator/index.js');
  return startSimulator({ scenario, speed });
}

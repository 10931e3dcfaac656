import { guarded } from '../shared/guard';

/** What the connection needs of the simulator. */
export type Running = Awaited<ReturnType<(typeof import('../../simulator/index.js'))['startSimulator']>>;

/** The right to use the simulator, until it is given back. */
export interface Lease {
  readonly simulator: Running;
  release(): void;
}

interface ActionContext {
  scenario: string;
  speed: number;
  /** For settings that are not deployed. */
  trial?: boolean;
}

interface World {
  starting: Promise<Running>;
  users: number;
  lingering?: NodeJS.Timeout;
}

/** Kept so long after the last user, so that a deploy does not begin with new cars. */
const LINGER_MS = 30_000;

/**
 * The simulators of the process by scenario, one each. This is the only state of the nodes that outlives a deploy,
 * hence a variable of the module: connection nodes come and go, their world stays.
 */
const worlds = new Map<string, World>();

/**
 * Starts the simulator of a scenario or joins the one that runs. Its connections share one world, where the speed of
 * the newest counts for all. Scenarios live side by side, so that an imported example runs beside any other.
 * A trial changes no world that runs: its speed is that of the world which it has to start.
 */
export async function leaseSimulator({ scenario, speed, trial = false }: ActionContext): Promise<Lease> {
  const mine = worlds.get(scenario) ?? { starting: start(scenario, speed), users: 0 };
  worlds.set(scenario, mine);
  mine.users += 1;
  clearTimeout(mine.lingering);
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    mine.users -= 1;
    if (mine.users === 0) linger(scenario, mine);
  };
  const simulator = await mine.starting.catch((error: unknown) => {
    // The next message may try again.
    if (worlds.get(scenario) === mine) worlds.delete(scenario);
    throw error;
  });
  try {
    if (!trial) simulator.setSpeed(speed);
  } catch (error) {
    // Others may be at home in this world: it stays.
    release();
    throw error;
  }
  return { simulator, release };
}

/** The simulator of a scenario if there is one, without starting any. */
export async function runningSimulator(scenario: string): Promise<Running | undefined> {
  // One that could not start is told by the connection that wanted it.
  return worlds.get(scenario)?.starting.catch(() => undefined);
}

/** Ends every simulator at once; for tests. */
export async function stopSimulators(): Promise<void> {
  await Promise.all([...worlds].map(([scenario, world]) => stop(scenario, world)));
}

async function stop(scenario: string, world: World): Promise<void> {
  worlds.delete(scenario);
  clearTimeout(world.lingering);
  await (await world.starting).stop();
}

function linger(scenario: string, world: World): void {
  const unused = () => worlds.get(scenario) === world && world.users === 0;
  // A simulator that will not stop is abandoned: nobody uses it, and there is nobody to tell.
  const end = guarded(
    () => (unused() ? stop(scenario, world) : undefined),
    () => undefined,
  );
  world.lingering = setTimeout(end, LINGER_MS).unref();
}

/** Loaded when first needed: it is half of the package, and most flows never do. */
async function start(scenario: string, speed: number): Promise<Running> {
  const { startSimulator } = await import('../../simulator/index.js');
  return startSimulator({ scenario, speed });
}

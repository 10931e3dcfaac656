import { zaptecError } from '../../src/http/errors';
import { guarded } from '../shared/guard';

/** What the connection needs of the simulator. */
type Running = Awaited<ReturnType<(typeof import('../../simulator/index.js'))['startSimulator']>>;

/** The right to use the simulator, until it is given back. */
export interface Lease {
  readonly simulator: Running;
  release(): void;
}

/** Kept so long after the last user, so that a deploy does not begin with new cars. */
const LINGER_MS = 30_000;

/**
 * The one simulator of the process. This is the only state of the nodes that outlives a deploy, hence a variable of
 * the module: connection nodes come and go, the world of the simulator stays.
 */
let current: { scenario: string; starting: Promise<Running>; users: number; lingering?: NodeJS.Timeout } | undefined;

/**
 * Starts the simulator or joins the one that runs. All connections share one world: the speed of the newest counts for
 * all, while another scenario is refused as long as somebody uses the present one.
 */
export async function leaseSimulator({ scenario, speed }: { scenario: string; speed: number }): Promise<Lease> {
  if (current && current.scenario !== scenario) {
    if (current.users > 0) throw otherScenario(current.scenario, scenario);
    await stopSimulator();
  }
  current ??= { scenario, starting: start(scenario, speed), users: 0 };
  const mine = current;
  mine.users += 1;
  clearTimeout(mine.lingering);
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    mine.users -= 1;
    if (mine.users === 0 && current === mine) linger(mine);
  };
  try {
    const simulator = await mine.starting;
    simulator.setSpeed(speed);
    return { simulator, release };
  } catch (error) {
    // The next message may try again.
    if (current === mine) current = undefined;
    throw error;
  }
}

/** Ends the simulator at once; for a change of scenario, and for tests. */
export async function stopSimulator(): Promise<void> {
  const ended = current;
  current = undefined;
  if (!ended) return;
  clearTimeout(ended.lingering);
  await (await ended.starting).stop();
}

function linger(ended: NonNullable<typeof current>): void {
  // A simulator that will not stop is abandoned: nobody uses it, and there is nobody to tell.
  const stop = guarded(
    () => (current === ended && ended.users === 0 ? stopSimulator() : undefined),
    () => undefined,
  );
  ended.lingering = setTimeout(stop, LINGER_MS).unref();
}

/** Loaded when first needed: it is half of the package, and most flows never do. */
async function start(scenario: string, speed: number): Promise<Running> {
  const { startSimulator } = await import('../../simulator/index.js');
  return startSimulator({ scenario, speed });
}

function otherScenario(running: string, wanted: string) {
  return zaptecError('CONFIG_INVALID', `The simulator already runs the scenario "${running}", not "${wanted}"`, {
    remedy: 'There is one simulator for all connections: give them the same scenario',
  });
}

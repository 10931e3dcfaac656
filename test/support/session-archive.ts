import { World } from '../../simulator/world/world';
import type { FinishedSession, Observation } from '../../simulator/world/model';
import type { RawObservation } from '../../src/zaptec/observations';

/** What somebody does at a charger, and how many seconds pass until the next step. */
export interface Step {
  action: 'plug' | 'unplug' | 'authorise' | 'pause' | 'resume' | 'deauthorise' | 'offline' | 'online' | 'nothing';
  seconds: number;
}

export const ACTIONS: readonly Step['action'][] = [
  'plug',
  'unplug',
  'authorise',
  'pause',
  'resume',
  'deauthorise',
  'offline',
  'online',
  'nothing',
];

export interface ChargerRun {
  chargerId: string;
  start: number;
  /** The whole state before anything happened. */
  before: RawObservation[];
  messages: RawObservation[];
  finished: readonly FinishedSession[];
  end: number;
}

const START = Date.UTC(2026, 4, 4, 10);

/** The messages of one simulated charger while people use it; always the same for the same steps. */
export function runCharger(steps: readonly Step[], authenticationRequired = false): ChargerRun {
  const clock = { now: () => START, setTimeout: () => undefined, clearTimeout: () => undefined };
  const world = new World({ scenario: 'home', seed: 1, speed: 0, clock });
  const [charger] = world.chargers.values();
  if (!charger) throw new Error('the scenario has no charger');
  const { id } = charger;
  world.unplug(id);
  world.updateInstallation(charger.installationId, { authenticationRequired });
  world.advance(60_000);
  const before = [...charger.observations.values()].map(toRaw);
  const start = world.now;
  const known = world.history.length;
  const messages: RawObservation[] = [];
  world.onObservation((observation) => {
    if (observation.chargerId === id) messages.push(toRaw(observation));
  });
  for (const { action, seconds } of steps) {
    perform(world, id, action);
    world.advance(seconds * 1000);
  }
  world.setOnline(id, true);
  world.advance(60_000);
  const finished = world.history.slice(known).filter(({ chargerId }) => chargerId === id);
  return { chargerId: id, start, before, messages, finished, end: world.now };
}

function perform(world: World, id: string, action: Step['action']): void {
  const actions: Record<Step['action'], () => unknown> = {
    plug: () => world.plug(id, { charge: 0.2, target: 0.9, leavesAt: Infinity }),
    unplug: () => world.unplug(id),
    authorise: () => world.authorise(id),
    pause: () => world.command(id, 506),
    resume: () => world.command(id, 507),
    deauthorise: () => world.command(id, 10001),
    offline: () => world.setOnline(id, false),
    online: () => world.setOnline(id, true),
    nothing: () => undefined,
  };
  actions[action]();
}

function toRaw({ chargerId, id, at, value }: Observation): RawObservation {
  return {
    chargerId,
    stateId: id,
    timestamp: new Date(at).toISOString(),
    ...(value === undefined ? {} : { valueAsString: value }),
  };
}

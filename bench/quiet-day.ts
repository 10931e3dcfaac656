import type { SinonFakeTimers, SinonSpy } from 'sinon';
import { startSimulator } from '../simulator/index';
import { charger, connection, flow, sink, subscribe } from '../test/support/node-red/builder';
import { accountOf, get, helper, load, send, type Message, type Simulator } from '../test/support/node-red/harness';
import { fakeTimers } from '../test/support/fake-timers';
import type { Bench, Measurement } from './result';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const CHARGERS = 2;
/** Turns of the event loop that an answer from memory, or a message of the bus, takes at most. */
const TURNS = 8;

const MODES: Readonly<Record<number, string>> = { 1: 'disconnected', 2: 'requesting', 3: 'charging', 5: 'finished' };

const later = setTimeout;
/** A real millisecond, for a connection to open: the fake clock would be too fast for it. */
const pause = () => new Promise((resolve) => later(resolve, 1));
/** A turn of the event loop, in which sockets work. Timers are fake here. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Two chargers for a day. A flow reads their state every second, and subscribes to their snapshots. */
export const day: Bench = { run };

async function run(): Promise<Measurement[]> {
  await new Promise<void>((resolve) => helper.startServer(() => resolve()));
  const clock = fakeTimers(Date.UTC(2026, 2, 2));
  try {
    const simulator = await startSimulator({ scenario: 'home' });
    const { wrong, snapshots } = await readForADay(simulator, clock);
    const { requests } = simulator;
    const broken = simulator.audit.report().flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok));
    for (const { rule, text } of broken) console.error(`day: ${rule}: ${text}`);
    const polled = DAY / MINUTE;
    const each = Math.round((requests.length / CHARGERS) * 10) / 10;
    console.error(`day: ${counted(requests.map(({ method, path }) => `${method} ${shortened(path)}`))}`);
    clock.restore();
    await helper.unload();
    await simulator.stop();
    return [
      {
        name: 'day: requests per charger, share of polling once a minute',
        figure: Math.round((each / polled) * 10_000) / 10_000,
        unit: '',
        goal: '<= 0.02',
        beside: { requests: each, polling: polled, snapshots },
      },
      { name: 'day: answers that differ from the simulator', figure: wrong, unit: 'answers', goal: '<= 0' },
      { name: 'day: guidelines broken', figure: broken.length, unit: 'rules', goal: '<= 0' },
    ];
  } finally {
    clock.restore();
    await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
  }
}

async function readForADay(
  simulator: Simulator,
  clock: SinonFakeTimers,
): Promise<{ wrong: number; snapshots: number }> {
  const nodes = flow(
    charger({ target: 'installation' }),
    subscribe({ emit: 'snapshots', wires: [['snapshots'], ['feed']] }),
    sink('snapshots'),
    sink('feed'),
  );
  await load([connection({ cloud: 'custom', baseUrl: simulator.baseUrl }), ...nodes], accountOf(simulator));
  const answers: Message[] = [];
  let snapshots = 0;
  let state = '';
  get('out').on('input', (message) => answers.push(message));
  get('snapshots').on('input', () => (snapshots += 1));
  get('feed').on('input', ({ payload }) => (state = (payload as { state: string }).state));
  for (const id of ['charger', 'subscribe']) removeSpies(id);
  while (state !== 'live') {
    await pause();
    clock.tick(1);
  }
  let wrong = 0;
  for (const end = Date.now() + DAY; Date.now() < end;) {
    send('charger');
    for (let turns = 0; answers.length === 0 || turns < TURNS; turns += 1) {
      await turn();
      if (answers.length === 0 && turns > TURNS) clock.tick(1);
    }
    const { payload } = answers.pop() as { payload: { id: string; mode: string }[] };
    if (Date.now() % MINUTE < SECOND) {
      wrong += payload.filter(({ id, mode }) => mode !== MODES[simulator.world.chargers.get(id)?.mode ?? 0]).length;
    }
    clock.tick(SECOND - (Date.now() % SECOND));
  }
  return { wrong, snapshots };
}

/** Removes the spies of the test helper: they are slow, and the calls of a day take hundreds of megabytes. */
function removeSpies(id: string): void {
  const node = get(id) as unknown as Record<string, SinonSpy & { wrappedMethod: SinonSpy }>;
  for (const name of ['send', 'status']) {
    const spy = node[name];
    if (spy) node[name] = spy.wrappedMethod as never;
  }
}

const shortened = (path: string): string => (path.split('?')[0] ?? '').replace(/[0-9a-f-]{36}/g, '{id}');

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

import { openClient, type ZaptecClient } from '../src/client';
import { isZaptecError } from '../src/errors/zaptec-error';
import { snapshotOf } from '../src/state/snapshot';
import { VirtualClock } from '../test/support/virtual-clock';
import { startSimulator, type FaultName, type Simulator } from '../simulator/index';
import { heapNow } from './heap';
import type { Bench } from './result';
import { seeded } from './virtual-time';

const MINUTES = 120;
const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const FAULT_MS = 20_000;
const CALL_MS = 1_500;
/** Looks at the heap, a minute apart, of which the least counts. */
const LOOKS = 10;
/** Faults that end the account for good, or read 64 MB: each has a test of its own. */
const EXCLUDED: ReadonlySet<string> = new Set(['token-invalid', 'echo-secrets', 'hang', 'oversized', 'slow']);

/** Two hours of virtual time with the faults of the REST API at random: no call may get lost, leak or break a rule. */
export const soak: Bench = {
  async run() {
    console.error(`soak: seed ${SEED}`);
    let unhandled = 0;
    const count = () => void (unhandled += 1);
    process.on('unhandledRejection', count);
    const clock = new VirtualClock();
    try {
      const simulator = await clock.until(startSimulator({ scenario: 'fleet:20', seed: SEED }));
      const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
      const client = openClient({ baseUrl: simulator.baseUrl, username, password });
      const { foreign, growth, calls } = await runWithFaults(clock, simulator, client);
      simulator.faults.clear();
      await clock.advance(20 * 60_000);
      const wrong = await differences(clock, simulator, client);
      const rules = simulator.audit.report().flatMap(({ verdicts }) => verdicts.filter(({ ok }) => !ok));
      for (const { rule, text, evidence } of rules) {
        console.error(`soak: ${rule}: ${text}`);
        for (const { at, method, path, status } of evidence.slice(0, 6))
          console.error(`  ${at % 10_000_000} ${method} ${path} ${status}`);
      }
      client.close();
      await simulator.stop();
      return [
        { name: `soak, ${calls} calls: errors that are no ZaptecError`, figure: foreign, unit: 'errors', goal: '<= 0' },
        { name: 'soak: unhandled rejections', figure: unhandled, unit: 'rejections', goal: '<= 0' },
        {
          name: 'soak: chargers that differ from the simulator afterwards',
          figure: wrong,
          unit: 'chargers',
          goal: '<= 0',
        },
        { name: 'soak: guidelines broken', figure: rules.length, unit: 'rules', goal: '<= 0' },
        { name: 'soak: growth of the heap in the second half', figure: growth, unit: '%', goal: '<= 5' },
      ];
    } finally {
      clock.restore();
      process.off('unhandledRejection', count);
    }
  },
};

async function runWithFaults(clock: VirtualClock, simulator: Simulator, client: ZaptecClient) {
  const random = seeded(SEED);
  const names = simulator.faults
    .list()
    .map(({ name }) => name)
    .filter((name) => !EXCLUDED.has(name));
  const ids = [...simulator.world.chargers.keys()];
  const sites = [...simulator.world.installations.keys()];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const kinds: (() => Promise<unknown>)[] = [
    () => client.chargers.state(pick(ids), { refresh: true }),
    () => client.chargers.state(pick(ids)),
    () => client.chargers.get(pick(ids)),
    () => client.chargers.list({ refresh: true }),
    () => client.installations.get(pick(sites)),
    () => client.installations.hierarchy(pick(sites)),
    () => client.chargers.sendCommand(pick(ids), pick(['pause', 'resume'])),
    () => client.request({ method: 'GET', path: '/api/chargehistory', pages: true }),
  ];
  let foreign = 0;
  const pending = new Set<Promise<void>>();
  const call = () => {
    const one = pick(kinds)().then(
      () => undefined,
      (error: unknown) => {
        if (isZaptecError(error)) return;
        foreign += 1;
        console.error(error);
      },
    );
    pending.add(one);
    void one.finally(() => pending.delete(one));
  };
  const heap: number[] = [];
  let calls = 0;
  for (let ms = 0; ms < MINUTES * 60_000; ms += CALL_MS) {
    if (ms % FAULT_MS < CALL_MS) toggle(simulator, pick(names), random() < 0.6);
    call();
    calls += 1;
    await clock.pass(CALL_MS);
    if (ms % 60_000 < CALL_MS) {
      // The records of the simulator are in the same heap.
      simulator.requests.length = 0;
      heap.push(heapNow());
    }
  }
  simulator.faults.clear();
  await clock.until(Promise.all(pending));
  heap.push(heapNow());
  return { foreign, calls, growth: growthOf(heap) };
}

/** Growth in the second half, in percent. A look may meet answers that are on their way, so the least of several counts. */
function growthOf(heap: readonly number[]): number {
  const middle = Math.floor(heap.length / 2);
  const early = Math.min(...heap.slice(middle - LOOKS, middle));
  const late = Math.min(...heap.slice(-LOOKS));
  return Math.round((late / early - 1) * 1000) / 10;
}

function toggle(simulator: Simulator, name: FaultName, on: boolean): void {
  const sometimes = simulator.faults
    .list()
    .some((fault) => fault.name === name && fault.params.includes('probability'));
  simulator.faults.set(name, { on, ...(sometimes ? { probability: 0.3 } : {}) });
}

/** How many chargers have another mode in the client than in the simulator. */
async function differences(clock: VirtualClock, simulator: Simulator, client: ZaptecClient): Promise<number> {
  const modes: Readonly<Record<number, string>> = { 1: 'disconnected', 2: 'requesting', 3: 'charging', 5: 'finished' };
  let wrong = 0;
  for (const charger of simulator.world.chargers.values()) {
    const { data } = await clock.until(client.chargers.state(charger.id, { refresh: true }));
    if (snapshotOf({ id: charger.id }, data).mode !== modes[charger.mode]) wrong += 1;
  }
  return wrong;
}

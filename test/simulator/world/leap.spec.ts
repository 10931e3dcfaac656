import { expect } from 'chai';
import { startSimulator, type Simulator } from '../../../simulator/index';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

describe('a leap of the clock', () => {
  let simulator: Simulator | undefined;
  afterEach(() => simulator?.stop());

  /** Leaps by the control API, and measures the processor time in ms, in all and between two turns of the event loop. */
  const leap = async (scenario: string, advanceMs: number) => {
    simulator = await startSimulator({ scenario });
    const { world, baseUrl } = simulator;
    const before = world.now;
    let done = false;
    let last = process.cpuUsage();
    const began = last;
    const sum = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
    let longestMs = 0;
    let lastAt = performance.now();
    const watch = () => {
      // On a busy machine the process waits for its turn, and the collector of garbage has threads of its own.
      longestMs = Math.max(longestMs, Math.min(sum(process.cpuUsage(last)), performance.now() - lastAt));
      last = process.cpuUsage();
      lastAt = performance.now();
      if (!done) setImmediate(watch);
    };
    watch();
    const body = JSON.stringify({ advanceMs });
    const { status } = await fetch(`${baseUrl}/simulator/clock`, { method: 'POST', body });
    done = true;
    expect([status, world.now - before >= advanceMs]).to.deep.equal([200, true]);
    return { longestMs, wholeMs: sum(process.cpuUsage(began)) };
  };

  it('of a year takes home about a second and never blocks the process', async () => {
    const { longestMs, wholeMs } = await leap('home', 365 * DAY);
    expect(longestMs).to.be.below(200);
    // It is below 2 s without the measuring of test coverage.
    expect(wholeMs).to.be.below(4_000);
    expect(simulator!.world.history.length).to.be.above(300);
  });

  for (const [scenario, minutes] of [
    ['apm', 10_000],
    ['housing', 600],
    ['fleet', 10],
    ['fleet:10000', 2],
  ] as const) {
    it(`never blocks the process in ${scenario}`, async () => {
      const { longestMs, wholeMs } = await leap(scenario, minutes * MINUTE);
      // A busy machine needs more processor time for the first step of ten thousand chargers, and for all in all as well.
      expect(longestMs).to.be.below(Math.max(200, wholeMs * 0.4));
    });
  }

  it('lets other requests be answered meanwhile, and ends when another world starts or the simulator stops', async () => {
    simulator = await startSimulator({ scenario: 'fleet:1000' });
    const { baseUrl } = simulator;
    const post = (path: string, body: object) =>
      fetch(`${baseUrl}/simulator${path}`, { method: 'POST', body: JSON.stringify(body) });
    const long = post('/clock', { advanceMs: 100 * DAY });
    const before = simulator.world.now;
    while (simulator.world.now < before + MINUTE) await fetch(`${baseUrl}/simulator/meter`);
    expect((await post('/scenario', { scenario: 'home' })).status).to.equal(200);
    expect((await long).status).to.equal(200);
    expect(simulator.world.now).to.be.below(before + 100 * DAY);
    const stopped = post('/clock', { advanceMs: 365 * DAY }).then(
      () => 'answered',
      () => 'closed',
    );
    await fetch(`${baseUrl}/simulator/meter`);
    await simulator.stop();
    expect(await stopped).to.equal('closed');
    const { now } = simulator.world;
    await new Promise((resolve) => setImmediate(resolve));
    expect(simulator.world.now).to.equal(now);
  });
});

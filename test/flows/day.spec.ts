import { expect } from 'chai';
import type { SinonFakeTimers, SinonSpy } from 'sinon';
import { charger, connection, flow } from '../support/node-red/builder';
import { accountOf, get, load, send, useNodeRed, type Message, type Simulator } from '../support/node-red/harness';
import { startSimulator } from '../../simulator/index';
import { fakeTimers } from '../support/fake-timers';

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;
/** So many turns of the event loop are enough for an answer from the cache; then a request is under way. */
const PATIENCE = 8;

/** A turn of the event loop, in which sockets get on; timers are not the real ones here. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a flow that asks for the state every second, for a day and without a feed', () => {
  useNodeRed();

  it('breaks no rule of the guidelines', async () => {
    // Limiter, caches, tokens, simulator and audit run on this clock; sockets and immediates do not.
    const clock = fakeTimers(Date.UTC(2026, 2, 2));
    const simulator = await startSimulator({ scenario: 'home' });
    try {
      const oldest = await pollForADay(simulator, clock);
      expect(oldest, 'older than the floor of an idle charger').to.be.below(11 * 60 * SECOND);
      expect(simulator.audit.report().filter(({ ok }) => !ok)).to.deep.equal([]);
      const states = simulator.requests.filter(({ path }) => path.endsWith('/state'));
      expect(states.length, 'between all idle and all charging').to.be.within(280, 2_880);
      expect(simulator.requests.filter(({ status }) => status === 429)).to.deep.equal([]);
    } finally {
      clock.restore();
      await simulator.stop();
    }
  }).timeout(600_000);
});

/** @returns the age of the oldest state that the flow ever saw, in ms. */
async function pollForADay(simulator: Simulator, clock: SinonFakeTimers): Promise<number> {
  const { baseUrl } = simulator;
  const nodes = flow(charger({ target: 'installation' }));
  await load([connection({ cloud: 'custom', baseUrl }), ...nodes], accountOf(simulator));
  const answers: Message[] = [];
  get('out').on('input', (message) => answers.push(message));
  // The test helper remembers every call of these, which is slow and would be hundreds of megabytes at the end of the day.
  const node = get('charger') as unknown as Record<string, SinonSpy & { wrappedMethod: SinonSpy }>;
  for (const spied of ['send', 'status']) node[spied] = node[spied]!.wrappedMethod as never;
  const end = Date.now() + DAY;
  let oldest = 0;
  while (Date.now() < end) {
    send('charger');
    for (let turns = 0; answers.length === 0; turns += 1) {
      await turn();
      if (turns > PATIENCE) clock.tick(1);
    }
    const { payload, zaptec } = answers.pop()!;
    if (payload.length !== 2) throw new Error(`${payload.length} states instead of 2`);
    oldest = Math.max(oldest, zaptec.ageMs);
    clock.tick(SECOND - (Date.now() % SECOND));
  }
  return oldest;
}

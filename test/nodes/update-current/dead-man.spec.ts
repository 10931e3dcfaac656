import { expect } from 'chai';
import { connection, flow, sink, updateCurrent } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  expectMessage,
  load,
  send,
  siteOf,
  status,
  until,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';
import { startSimulator } from '../../../simulator/index';
import { VirtualClock } from '../../support/virtual-clock';

const MINUTE = 60_000;

describe("the dead man's switch of a limit", () => {
  useNodeRed();
  let clock: VirtualClock;
  let cloud: Simulator;
  beforeEach(async () => {
    clock = new VirtualClock();
    cloud = await clock.until(startSimulator({ scenario: 'home' }));
    const fuse = updateCurrent({ id: 'fuse', role: 'limit', deadMan: 5, safeValue: 8 });
    const nodes = [
      connection({ cloud: 'custom', baseUrl: cloud.baseUrl }),
      ...flow(updateCurrent(), fuse, sink('decisions')),
    ];
    await clock.until(load(nodes, accountOf(cloud)));
    await clock.until(status('connection', 'connected'));
  });
  afterEach(async () => {
    await clock.advance(31_000);
    await cloud.stop();
    clock.restore();
  });
  const available = () => siteOf(cloud).availableCurrent[0];

  it('lowers to the safe value when the meter sends nothing, and ends with its next value', async () => {
    await clock.until(ask('fuse', { payload: 20 }));
    expect(available()).to.equal(20);
    await clock.pass(4 * MINUTE, 10_000);
    // What is no number does not feed it.
    send('fuse', { payload: 'unavailable' });
    const fired = until('decisions', ({ payload }) => payload.decision === 'dead-man');
    await clock.pass(2 * MINUTE, 10_000);
    const message = await clock.until(fired);
    expectMessage(message, 'decision');
    expect(message.payload.requested).to.deep.equal({ phase1: 8, phase2: 8, phase3: 8 });
    expect(available()).to.equal(8);
    await clock.until(status('fuse', 'no input, 8 A'));
    for (let minute = 0; minute < 17; minute += 1) {
      send('fuse', { payload: 20 });
      await clock.pass(MINUTE, 10_000);
    }
    expect(available()).to.equal(20);
  });

  it('counts from the deploy, so that it notices a meter that never sends a value', async () => {
    await clock.pass(10_000, 1_000);
    await clock.until(ask('current', { payload: 16 }));
    expect(available()).to.equal(16);
    await clock.pass(6 * MINUTE, 10_000);
    expect(available()).to.equal(8);
  });
});

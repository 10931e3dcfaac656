import { expect } from 'chai';
import { StreamCloud } from '../../../support/feed/stream-cloud';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a stream that is closed while messages come', () => {
  let cloud: StreamCloud;
  let idleTimers: number;

  beforeEach(async () => {
    cloud = await StreamCloud.start();
    // What an account of another file has left in this process runs out first.
    await cloud.pass(5 * MINUTE);
    idleTimers = cloud.clock.timers;
    cloud.open({});
    await cloud.until('live', () => cloud.stream.state.kind === 'live');
    // A younger stream waits longer after an error.
    await cloud.pass(MINUTE);
  });
  afterEach(() => cloud.stop());

  const expectNothingLeft = async () => {
    await cloud.pass(5 * MINUTE);
    const { length } = cloud.wire.tries;
    await cloud.pass(120 * MINUTE);
    expect(cloud.wire.tries.length, 'connects after the end').to.equal(length);
    expect(cloud.clock.timers, 'timers').to.equal(idleTimers);
  };

  for (const turns of [0, 1, 3, 10]) {
    it(`has handled the messages that it has received, ${turns} turns later`, async () => {
      let published = 0;
      const publish = async (times: number) => {
        for (let n = 0; n < times; n += 1) {
          cloud.publish(3);
          published += 3;
          await turn();
        }
      };
      await publish(10 + turns);
      cloud.stream.close();
      await publish(30);
      await cloud.pass(20 * SECOND);
      const left = cloud.simulator.bus.stats().topics.reduce((sum, { waiting, locked }) => sum + waiting + locked, 0);
      expect(left, 'left in the bus').to.be.above(0);
      expect(cloud.values.length + left).to.equal(published);
      await expectNothingLeft();
    });
  }

  for (const [fault, match] of [
    ['bus-detach', 'detach-forced'],
    ['bus-detach', 'not-found'],
    ['bus-refused', 'not-found'],
    ['bus-removed', undefined],
    ['bus-off', undefined],
  ] as const) {
    it(`leaves nothing behind when its link is gone with ${fault}${match ? ` (${match})` : ''}`, async () => {
      cloud.publish(200);
      cloud.simulator.faults.set(fault, { on: true, ...(match ? { match } : {}) });
      await cloud.pass(10 * SECOND);
      cloud.simulator.faults.set(fault, { on: false });
      await cloud.until('live', () => cloud.stream.state.kind === 'live', 6 * MINUTE);
      cloud.stream.close();
      await expectNothingLeft();
    });
  }
});

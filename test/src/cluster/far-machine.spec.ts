import { expect } from 'chai';
import { BusyMachines } from '../../support/cluster/busy-machines';
import { until } from '../../support/cluster/machines';
import { redisOrSkip, type RedisServer } from '../../support/redis-server';

/** The way to Redis and back, in ms. */
const ROUND_TRIP_MS = 100;
const REQUESTS = 8;

describe('a machine that is far from Redis', function () {
  this.timeout(60_000);
  let redis: RedisServer;
  before(async function () {
    redis = await redisOrSkip(this);
  });
  after(() => redis.kill());

  it('has its turn beside two busy machines that are near, and no second has a request too many', async () => {
    const machines = new BusyMachines(redis, 'far');
    try {
      const proxy = await machines.prepare();
      for (const way of [proxy.questions, proxy.answers]) way.delayMs = ROUND_TRIP_MS / 2;
      machines.start(proxy);
      for (let near = 0; near < 2; near += 1) machines.start(await machines.prepare());
      for (const machine of [0, 1, 2]) await machines.shared(machine);
      for (const machine of [1, 2]) await machines.sends(machine);
      const [far, near] = [machines.sentBy(0), machines.sentBy(1) + machines.sentBy(2)];
      await until('requests of the far one', () => machines.sentBy(0) >= far + REQUESTS, 30_000);
      // It had 1 of 15 while permits were given out to all alike only shortly ahead.
      expect(machines.sentBy(1) + machines.sentBy(2) - near).to.be.at.most(8 * REQUESTS);
      expect(machines.tooMany).to.equal('');
    } finally {
      machines.stop();
    }
  });
});

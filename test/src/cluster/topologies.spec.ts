import { expect } from 'chai';
import { compileMachine, Machines as FeedMachines, until } from '../../support/cluster/machines';
import { Machines as CurrentMachines, type Machine } from '../../support/machines';
import { redisCluster, redisSentinel } from '../../support/redis-topologies';
import { together } from '../../support/together';

const TOPOLOGIES = { Sentinel: redisSentinel, 'a Redis Cluster': redisCluster };

describe('machines', function () {
  this.timeout(120_000);
  before(compileMachine);
  const it = together();

  describe('whose master is replaced by Sentinel', () => {
    it('go on alone meanwhile, share through the new one, and lose no limit', async (own) => {
      const redis = await redisSentinel(own);
      own.after(() => redis.close());
      const machines = await CurrentMachines.open(redis.url);
      own.after(() => machines.close());

      const [one, two] = [machines.start(), machines.start()];
      await one.limit('fuse', 10);
      await two.request('solar', 16);
      await redis.master.kill();
      await Promise.all([one.sharing(false), two.sharing(false)]);
      await Promise.all([one.sharing(true), two.sharing(true)]);
      const third = machines.start();
      const target = await third.request('price', 16);
      expect(target.allowed?.phase1).to.equal(10);
      expect(machines.writes).to.have.length(1);
    });
  });

  for (const [name, open] of Object.entries(TOPOLOGIES)) {
    describe(`that share through ${name}`, () => {
      it('have one receiver and all messages, also when Redis is emptied in the middle', async (own) => {
        const redis = await open(own);
        own.after(() => redis.close());
        const machines = await FeedMachines.start(redis.url);
        own.after(() => machines.stop());
        const all = await machines.shared(2);
        await machines.session();
        await redis.empty();
        await machines.session();
        await until(
          'shared',
          () =>
            all
              .map(({ role }) => role)
              .sort()
              .join() === 'follower,receiver',
        );
        machines.simulator.setSpeed(0);
        for (const machine of all) {
          await until('the sessions', () => machine.sessions.length === 2);
          expect(machine.sessions).to.deep.equal(machines.ended);
          await until('the values of the world', async () => (await machines.differences(machine)).length === 0);
        }
        expect(machines.doubledMs(0)).to.equal(0);
      });

      it('keep to the limits and the last write of all, also when Redis is emptied in the middle', async (own) => {
        const redis = await open(own);
        own.after(() => redis.close());
        const machines = await CurrentMachines.open(redis.url);
        own.after(() => machines.close());
        const seen = async (machine: Machine, count: number) => {
          const limits = () => machine.control.sharedLimits(machines.site);
          await until('the limits', async () => (await limits()).length === count);
        };
        const [one, two] = [machines.start(), machines.start()];
        await one.limit('fuse', 10);
        const target = await two.request('solar', 16);
        expect(target.allowed?.phase1).to.equal(10);
        expect(two.account.limiter.cluster?.machines).to.equal(2);
        await redis.empty();
        const third = machines.start();
        const price = await third.request('price', 16);
        await seen(third, 1);
        expect(price.decision).to.be.oneOf(['deferred', 'unchanged']);
        expect(machines.writes).to.have.length(1);
        expect(machines.current).to.equal(10);
      });
    });
  }
});

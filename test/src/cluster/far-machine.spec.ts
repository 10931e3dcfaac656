import { expect } from 'chai';
import { BusyMachines } from '../../support/cluster/busy-machines';
import { until } from '../../support/cluster/machines';
import { ownRedis } from '../../support/redis-server';
import { together } from '../../support/together';

/** The way to Redis and back, in ms. */
const ROUND_TRIP_MS = 100;
const REQUESTS = 8;

describe('a machine that is far from Redis', function () {
  this.timeout(60_000);
  const it = together();

  it('has its turn beside two busy machines that are near, and no second has a request too many', async (own) => {
    const machines = new BusyMachines(await ownRedis(own), 'far');
    own.after(() => machines.stop());
    const proxy = await machines.prepare();
    for (const way of [proxy.questions, proxy.answers]) way.delayMs = ROUND_TRIP_MS / 2;
    machines.start(proxy);
    for (let near = 0; near < 2; near += 1) machines.start(await machines.prepare());
    for (const machine of [0, 1, 2]) await machines.shared(machine);
    for (const machine of [1, 2]) await machines.sends(machine);
    const [far, near] = [machines.sentBy(0), machines.sentBy(1) + machines.sentBy(2)];
    await until('requests of the far one', () => machines.sentBy(0) >= far + REQUESTS, 30_000);
    // It had 1 of 17 to 20 while permits were given out to all alike only shortly ahead.
    expect(machines.sentBy(1) + machines.sentBy(2) - near).to.be.at.most(12 * REQUESTS);
    expect(machines.tooMany).to.equal('');
  });

  it('takes no more than its turn where several are far', async (own) => {
    const machines = new BusyMachines(await ownRedis(own), 'several far');
    own.after(() => machines.stop());
    const [near, far] = [
      [0, 1, 2],
      [3, 4, 5, 6],
    ];
    const sentBy = (some: number[]) => some.reduce((total, machine) => total + machines.sentBy(machine), 0);
    for (const machine of [...near, ...far]) {
      const proxy = await machines.prepare();
      const roundTripMs = near.includes(machine) ? 0 : machine < 5 ? ROUND_TRIP_MS : 190;
      for (const way of [proxy.questions, proxy.answers]) way.delayMs = roundTripMs / 2;
      machines.start(proxy);
    }
    for (const machine of [...near, ...far]) await machines.shared(machine);
    for (const machine of far) await machines.sends(machine);
    const [nearBefore, farBefore] = [sentBy(near), sentBy(far)];
    await until('requests of those that are near', () => sentBy(near) >= nearBefore + 4 * REQUESTS, 40_000);
    // Three near ones had one of six while each permit was given out as far ahead as the machine is away.
    expect(sentBy(far) - farBefore).to.be.at.most(6 * REQUESTS);
    expect(machines.tooMany).to.equal('');
  });
});

import { mock } from 'node:test';
import { expect } from 'chai';
import { leaseSimulator, runningSimulator, stopSimulators } from '../../../nodes/connection/simulator';
import { MAX_SPEED } from '../../../nodes/shared/properties';
import { MAX_SPEED as FASTEST } from '../../../simulator/options';

const scenario = 'home';

describe('the lease of a simulator', () => {
  afterEach(() => stopSimulators());

  it('changes the speed of a running world, unless it is for a trial', async () => {
    const { simulator } = await leaseSimulator({ scenario, speed: 5, trial: true });
    expect(simulator.world.speed, 'that it has to start').to.equal(5);
    await leaseSimulator({ scenario, speed: 2 });
    expect(simulator.world.speed).to.equal(2);
    await leaseSimulator({ scenario, speed: 60, trial: true });
    expect(simulator.world.speed).to.equal(2);
  });

  it('leaves a running world as it was when the speed is not possible', async () => {
    expect(MAX_SPEED).to.equal(FASTEST);
    const lease = await leaseSimulator({ scenario, speed: 1 });
    const refused = await leaseSimulator({ scenario, speed: FASTEST + 1 }).catch((error: unknown) => error);
    expect(refused).to.be.an('error');
    expect(await runningSimulator(scenario)).to.equal(lease.simulator);
    expect(lease.simulator.world.speed).to.equal(1);
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      lease.release();
      mock.timers.tick(30_000);
    } finally {
      mock.timers.reset();
    }
    expect(await runningSimulator(scenario), 'once nobody uses it any more').to.equal(undefined);
  });

  it('is there again after a start that failed', async () => {
    const refused = await leaseSimulator({ scenario, speed: -1 }).catch((error: unknown) => error);
    expect(refused).to.be.an('error');
    expect((await leaseSimulator({ scenario, speed: 1 })).simulator.world.speed).to.equal(1);
  });
});

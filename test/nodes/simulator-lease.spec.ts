import { expect } from 'chai';
import { leaseSimulator, stopSimulators } from '../../nodes/connection/simulator';

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
});

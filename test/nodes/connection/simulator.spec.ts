import { mock } from 'node:test';
import { expect } from 'chai';
import { acquireSimulator, runningSimulator, stopSimulators } from '../../../nodes/connection/simulator';
import { MAX_SPEED } from '../../../nodes/shared/properties';
import { MAX_SPEED as FASTEST } from '../../../simulator/options';

const scenario = 'home';

describe('a shared simulator', () => {
  afterEach(() => stopSimulators());

  it('takes the speed of the newest connection, but not of unsaved settings', async () => {
    const { simulator } = await acquireSimulator({ scenario, speed: 5, unsaved: true });
    expect(simulator.world.speed, 'of a simulator that they have to start').to.equal(5);
    await acquireSimulator({ scenario, speed: 2 });
    expect(simulator.world.speed).to.equal(2);
    await acquireSimulator({ scenario, speed: 60, unsaved: true });
    expect(simulator.world.speed).to.equal(2);
  });

  it('keeps its speed when another one is not possible', async () => {
    expect(MAX_SPEED).to.equal(FASTEST);
    const use = await acquireSimulator({ scenario, speed: 1 });
    const refused = await acquireSimulator({ scenario, speed: FASTEST + 1 }).catch((error: unknown) => error);
    expect(refused).to.be.an('error');
    expect(await runningSimulator(scenario)).to.equal(use.simulator);
    expect(use.simulator.world.speed).to.equal(1);
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      use.release();
      mock.timers.tick(30_000);
    } finally {
      mock.timers.reset();
    }
    expect(await runningSimulator(scenario), 'once nobody uses it any more').to.equal(undefined);
  });

  it('starts again after a start that failed', async () => {
    const refused = await acquireSimulator({ scenario, speed: -1 }).catch((error: unknown) => error);
    expect(refused).to.be.an('error');
    expect((await acquireSimulator({ scenario, speed: 1 })).simulator.world.speed).to.equal(1);
  });
});

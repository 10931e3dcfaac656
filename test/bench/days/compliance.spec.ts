import { expect } from 'chai';
import { Compliance } from '../../../bench/days/compliance';
import { startSimulator, type Simulator } from '../../../simulator/index';

const SECOND = 1_000;

describe('whether a charger of the simulated days follows its commands', () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await startSimulator({ scenario: 'home', speed: 0 })));
  afterEach(() => simulator.stop());

  /** Checks once a second for some seconds. */
  function wait(compliance: Compliance, payload: boolean, seconds: number): void {
    for (let passed = 0; passed < seconds; passed += 1) {
      simulator.world.advance(SECOND);
      compliance.check(simulator, { payload });
    }
  }

  it('counts a command that it follows, and how long one lasts that it does not follow', () => {
    const compliance = new Compliance('Garage');
    wait(compliance, true, 30);
    expect(compliance).to.include({ changes: 1, followed: 1, longestS: 0 });
    // Nobody has told the charger.
    wait(compliance, false, 31);
    expect(compliance).to.include({ changes: 2, followed: 1, longestS: 30 });
    // Each command is measured from its own beginning.
    wait(compliance, true, 5);
    expect(compliance).to.include({ changes: 3, followed: 2, longestS: 30 });
  });

  it('follows nothing without a car', () => {
    const compliance = new Compliance('Carport');
    const carport = simulator.world.findCharger('Carport');
    expect(carport?.car).to.equal(undefined);
    wait(compliance, true, 5);
    expect(compliance).to.include({ changes: 1, followed: 0, longestS: 0 });
  });
});

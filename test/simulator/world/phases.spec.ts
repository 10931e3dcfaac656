import { expect } from 'chai';
import type { ChargerModel } from '../../../simulator/world/model';
import { passSeconds, NEVER_FULL, valueOf, worldOf } from '../../support/simulator/worlds';

function charging(model: ChargerModel, phases: 1 | 3 = 3, scenario = 'home') {
  const world = worldOf(scenario);
  const [installation] = world.installations.values();
  if (!installation) throw new Error('no installation');
  for (const other of world.chargers.values()) world.unplug(other.id);
  const charger = world.addCharger(installation.id, { model, name: 'Under test' });
  world.plug(charger.id, { ...NEVER_FULL, phases });
  passSeconds(world, 15);
  const give = (...currents: [number, number, number]): void => {
    world.setAvailableCurrent(installation.id, currents);
    passSeconds(world, 5);
  };
  const used = (): number => charger.currents.filter((ampere) => ampere > 0).length;
  return { world, charger, installation, give, used };
}

describe('the phases of a session', () => {
  it('of a Go 2 are switched at the threshold, on L1', () => {
    const { charger, give, used } = charging('Go 2');
    give(10, 10, 10);
    expect(used()).to.equal(3);
    expect(valueOf(charger, 519)).to.equal('4');
    give(7.5, 10, 10);
    expect(charger.currents).to.deep.equal([7.5, 0, 0]);
    expect(valueOf(charger, 519)).to.equal('1');
    expect(charger.session?.phaseSwitches).to.equal(1);
  });

  it('of a Go 2 return to three only where all are above the threshold and equal', () => {
    const { give, used } = charging('Go 2');
    give(7, 7, 7);
    expect(used()).to.equal(1);
    give(12, 12, 11);
    expect(used()).to.equal(1);
    give(8, 8, 8);
    expect(used()).to.equal(1);
    give(12, 12, 12);
    expect(used()).to.equal(3);
  });

  it('of a Go 2 are switched at most five times in a session', () => {
    const { world, charger, give, used } = charging('Go 2');
    for (let round = 0; round < 5; round++) {
      give(7, 7, 7);
      give(12, 12, 12);
    }
    expect(charger.session?.phaseSwitches).to.equal(5);
    expect(used()).to.equal(1);
    world.unplug(charger.id);
    world.plug(charger.id, NEVER_FULL);
    passSeconds(world, 15);
    expect(used()).to.equal(3);
  });

  it('of a Go 2 do not change while it is offline or stand-alone', () => {
    for (const leave of ['setOnline', 'setStandAlone'] as const) {
      const { world, charger, give, used } = charging('Go 2');
      world[leave](charger.id, leave === 'setStandAlone');
      give(7, 7, 7);
      expect(used(), leave).to.equal(3);
      expect(charger.session?.phaseSwitches, leave).to.equal(0);
    }
  });

  it('of a Go 2 are one where its setting or the wiring allows no more', () => {
    const set = charging('Go 2');
    set.world.updateCharger(set.charger.id, { maxChargePhases: 1 });
    set.give(16, 16, 16);
    expect(set.used()).to.equal(1);
    const wired = charging('Go 2');
    Object.assign(wired.installation, { networkType: 3 });
    wired.give(16, 16, 16);
    expect(wired.charger.currents).to.deep.equal([16, 0, 0]);
    expect(wired.charger.session?.phaseSwitches).to.equal(0);
  });

  it('of a Go 2 are always three with threshold 0, and always one with 32', () => {
    const { world, installation, give, used } = charging('Go 2');
    world.updateInstallation(installation.id, { threeToOnePhaseSwitchCurrent: 32 });
    passSeconds(world, 5);
    expect(used()).to.equal(1);
    world.updateInstallation(installation.id, { threeToOnePhaseSwitchCurrent: 0 });
    give(7, 7, 9);
    expect(used()).to.equal(3);
  });

  it('of a Go do not change in a session', () => {
    const { world, charger, give, used } = charging('Go');
    give(7, 7, 7);
    expect(used()).to.equal(3);
    world.updateCharger(charger.id, { maxChargePhases: 1 });
    passSeconds(world, 10);
    expect(used()).to.equal(3);
    world.unplug(charger.id);
    world.plug(charger.id, NEVER_FULL);
    passSeconds(world, 15);
    expect(used()).to.equal(1);
  });

  it('of a Pro follow maxChargePhases', () => {
    const { world, charger, used } = charging('Pro', 3, 'apm');
    expect(used()).to.equal(3);
    world.updateCharger(charger.id, { maxChargePhases: 1 });
    passSeconds(world, 5);
    expect(used()).to.equal(1);
    expect(valueOf(charger, 520)).to.equal('1');
  });

  it('of single-phase cars differ between Pros and are L1 on a Go', () => {
    const { world, installation } = charging('Pro', 1, 'apm');
    const others = [1, 2].map((number) => world.addCharger(installation.id, { model: 'Pro', name: `N${number}` }));
    const go = world.addCharger(installation.id, { model: 'Go', name: 'Go' });
    for (const { id } of [...others, go]) world.plug(id, { ...NEVER_FULL, phases: 1 });
    passSeconds(world, 15);
    const pros = [...world.chargers.values()].filter(({ model, car }) => model === 'Pro' && car?.phases === 1);
    expect(new Set(pros.map(({ currents }) => currents.findIndex((ampere) => ampere > 0))).size).to.equal(3);
    expect(go.currents).to.deep.equal([16, 0, 0]);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { allocate, type Budget, type Demand } from '../../../simulator/world/physics/allocation';
import {
  chargerOf,
  installationOf,
  passSeconds,
  NEVER_FULL,
  recordObservations,
  valueOf,
  worldOf,
} from '../../support/simulator/worlds';
import { draws } from '../../support/draws';

const PHASES = [0, 1, 2] as const;

describe('the current of chargers', () => {
  it('changes within 5 s', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.setAvailableCurrent(charger.installationId, [10, 10, 10]);
    world.advance(5000);
    expect(charger.currents).to.deep.equal([10, 10, 10]);
    expect(valueOf(charger, 708)).to.equal('10.000');
    expect(Number(valueOf(charger, 507))).to.be.closeTo(10, 0.1);
    expect(charger.powerW).to.be.closeTo(6900, 100);
  });

  it('changes within 5 s of world time in a fast world, too', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.setAvailableCurrent(charger.installationId, [10, 10, 10]);
    const reported = recordObservations(world, charger.id);
    const changedAt = world.now;
    world.advance(3_600_000);
    const allocated = reported.find(({ id }) => id === 708);
    expect(allocated?.value).to.equal('10.000');
    expect((allocated?.at ?? Infinity) - changedAt).to.be.at.most(5000);
  });

  it('is the lowest of three unequal phases for a three-phase car, and that of its phase for a single-phase car', () => {
    for (const model of ['Pro', 'Go', 'Go 2'] as const) {
      const world = worldOf('home');
      for (const { id } of world.chargers.values()) world.unplug(id);
      const { id: installationId } = installationOf(world, chargerOf(world, 'Garage'));
      const charger = world.addCharger(installationId, { model });
      world.setAvailableCurrent(installationId, [16, 9, 12]);
      world.plug(charger.id, NEVER_FULL);
      passSeconds(world, 15);
      expect(charger.currents, model).to.deep.equal([9, 9, 9]);
      world.unplug(charger.id);
      world.plug(charger.id, { ...NEVER_FULL, phases: 1 });
      passSeconds(world, 15);
      const phase = charger.currents.findIndex((ampere) => ampere > 0);
      expect(charger.currents[phase], model).to.equal([16, 9, 12][phase]);
    }
  });

  it('flows at 6 A and not below', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.setAvailableCurrent(charger.installationId, [6, 6, 6]);
    passSeconds(world, 20);
    expect(charger.currents).to.deep.equal([6, 6, 6]);
    world.setAvailableCurrent(charger.installationId, [6, 5.9, 6]);
    world.advance(5000);
    expect(charger.currents).to.deep.equal([0, 0, 0]);
    expect(charger.powerW).to.equal(0);
    expect(valueOf(charger, 708)).to.equal('0.000');
  });

  it('is limited to the fuse', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.setAvailableCurrent(charger.installationId, [-3, 20, 400]);
    expect(world.installations.get(charger.installationId)?.availableCurrent).to.deep.equal([0, 20, 32]);
  });

  it('is ignored by a stand-alone charger', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.setStandAlone(charger.id, true);
    world.setAvailableCurrent(charger.installationId, [0, 0, 0]);
    passSeconds(world, 60);
    expect(charger.currents).to.deep.equal([16, 16, 16]);
    expect(valueOf(charger, 712)).to.equal('1');
  });

  it('follows maxChargeCurrent and maxChargePhases', () => {
    const world = worldOf('apm');
    const charger = chargerOf(world, 'Left');
    world.updateCharger(charger.id, { maxChargeCurrent: 8, maxChargePhases: 1 });
    passSeconds(world, 10);
    expect(charger.currents.filter((ampere) => ampere === 8)).to.have.lengthOf(1);
    expect(valueOf(charger, 510)).to.equal('8.000');
    world.updateCharger(charger.id, { maxChargeCurrent: 5 });
    passSeconds(world, 5);
    expect(charger.powerW).to.equal(0);
  });

  it('is shared, with a prioritised session first', () => {
    const world = worldOf('home');
    const [garage, carport] = [chargerOf(world, 'Garage'), chargerOf(world, 'Carport')];
    world.setAvailableCurrent(garage.installationId, [20, 20, 20]);
    world.plug(carport.id, NEVER_FULL);
    passSeconds(world, 20);
    expect([garage.allocatedA, carport.allocatedA]).to.deep.equal([10, 10]);
    expect(world.prioritise(carport.session?.id ?? '', { phases: 3, current: 14 })).to.equal(true);
    passSeconds(world, 5);
    expect([garage.allocatedA, carport.allocatedA]).to.deep.equal([6, 14]);
    expect(world.prioritise('00000000-0000-4000-8000-000000000000', { phases: 1, current: 6 })).to.equal(false);
  });

  it('is the minimum at least for a session with a priority of phases alone', () => {
    const world = worldOf('home');
    const [garage, carport] = [chargerOf(world, 'Garage'), chargerOf(world, 'Carport')];
    world.setAvailableCurrent(garage.installationId, [11, 11, 11]);
    world.plug(carport.id, NEVER_FULL);
    passSeconds(world, 20);
    expect([garage.allocatedA, carport.allocatedA]).to.deep.equal([11, 0]);
    expect(world.prioritise(carport.session?.id ?? '', { phases: 3 })).to.equal(true);
    passSeconds(world, 5);
    expect([garage.allocatedA, carport.allocatedA]).to.deep.equal([0, 11]);
  });

  it('is the maximum again when it is unset', () => {
    const world = worldOf('home');
    const garage = chargerOf(world, 'Garage');
    const [site] = [...world.installations.values()];
    world.setAvailableCurrent(site!.id, [8, 8, 8]);
    passSeconds(world, 10);
    expect([garage.allocatedA, site!.availableCurrentUnset]).to.deep.equal([8, undefined]);
    world.unsetAvailableCurrent(site!.id);
    passSeconds(world, 10);
    expect([garage.allocatedA, site!.availableCurrentUnset]).to.deep.equal([16, true]);
    world.updateInstallation(site!.id, { maxCurrent: 10 });
    world.updateInstallation(site!.id, { maxCurrent: 25 });
    expect([site!.availableCurrent, site!.availableCurrentUnset]).to.deep.equal([[25, 25, 25], true]);
  });

  it('goes to the first session where it suffices for one only', () => {
    const world = worldOf('home');
    const [garage, carport] = [chargerOf(world, 'Garage'), chargerOf(world, 'Carport')];
    world.setAvailableCurrent(garage.installationId, [11, 11, 11]);
    world.plug(carport.id, NEVER_FULL);
    passSeconds(world, 20);
    expect([garage.allocatedA, carport.allocatedA]).to.deep.equal([11, 0]);
  });

  it('follows the setting for offline chargers', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.updateCharger(charger.id, { offlineChargeCurrent: 9 });
    world.setOnline(charger.id, false);
    passSeconds(world, 5);
    expect(charger.currents).to.deep.equal([9, 9, 9]);
    expect(valueOf(charger, 708)).to.equal('16.000');
    world.setOnline(charger.id, true);
    passSeconds(world, 5);
    expect(valueOf(charger, 708)).to.equal('16.000');
    expect(charger.currents).to.deep.equal([16, 16, 16]);
  });

  it('never exceeds a budget, and no share is between 0 and its minimum', () => {
    const phases = fc.constantFrom<Demand['phases']>(
      [true, true, true],
      [true, false, false],
      [false, true, false],
      [false, false, true],
    );
    const demand: fc.Arbitrary<Demand> = fc.record(
      {
        phases,
        requestedA: fc.double({ min: 0, max: 32, noNaN: true }),
        minA: fc.constantFrom(6, 8, 10),
        prioritisedA: fc.double({ min: 0, max: 40, noNaN: true }),
        circuitId: fc.constantFrom('a', 'b'),
        since: fc.nat(5),
      },
      { requiredKeys: ['phases', 'requestedA', 'minA', 'circuitId', 'since'] },
    );
    const ampere = fc.double({ min: 0, max: 100, noNaN: true });
    const budget: fc.Arbitrary<Budget> = fc.tuple(ampere, ampere, ampere);
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 15 }), budget, budget, budget, (demands, whole, a, b) => {
        const circuits = new Map([
          ['a', a],
          ['b', b],
        ]);
        const shares = allocate(demands, whole, circuits);
        const sum = (of: (demand: Demand) => boolean) =>
          demands.reduce((total, one, index) => total + (of(one) ? shares[index]! : 0), 0);
        for (const phase of PHASES) {
          expect(sum((one) => one.phases[phase])).to.be.at.most(whole[phase] + 1e-6);
          for (const [id, own] of circuits) {
            expect(sum((one) => one.phases[phase] && one.circuitId === id)).to.be.at.most(own[phase] + 1e-6);
          }
        }
        for (const [index, one] of demands.entries()) {
          const share = shares[index]!;
          if (share !== 0) expect(share).to.be.within(one.minA - 2e-6, one.requestedA + 2e-6);
        }
      }),
      { numRuns: draws(500) },
    );
  });

  it('of a housing association stays within its fuse at any time', () => {
    const world = worldOf('housing');
    for (let minute = 0; minute < 12 * 60; minute++) {
      world.advance(60_000);
      for (const installation of world.installations.values()) {
        for (const phase of PHASES) {
          let sum = 0;
          for (const charger of world.chargers.values()) {
            if (charger.installationId === installation.id) sum += charger.currents[phase];
          }
          expect(sum).to.be.at.most(installation.availableCurrent[phase] + 1e-6);
        }
      }
    }
  });
});

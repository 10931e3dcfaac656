import { expect } from 'chai';
import { observedCurrents, standAloneOf, voltageOf } from '../../../src/current/charger-observations';
import { everyPhase } from '../../../src/current/currents';
import { Store } from '../../../src/state/store';
import { clock } from '../../../src/time/clock';
import { OBSERVATION } from '../../../src/zaptec/observation-ids';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';

const HOME = '0a1b2c3d-0000-4000-8000-000000000001';
const AWAY = '0a1b2c3d-0000-4000-8000-000000000002';
const ID = '0a1b2c3d-0000-4000-8000-0000000000a1';
const OTHER = '0a1b2c3d-0000-4000-8000-0000000000a2';
const FOREIGN = '0a1b2c3d-0000-4000-8000-0000000000a3';
const CHARGING = 3;
const DAY = 24 * 3_600_000;

describe('what the chargers of an installation show', () => {
  let timers: FakeTimers;
  let store: Store;

  beforeEach(() => {
    timers = fakeTimers();
    store = new Store();
    store.know([
      { id: ID, installationId: HOME },
      { id: OTHER, installationId: HOME },
      { id: FOREIGN, installationId: AWAY },
    ]);
  });
  afterEach(() => timers.restore());

  const fill = (chargerId: string, values: Partial<Record<keyof typeof OBSERVATION, number>>) => {
    const timestamp = new Date(clock.wall()).toISOString();
    const raws = Object.entries(values).map(([name, value]) => ({
      ...{ chargerId, stateId: OBSERVATION[name as keyof typeof OBSERVATION], valueAsString: String(value), timestamp },
    }));
    store.fill(chargerId, raws, clock.now());
  };
  const charges = (id: string, ChargeCurrentSet: number, CurrentPhase1 = 0) =>
    fill(id, { ChargerOperationMode: CHARGING, ChargeCurrentSet, CurrentPhase1 });
  const observed = (ampere = 10) => observedCurrents(store, HOME, everyPhase(ampere));

  for (const [what, allotted, agrees] of [
    ['agrees with 10 A where a charger is allotted as much, more or less', [10.6], true],
    ['agrees where one of several is', [6, 9.4], true],
    ['says nothing where all are allotted less', [9.3, 6], undefined],
    ['contradicts 10 A where a charger is allotted more', [10.7], false],
    ['contradicts it although another one agrees', [10, 10.7], false],
  ] as const) {
    it(what, () => {
      [ID, OTHER].forEach((id, index) => allotted[index] !== undefined && charges(id, allotted[index]));
      expect(observed()?.agrees).to.equal(agrees);
    });
  }

  it('is compared with the highest phase', () => {
    charges(ID, 16);
    expect(observedCurrents(store, HOME, { phase1: 6, phase2: 16, phase3: 10 })?.agrees).to.equal(true);
  });

  it('agrees with no pause because nothing is allotted', () => {
    charges(ID, 0);
    expect(observed(0)?.agrees).to.equal(undefined);
    charges(OTHER, 6);
    expect(observed(0)?.agrees).to.equal(false);
  });

  it('is what is allotted to those that charge, and no others', () => {
    fill(ID, { ChargerOperationMode: 2, ChargeCurrentSet: 32 });
    expect(observed()).to.deep.equal({ chargers: [everyPhase(0)], agrees: undefined });
  });

  it('is what each takes, of that installation alone', () => {
    charges(ID, 10, 9);
    charges(OTHER, 10, 7);
    charges(FOREIGN, 32, 32);
    expect(observed()).to.deep.equal({
      ...{
        chargers: [
          { ...everyPhase(0), phase1: 9 },
          { ...everyPhase(0), phase1: 7 },
        ],
        agrees: true,
      },
    });
  });

  it('is nothing where no charger was ever read, and where all of it is stale', () => {
    expect(observed()).to.equal(undefined);
    charges(ID, 10, 9);
    timers.tick(DAY);
    expect(observed()).to.equal(undefined);
    charges(OTHER, 6, 5);
    expect(observed(), 'the stale one is left out').to.deep.equal({
      ...{ chargers: [{ ...everyPhase(0), phase1: 5 }], agrees: undefined },
    });
  });

  it('is the mean voltage of the phases of one that charges, while that is not stale', () => {
    fill(ID, { ChargerOperationMode: 1, VoltagePhase1: 200 });
    expect(voltageOf(store, HOME)).to.equal(undefined);
    fill(OTHER, { ChargerOperationMode: CHARGING, VoltagePhase1: 230, VoltagePhase3: 240 });
    expect(voltageOf(store, HOME)).to.equal(235);
    expect(voltageOf(store, AWAY)).to.equal(undefined);
    timers.tick(DAY);
    expect(voltageOf(store, HOME)).to.equal(undefined);
  });

  it('is the voltage of the next one where one that charges shows none', () => {
    fill(ID, { ChargerOperationMode: CHARGING });
    fill(OTHER, { ChargerOperationMode: CHARGING, VoltagePhase2: 231 });
    expect(voltageOf(store, HOME)).to.equal(231);
  });

  it('is which work stand-alone, of those that say so', () => {
    expect(standAloneOf(store, HOME)).to.deep.equal([]);
    fill(ID, { IsStandAlone: 1 });
    fill(OTHER, { ChargerOperationMode: 1 });
    fill(FOREIGN, { IsStandAlone: 0 });
    expect(standAloneOf(store, HOME)).to.deep.equal([true]);
    fill(OTHER, { IsStandAlone: 0 });
    expect(standAloneOf(store, HOME)).to.have.members([true, false]);
  });
});

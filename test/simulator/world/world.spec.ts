import { deepStrictEqual } from 'node:assert';
import { expect } from 'chai';
import { sunAt } from '../../../simulator/world/house/sun';
import { World } from '../../../simulator/world/world';
import { parseScenario, SCENARIOS } from '../../../simulator/world/scenarios';
import { ManualClock, START } from '../../support/simulator/manual-clock';
import {
  chargerOf,
  passSeconds,
  NEVER_FULL,
  recordObservations,
  valueOf,
  worldOf,
} from '../../support/simulator/worlds';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function observationsOfADay(seed: number) {
  const clock = new ManualClock();
  const world = worldOf('housing', seed, clock);
  const seen = recordObservations(world);
  world.unplug(chargerOf(world, 'P001').id);
  for (let minute = 0; minute < 6 * 60; minute++) {
    clock.advance(60_000);
    world.catchUp();
  }
  world.plug(chargerOf(world, 'P005').id);
  world.advance(86_400_000);
  return { seen, history: world.history, meter: world.meter() };
}

describe('the world', () => {
  it('is the same for the same seed and the same calls', () => {
    // Chai takes almost as long to compare so much as the worlds take to run.
    deepStrictEqual(observationsOfADay(7), observationsOfADay(7));
  }).timeout(120_000);

  it('differs for another seed', () => {
    const [one, two] = [worldOf('home', 1), worldOf('home', 2)];
    expect([...one.chargers.keys()]).to.not.deep.equal([...two.chargers.keys()]);
  });

  it('advances with the clock times its speed, or by advance alone', () => {
    const clock = new ManualClock();
    const world = new World({ scenario: 'home', seed: 1, speed: 60, clock });
    clock.advance(10_000);
    world.catchUp();
    expect(world.now).to.equal(START + 600_000);
    world.setSpeed(0);
    clock.advance(10_000);
    world.catchUp();
    expect(world.now).to.equal(START + 600_000);
    world.advance(5000);
    expect(world.now).to.equal(START + 605_000);
    world.setSpeed(0.3);
    clock.advance(5);
    world.catchUp();
    expect(world.now).to.equal(START + 605_001);
  });

  it('applies each action at its time, also without a step in between', () => {
    const clock = new ManualClock();
    const world = worldOf('home', 1, clock);
    const garage = chargerOf(world, 'Garage');
    const seen = recordObservations(world, garage.id);
    clock.advance(7000);
    world.unplug(garage.id);
    clock.advance(7000);
    world.plug(garage.id);
    expect(seen.filter(({ id }) => id === 710).map(({ at }) => at - START)).to.deep.equal([7000, 14_000]);
  });

  it('does not go back with a clock that is set back', () => {
    const clock = new ManualClock();
    const world = worldOf('home', 1, clock);
    clock.advance(-60_000);
    world.catchUp();
    expect(world.now).to.equal(START);
    clock.advance(1000);
    world.catchUp();
    expect(world.now).to.equal(START + 1000);
  });

  it('keeps the demonstration charging for six hours', () => {
    for (const [scenario, name] of [
      ['home', 'Garage'],
      ['housing', 'P001'],
    ] as const) {
      const world = worldOf(scenario);
      for (let minute = 0; minute < 360; minute++) {
        world.advance(60_000);
        expect(chargerOf(world, name)).to.include({ mode: 3, online: true });
        expect(chargerOf(world, name).powerW).to.be.greaterThan(0);
      }
    }
  });

  it('has cars that come in the afternoon and leave in the morning', () => {
    const world = worldOf('fleet:50');
    const connected = () => [...world.chargers.values()].filter(({ car }) => car).length;
    world.advance(13 * 3_600_000);
    const night = connected();
    world.advance(13 * 3_600_000);
    const noon = connected();
    expect(night).to.be.greaterThan(20);
    expect(noon).to.be.lessThan(10);
  });

  it('has 130 chargers in the housing association, in every state there is', () => {
    const world = worldOf('housing');
    const chargers = [...world.chargers.values()];
    expect(chargers).to.have.lengthOf(130);
    expect([...world.installations.values()].map(({ name }) => name)).to.deep.equal(['Riverside', 'Riverside Guests']);
    const count = (test: (charger: (typeof chargers)[number]) => boolean) => chargers.filter(test).length;
    expect(count(({ mode }) => mode === 1)).to.be.within(45, 85);
    expect(count(({ mode }) => mode === 2)).to.be.greaterThan(0);
    expect(count(({ mode }) => mode === 3)).to.be.greaterThan(10);
    expect(count(({ mode, finalStop }) => mode === 5 && finalStop)).to.be.greaterThan(0);
    expect(count(({ mode, finalStop }) => mode === 5 && !finalStop)).to.be.greaterThan(0);
    expect(chargerOf(world, 'P013').online).to.equal(false);
    expect(chargerOf(world, 'P130')).to.include({ neverStarted: true, online: false });
    expect(chargerOf(world, 'P130').observations.size).to.equal(0);
    expect(new Set(chargers.map(({ deviceId }) => deviceId)).size).to.equal(130);
    for (const { id, deviceId } of chargers) {
      expect(id).to.match(GUID);
      expect(deviceId).to.match(/^(?:ZPR|ZAP|GPN)\d{6,}$/);
    }
  });

  it('has about 60 observations of a Go, and more of a Pro, all as texts', () => {
    const world = worldOf('apm');
    const [installation] = world.installations.values();
    const go = world.addCharger(installation!.id, { model: 'Go 2' });
    expect(go.observations.size).to.be.within(60, 90);
    expect(JSON.parse(valueOf(go, 100)!)).to.include({ ProductVariant: 'Go2', DeviceType: 'Go' });
    expect(go.observations.get(-1)).to.not.have.property('value');
    expect(Number(valueOf(go, 501))).to.be.within(1, 2);
    expect(Number(valueOf(go, 507))).to.be.within(0.01, 0.05);
    expect(Number(valueOf(go, 513))).to.be.within(2, 3.5);
    expect(valueOf(chargerOf(world, 'Left'), 510)).to.equal('32.000');
    expect(valueOf(chargerOf(world, 'Left'), 120)).to.equal('0');
  });

  it('has a past with named and anonymous drivers, a late and a replaced session', () => {
    const { history, chargers, now } = worldOf('home');
    expect(history.length).to.be.greaterThan(20);
    expect(history.some(({ user }) => user)).to.equal(true);
    expect(history.some(({ user }) => !user)).to.equal(true);
    expect(history.filter(({ offline, recognisedAt, endedAt }) => offline && recognisedAt > endedAt)).to.have.lengthOf(
      1,
    );
    const replaced = history.filter(({ replacedBy }) => replacedBy !== undefined);
    expect(replaced).to.have.lengthOf(1);
    expect(history.some(({ id }) => id === replaced[0]?.replacedBy)).to.equal(true);
    for (const session of history) {
      expect(session.endedAt).to.be.within(session.startedAt, now);
      expect(session.recognisedAt).to.be.at.most(now);
      expect(session.readings.at(-1)?.energyKwh).to.equal(session.energyKwh);
      expect(chargers.get(session.chargerId)!.meterKwh).to.be.at.least(session.readings.at(-1)!.meterKwh - 1e-6);
    }
    const ends = history.map(({ endedAt }) => endedAt);
    expect(ends).to.deep.equal([...ends].sort((a, b) => a - b));
  });

  it('has a meter that adds up', () => {
    const world = worldOf('home');
    for (let hour = 0; hour < 30; hour++) {
      world.advance(3_600_000);
      const { gridW, houseW, sunW, chargersW, currentA } = world.meter();
      expect(gridW).to.equal(houseW + chargersW - sunW);
      expect(houseW).to.be.within(100, 5000);
      const ampere = currentA.phase1 + currentA.phase2 + currentA.phase3;
      expect(ampere * 230).to.be.closeTo(gridW, 150);
    }
  });

  it('has sun in the daytime only', () => {
    const clock = new ManualClock();
    clock.advance(13 * 3_600_000);
    const night = worldOf('home', 1, clock);
    expect(night.meter().sunW).to.equal(0);
    expect(worldOf('home').meter().sunW).to.be.greaterThan(300);
  });

  it('finds a charger by id, serial number or name, and adds and removes chargers', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    expect(world.findCharger(charger.id.toUpperCase())).to.equal(charger);
    expect(world.findCharger(charger.deviceId.toLowerCase())).to.equal(charger);
    expect(world.findCharger('garage')).to.equal(charger);
    const added = world.addCharger(charger.installationId, { name: 'Barn', model: 'Pro' });
    expect(world.findCharger('Barn')).to.equal(added);
    world.plug(added.id, NEVER_FULL);
    passSeconds(world, 15);
    expect(added.mode).to.equal(3);
    world.removeCharger(added.id);
    expect(world.findCharger('Barn')).to.equal(undefined);
    expect(() => world.plug(added.id)).to.throw(/^charger: there is no /);
    expect(() => world.addCharger('x')).to.throw(/^installation: there is no x/);
  });

  it('stops calling a removed listener', () => {
    const world = worldOf('home');
    let count = 0;
    world.onObservation(() => count++)();
    world.advance(60_000);
    expect(count).to.equal(0);
  });

  it('begins the sunny home at ten on a summer morning, and the sun is enough for the car from then until evening', () => {
    const clock = new ManualClock();
    for (let hour = 0; hour < 24; hour += 1) {
      const world = worldOf('sunny', 1, clock);
      const begun = new Date(world.now + 3_600_000);
      expect([begun.getUTCHours(), begun.getUTCMinutes()], 'local time').to.deep.equal([10, 0]);
      expect(world.now - clock.now()).to.be.within(0, 86_400_000);
      expect(world.season).to.equal('summer');
      expect(chargerOf(world, 'Garage').mode).to.equal(3);
      const least = 6 * 230;
      let enough = 0;
      for (let minute = 0; minute < 8 * 60; minute++) {
        if (sunAt(1, 'summer', world.now + minute * 60_000) > least) enough++;
      }
      expect(enough / (8 * 60), 'part of the day').to.be.above(0.9);
      clock.advance(3_600_000);
    }
  });

  it('gives another scenario the season that was chosen before', () => {
    const world = worldOf('sunny');
    world.restart('home', 1);
    expect(world.season).to.equal('any');
    world.setSeason('winter');
    world.restart('sunny', 1);
    expect(world.season).to.equal('summer');
    world.restart('home', 1);
    expect(world.season).to.equal('winter');
  });

  it('parses the names of scenarios', () => {
    for (const name of Object.keys(SCENARIOS)) expect(parseScenario(name)).to.deep.equal({ name });
    expect(parseScenario('fleet:250')).to.deep.equal({ name: 'fleet', chargers: 250 });
    for (const wrong of [
      '',
      'house',
      'home:3',
      'fleet:',
      'fleet:0',
      'fleet:x',
      'fleet:1:2',
      'fleet:99999',
      'toString',
    ]) {
      expect(() => parseScenario(wrong), wrong).to.throw(/^scenario: ".*" is not possible; use /);
    }
    expect(worldOf('fleet:450').chargers.size).to.equal(450);
    expect(worldOf('fleet:450').installations.size).to.equal(3);
  });

  it('advances quickly', () => {
    const clock = new ManualClock();
    const world = worldOf('home', 1, clock);
    const before = process.cpuUsage();
    for (let second = 0; second < 86_400; second++) {
      clock.advance(1000);
      world.catchUp();
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).to.be.lessThan(5);
    const begun = process.cpuUsage();
    worldOf('fleet');
    const start = process.cpuUsage(begun);
    expect((start.user + start.system) / 1e6).to.be.lessThan(3);
  });
});

import { expect } from 'chai';
import type { Charger } from '../../../simulator/world/model';
import type { World } from '../../../simulator/world/world';
import { chargerOf, passSeconds, NEVER_FULL, valueOf, worldOf } from '../../support/simulator/worlds';

type Prepare = (world: World, charger: Charger) => void;

const free: Prepare = () => undefined;
const waiting: Prepare = (world, charger) => {
  world.updateInstallation(charger.installationId, { authenticationRequired: true });
  world.plug(charger.id, NEVER_FULL);
};
const charging: Prepare = (world, { id }) => {
  world.plug(id, NEVER_FULL);
  passSeconds(world, 15);
};
const full: Prepare = (world, { id }) => {
  world.plug(id, { ...NEVER_FULL, charge: 0.8, target: 0.8 });
  passSeconds(world, 15);
};
const paused: Prepare = (world, charger) => {
  charging(world, charger);
  world.command(charger.id, 506);
};
const scheduled: Prepare = (world, charger) => {
  world.schedule(charger.id, world.now + 3_600_000);
  charging(world, charger);
};
const offline: Prepare = (world, { id }) => world.setOnline(id, false);

const RESUME_TEXT = 'Charging is not Paused nor Scheduled; Resume command cannot be sent';

/** The table of docs/zaptec-api.md, "Command refusals"; without an answer the command succeeds. */
const ROWS: [state: string, prepare: Prepare, command: number, answer?: { code: number; details: string | null }][] = [
  ['free', free, 506, { code: 528, details: null }],
  ['waiting', waiting, 506],
  ['charging', charging, 506],
  ['full', full, 506],
  ['paused', paused, 506, { code: 528, details: null }],
  ['free', free, 507, { code: 528, details: RESUME_TEXT }],
  ['waiting', waiting, 507, { code: 528, details: RESUME_TEXT }],
  ['charging', charging, 507, { code: 528, details: RESUME_TEXT }],
  ['full', full, 507, { code: 528, details: RESUME_TEXT }],
  ['paused', paused, 507],
  ['scheduled', scheduled, 507],
  ['free', free, 10_001],
  ['charging', charging, 10_001],
  ['paused', paused, 10_001],
  ['free', free, 102],
  ['charging', charging, 102],
  ['free', free, 200],
  ['charging', charging, 200],
  ['free', free, 501, { code: 519, details: null }],
  ['free', free, 999_999, { code: 519, details: null }],
  ['offline', offline, 506, { code: 520, details: null }],
  ['offline', offline, 102, { code: 520, details: null }],
];

describe('the commands of a charger', () => {
  for (const [state, prepare, command, answer] of ROWS) {
    it(`answer ${answer ? answer.code : 'done'} to ${command} while the charger is ${state}`, () => {
      const world = worldOf('home');
      const charger = chargerOf(world, 'Carport');
      prepare(world, charger);
      expect(world.command(charger.id, command)).to.deep.equal(answer);
    });
  }

  it('include 507, which starts a scheduled charger', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Carport');
    scheduled(world, charger);
    expect(charger.mode).to.equal(2);
    world.command(charger.id, 507);
    passSeconds(world, 15);
    expect(charger.mode).to.equal(3);
  });

  it('include 102, after which the charger is offline for about 20 s and then continues', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const session = charger.session?.id;
    world.command(charger.id, 102);
    expect(charger.online).to.equal(false);
    expect(valueOf(charger, -2)).to.equal('0');
    expect(charger.powerW).to.equal(0);
    passSeconds(world, 15);
    expect(charger.online).to.equal(false);
    passSeconds(world, 20);
    expect(charger.online).to.equal(true);
    expect(valueOf(charger, -2)).to.equal('1');
    expect(charger.session?.id).to.equal(session);
    expect(charger.powerW).to.be.greaterThan(5000);
  });

  it('include 200, which installs the available firmware after about two minutes', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Carport');
    charger.firmware.available = '9.9.9.9';
    world.command(charger.id, 200);
    passSeconds(world, 60);
    expect(charger.firmware.current).to.not.equal('9.9.9.9');
    passSeconds(world, 70);
    expect(charger.firmware.current).to.equal('9.9.9.9');
    expect(valueOf(charger, 911)).to.equal('9.9.9.9');
  });
});

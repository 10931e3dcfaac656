import { expect } from 'chai';
import type { Charger } from '../../../simulator/world/model';
import type { World } from '../../../simulator/world/world';
import {
  chargerOf,
  installationOf,
  passSeconds,
  NEVER_FULL,
  recordObservations,
  valueOf,
  worldOf,
} from '../../support/simulator/worlds';

interface Row {
  title: string;
  authentication?: boolean;
  before?: (world: World, charger: Charger) => void;
  event: (world: World, charger: Charger) => void;
  seconds: number;
  mode: number;
  paused?: boolean;
  session: boolean;
  flows: boolean;
}

const plug = (world: World, { id }: Charger) => world.plug(id, NEVER_FULL);
const charge = (world: World, charger: Charger) => {
  plug(world, charger);
  world.authorise(charger.id);
  passSeconds(world, 15);
};
const command =
  (id: number) =>
  (world: World, charger: Charger): void => {
    expect(world.command(charger.id, id)).to.equal(undefined);
  };
const pause = (world: World, charger: Charger) => {
  charge(world, charger);
  command(506)(world, charger);
};
const starve = (world: World, charger: Charger) => world.setAvailableCurrent(charger.installationId, [5, 5, 5]);
const reauthorise = (world: World, charger: Charger) => {
  command(507)(world, charger);
  world.authorise(charger.id);
};

/** The rows of docs/zaptec-api.md, "State machine". */
const ROWS: Row[] = [
  { title: '1, cable in: waits first', event: plug, seconds: 0, mode: 2, session: true, flows: false },
  { title: '1, cable in: then charges', event: plug, seconds: 15, mode: 3, session: true, flows: true },
  {
    title: '1, cable in, authorisation required',
    authentication: true,
    event: plug,
    seconds: 60,
    mode: 2,
    session: false,
    flows: false,
  },
  {
    title: '2, authorised',
    authentication: true,
    before: plug,
    event: (world, { id }) => world.authorise(id),
    seconds: 15,
    mode: 3,
    session: true,
    flows: true,
  },
  {
    title: '3, 506',
    before: charge,
    event: command(506),
    seconds: 0,
    mode: 5,
    paused: true,
    session: true,
    flows: false,
  },
  { title: '5 paused, 507', before: pause, event: command(507), seconds: 15, mode: 3, session: true, flows: true },
  {
    title: '5 paused, 507, authorisation required',
    authentication: true,
    before: pause,
    event: command(507),
    seconds: 30,
    mode: 2,
    session: true,
    flows: false,
  },
  {
    title: '5 paused, 507, then authorised',
    authentication: true,
    before: pause,
    event: reauthorise,
    seconds: 15,
    mode: 3,
    session: true,
    flows: true,
  },
  {
    title: '3, car full',
    before: (world, { id }) => world.plug(id, { ...NEVER_FULL, batteryKwh: 50, charge: 0.799, target: 0.8 }),
    event: () => undefined,
    seconds: 120,
    mode: 5,
    session: true,
    flows: false,
  },
  { title: '3, too little current', before: charge, event: starve, seconds: 20, mode: 2, session: true, flows: false },
  {
    title: '3, 10001: begins anew',
    before: charge,
    event: command(10_001),
    seconds: 20,
    mode: 3,
    session: true,
    flows: true,
  },
  {
    title: '3, 10001, authorisation required',
    authentication: true,
    before: charge,
    event: command(10_001),
    seconds: 20,
    mode: 2,
    session: false,
    flows: false,
  },
  {
    title: '3, cable out',
    before: charge,
    event: (world, { id }) => world.unplug(id),
    seconds: 0,
    mode: 1,
    session: false,
    flows: false,
  },
];

describe('the state machine of a charger', () => {
  for (const row of ROWS) {
    it(`${row.title} → ${row.mode}${row.paused ? ' paused' : ''}`, () => {
      const world = worldOf('home');
      const charger = chargerOf(world, 'Carport');
      world.updateInstallation(charger.installationId, { authenticationRequired: row.authentication ?? false });
      row.before?.(world, charger);
      row.event(world, charger);
      passSeconds(world, row.seconds);
      expect(charger.mode).to.equal(row.mode);
      expect(valueOf(charger, 710)).to.equal(String(row.mode));
      expect(valueOf(charger, 718)).to.equal(row.paused ? '1' : '0');
      expect(charger.session !== undefined).to.equal(row.session);
      expect(valueOf(charger, 721)).to.equal(charger.session?.id ?? '');
      expect(charger.powerW > 0).to.equal(row.flows);
      expect(charger.allocatedA > 0).to.equal(row.flows);
      expect(Number(valueOf(charger, 708)) > 0).to.equal(row.flows);
    });
  }

  it('starts a new session after 10001, and adds the old one to the history', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    const before = charger.session?.id;
    world.command(charger.id, 10_001);
    expect(charger.session).to.equal(undefined);
    passSeconds(world, 20);
    expect(charger.session?.id).to.be.a('string').and.not.equal(before);
    expect(world.history.at(-1)?.id).to.equal(before);
  });

  it('reports the end of a session in varying order', () => {
    const orders = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const world = worldOf('home', seed);
      const charger = chargerOf(world, 'Garage');
      const seen = recordObservations(world, charger.id);
      world.unplug(charger.id);
      const reported = seen.filter(({ id }) => [710, 721, 723].includes(id));
      expect(reported).to.have.lengthOf(3);
      expect(reported.find(({ id }) => id === 721)).to.include({ value: '' });
      orders.add(reported.map(({ id }) => id).join());
    }
    expect(orders.size).to.be.greaterThan(2);
  });

  it('charges again as soon as there is current', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    starve(world, charger);
    passSeconds(world, 60);
    expect(charger.mode).to.equal(2);
    world.setAvailableCurrent(charger.installationId, [10, 10, 10]);
    passSeconds(world, 5);
    expect(charger.mode).to.equal(3);
    expect(charger.currents).to.deep.equal([10, 10, 10]);
  });

  it('delays a scheduled charger until its time', () => {
    const world = worldOf('home');
    const charger = chargerOf(world, 'Garage');
    world.schedule(charger.id, world.now + 60_000);
    passSeconds(world, 30);
    expect(charger.mode).to.equal(2);
    expect(valueOf(charger, 763)).to.be.a('string');
    passSeconds(world, 40);
    expect(charger.mode).to.equal(3);
    expect(valueOf(charger, 763)).to.equal(undefined);
    expect(installationOf(world, charger).name).to.equal('Home');
  });
});

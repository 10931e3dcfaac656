import { expect } from 'chai';
import { Selection } from '../../../nodes/subscribe/selection';

const GARAGE = { id: '0a1b2c3d-0000-4000-8000-0000000000a1', name: 'Garage', deviceId: 'ZAP012345' };
const LEFT = { id: '0a1b2c3d-0000-4000-8000-0000000000a2', name: 'Left' };
const POWER = { id: 513, name: 'TotalChargePower', value: 7000 };

const select = (over: { chargers?: string[]; observations?: string[]; events?: string[] } = {}) =>
  new Selection({ chargers: [], observations: [], events: [], ...over });

describe('the selection of a subscribe node', () => {
  it('contains everything when it is blank or `all`', () => {
    for (const list of [[], ['all'], ['ALL', 'Garage']]) {
      const selection = select({ chargers: list, observations: list, events: list });
      expect(selection.charger(LEFT)).to.equal(true);
      expect(selection.observation(POWER)).to.equal(true);
      expect(selection.event('unplugged')).to.equal(true);
    }
  });

  it('finds a charger by id, serial or name, in any case', () => {
    for (const key of [GARAGE.id.toUpperCase(), 'zap012345', ' garage ']) {
      expect(select({ chargers: [key] }).charger(GARAGE), key).to.equal(true);
      expect(select({ chargers: [key] }).charger(LEFT), key).to.equal(false);
    }
    expect(select({ chargers: ['left', 'garage'] }).charger(GARAGE)).to.equal(true);
    expect(select({ chargers: ['left'] }).charger({ id: GARAGE.id }), 'one that no list names').to.equal(false);
  });

  it('finds an observation by id or name', () => {
    for (const key of ['513', 'totalchargepower'])
      expect(select({ observations: [key] }).observation(POWER)).to.equal(true);
    expect(select({ observations: ['51', 'Power'] }).observation(POWER)).to.equal(false);
  });

  it('finds an event by its name', () => {
    expect(select({ events: ['unplugged'] }).event('unplugged')).to.equal(true);
    expect(select({ events: ['unplugged'] }).event('plugged-in')).to.equal(false);
  });

  it('names the chargers that do not exist', () => {
    expect(select({ chargers: ['Garage', 'Shed'] }).missing([GARAGE, LEFT])).to.deep.equal([
      'shed (the nearest: Left, Garage)',
    ]);
    expect(select().missing([])).to.deep.equal([]);
  });

  it('adds to a snapshot only the observations that it names', () => {
    expect(select().named(() => [POWER])).to.equal(undefined);
    expect(
      select({ observations: ['513'] }).named(() => [POWER, { id: 1, name: 'OfflineMode', value: 0 }]),
    ).to.deep.equal(new Set(['TotalChargePower']));
    expect(select({ observations: ['all'] }).named(() => [POWER])).to.deep.equal(new Set(['TotalChargePower']));
  });
});

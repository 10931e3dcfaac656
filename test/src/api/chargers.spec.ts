import { expect } from 'chai';
import { GARAGE, ScriptedCloud } from '../../support/scripted-cloud';

describe('the state of a charger', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  const state = (mode: string) => [
    { ChargerId: GARAGE, StateId: 710, Timestamp: '2026-05-04T09:58:11.007', ValueAsString: mode },
    { ChargerId: GARAGE, StateId: -1, Timestamp: '2026-05-04T09:58:11' },
    'strange',
    { StateId: 'x' },
  ];
  const read = (options = {}) => cloud.clock.until(cloud.client.chargers.state(GARAGE, options));

  it('leaves out entries of an unexpected form', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = state('3');
    expect((await read()).data).to.deep.equal([
      { chargerId: GARAGE, stateId: 710, timestamp: '2026-05-04T09:58:11.007Z', valueAsString: '3' },
      { chargerId: GARAGE, stateId: -1, timestamp: '2026-05-04T09:58:11.000Z' },
    ]);
  });

  for (const [mode, floorMs] of [
    ['3', 60_000],
    ['1', 600_000],
  ] as const) {
    it(`in mode ${mode} is read at most every ${floorMs / 1000} s`, async () => {
      cloud.routes[`/api/chargers/${GARAGE}/state`] = state(mode);
      await read();
      await cloud.clock.advance(floorMs - 1_000);
      expect((await read()).meta.source).to.equal('cache');
      await cloud.clock.advance(1_500);
      expect((await read()).meta.source).to.equal('rest');
    });
  }

  it('is read anew after a command, and again when the answer may have been old', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = state('1');
    cloud.routes[`/api/chargers/${GARAGE}/sendCommand/506`] = null;
    await read();
    await cloud.clock.until(cloud.client.chargers.sendCommand(GARAGE, 'pause'));
    expect((await read()).meta.source).to.equal('rest');
    await cloud.clock.advance(16_000);
    expect((await read()).meta.source).to.equal('rest');
  });
});

describe('a charger', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  for (const [form, answer, what] of [
    ['a list', [], 'a list'],
    ['null', null, 'null'],
    ['a text', 'x', 'a string'],
    ['an object without an id', { Name: 'Garage' }, 'no usable text in the field Id'],
    ['an object whose id is a list', { Id: [] }, 'no usable text in the field Id'],
  ] as const) {
    it(`is an error that says so where the cloud sends ${form}`, async () => {
      cloud.routes[`/api/chargers/${GARAGE}`] = answer;
      const error = await cloud.failing(cloud.client.chargers.get(GARAGE));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain(`Zaptec answered without the charger: it sent ${what}`);
      expect(error.cause.attempts).to.equal(1);
    });
  }

  it('has a state that is a list, and an error says what it is instead', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = { Message: 'x' };
    const error = await cloud.failing(cloud.client.chargers.state(GARAGE));
    expect(error.message).to.contain('Zaptec answered without the state of the charger: it sent an object');
  });

  it('is named in the error of an id that is none', async () => {
    const { chargers } = cloud.client;
    for (const call of [() => chargers.get('Garage'), () => chargers.state('Garage')]) {
      const error = await cloud.failing(call());
      expect(error.code).to.equal('ID_INVALID');
      expect(error.message).to.match(/charger/);
    }
    expect(cloud.server.seen).to.deep.equal([]);
  });

  it('has observations whose time and value are texts, and leaves out what is neither', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = [
      { StateId: 710, Timestamp: [], ValueAsString: {} },
      { StateId: 711, Timestamp: '2026-05-04T09:58:11', ValueAsString: '' },
      { StateId: 1.5, ValueAsString: 'x' },
    ];
    const { data } = await cloud.clock.until(cloud.client.chargers.state(GARAGE));
    expect(data).to.deep.equal([
      { chargerId: GARAGE, stateId: 710 },
      { chargerId: GARAGE, stateId: 711, timestamp: '2026-05-04T09:58:11.000Z', valueAsString: '' },
    ]);
  });

  it('is charging by its operating mode alone, not by another value of 3', async () => {
    cloud.routes[`/api/chargers/${GARAGE}/state`] = [
      { StateId: 710, ValueAsString: '1' },
      { StateId: 507, ValueAsString: '3' },
    ];
    await cloud.clock.until(cloud.client.chargers.state(GARAGE));
    await cloud.clock.advance(120_000);
    expect((await cloud.clock.until(cloud.client.chargers.state(GARAGE))).meta.source).to.equal('cache');
  });
});

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

import { expect } from 'chai';
import { endpointApi, type EndpointApi } from '../../../support/simulator/endpoints';
import { CHARGER, guid, makeCharger, NOW } from '../../../support/simulator/static-world';

const PATH = `/api/chargers/${CHARGER}/state`;

describe('the state of a charger', () => {
  let api: EndpointApi;
  beforeEach(() => (api = endpointApi(2)));

  const set = (value: string) =>
    api.world.charger.observations.set(710, { chargerId: CHARGER, id: 710, value, at: NOW });
  const mode = async (path = PATH): Promise<string> =>
    (await api.get(path)).body.find((entry: any) => entry.StateId === 710).ValueAsString;

  it('is a list without an envelope, sorted by id, without a value for an event', async () => {
    expect((await api.get(PATH)).body).to.deep.equal([
      { ChargerId: CHARGER, StateId: -2, Timestamp: '2026-05-04T09:59:59.27', ValueAsString: '1' },
      { ChargerId: CHARGER, StateId: -1, Timestamp: '2026-05-04T09:59:59.27' },
      { ChargerId: CHARGER, StateId: 710, Timestamp: '2026-05-04T09:59:59.27', ValueAsString: '3' },
    ]);
  });

  for (const [fault, seconds] of [
    [undefined, 15],
    ['stale-state', 60],
  ] as const) {
    it(`is up to ${seconds} s old${fault ? ` under ${fault}` : ''}, for each charger`, async () => {
      if (fault) api.faults.add(fault);
      expect(await mode()).to.equal('3');
      set('5');
      api.time += seconds * 1_000 - 1;
      expect(await mode()).to.equal('3');
      expect(await mode(`/api/chargers/${guid('ca', 2)}/state`)).to.equal('3');
      api.time += 1;
      expect(await mode()).to.equal('5');
      set('1');
      // The age counts from the last fresh answer; a clock set back does not keep the old one.
      expect(await mode()).to.equal('5');
      api.time -= 3_600_000;
      expect(await mode()).to.equal('1');
    });
  }

  it('is empty for a charger that was never started', async () => {
    api.world.put(makeCharger(3, { neverStarted: true }));
    expect((await api.get(`/api/chargers/${guid('ca', 3)}/state`)).body).to.deep.equal([]);
  });

  it('is offline under charger-offline', async () => {
    api.faults.add('charger-offline');
    expect((await api.get(PATH)).body[0].ValueAsString).to.equal('0');
    expect((await api.get(`/api/chargers/${CHARGER}`)).body.IsOnline).to.equal(false);
  });
});

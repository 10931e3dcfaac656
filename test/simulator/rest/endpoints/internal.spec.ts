import { expect } from 'chai';
import { endpointApi, type EndpointApi } from '../../../support/simulator/endpoints';
import { CHARGER, guid, SITE } from '../../../support/simulator/static-world';

describe('the internal endpoints', () => {
  let api: EndpointApi;
  beforeEach(() => (api = endpointApi()));

  it('authorise once, and only with native authentication', async () => {
    const path = `/api/chargers/${CHARGER}/authorizecharge`;
    expect((await api.post(path)).body.Code).to.equal(538);
    Object.assign(api.world.charger, { authorised: false, mode: 2 });
    const answer = await api.post(path);
    expect([answer.status, answer.body, api.world.charger.authorised]).to.deep.equal([200, undefined, true]);
    api.world.site.authenticationType = 2;
    expect((await api.post(path)).body.Code).to.equal(527);
  });

  it('refuse local settings of the wrong type', async () => {
    const path = `/api/chargers/${CHARGER}/localSettings`;
    for (const body of [{ Cable: { PermanentLock: 'yes' } }, { Device: { HmiBrightness: 2 } }, { Cable: [true] }]) {
      expect((await api.post(path, body)).status, JSON.stringify(body)).to.equal(400);
    }
    expect(api.world.charger.local).to.deep.equal({ permanentLock: false, brightness: 0.5 });
  });

  it('answer the latest observations by id', async () => {
    const { body } = await api.get(`/api/chargers/${CHARGER}/live`);
    expect(body).to.include({ Id: CHARGER, OperatingMode: 3 });
    expect(body.State['710']).to.include({ ValueAsString: '3' });
    expect(body.State['-1']).not.to.have.property('ValueAsString');
  });

  it('echo local settings', async () => {
    const { body } = await api.post(`/api/chargers/${CHARGER}/localSettings`, { Cable: { PermanentLock: true } });
    expect(body).to.deep.equal({ Device: { IsStandAlone: false }, Cable: { PermanentLock: true } });
  });

  it('switch authentication and the mode of the current for the portal', async () => {
    for (const [EnabledFeatures, mode] of [
      [4, 2],
      [16, 1],
      [0, 0],
    ]) {
      const { status } = await api.send('PUT', `/api/installation/${SITE}`, { Id: SITE, EnabledFeatures });
      expect([status, api.world.site.availableCurrentMode]).to.deep.equal([200, mode]);
      expect((await api.get(`/api/installation/${SITE}`)).body.EnabledFeatures).to.equal(EnabledFeatures);
    }
    await api.send('PUT', `/api/installation/${SITE}`, { IsRequiredAuthentication: true });
    expect(api.world.site.authenticationRequired).to.equal(true);
  });

  it('answer circuits', async () => {
    const { body } = await api.get(`/api/circuits/${guid('c1')}`);
    expect(body).to.deep.equal({ Id: guid('c1'), Name: 'Charge circuit', MaxCurrent: 32 });
    expect((await api.get(`/api/circuits/${guid('c1')}/live`)).status).to.equal(200);
    expect((await api.get(`/api/circuits/${SITE}`)).status).to.equal(404);
  });
});

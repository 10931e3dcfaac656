import { expect } from 'chai';
import { HOME, ScriptedCloud } from '../../support/scripted-cloud';

describe('a power for an installation', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  it('becomes a current by the network of the installation, which is read once', async () => {
    cloud.routes[`/api/installation/${HOME}`] = { Id: HOME, NetworkType: 3 };
    const amperes = (refresh: boolean) => cloud.client.amperes(HOME, { unit: 'W', value: 2_300 }, { refresh });
    for (const refresh of [false, true]) {
      expect((await cloud.clock.until(amperes(refresh))).currents.phase1).to.equal(10);
    }
    expect(cloud.paths()).to.deep.equal([`GET /api/installation/${HOME}`]);
  });

  it('is nothing where the installation cannot be read', async () => {
    const error = await cloud.failing(cloud.client.amperes(HOME, { unit: 'W', value: 2_300 }));
    expect(error.code).to.equal('HTTP_404');
  });
});

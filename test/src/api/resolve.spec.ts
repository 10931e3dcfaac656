import { expect } from 'chai';
import { CHARGERS, GARAGE, HOME, NOBODY, SITE, ScriptedCloud } from '../../support/scripted-cloud';

describe('names that people type', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  for (const ref of [GARAGE, 'Garage', 'garage', ' Garage ', 'ZAP012345', GARAGE.toUpperCase()]) {
    it(`find the charger Garage by "${ref}"`, async () => {
      expect(await cloud.clock.until(cloud.client.resolve.charger(ref))).to.include({ id: GARAGE, name: 'Garage' });
    });
  }

  it('that are ambiguous give an error with the candidates', async () => {
    const error = await cloud.failing(cloud.client.resolve.charger('left'));
    expect(error.code).to.equal('AMBIGUOUS');
    expect(error.message).to.match(/2 chargers are called "left": .*ZAP012346 in Home; .*ZAP012347 in Site/);
    expect(await cloud.clock.until(cloud.client.resolve.charger('Left', { installationId: SITE }))).to.include({
      deviceId: 'ZAP012347',
    });
  });

  it('with many candidates give an error with some of them', async () => {
    cloud.routes['/api/chargers'] = {
      Pages: 1,
      Data: Array.from({ length: 7 }, (_, i) => ({ ...CHARGERS[1], Id: `${GARAGE.slice(0, -1)}${i}` })),
    };
    expect((await cloud.failing(cloud.client.resolve.charger('Left'))).message).to.contain('and 2 more');
  });

  it('that are unknown make the list be read again, but not each time', async () => {
    expect((await cloud.failing(cloud.client.resolve.installation('Hom'))).code).to.equal('NOT_FOUND');
    await cloud.clock.advance(60_000);
    expect((await cloud.failing(cloud.client.resolve.installation('Hom'))).message).to.contain(
      'No installation is called "Hom"; the nearest: Home',
    );
    await cloud.clock.advance(60_000);
    await cloud.failing(cloud.client.resolve.installation('Hom'));
    expect(cloud.server.seen.length).to.be.at.most(2);
  });

  it('that are ids need not be in the list', async () => {
    expect(await cloud.clock.until(cloud.client.resolve.charger(NOBODY))).to.deep.equal({ id: NOBODY });
  });

  it('find an installation', async () => {
    expect(await cloud.clock.until(cloud.client.resolve.installation('home'))).to.include({ id: HOME });
  });

  for (const [form, id] of [
    ['null', null],
    ['an object', {}],
  ] as const) {
    it(`are an error that names the field where the list has ${form} in the place of the id`, async () => {
      cloud.routes['/api/chargers'] = { Pages: 1, Data: [{ ...CHARGERS[0], Id: id }, CHARGERS[1]] };
      const error = await cloud.failing(cloud.client.resolve.charger('garage'));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain(`Zaptec listed the charger "garage" with no usable text in the field Id`);
      expect((await cloud.failing(cloud.client.resolve.charger('Attic'))).code).to.equal('NOT_FOUND');
    });
  }
});

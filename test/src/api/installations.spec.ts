import { expect } from 'chai';
import { GARAGE, HOME, NOBODY, SITE, ScriptedCloud } from '../../support/scripted-cloud';

describe('the hierarchy of an installation', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  it('has its circuits', async () => {
    cloud.routes[`/api/installation/${HOME}/hierarchy`] = { Id: HOME, Circuits: [{ Id: SITE, Chargers: [] }, null] };
    expect((await cloud.clock.until(cloud.client.installations.hierarchy(HOME))).data.circuits).to.have.length(1);
  });

  it('is asked for again while it is empty and the account has the role, and refused to an account without it', async () => {
    const others = cloud.server.handler;
    let empty = 2;
    cloud.server.handler = (seen, response, socket) => {
      if (!seen.url.endsWith('/hierarchy')) others(seen, response, socket);
      else if (empty-- > 0) response.writeHead(204).end();
      else response.end('{}');
    };
    const startedAt = Date.now();
    expect((await cloud.clock.until(cloud.client.installations.hierarchy(HOME))).data).to.deep.equal({ circuits: [] });
    expect(Date.now() - startedAt).to.be.within(6_000, 9_000);
    empty = 9;
    const error = await cloud.failing(cloud.client.installations.hierarchy(SITE));
    expect(error.code).to.equal('HTTP_204');
    expect(error.message).to.contain('owner or service role');
    expect(cloud.paths().filter((path) => path.endsWith(`${SITE}/hierarchy`))).to.have.length(1);
  });
});

describe('an installation', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  for (const [form, answer, message] of [
    ['a number', 7, 'without the hierarchy: it sent a number'],
    ['a list', [], 'without the hierarchy: it sent a list'],
    ['a text in Circuits', { Circuits: 'x' }, 'with a string in the field Circuits instead of a list'],
    ['an object in Circuits', { Circuits: {} }, 'with an object in the field Circuits instead of a list'],
  ] as const) {
    it(`has no hierarchy where the cloud sends ${form}`, async () => {
      cloud.routes[`/api/installation/${HOME}/hierarchy`] = answer;
      const error = await cloud.failing(cloud.client.installations.hierarchy(HOME));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain(`Zaptec answered ${message}`);
    });
  }

  it('has a hierarchy that is refused at once to an account that does not see it in its list', async () => {
    cloud.routes[`/api/installation/${NOBODY}/hierarchy`] = null;
    const before = Date.now();
    const error = await cloud.failing(cloud.client.installations.hierarchy(NOBODY));
    expect(Date.now() - before).to.be.below(1_000);
    expect(error.code).to.equal('HTTP_204');
    expect(error.message).to.contain(`no hierarchy of installation ${NOBODY}: that needs the owner or service role`);
    expect(error.cause).to.include({ status: 204, attempts: 1 });
  });

  it('has an error other than the missing right at once', async () => {
    const before = Date.now();
    expect((await cloud.failing(cloud.client.installations.hierarchy(HOME))).code).to.equal('HTTP_404');
    expect(Date.now() - before).to.be.below(1_000);
    expect(cloud.paths().filter((path) => path.endsWith('/hierarchy'))).to.have.length(1);
  });

  it('keeps its id where the cloud sends none, and its answer is an object', async () => {
    cloud.routes[`/api/installation/${HOME}`] = { Id: HOME, Name: 'Home' };
    cloud.routes[`/api/installation/${SITE}`] = 5;
    expect((await cloud.clock.until(cloud.client.installations.get(HOME))).data).to.deep.equal({
      id: HOME,
      name: 'Home',
    });
    const error = await cloud.failing(cloud.client.installations.get(SITE));
    expect(error.message).to.contain('Zaptec answered without the installation: it sent a number');
  });

  it('has its chargers alone, also where the server does not know the filter, and those that name no installation', async () => {
    cloud.routes['/api/chargers'] = {
      Pages: 1,
      Data: [{ Id: GARAGE, InstallationId: HOME }, { Id: NOBODY, InstallationId: SITE }, { Id: SITE }],
    };
    const { data } = await cloud.clock.until(cloud.client.installations.chargers(HOME));
    expect(data.map(({ id }) => id)).to.deep.equal([GARAGE, SITE]);
  });

  it('has a list of firmware, and an error says what it is instead', async () => {
    cloud.routes[`/api/chargerFirmware/installation/${HOME}`] = {};
    const error = await cloud.failing(cloud.client.installations.firmware(HOME));
    expect(error.message).to.contain('Zaptec answered without the firmware of the chargers: it sent an object');
  });

  it('is named in the error of an id that is none', async () => {
    const { installations } = cloud.client;
    for (const call of [
      () => installations.get('Home'),
      () => installations.hierarchy('Home'),
      () => installations.chargers('Home'),
      () => installations.firmware('Home'),
    ]) {
      const error = await cloud.failing(call());
      expect(error.code).to.equal('ID_INVALID');
      expect(error.message).to.match(/installation/);
    }
    expect(cloud.server.seen).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { HOME, SITE, ScriptedCloud } from '../../support/scripted-cloud';

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

import { expect } from 'chai';
import { CHARGERS, SITE, ScriptedCloud } from '../../support/scripted-cloud';

describe('lists of installations and chargers', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  it('are read in pages of a hundred in a stable order, once an hour', async () => {
    const { data, meta } = await cloud.clock.until(cloud.client.chargers.list());
    expect(data.map(({ name }) => name)).to.deep.equal(['Garage', 'Left', 'Left']);
    expect(meta).to.include({ source: 'rest', attempts: 1 });
    expect(cloud.server.seen[0]!.url).to.equal(
      '/api/chargers?PageSize=100&PageIndex=0&SortProperty=CreatedOnDate&SortDescending=false',
    );
    await cloud.clock.advance(3_500_000);
    expect((await cloud.clock.until(cloud.client.chargers.list())).meta).to.include({
      source: 'cache',
      ageMs: 3_500_000,
    });
    expect(cloud.server.seen).to.have.length(1);
  });

  it('are read unsorted where the server cannot sort them', async () => {
    const sorted = cloud.server.handler;
    cloud.server.handler = (seen, response, socket) => {
      if (seen.url.includes('SortProperty')) response.writeHead(400).end();
      else sorted(seen, response, socket);
    };
    expect((await cloud.clock.until(cloud.client.installations.list())).data).to.have.length(2);
  });

  it('take null for empty, leave out entries of an unexpected form, and refuse what is not a list', async () => {
    cloud.routes['/api/installation'] = { Pages: 0, Data: null };
    expect((await cloud.clock.until(cloud.client.installations.list())).data).to.deep.equal([]);
    cloud.routes['/api/chargers'] = { Pages: 1, Data: [null, 7, { Name: 'no id' }, CHARGERS[0]] };
    expect((await cloud.clock.until(cloud.client.chargers.list())).data).to.have.length(1);
    await cloud.clock.advance(3_700_000);
    cloud.routes['/api/chargers'] = 'nonsense';
    expect((await cloud.failing(cloud.client.chargers.list())).code).to.equal('BAD_ANSWER');
  });

  it('come page by page as well', async () => {
    const read = async () => {
      const names: unknown[] = [];
      for await (const page of cloud.client.chargers.pages()) names.push(...page.map(({ name }) => name));
      for await (const page of cloud.client.installations.pages()) names.push(...page.map(({ name }) => name));
      return names;
    };
    expect(await cloud.clock.until(read())).to.deep.equal(['Garage', 'Left', 'Left', 'Home', 'Site']);
  });

  it('of chargers can be of one installation', async () => {
    const { data } = await cloud.clock.until(cloud.client.installations.chargers(SITE));
    expect(data.map(({ deviceId }) => deviceId)).to.deep.equal(['ZAP012347']);
    expect(cloud.server.seen[0]!.url).to.contain(`InstallationId=${SITE}`);
  });
});

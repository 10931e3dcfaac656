import { expect } from 'chai';
import { CHARGERS, SITE, ScriptedCloud } from '../../support/scripted-cloud';

describe('lists of installations and chargers', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  const serve = (page: (index: number) => unknown) => {
    cloud.server.handler = ({ url }, response) => {
      const index = Number(new URL(url, cloud.server.url).searchParams.get('PageIndex'));
      response.end(JSON.stringify(page(index)));
    };
  };

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

  for (const pages of [1e9, undefined, null, '3', 'many', -1, 0, 1, 2, {}]) {
    it(`are read whole where Pages is ${JSON.stringify(pages)}`, async () => {
      const entries = fleet(250);
      serve((index) => ({ Pages: pages, Data: entries.slice(index * 100, (index + 1) * 100) }));
      const { data } = await cloud.clock.until(cloud.client.chargers.list());
      expect(data.map(({ id }) => id)).to.deep.equal(entries.map(({ Id }) => Id));
      expect(cloud.server.seen.length).to.be.at.most(5);
    });
  }

  it('are an error that names the field where an announced page is null', async () => {
    const entries = fleet(250);
    serve((index) => ({ Pages: 3, Data: index === 2 ? null : entries.slice(index * 100, (index + 1) * 100) }));
    const error = await cloud.failing(cloud.client.chargers.list());
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.contain('null in the field Data');
  });

  it('are an error that names the field where they do not end', async () => {
    serve((index) => ({ Pages: 1e9, Data: [{ Id: guidOf(index) }] }));
    const read = async () => {
      for await (const page of cloud.client.chargers.pages()) expect(page).to.have.length(1);
    };
    const error = await cloud.failing(read());
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.contain('more than the 1000 pages').and.to.contain('1000000000 in the field Pages');
    expect(cloud.server.seen).to.have.length(1_000);
  }).timeout(60_000);

  for (const [status, requests] of [
    [400, 2],
    [403, 1],
  ] as const) {
    it(`are read ${requests} times in all where the server refuses them with ${status}`, async () => {
      cloud.server.handler = (_seen, response) => response.writeHead(status).end();
      expect((await cloud.failing(cloud.client.chargers.list())).code).to.equal(`HTTP_${status}`);
      expect(cloud.server.seen).to.have.length(requests);
    });
  }

  it('stay unsorted on the further pages of a server that cannot sort', async () => {
    const entries = fleet(150);
    cloud.server.handler = ({ url }, response) => {
      const { searchParams } = new URL(url, cloud.server.url);
      const index = Number(searchParams.get('PageIndex'));
      if (searchParams.has('SortProperty')) response.writeHead(400).end();
      else response.end(JSON.stringify({ Pages: 2, Data: entries.slice(index * 100, (index + 1) * 100) }));
    };
    expect((await cloud.clock.until(cloud.client.chargers.list())).data).to.have.length(150);
    expect(cloud.server.seen.filter(({ url }) => url.includes('SortProperty'))).to.have.length(1);
  });

  for (const [form, body, message] of [
    ['a text', 'nonsense', 'Zaptec answered without a list'],
    ['null', null, 'Zaptec answered without a list'],
    ['an object in Data', { Pages: 1, Data: {} }, 'an object in the field Data instead of a list'],
    ['a text in Data', { Pages: 1, Data: 'x' }, 'a string in the field Data instead of a list'],
  ] as const) {
    it(`are an error that says so where the cloud sends ${form}`, async () => {
      cloud.routes['/api/chargers'] = body;
      const error = await cloud.failing(cloud.client.chargers.list());
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain(message);
    });
  }

  it('may be empty whatever number of pages the first one announces', async () => {
    for (const pages of [0, 1, undefined]) {
      serve(() => ({ Pages: pages, Data: null }));
      expect((await cloud.clock.until(cloud.client.chargers.list({ refresh: true }))).data).to.deep.equal([]);
      await cloud.clock.advance(3_700_000);
    }
  });

  it('are an error that names the page that is empty', async () => {
    const entries = fleet(300);
    serve((index) => ({ Pages: 3, Data: index === 1 ? [] : entries.slice(index * 100, (index + 1) * 100) }));
    const error = await cloud.failing(cloud.client.chargers.list());
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.contain('nothing in the field Data of page 2 and 3 in the field Pages');
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

function guidOf(number: number): string {
  return `0a1b2c3d-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function fleet(count: number): { Id: string }[] {
  return Array.from({ length: count }, (_, number) => ({ Id: guidOf(number) }));
}

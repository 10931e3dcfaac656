import { expect } from 'chai';
import { endpointApi, type EndpointApi } from '../../../support/simulator/endpoints';
import { guid, makeSite, SITE } from '../../../support/simulator/static-world';

const ids = ({ body }: { body: any }): string[] => body.Data.map(({ Id }: { Id: string }) => Id);

describe('the list endpoints', () => {
  let api: EndpointApi;
  beforeEach(() => (api = endpointApi(130)));

  const walk = async (query: string): Promise<string[]> => {
    const { Pages } = (await api.get(`/api/chargers?PageInfoOnly=true&${query}`)).body;
    const pages = Array.from({ length: Pages }, (_, index) => api.get(`/api/chargers?PageIndex=${index}&${query}`));
    return (await Promise.all(pages)).flatMap(ids);
  };

  for (const [query, sizes] of [
    ['', [50, 50, 30]],
    ['PageSize=100', [100, 30]],
    ['pageSize=500', [100, 30]],
    ['PageSize=130', [100, 30]],
    ['PageSize=1&Exclude=' + guid('ca', 3), Array.from({ length: 129 }, () => 1)],
  ] as [string, number[]][]) {
    it(`split 130 chargers by "${query}" into ${sizes.length} pages, each charger once`, async () => {
      const first = await api.get(`/api/chargers?${query}`);
      expect(first.body.Pages).to.equal(sizes.length);
      expect(first.body.Data).to.have.length(sizes[0]!);
      const all = await walk(query);
      expect(new Set(all).size).to.equal(sizes.reduce((a, b) => a + b));
      expect(all).to.have.length(new Set(all).size);
      const behind = await api.get(`/api/chargers?${query}&PageIndex=${sizes.length}`);
      expect(behind.body).to.deep.equal({ Pages: sizes.length, Data: [] });
    });
  }

  it('answer only the number of pages for PageInfoOnly', async () => {
    expect((await api.get('/api/chargers?PageInfoOnly=true')).body).to.deep.equal({ Pages: 3 });
  });

  it('refuse invalid sizes, and sizes above the maximum under pagesize-400', async () => {
    for (const query of ['PageSize=0', 'PageSize=x', 'PageIndex=-1', 'PageInfoOnly=2']) {
      expect((await api.get(`/api/chargers?${query}`)).status, query).to.equal(400);
    }
    api.faults.add('pagesize-400');
    expect((await api.get('/api/chargers?PageSize=100')).status).to.equal(200);
    const { status, body } = await api.get('/api/chargers?PageSize=101');
    expect([status, Object.keys(body.errors)]).to.deep.equal([400, ['PageSize']]);
  });

  it('sort by id, by any property and in both directions', async () => {
    const byId = await walk('');
    expect(byId).to.deep.equal([...byId].sort());
    expect(await walk('SortProperty=NoSuchThing')).to.deep.equal(byId);
    expect((await walk('SortProperty=CreatedOnDate&SortDescending=true')).at(0)).to.equal(guid('ca', 130));
    // Equal items are in the order of their ids.
    expect(await walk('SortProperty=deviceType&SortDescending=true')).to.deep.equal(byId);
    api.world.charger.mode = 5;
    expect((await walk('SortProperty=OperatingMode')).at(-1)).to.equal(guid('ca', 1));
  });

  it('change the default order with each request under paging-unstable', async () => {
    api.faults.add('paging-unstable');
    const once = ids(await api.get('/api/chargers'));
    expect(ids(await api.get('/api/chargers'))).to.not.deep.equal(once);
    const sorted = await walk('SortProperty=Id');
    expect(sorted).to.deep.equal([...sorted].sort());
  });

  it('filter chargers', async () => {
    const elsewhere = makeSite({ id: guid('51', 2), name: 'Work', installationType: 0 });
    api.world.installations.set(elsewhere.id, elsewhere);
    Object.assign(api.world.chargers.get(guid('ca', 2))!, { installationId: elsewhere.id, deviceType: 1 });
    api.world.chargers.get(guid('ca', 3))!.active = false;
    const count = async (query: string) => (await walk(`PageSize=100&${query}`)).length;
    const rows: [string, number][] = [
      ['', 129],
      ['IncludeDisabled=true', 130],
      [`InstallationId=${elsewhere.id}`, 1],
      [`InstallationId=${SITE}`, 128],
      ['DeviceType=1', 1],
      ['InstallationType=0', 1],
      ['NameFilter=PLACE%2013', 2],
      ['Roles=3', 129],
      ['Roles=4', 0],
      [`Exclude=${guid('ca', 1)}&Exclude=${guid('ca', 2)}`, 127],
    ];
    for (const [query, expected] of rows) expect(await count(query), query).to.equal(expected);
    const slim = await api.get('/api/chargers?ReturnIdNameOnly=true&PageSize=1');
    expect(slim.body.Data).to.deep.equal([{ Id: guid('ca', 1), Name: 'Place 1' }]);
  });

  it('filter installations', async () => {
    const elsewhere = makeSite({ id: guid('51', 2), name: 'Work', installationType: 0, supportGroupId: guid('9a', 2) });
    api.world.installations.set(elsewhere.id, elsewhere);
    const key = (await api.get(`/api/installation/${elsewhere.id}`)).body.SupportGroup.LookupKey as string;
    const rows: [string, string[]][] = [
      ['', [SITE, elsewhere.id]],
      ['InstallationType=0', [elsewhere.id]],
      ['NameFilter=hom', [SITE]],
      [`ExcludeIfVisibleForUserGroupLookupKey=${key}`, [SITE]],
      ['Roles=1', []],
      ['SortProperty=Name&SortDescending=true', [elsewhere.id, SITE]],
    ];
    for (const [query, expected] of rows) {
      expect(ids(await api.get(`/api/installation?${query}`)), query).to.deep.equal(expected);
    }
    expect((await api.get('/api/installation?Roles=1')).body.Pages).to.equal(0);
  });
});

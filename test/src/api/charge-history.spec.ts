import { expect } from 'chai';
import { GARAGE, HOME, NOBODY, ScriptedCloud } from '../../support/scripted-cloud';

const FROM = '2026-05-01T00:00:00Z';
const TO = '2026-06-01T00:00:00Z';

describe('the pages of the old history', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  /** @param bodies by page; the last one for ever */
  const serve = (...bodies: unknown[]) => {
    cloud.server.handler = ({ url }, response) => {
      const index = Number(new URL(url, cloud.server.url).searchParams.get('PageIndex'));
      response.end(JSON.stringify(bodies[Math.min(index, bodies.length - 1)]));
    };
  };
  const page = (pages: unknown, ...ids: string[]) => ({ Pages: pages, Data: ids.map((Id) => ({ Id })) });
  const read = async (query: object = { installationId: HOME }) => {
    const all = [];
    for await (const each of cloud.client.sessions.historyPages({
      installationId: HOME,
      from: FROM,
      to: TO,
      ...query,
    })) {
      all.push(each);
    }
    return all;
  };
  const ids = (pages: Awaited<ReturnType<typeof read>>) =>
    pages.map(({ entries }) => entries.map((entry) => (entry as { id: string }).id).join(''));

  it('are asked for oldest first, a hundred at a time, with every session that the account may see', async () => {
    serve(page(2, 'a', 'b'), page(2, 'c'));
    const pages = await cloud.clock.until(read());
    expect(pages).to.deep.equal([
      { entries: [{ id: 'a' }, { id: 'b' }], requests: 1, isLast: false, pages: 2 },
      { entries: [{ id: 'c' }], requests: 1, isLast: true, pages: 2 },
    ]);
    const asked = cloud.server.seen.map(({ url }) => Object.fromEntries(new URL(url, cloud.server.url).searchParams));
    const query = {
      ...{ InstallationId: HOME, From: '2026-05-01T00:00:00.000Z', To: '2026-06-01T00:00:00.000Z', PageSize: '100' },
      ...{ DetailLevel: '1', IncludeDisabled: 'true', SortProperty: 'EndDateTime', SortDescending: 'false' },
    };
    expect(asked).to.deep.equal([
      { ...query, PageIndex: '0' },
      { ...query, PageIndex: '1' },
    ]);
    expect(cloud.paths()[0]).to.equal('GET /api/chargehistory');
  });

  it('are those of a charger or of a user', async () => {
    serve(page(1));
    await cloud.clock.until(read({ chargerId: GARAGE.toUpperCase(), userId: NOBODY }));
    expect(cloud.server.seen[0]!.url).to.contain(`ChargerId=${GARAGE}&UserId=${NOBODY}&`);
    for (const bad of [{ userId: 'Anna' }, { chargerId: 'Garage' }, { installationId: 'Home' }]) {
      expect(await cloud.failing(read(bad))).to.include({ code: 'ID_INVALID' });
    }
    expect((await cloud.failing(read({ userId: 'Anna' }))).message).to.contain('user');
    for (const field of ['from', 'to']) {
      const error = await cloud.failing(read({ [field]: `never ${'x'.repeat(100)}` }));
      expect(error.code).to.equal('INPUT_INVALID');
      expect(error.message).to.match(
        new RegExp(`^${field} "never x{54}" is no time.*Use a time such as 2026-05-04T10:00:00Z`),
      );
    }
  });

  it('have each session once, also where the cloud repeats one', async () => {
    serve(page(2, 'a', 'b'), page(2, 'b', 'c'));
    expect(ids(await cloud.clock.until(read()))).to.deep.equal(['ab', 'c']);
  });

  it('have a session once that stands twice in one page', async () => {
    serve(page(1, 'a', 'b', 'a'));
    expect(ids(await cloud.clock.until(read()))).to.deep.equal(['ab']);
  });

  it('keep each entry without an id, so that nobody takes the list for whole', async () => {
    serve({ Pages: 2, Data: [{ Id: 'a' }, { Energy: 1 }] }, { Pages: 2, Data: [{ Id: 'b' }, { Energy: 2 }] });
    const pages = await cloud.clock.until(read());
    expect(pages.map(({ entries }) => entries)).to.deep.equal([
      [{ id: 'a' }, { energy: 1 }],
      [{ id: 'b' }, { energy: 2 }],
    ]);
  });

  it('end at a page that repeats another one, also where one of its entries has no id', async () => {
    serve({ Data: [{ Id: 'a' }, { Energy: 1 }] });
    expect(await cloud.clock.until(read())).to.have.length(2);
    expect(cloud.server.seen).to.have.length(2);
  });

  it('are an error where they do not end, instead of a part of them', async () => {
    cloud.server.handler = ({ url }, response) => {
      const index = new URL(url, cloud.server.url).searchParams.get('PageIndex');
      response.end(JSON.stringify(page(undefined, `session ${index}`)));
    };
    const error = await cloud.failing(read());
    expect(error).to.include({ code: 'BAD_ANSWER' });
    expect(error.message).to.match(/more than the 1000 pages.*shorter time/);
    expect(cloud.server.seen).to.have.length(1_000);
  }).timeout(60_000);

  it('count the requests of a page that had to be asked for again', async () => {
    let asked = 0;
    cloud.server.handler = (_seen, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503).end();
      else response.end(JSON.stringify(page(1, 'a')));
    };
    expect((await cloud.clock.until(read())).map(({ requests }) => requests)).to.deep.equal([2]);
  });

  it('leave out what is no session', async () => {
    serve({ Pages: 1, Data: [{ Id: 'a' }, 7, 'x', ['y'], { Id: 'b' }] });
    const [first] = await cloud.clock.until(read());
    expect(first?.entries).to.deep.equal([{ id: 'a' }, { id: 'b' }]);
  });

  for (const pages of [undefined, null, 'many', -1, 1.5, 1_001]) {
    it(`end at a page with nothing new where Pages is ${String(pages)}`, async () => {
      serve(page(pages, 'a'), page(pages, 'b'), page(pages, 'b'), page(pages, 'c'));
      const walked = await cloud.clock.until(read());
      expect(ids(walked)).to.deep.equal(['a', 'b', '']);
      expect(walked[0]?.pages).to.equal(undefined);
      expect(walked.at(-1)?.isLast).to.equal(true);
    });
  }

  for (const [form, body, message] of [
    ['nothing', null, 'null instead of the charge history'],
    ['a list', [], 'a list instead of the charge history'],
    ['a text in Data', { Pages: 1, Data: 'x' }, 'a string in the field Data instead of a list'],
    ['nothing in Data of an announced page', { Pages: 1, Data: null }, 'null in the field Data instead of a list'],
  ] as const) {
    it(`are an error for ${form}, instead of a part of them`, async () => {
      serve(body);
      const error = await cloud.failing(read());
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.contain(message);
    });
  }

  it('are none where the account sees none', async () => {
    serve({ Pages: 0, Data: null });
    expect(await cloud.clock.until(read())).to.deep.equal([{ entries: [], requests: 1, isLast: true, pages: 0 }]);
  });
});

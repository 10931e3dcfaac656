import { expect } from 'chai';
import { useConstants } from '../../../src/zaptec/constants-table';
import { openClient, type ZaptecClient } from '../../../src/client';
import { readObservation } from '../../../src/zaptec/observations';
import { failureOf } from '../../support/failure';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

const SITE = '0a1b2c3d-0000-4000-8000-000000000002';
const GARAGE = '0a1b2c3d-0000-4000-8000-0000000000a1';
const FROM = '2026-05-01T00:00:00Z';
const TO = new Date('2026-06-01T00:00:00Z');

describe('archived sessions and the constants of the cloud', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    clock = new VirtualClock();
    client = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
  });
  afterEach(async () => {
    client.close();
    clock.restore();
    await server.stop();
  });

  const pages = () =>
    answers(
      { status: 200, body: '{"sessions":[{"id":"1","tokenName":null,"energy":1.5},7],"cursor":"c1","hasMore":true}' },
      { status: 200, body: '{"sessions":[{"id":"2"},{"energy":1}],"cursor":"c2","hasMore":false}' },
    );

  it('are read as one list, in pages of 100', async () => {
    server.handler = pages();
    const { data, meta } = await clock.until(client.sessions.archived({ installationId: SITE, from: FROM, to: TO }));
    expect(data).to.deep.equal([{ id: '1', energy: 1.5 }, { id: '2' }]);
    expect(meta).to.include({ source: 'rest', attempts: 2 });
    const query = `InstallationId=${SITE}&From=2026-05-01T00%3A00%3A00.000Z&To=2026-06-01T00%3A00%3A00.000Z&PageSize=100`;
    expect(server.seen.map(({ url }) => url.split('?')[1])).to.deep.equal([query, `${query}&Cursor=c1`]);
    const again = await clock.until(client.sessions.archived({ installationId: SITE, from: FROM, to: TO }));
    expect(again.meta.source).to.equal('cache');
  });

  it('are read page by page as well', async () => {
    server.handler = pages();
    const read = async () => {
      const sizes: number[] = [];
      for await (const page of client.sessions.archivedPages({ chargerId: GARAGE, from: FROM, to: TO })) {
        sizes.push(page.length);
      }
      return sizes;
    };
    expect(await clock.until(read())).to.deep.equal([1, 1]);
    expect(server.seen[0]!.url).to.contain(`ChargerId=${GARAGE}`);
  });

  it('are handed on as the cloud sent them, with the number of requests of each page', async () => {
    server.handler = answers(
      { status: 500 },
      { status: 200, body: '{"sessions":[{"id":"1"},7],"cursor":"c1","hasMore":true}' },
      { status: 200, body: '{"sessions":[{"energy":1}],"hasMore":false}' },
    );
    const read = async () => {
      const pages: unknown[] = [];
      for await (const page of client.sessions.archivePages({ chargerId: GARAGE, from: FROM, to: TO }))
        pages.push(page);
      return pages;
    };
    expect(await clock.until(read())).to.deep.equal([
      { entries: [{ id: '1' }, 7], requests: 2, isLast: false },
      { entries: [{ energy: 1 }], requests: 1, isLast: true },
    ]);
  });

  it('are an error where the archive does not end, instead of a part of it', async () => {
    let asked = 0;
    server.handler = (_seen, response) =>
      response.end(JSON.stringify({ sessions: [{ id: '1' }], cursor: `c${(asked += 1)}`, hasMore: true }));
    const error = await clock.until(failureOf(archive()));
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.contain('more than 1000 pages').and.to.contain('Ask for a shorter time');
    expect(asked).to.equal(1_000);
  }).timeout(60_000);

  const archive = () => client.sessions.archived({ chargerId: GARAGE, from: FROM, to: TO });
  for (const [what, pages, message] of [
    ['goes on without a cursor', ['{"sessions":[{"id":"1"}],"hasMore":true}'], /hasMore.*no usable cursor/],
    [
      'goes on with a cursor of an object',
      ['{"sessions":[{"id":"1"}],"cursor":{},"hasMore":true}'],
      /no usable cursor/,
    ],
    [
      'turns in a circle',
      [
        '{"sessions":[{"id":"1"}],"cursor":"a","hasMore":true}',
        '{"sessions":[{"id":"2"}],"cursor":"b","hasMore":true}',
      ],
      /a cursor that it gave before/,
    ],
    ['is a number', ['5'], /a number instead of the archive/],
    ['is a list', ['[]'], /a list instead of the archive/],
    ['is empty', [''], /null instead of the archive/],
    ['is an empty object', ['{}'], /an object instead of the archive/],
    ['has no list of sessions', ['{"sessions":{},"hasMore":false}'], /an object in the field sessions/],
  ] as const) {
    it(`are an error where the archive ${what}, instead of a part of it`, async () => {
      let asked = 0;
      server.handler = (_seen, response) => response.end(pages[asked++ % pages.length]);
      const error = await clock.until(failureOf(archive()));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.match(message);
      expect(asked).to.be.at.most(4);
    });
  }

  it('are none where the cloud sends no list of them, and go on by a cursor that is a number', async () => {
    server.handler = answers(
      { status: 200, body: '{"sessions":[{"id":"1"}],"cursor":7,"hasMore":true}' },
      { status: 200, body: '{"hasMore":false}' },
    );
    expect((await clock.until(archive())).data).to.deep.equal([{ id: '1' }]);
    expect(server.seen[1]!.url).to.contain('Cursor=7');
  });

  const raw = async (from: string | Date = FROM) => {
    const read = [];
    for await (const page of client.sessions.archivePages({ chargerId: GARAGE, from, to: TO })) read.push(page);
    return read;
  };

  it('are read as the cloud sent them as well, with what each page took', async () => {
    server.handler = answers(
      { status: 503 },
      { status: 200, body: '{"sessions":[{"id":"1"},7],"cursor":"c1","hasMore":true}' },
      { status: 200, body: '{"sessions":[{"energy":1}],"hasMore":false}' },
    );
    expect(await clock.until(raw())).to.deep.equal([
      { entries: [{ id: '1' }, 7], requests: 2, isLast: false },
      { entries: [{ energy: 1 }], requests: 1, isLast: true },
    ]);
  });

  it('may be asked for in many pages, but not in many periods at once', async () => {
    server.handler = ({ url }, response) => {
      const cursor = Number(new URL(url, server.url).searchParams.get('Cursor'));
      response.end(JSON.stringify({ sessions: [{ id: `${cursor}` }], cursor: cursor + 1, hasMore: cursor < 29 }));
    };
    expect(await clock.until(raw())).to.have.length(30);
    server.handler = answers({ status: 200, body: '{"sessions":[],"hasMore":false}' });
    const codes = [];
    for (let day = 1; day < 15; day += 1) {
      const call = raw(new Date(Date.UTC(2026, 4, day)));
      codes.push(
        await clock.until(
          call.then(
            () => 'sent',
            (error: unknown) => (error as { code: string }).code,
          ),
        ),
      );
    }
    expect(codes.filter((code) => code === 'sent')).to.have.lengthOf.within(1, 10);
    expect(codes.at(-1)).to.equal('TOO_SOON');
  });

  it('are an error where the archive has more pages than can be, instead of a part of it', async () => {
    let asked = 0;
    server.handler = (_seen, response) => {
      asked += 1;
      response.end(JSON.stringify({ sessions: [{ id: `${asked}` }], cursor: asked, hasMore: true }));
    };
    const error = await clock.until(failureOf(archive()));
    expect(error).to.include({ code: 'BAD_ANSWER' });
    expect(error.message).to.match(/more than 1000 pages of sessions.*shorter time/);
    expect(asked).to.equal(1_000);
  }).timeout(60_000);

  const report = () => client.sessions.report({ installationId: SITE, from: FROM, to: TO.toISOString() });
  for (const [what, body, message] of [
    ['a list', '[]', /a list instead of the report/],
    [
      'rows that are no list',
      '{"totalUserChargerReportModel":{}}',
      /an object in the field totalUserChargerReportModel/,
    ],
  ] as const) {
    it(`and a report are an error where the cloud sends ${what}`, async () => {
      server.handler = answers({ status: 200, body });
      const error = await clock.until(failureOf(report()));
      expect(error.code).to.equal('BAD_ANSWER');
      expect(error.message).to.match(message);
    });
  }

  it('count as none in the row of a report that has no sums', async () => {
    server.handler = answers({ status: 200, body: '{"totalUserChargerReportModel":[{"groupAsString":"Ada"},7]}' });
    const { rows } = (await clock.until(report())).data;
    expect(rows).to.deep.equal([{ name: 'Ada', sessions: 0, energyKwh: 0, durationMinutes: 0 }]);
  });

  it('are summed up in a report, whose rows and places have what the cloud sent', async () => {
    const userDetails = { Id: GARAGE, FullName: 'Ada Berg', Email: 'ada@example.org' };
    const sums = { TotalChargeSessionCount: '3', TotalChargeSessionEnergy: 12.5, TotalChargeSessionDuration: 1.23456 };
    const body = {
      ...{ InstallationName: 'Home', InstallationAddress: 'Street 1', InstallationZipCode: '0150' },
      ...{ InstallationCity: ' ', InstallationTimeZone: 7 },
      TotalUserChargerReportModel: [
        { GroupAsString: 'Ada', UserDetails: userDetails, ...sums },
        { GroupAsString: '', UserDetails: [], TotalChargeSessionCount: 'many' },
      ],
    };
    server.handler = answers({ status: 200, body: JSON.stringify(body) });
    expect((await clock.until(report())).data).to.deep.equal({
      ...{ installationId: SITE, installationName: 'Home', address: 'Street 1', zipCode: '0150' },
      ...{ from: '2026-05-01T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z' },
      rows: [
        {
          ...{ name: 'Ada', userId: GARAGE, userName: 'Ada Berg', userEmail: 'ada@example.org' },
          ...{ sessions: 3, energyKwh: 12.5, durationMinutes: 74.07 },
        },
        { sessions: 0, energyKwh: 0, durationMinutes: 0 },
      ],
    });
  });

  it('are summed up by user, charger or card, and only those that were named', async () => {
    server.handler = answers({ status: 200, body: '{}' });
    const ids = { userIds: [SITE.toUpperCase()], chargerIds: [GARAGE] };
    for (const [by, more] of [
      [undefined, {}],
      ['charger', ids],
      ['card', {}],
    ] as const) {
      const query = { installationId: SITE, from: ' 2026-05-01T02:00:00+0200 ', to: '2026-06-01T00:00:00z', ...more };
      const { data } = await clock.until(client.sessions.report({ ...query, ...(by && { by }) }));
      expect(data.rows).to.deep.equal([]);
    }
    const sent = server.seen.map(({ body }) => JSON.parse(body) as object);
    const common = {
      ...{ fromDate: '2026-05-01T00:00:00.000', endDate: '2026-06-01T00:00:00.000' },
      ...{ installationId: SITE, reportFormat: 0 },
    };
    expect(sent).to.deep.equal([
      { ...common, userIds: [], chargerIds: [], groupBy: 0 },
      { ...common, userIds: [SITE], chargerIds: [GARAGE], groupBy: 1 },
      { ...common, userIds: [], chargerIds: [], groupBy: 2 },
    ]);
  });

  it('end at a page without sessions, whatever it announces', async () => {
    server.handler = answers({ status: 200, body: '{"sessions":[],"cursor":null,"hasMore":true}' });
    expect((await clock.until(archive())).data).to.deep.equal([]);
    expect(server.seen).to.have.length(1);
  });

  it('need an id and two times', async () => {
    const code = async (call: Promise<unknown>) => (await clock.until(failureOf(call))).code;
    const ask = (query: object) => client.sessions.archived({ chargerId: GARAGE, from: FROM, to: TO, ...query });
    expect(await code(ask({ chargerId: 'Garage' }))).to.equal('ID_INVALID');
    expect(await code(ask({ from: 'yesterday' }))).to.equal('INPUT_INVALID');
    expect(await code(ask({ to: new Date(NaN) }))).to.equal('INPUT_INVALID');
    expect(server.seen).to.deep.equal([]);
  });

  it('keep the names of before where the cloud does not send them', async () => {
    server.handler = answers({ status: 200, body: '{"Schema":{"Apollo":{"ObservationIds":{"BrandNew":99001}}}}' });
    const name = () => readObservation({ chargerId: GARAGE, stateId: 99_001 }, 'Apollo').name;
    try {
      expect(await clock.until(client.constants.refresh())).to.equal(true);
      expect(name()).to.equal('BrandNew');
      await clock.advance(24 * 3_600_000);
      server.handler = (_seen, response) => response.writeHead(404).end();
      expect(await clock.until(client.constants.refresh())).to.equal(false);
      expect(name()).to.equal('BrandNew');
    } finally {
      useConstants(undefined);
    }
  });

  const USER = '0a1b2c3d-0000-4000-8000-0000000000e1';
  for (const [situation, body, name] of [
    [
      'that of the user alone',
      [
        { UserId: SITE, UserFullName: 'Bo' },
        { UserId: USER, UserFullName: 'Anna' },
      ],
      'Anna',
    ],
    ['that of the user in another writing', [{ UserId: USER.toUpperCase(), UserFullName: 'Anna' }], 'Anna'],
    [
      'the first one that is there',
      [
        { UserId: USER, UserFullName: '' },
        { UserId: USER, UserFullName: 'Anna' },
      ],
      'Anna',
    ],
    ['none where no session has one', [{ UserId: USER }, 7, {}], undefined],
    ['none where there is no session', [], undefined],
    ['none where there is no list', { a: 1 }, undefined],
  ] as const) {
    it(`have for the name of a user ${situation}`, async () => {
      server.handler = answers({ status: 200, body: JSON.stringify({ Pages: 1, Data: body }) });
      expect(await clock.until(client.sessions.userName({ userId: USER, installationId: SITE }))).to.equal(name);
      const query = `InstallationId=${SITE}&UserId=${USER}&DetailLevel=0&PageSize=5&PageIndex=0`;
      expect(server.seen[0]!.url).to.equal(`/api/chargehistory?${query}`);
    });
  }

  it('have no name of a user where the answer is none, nor for what is no id', async () => {
    server.handler = answers({ status: 200, body: '5' });
    expect(await clock.until(client.sessions.userName({ userId: USER, installationId: SITE }))).to.equal(undefined);
    for (const [field, what] of [
      ['userId', 'user'],
      ['installationId', 'installation'],
    ] as const) {
      const error = await clock.until(
        failureOf(client.sessions.userName({ userId: USER, installationId: SITE, [field]: 'x' })),
      );
      expect(error.code).to.equal('ID_INVALID');
      expect(error.message).to.contain(what);
    }
  });

  it('are read to the end in each writing of the cursor, and of whether there are more', async () => {
    for (const [hasMore, cursor] of [
      [true, 'c1'],
      ['true', 'c1'],
      [1, 'c1'],
      [undefined, 'c1'],
      [true, 5],
    ] as const) {
      const from = new Date(Date.UTC(2026, 4, server.seen.length + 1));
      server.handler = answers(
        { status: 200, body: JSON.stringify({ sessions: [{ id: '1' }], cursor, hasMore }) },
        { status: 200, body: '{"sessions":[{"id":"2"}],"hasMore":false}' },
      );
      const { data } = await clock.until(client.sessions.archived({ chargerId: GARAGE, from, to: TO }));
      expect(
        data.map(({ id }) => id),
        `${String(hasMore)} ${cursor}`,
      ).to.deep.equal(['1', '2']);
      expect(server.seen.at(-1)!.url).to.contain(`&Cursor=${cursor}`);
    }
  });

  for (const [what, body] of [
    ['says no', '{"sessions":[{"id":"1"}],"cursor":"c1","hasMore":false}'],
    ['says neither yes nor no', '{"sessions":[{"id":"1"}],"cursor":"c1","hasMore":"perhaps"}'],
    ['says nothing, and has no cursor', '{"sessions":[{"id":"1"}]}'],
  ] as const) {
    it(`end where the archive ${what}`, async () => {
      server.handler = answers({ status: 200, body });
      expect((await clock.until(archive())).data).to.deep.equal([{ id: '1' }]);
      expect(server.seen).to.have.length(1);
    });
  }

  it('are an error where the archive goes on with an empty cursor', async () => {
    server.handler = answers({ status: 200, body: '{"sessions":[{"id":"1"}],"cursor":"","hasMore":true}' });
    expect((await clock.until(failureOf(archive()))).message).to.contain('no usable cursor: sessions would be missing');
  });

  it('name the field of a time or an id that is none', async () => {
    const message = async (query: object) =>
      (await clock.until(failureOf(client.sessions.archived({ chargerId: GARAGE, from: FROM, to: TO, ...query }))))
        .message;
    expect(await message({ chargerId: 'Garage' })).to.contain('charger');
    expect(await message({ from: 'yesterday' })).to.match(
      /^from "yesterday" is no time.*Use a time such as 2026-05-04/,
    );
    expect(await message({ to: 'x'.repeat(99) })).to.match(/^to "x{60}" is no time/);
    const place = { installationId: 'Home', from: FROM, to: TO };
    expect((await clock.until(failureOf(client.sessions.archived(place)))).message).to.contain('installation');
    expect((await clock.until(failureOf(client.sessions.get('x')))).message).to.contain('session');
  });
});

import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../src/client';
import { failureOf } from '../support/failure';
import { answers, ScriptedServer, type Seen } from '../support/scripted-server';
import { VirtualClock } from '../support/virtual-clock';

const HOME = '0a1b2c3d-0000-4000-8000-000000000001';
const SITE = '0a1b2c3d-0000-4000-8000-000000000002';
const GARAGE = '0a1b2c3d-0000-4000-8000-0000000000a1';
const NOBODY = '0a1b2c3d-0000-4000-8000-0000000000ff';

const installations = [
  { Id: HOME, Name: 'Home', CurrentUserRoles: 2 },
  { Id: SITE, Name: 'Site', CurrentUserRoles: 1 },
];
const chargers = [
  {
    Id: GARAGE,
    Name: 'Garage',
    DeviceId: 'ZAP012345',
    InstallationId: HOME,
    InstallationName: 'Home',
    Pin: '1234',
    DeviceType: 4,
  },
  {
    Id: '0a1b2c3d-0000-4000-8000-0000000000a2',
    Name: 'Left',
    DeviceId: 'ZAP012346',
    InstallationId: HOME,
    InstallationName: 'Home',
  },
  {
    Id: '0a1b2c3d-0000-4000-8000-0000000000a3',
    Name: 'Left',
    DeviceId: 'ZAP012347',
    InstallationId: SITE,
    InstallationName: 'Site',
  },
];

describe('client', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;
  let routes: Record<string, unknown>;

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    routes = { '/api/installation': { Pages: 1, Data: installations }, '/api/chargers': { Pages: 1, Data: chargers } };
    server.handler = (seen, response) => {
      const path = new URL(seen.url, server.url).pathname;
      if (!(path in routes)) response.writeHead(404).end();
      else response.end(JSON.stringify(routes[path]));
    };
    clock = new VirtualClock();
    client = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
  });
  afterEach(async () => {
    client.close();
    clock.restore();
    await server.stop();
  });

  const paths = () => server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`);
  const failing = (call: Promise<unknown>) => clock.until(failureOf(call));

  describe('lists', () => {
    it('ask for pages of a hundred in a stable order, once an hour', async () => {
      const { data, meta } = await clock.until(client.chargers.list());
      expect(data.map(({ name }) => name)).to.deep.equal(['Garage', 'Left', 'Left']);
      expect(meta).to.include({ source: 'rest', attempts: 1 });
      expect(server.seen[0]!.url).to.equal(
        '/api/chargers?PageSize=100&PageIndex=0&SortProperty=CreatedOnDate&SortDescending=false',
      );
      await clock.advance(3_500_000);
      expect((await clock.until(client.chargers.list())).meta).to.include({ source: 'cache', ageMs: 3_500_000 });
      expect(server.seen).to.have.length(1);
    });

    it('go without an order where the server knows none', async () => {
      const sorted = server.handler;
      server.handler = (seen, response, socket) => {
        if (seen.url.includes('SortProperty')) response.writeHead(400).end();
        else sorted(seen, response, socket);
      };
      expect((await clock.until(client.installations.list())).data).to.have.length(2);
    });

    it('take null for empty, leave strange entries out, and refuse what is no list', async () => {
      routes['/api/installation'] = { Pages: 0, Data: null };
      expect((await clock.until(client.installations.list())).data).to.deep.equal([]);
      routes['/api/chargers'] = { Pages: 1, Data: [null, 7, { Name: 'no id' }, chargers[0]] };
      expect((await clock.until(client.chargers.list())).data).to.have.length(1);
      await clock.advance(3_700_000);
      routes['/api/chargers'] = 'nonsense';
      expect((await failing(client.chargers.list())).code).to.equal('BAD_ANSWER');
    });

    it('come page by page as well', async () => {
      const read = async () => {
        const names: unknown[] = [];
        for await (const page of client.chargers.pages()) names.push(...page.map(({ name }) => name));
        for await (const page of client.installations.pages()) names.push(...page.map(({ name }) => name));
        return names;
      };
      expect(await clock.until(read())).to.deep.equal(['Garage', 'Left', 'Left', 'Home', 'Site']);
    });

    it('keep to one installation', async () => {
      const { data } = await clock.until(client.installations.chargers(SITE));
      expect(data.map(({ deviceId }) => deviceId)).to.deep.equal(['ZAP012347']);
      expect(server.seen[0]!.url).to.contain(`InstallationId=${SITE}`);
    });
  });

  describe('names', () => {
    for (const ref of [GARAGE, 'Garage', 'garage', ' Garage ', 'ZAP012345', GARAGE.toUpperCase()]) {
      it(`"${ref}" is the garage`, async () => {
        expect(await clock.until(client.resolve.charger(ref))).to.include({ id: GARAGE, name: 'Garage' });
      });
    }

    it('that are ambiguous list the candidates', async () => {
      const error = await failing(client.resolve.charger('left'));
      expect(error.code).to.equal('AMBIGUOUS');
      expect(error.message).to.match(/2 chargers are called "left": .*ZAP012346 in Home; .*ZAP012347 in Site/);
      expect(await clock.until(client.resolve.charger('Left', { installationId: SITE }))).to.include({
        deviceId: 'ZAP012347',
      });
    });

    it('of many candidates show some', async () => {
      routes['/api/chargers'] = {
        Pages: 1,
        Data: Array.from({ length: 7 }, (_, i) => ({ ...chargers[1], Id: `${GARAGE.slice(0, -1)}${i}` })),
      };
      expect((await failing(client.resolve.charger('Left'))).message).to.contain('and 2 more');
    });

    it('that are unknown are looked up once more, but not each time', async () => {
      expect((await failing(client.resolve.installation('Hom'))).code).to.equal('NOT_FOUND');
      await clock.advance(60_000);
      expect((await failing(client.resolve.installation('Hom'))).message).to.contain('No installation is called "Hom"');
      await clock.advance(60_000);
      await failing(client.resolve.installation('Hom'));
      expect(server.seen.length).to.be.at.most(2);
    });

    it('that are ids pass although the list does not have them', async () => {
      expect(await clock.until(client.resolve.charger(NOBODY))).to.deep.equal({ id: NOBODY });
    });

    it('find an installation', async () => {
      expect(await clock.until(client.resolve.installation('home'))).to.include({ id: HOME });
    });
  });

  describe('details', () => {
    it('are read once an hour, whatever asks', async () => {
      routes[`/api/chargers/${GARAGE}`] = chargers[0];
      routes[`/api/installation/${HOME}`] = { Name: 'Home', AvailableCurrent: 20 };
      const { data } = await clock.until(client.chargers.get(GARAGE));
      expect(data).to.deep.equal({
        id: GARAGE,
        name: 'Garage',
        deviceId: 'ZAP012345',
        installationId: HOME,
        installationName: 'Home',
        deviceType: 4,
      });
      await clock.until(client.chargers.get(GARAGE.toUpperCase()));
      expect((await clock.until(client.installations.get(HOME))).data).to.include({ id: HOME, availableCurrent: 20 });
      expect(server.seen).to.have.length(2);
    });

    it('of a charger without a role come from the list', async () => {
      const others = server.handler;
      server.handler = (seen, response, socket) => {
        if (seen.url.startsWith('/api/chargers/')) response.writeHead(403).end();
        else others(seen, response, socket);
      };
      expect((await clock.until(client.chargers.get(GARAGE))).data).to.include({ name: 'Garage' });
      expect((await failing(client.chargers.get(NOBODY))).code).to.equal('HTTP_403');
      expect((await failing(client.installations.firmware(HOME))).code).to.equal('HTTP_404');
    });

    it('that are no object are a bad answer', async () => {
      routes[`/api/chargers/${GARAGE}`] = [];
      routes[`/api/installation/${HOME}`] = 'x';
      routes[`/api/installation/${HOME}/hierarchy`] = 7;
      routes['/api/constants'] = null;
      const calls = [
        () => client.chargers.get(GARAGE),
        () => client.installations.get(HOME),
        () => client.installations.hierarchy(HOME),
        () => client.constants.get(),
      ];
      for (const call of calls) {
        expect((await failing(call())).code).to.equal('BAD_ANSWER');
      }
    });

    it('of the rest', async () => {
      routes['/api/constants'] = { Version: '6.5.8' };
      routes[`/api/chargerFirmware/installation/${HOME}`] = [{ ChargerId: GARAGE, CurrentVersion: '3.0.0.1' }, null];
      routes[`/api/session/${NOBODY}`] = { SessionId: NOBODY, SessionStart: '2026-05-04T10:00:00.5' };
      expect((await clock.until(client.constants.get())).data).to.deep.equal({ version: '6.5.8' });
      expect((await clock.until(client.installations.firmware(HOME))).data).to.deep.equal([
        { chargerId: GARAGE, currentVersion: '3.0.0.1' },
      ]);
      expect((await clock.until(client.sessions.get(NOBODY))).data).to.include({
        sessionStart: '2026-05-04T10:00:00.500Z',
      });
    });
  });

  describe('hierarchy', () => {
    it('is told with its circuits', async () => {
      routes[`/api/installation/${HOME}/hierarchy`] = { Id: HOME, Circuits: [{ Id: SITE, Chargers: [] }, null] };
      expect((await clock.until(client.installations.hierarchy(HOME))).data.circuits).to.have.length(1);
    });

    it('that is empty is waited for by who has the role, and refused to who has not', async () => {
      const others = server.handler;
      let empty = 2;
      server.handler = (seen, response, socket) => {
        if (!seen.url.endsWith('/hierarchy')) others(seen, response, socket);
        else if (empty-- > 0) response.writeHead(204).end();
        else response.end('{}');
      };
      const startedAt = Date.now();
      expect((await clock.until(client.installations.hierarchy(HOME))).data).to.deep.equal({ circuits: [] });
      expect(Date.now() - startedAt).to.be.within(6_000, 9_000);
      empty = 9;
      const error = await failing(client.installations.hierarchy(SITE));
      expect(error.code).to.equal('HTTP_204');
      expect(error.message).to.contain('owner or service role');
      expect(paths().filter((path) => path.endsWith(`${SITE}/hierarchy`))).to.have.length(1);
    });
  });

  describe('state', () => {
    const state = (mode: string) => [
      { ChargerId: GARAGE, StateId: 710, Timestamp: '2026-05-04T09:58:11.007', ValueAsString: mode },
      { ChargerId: GARAGE, StateId: -1, Timestamp: '2026-05-04T09:58:11' },
      'strange',
      { StateId: 'x' },
    ];
    const read = (options = {}) => clock.until(client.chargers.state(GARAGE, options));

    it('is lenient with strange entries', async () => {
      routes[`/api/chargers/${GARAGE}/state`] = state('3');
      expect((await read()).data).to.deep.equal([
        { chargerId: GARAGE, stateId: 710, timestamp: '2026-05-04T09:58:11.007Z', valueAsString: '3' },
        { chargerId: GARAGE, stateId: -1, timestamp: '2026-05-04T09:58:11.000Z' },
      ]);
    });

    for (const [mode, floorMs] of [
      ['3', 60_000],
      ['1', 600_000],
    ] as const) {
      it(`in mode ${mode} is read at most every ${floorMs / 1000} s`, async () => {
        routes[`/api/chargers/${GARAGE}/state`] = state(mode);
        await read();
        await clock.advance(floorMs - 1_000);
        expect((await read()).meta.source).to.equal('cache');
        await clock.advance(1_500);
        expect((await read()).meta.source).to.equal('rest');
      });
    }

    it('is read anew after a command, and again when the answer may have been old', async () => {
      routes[`/api/chargers/${GARAGE}/state`] = state('1');
      routes[`/api/chargers/${GARAGE}/sendCommand/506`] = null;
      await read();
      await clock.until(client.chargers.sendCommand(GARAGE, 'pause'));
      expect((await read()).meta.source).to.equal('rest');
      await clock.advance(16_000);
      expect((await read()).meta.source).to.equal('rest');
    });
  });

  describe('writes', () => {
    const body = (seen: Seen | undefined) => JSON.parse(seen?.body || 'null') as unknown;

    it('send what they are given and nothing else', async () => {
      routes[`/api/installation/${HOME}`] = { AvailableCurrent: 20, MaxCurrent: 32 };
      routes[`/api/installation/${HOME}/update`] = null;
      routes[`/api/chargers/${GARAGE}`] = chargers[0];
      routes[`/api/chargers/${GARAGE}/state`] = [{ StateId: 510, ValueAsString: '32' }];
      routes[`/api/chargers/${GARAGE}/update`] = null;
      routes[`/api/session/${NOBODY}/priority`] = null;
      await clock.until(client.installations.update(HOME, { availableCurrent: 16 }));
      await clock.until(client.chargers.update(GARAGE, { maxChargeCurrent: 10, maxChargePhases: 1 }));
      await clock.until(client.sessions.prioritize(NOBODY, { prioritizedPhases: 3, prioritizedCurrent: 10 }));
      expect(server.seen.filter(({ method }) => method === 'POST').map(body)).to.deep.equal([
        { availableCurrent: 16 },
        { maxChargeCurrent: 10, maxChargePhases: 1 },
        { prioritizedPhases: 3, prioritizedCurrent: 10 },
      ]);
    });

    it('send commands by name and by number', async () => {
      routes[`/api/chargers/${GARAGE}/sendCommand/507`] = null;
      await clock.until(client.chargers.sendCommand(GARAGE, 'resume'));
      await clock.until(client.chargers.sendCommand(GARAGE, 507));
      expect(paths()).to.deep.equal(Array(2).fill(`POST /api/chargers/${GARAGE}/sendCommand/507`));
    });

    it('of a read-only client never leave', async () => {
      const reader = openClient({
        baseUrl: server.url,
        username: 'owner@example.org',
        password: 'planted-password',
        readOnly: true,
      });
      for (const call of [
        () => reader.installations.update(HOME, { availableCurrent: 16 }),
        () => reader.chargers.sendCommand(GARAGE, 'pause'),
        () => reader.request({ method: 'DELETE', path: '/api/x', undocumented: true }),
      ]) {
        const error = await failing(call());
        expect(error.code).to.equal('READ_ONLY');
        expect(error.message).to.contain('read-only');
      }
      routes['/api/chargehistory/installationreport'] = { TotalUserChargerReportModel: [] };
      const report = reader.request({ method: 'POST', path: '/api/chargehistory/installationreport', body: {} });
      expect((await clock.until(report)).data).to.deep.equal({ totalUserChargerReportModel: [] });
      reader.close();
      expect(paths()).to.deep.equal(['POST /api/chargehistory/installationreport']);
    });

    const bad: [string, object, RegExp][] = [
      ['nothing', {}, /no settings/],
      ['unknown', { maximum: 5 }, /Unknown setting maximum/],
      ['prototype', { constructor: 5 }, /Unknown setting constructor/],
      ['negative', { availableCurrent: -1 }, /availableCurrent is -1.*from 0/],
      ['NaN', { availableCurrent: NaN }, /availableCurrent is NaN/],
      ['text', { availableCurrent: '16' }, /availableCurrent is "16"/],
      ['list', { availableCurrent: [16] }, /availableCurrent is a list/],
      ['two phases', { availableCurrentPhase1: 6, availableCurrentPhase2: 6 }, /without availableCurrentPhase3/],
      [
        'both forms',
        { availableCurrent: 6, availableCurrentPhase1: 6, availableCurrentPhase2: 6, availableCurrentPhase3: 6 },
        /together with/,
      ],
      ['threshold', { threeToOnePhaseSwitchCurrent: 33 }, /from 0 to 32/],
      ['flag', { minPowerOfflineMode: 1 }, /true or false/],
    ];
    for (const [name, settings, text] of bad) {
      it(`of an installation refuse ${name}`, async () => {
        const error = await failing(client.installations.update(HOME, settings));
        expect(error.code).to.equal('INPUT_INVALID');
        expect(error.message).to.match(text);
        expect(server.seen).to.have.length(0);
      });
    }

    it('of a charger keep its minimum at 6 A', async () => {
      expect((await failing(client.chargers.update(GARAGE, { minChargeCurrent: 0 }))).message).to.contain(
        'from 6 to 32',
      );
      expect((await failing(client.chargers.update(GARAGE, { maxChargePhases: 2 as never }))).message).to.contain(
        'one of 1, 3',
      );
      expect((await failing(client.chargers.update('Garage', {}))).code).to.equal('ID_INVALID');
    });

    it('that waited too long are not sent', async () => {
      routes[`/api/chargers/${GARAGE}/sendCommand/507`] = null;
      server.handler = answers({ status: 429, headers: { 'Retry-After': '70' } }, { status: 200 });
      const read = failureOf(client.constants.get());
      await clock.network();
      await clock.advance(10);
      const error = await clock.until(failureOf(client.chargers.sendCommand(GARAGE, 'resume')));
      expect(error.code).to.equal('EXPIRED');
      client.close();
      await clock.until(read);
    });
  });

  describe('any request', () => {
    const ask = (method: string, path: string, more = {}) => client.request({ method, path, ...more });

    it('cleans and camelises what it gets', async () => {
      routes[`/api/installation/${HOME}/messagingConnectionDetails`] = {
        Host: 'h',
        Password: 'planted-sas-key',
        Topic: 't',
      };
      const { data } = await clock.until(ask('get', `/api/installation/${HOME}/messagingConnectionDetails`));
      expect(data).to.deep.equal({ host: 'h', topic: 't' });
    });

    it('follows pages', async () => {
      const { data } = await clock.until(ask('GET', '/api/chargers?PageSize=3&NameFilter=x', { pages: true }));
      expect(data).to.have.length(3);
      expect(server.seen[0]!.url).to.match(/NameFilter=x.*PageSize=100/);
    });

    it('follows a cursor', async () => {
      server.handler = answers(
        { status: 200, body: '{"sessions":[{"id":1}],"cursor":"c1","hasMore":true}' },
        { status: 200, body: '{"sessions":[{"id":2}],"cursor":"c2","hasMore":false}' },
      );
      const { data, meta } = await clock.until(
        ask('GET', `/api/sessions/archived?ChargerId=${GARAGE}`, { pages: true }),
      );
      expect(data).to.deep.equal([{ id: 1 }, { id: 2 }]);
      expect(meta.attempts).to.equal(2);
      expect(server.seen[1]!.url).to.contain('Cursor=c1');
    });

    it('ends at a cursor that does not move', async () => {
      server.handler = answers({ status: 200, body: '{"sessions":[],"cursor":"c1","hasMore":true}' });
      await clock.until(ask('GET', `/api/sessions/archived?ChargerId=${GARAGE}`, { pages: true }));
      expect(server.seen).to.have.length(2);
    });

    it('refuses what Zaptec does not document, unless told', async () => {
      expect((await failing(ask('GET', `/api/chargers/${GARAGE}/live`))).code).to.equal('UNDOCUMENTED');
      routes[`/api/chargers/${GARAGE}/live`] = { Power: 1 };
      expect(
        (await clock.until(ask('GET', `/api/chargers/${GARAGE}/live`, { undocumented: true }))).data,
      ).to.deep.equal({ power: 1 });
      expect((await failing(ask('BREW', '/api/chargers'))).message).to.contain('method "BREW" is unknown');
    });

    it('refuses a parameter that Zaptec does not document, unless told', async () => {
      const error = await failing(ask('GET', `/api/chargers/${GARAGE}/state?_=1`));
      expect(error.code).to.equal('UNDOCUMENTED');
      expect(error.message).to.match(/parameter "_" of GET \/api\/chargers\/\{id\}\/state.*Leave it out, or allow/);
      const listed = await failing(ask('GET', '/api/chargers?PageSizes=1', { pages: true }));
      expect(listed.message).to.match(/"PageSizes".*Leave it out, use .*PageSize, /);
      expect((await failing(ask('POST', `/api/chargers/${GARAGE}/update?x=1`, { body: {} }))).code).to.equal(
        'UNDOCUMENTED',
      );
      expect(server.seen).to.have.length(0);
    });

    it('lets no parameter get past the floor, and gives no answer of another question', async () => {
      routes[`/api/chargers/${GARAGE}/state`] = [{ StateId: 710, ValueAsString: '1' }];
      const told = (_: number, more = {}) =>
        clock.until(
          Promise.resolve(
            client.request(
              { method: 'GET', path: `/api/chargers/${GARAGE}/state?_=${_}`, undocumented: true },
              { refresh: false, ...more },
            ),
          ).catch((error: unknown) => error as Error & { code: string }),
        );
      const answer = await told(1);
      expect(answer).to.deep.include({ data: [{ stateId: 710, valueAsString: '1' }] });
      for (let second = 2; second < 7; second += 1) {
        await clock.advance(1_000);
        expect(await told(second)).to.include({ code: 'TOO_SOON' });
      }
      expect(await told(1), 'the same again').to.have.nested.property('meta.source', 'cache');
      expect(server.seen).to.have.length(1);
      expect(await told(7))
        .to.have.property('message')
        .that.matches(/one question is sent every 10 minutes/);
      await clock.advance(15_000);
      expect(await told(8, { refresh: true })).to.have.nested.property('meta.source', 'rest');
      await clock.advance(600_000);
      expect(await told(9)).to.have.nested.property('meta.source', 'rest');
      expect(server.seen.map(({ url }) => url.split('=')[1])).to.deep.equal(['1', '8', '9']);
    });

    it('lets no spelling get past the floor either, nor an unknown parameter of a list', async () => {
      for (const path of ['/api/chargers?PageSize=3', '/api/chargers?pagesize=3', '/API/chargers?PAGESIZE=3']) {
        await clock.until(ask('GET', path));
      }
      expect(server.seen).to.have.length(1);
      const told = (path: string) => ask('GET', path, { pages: true, undocumented: true });
      await clock.until(told('/api/chargers?NameFilter=x&_=1'));
      expect(server.seen[1]!.url).to.match(/NameFilter=x&_=1&PageSize=100/);
      const every = await failing(told('/api/chargers?NameFilter=x&_=2'));
      expect(every.message).to.match(/"_" of GET \/api\/chargers one question is sent every 60 minutes/);
      await clock.until(told('/api/chargers?NameFilter=y&_=2'));
      expect(server.seen).to.have.length(3);
    });

    it('refuses what interrupts people', async () => {
      for (const path of [
        'sendCommand/102',
        'sendCommand/103',
        'sendCommand/708',
        'SENDCOMMAND/200/',
        'sendCommand/0010001',
        'sendCommand/%31%30%32',
      ]) {
        const asked = ask('POST', `/api/chargers/${GARAGE}/${path}`, { undocumented: true });
        expect((await failing(asked)).code, path).to.be.oneOf(['DESTRUCTIVE', 'ID_INVALID']);
      }
      routes[`/api/chargers/${GARAGE}/sendCommand/506`] = null;
      await clock.until(ask('POST', `/api/chargers/${GARAGE}/sendCommand/506`));
      expect(server.seen).to.have.length(1);
    });

    it('reads the meter of a simulator only', async () => {
      expect((await failing(ask('GET', '/simulator/meter'))).code).to.equal('UNDOCUMENTED');
      const simulated = openClient({
        baseUrl: server.url,
        username: 'owner@example.org',
        password: 'planted-password',
        simulator: true,
      });
      routes['/simulator/meter'] = { house: { powerW: 1 } };
      expect((await clock.until(simulated.request({ method: 'GET', path: '/simulator/meter' }))).data).to.deep.equal({
        house: { powerW: 1 },
      });
      simulated.close();
    });
  });

  describe('life', () => {
    it('demands credentials', () => {
      expect(() => openClient({ username: '', password: 'x' })).to.throw(/user name is empty/);
      expect(() => openClient({ username: 'x', password: '' })).to.throw(/password is empty/);
    });

    it('shares what was read with the next client of the account, also after a redeploy', async () => {
      await clock.until(client.installations.list());
      client.close();
      await clock.advance(29_000);
      const next = openClient({ baseUrl: server.url, username: 'Owner@example.org', password: 'planted-password' });
      expect((await clock.until(next.installations.list())).meta.source).to.equal('cache');
      next.close();
      expect(server.tokens).to.equal(1);
      await clock.advance(31_000);
      const later = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
      expect((await clock.until(later.installations.list())).meta.source).to.equal('rest');
      later.close();
    });

    it('ends its calls when it is closed, and only its own', async () => {
      clock.patienceMs = 50;
      server.handler = () => undefined;
      const other = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
      const mine = failureOf(client.installations.list());
      const same = failureOf(other.installations.list());
      await clock.network();
      client.close();
      client.close();
      expect((await mine).code).to.equal('ABORTED');
      server.seen.splice(0);
      expect((await failing(client.constants.get())).code).to.equal('ABORTED');
      other.close();
      expect((await same).code).to.equal('ABORTED');
    });

    it('leaves to the others of the account what they share with a client that is closed', async () => {
      clock.patienceMs = 50;
      await clock.until(client.verify());
      const other = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
      const archive = { path: `/api/sessions/archived?ChargerId=${GARAGE}`, method: 'GET', pages: true };
      const reads: ((of: ZaptecClient) => Promise<{ data: unknown }>)[] = [
        (of) => of.installations.list(),
        (of) => of.request(archive),
      ];
      for (const read of reads) {
        const mine = openClient({ baseUrl: server.url, username: 'owner@example.org', password: 'planted-password' });
        let answer: (() => void) | undefined;
        const arrived = new Promise<void>((resolve) => {
          server.handler = ({ url }, response) => {
            const isFirst = answer === undefined;
            const [id, hasMore] = /PageIndex=1|Cursor=/.test(url) ? ['2', false] : ['1', true];
            const body = { Pages: 2, Data: [{ Id: id }], sessions: [id], cursor: 'c1', hasMore };
            const end = () => response.end(JSON.stringify(body));
            if (!isFirst) end();
            answer ??= end;
            resolve();
          };
        });
        const ended = failureOf(read(mine));
        const shared = read(other);
        await clock.until(arrived);
        mine.close();
        expect((await ended).code).to.equal('ABORTED');
        answer?.();
        expect((await clock.until(shared)).data).to.have.length(2);
      }
      other.close();
    });

    it('ends a list that nobody waits for any more', async () => {
      clock.patienceMs = 50;
      await clock.until(client.verify());
      let isOver = false;
      const arrived = new Promise<void>((resolve) => {
        server.handler = (_seen, response) => {
          response.on('close', () => (isOver = true));
          resolve();
        };
      });
      const mine = failureOf(client.installations.list());
      await clock.until(arrived);
      client.close();
      expect((await mine).code).to.equal('ABORTED');
      await clock.network();
      expect(isOver).to.equal(true);
    });

    it('tells health and budget', async () => {
      const seen: string[] = [];
      const stop = client.onHealth(({ state }) => seen.push(state));
      await clock.until(client.verify());
      server.handler = answers({ status: 429, headers: { 'Retry-After': '2' } }, { status: 200, body: '{}' });
      await clock.until(client.constants.get());
      await clock.advance(1);
      stop();
      expect(seen).to.deep.equal(['connecting', 'ok', 'limited', 'ok']);
      expect(client.budget).to.deep.include({ permits: 5, waiting: 0 });
      expect(client.health.since).to.match(/Z$/);
    });

    it('takes a signal of the caller', async () => {
      const caller = new AbortController();
      caller.abort();
      expect((await failing(client.constants.get({ signal: caller.signal }))).code).to.equal('ABORTED');
    });
  });
});

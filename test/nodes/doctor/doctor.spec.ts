import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startSimulator, type Simulator, type FaultName, type SimulatorOptions } from '../../../simulator/index';
import { CHECK_NAMES } from '../../../src/diagnostics/checks';
import {
  catchAll,
  connection,
  CONNECTION_ID,
  doctor,
  flow,
  installation,
  loadGuard,
  plan,
  request,
  sessions,
  sink,
  subscribe,
  surplus,
  updateCurrent,
  type FlowNode,
} from '../../support/node-red/builder';
import { expectFinding, findingsOf } from '../../support/node-red/findings';
import {
  accountOf,
  ask,
  chargersOf,
  deploy,
  expectMessage,
  failing,
  get,
  helper,
  load,
  next,
  send,
  siteOf,
  status,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';
import { ScriptedServer } from '../../support/scripted-server';

const HOUR = 3_600_000;
const HOSTILE: readonly FaultName[] = [
  'extra-secrets',
  'echo-secrets',
  'unknown-fields',
  'missing-fields',
  'times-future',
  'data-null',
  'null-200',
  'empty-200',
  'html-200',
  'garbage-json',
  'tokens-revoked',
];

describe('the doctor node', () => {
  const userDir = mkdtempSync(join(tmpdir(), 'zaptec-doctor-'));
  const settings = { userDir, contextStorage: { default: { module: 'localfilesystem' } } };
  before(() => helper.settings(settings));
  useNodeRed();
  let cloud: Simulator;
  afterEach(() => cloud.stop());
  after(() => {
    helper.settings({});
    rmSync(userDir, { recursive: true, force: true });
  });

  /** A new simulator is a new account, of which nothing is known. */
  const open = async (
    nodes: FlowNode[] = [],
    { role = 'owner', ...options }: SimulatorOptions & { role?: string } = {},
  ) => {
    cloud = await startSimulator({ scenario: 'home', ...options });
    for (const charger of chargersOf(cloud)) charger.firmware.current = charger.firmware.available;
    await load([at(cloud.baseUrl), ...flow(doctor(), nodes)], accountOf(cloud, role));
  };
  const at = (baseUrl: string) => connection({ cloud: 'custom', baseUrl });
  const examined = (message: object = {}) => ask('doctor', message);

  it('finds nothing on a healthy account with every node', async () => {
    await open([subscribe(), sink('feed'), updateCurrent(), sink('decisions'), installation({ wires: [[]] })]);
    await status('subscribe', /^live/);
    const message = await examined();
    expectMessage(message, 'doctor');
    expect(message.payload.filter(({ ok }: { ok: boolean }) => !ok)).to.deep.equal([]);
    expect(message.topic).to.equal('zaptec/doctor');
    await status('doctor', 'all well');
    const { found, about } = message.payload.find(({ check }: { check: string }) => check === 'push');
    expect(found).to.equal('Push works for 1 installation');
    expect(about[0].name).to.equal('Home');
    expect(about[0].detail).to.match(/by user group [0-9a-f-]{36}/);
  }).timeout(30_000);

  it('sends the checks in the same order each time, or only findings from a severity on', async () => {
    await open([
      doctor({ id: 'findings', show: 'findings' }),
      doctor({ id: 'remarks', show: 'findings', severity: 'info' }),
      doctor({ id: 'errors', show: 'findings', severity: 'error' }),
    ]);
    chargersOf(cloud)[0]!.firmware.current = '0.0.0.1';
    cloud.faults.set('data-null', { on: true, match: '/api/installation' });
    const checks = async (id: string) => (await ask(id)).payload.map(({ check }: { check: string }) => check);
    const all = await checks('doctor');
    expect(all).to.have.lengthOf(23);
    expect(all[0]).to.equal('login');
    expect(await checks('doctor')).to.deep.equal(all);
    // Without an installation nobody can be asked for messages, and chargers have no place.
    expect(await checks('findings')).to.deep.equal(['installations', 'pages', 'push']);
    expect(await checks('remarks')).to.include.members(['installations']);
    expect(await checks('errors')).to.deep.equal(['push']);
    await status('doctor', 'findings: 3');
  });

  it('asks the cloud for each thing once, and for nothing the second time', async () => {
    await open();
    await examined();
    const paths = cloud.requests.map(({ method, path }) => `${method} ${path}`.replace(/[0-9a-f-]{36}/g, '{id}'));
    expect(paths.sort()).to.deep.equal([
      'GET /api/chargerFirmware/installation/{id}',
      'GET /api/chargers',
      'GET /api/chargers/{id}/state',
      'GET /api/chargers/{id}/state',
      'GET /api/installation',
      'GET /api/userGroups/{id}/messagingConnectionDetails',
      'POST /oauth/token',
    ]);
    const before = cloud.requests.length;
    for (let times = 0; times < 5; times += 1) await examined({ refresh: true });
    expect(cloud.requests.length).to.equal(before);
    expect(cloud.audit.report().filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it('asks for 20 states and 20 firmware lists at most', async () => {
    await open([], { scenario: 'housing' });
    await examined();
    const count = (part: string) => cloud.requests.filter(({ path }) => path.includes(part)).length;
    expect([count('/state'), count('/chargerFirmware/'), count('/api/chargers') - count('/state')]).to.deep.equal([
      20, 2, 3,
    ]);
  }).timeout(30_000);

  for (const fault of HOSTILE) {
    it(`has a result for every check, and nothing that the cloud plants, with the fault ${fault}`, async () => {
      await open([subscribe(), sink('feed'), ...catchAll()], { unusualNames: true });
      for (const charger of chargersOf(cloud)) {
        Object.assign(charger.observations.get(804)!, { value: '-99999999999999999999' });
        Object.assign(charger.firmware, { current: '9'.repeat(5_000) });
      }
      let caught: Message | undefined;
      get('caught').on('input', (message: Message) => (caught = message));
      cloud.faults.set(fault, { on: true });
      const message = await examined({ refresh: true });
      expectMessage(message, 'doctor');
      expect(message['payload'].map(({ check }: Message) => check)).to.deep.equal(CHECK_NAMES);
      const { username, password } = accountOf(cloud)[CONNECTION_ID]!;
      const text = JSON.stringify(message);
      for (const secret of [username!, password!, 'planted']) expect(text).not.to.include(secret);
      expect(text.length).to.be.below(100_000);
      expect(caught?.['error']?.['source']?.['id']).not.to.equal('doctor');
    }).timeout(60_000);
  }

  it('refuses without a connection', async () => {
    cloud = await startSimulator({ scenario: 'home' });
    await load(flow(doctor({ connection: '' })));
    expect(await failing('doctor')).to.include({ code: 'CONFIG_INVALID' });
  });

  describe('finds, with its remedy,', () => {
    it('a wrong password, without an error for a Catch node', async () => {
      cloud = await startSimulator({ scenario: 'home' });
      const { username } = accountOf(cloud)[CONNECTION_ID]!;
      const wrong = { [CONNECTION_ID]: { username: username!, password: 'mistyped-word' } };
      await load([at(cloud.baseUrl), ...flow(doctor(), catchAll({ scope: ['doctor'] }))], wrong);
      get('caught').on('input', () => expect.fail('an error of the doctor'));
      const result = expectFinding(await examined(), {
        check: 'login',
        severity: 'error',
        code: 'AUTH_INVALID',
        found: /refused user name and password/,
        remedy: /Correct user name and password in the connection node/,
      });
      expect(JSON.stringify(result)).not.to.contain('mistyped-word');
    });

    it('a password that is missing', async () => {
      cloud = await startSimulator({ scenario: 'home' });
      await load([at(cloud.baseUrl), ...flow(doctor())], {});
      expectFinding(await examined(), {
        check: 'login',
        severity: 'error',
        code: 'AUTH_MISSING',
        found: /no user name/,
        remedy: /Enter user name and password in the connection node/,
      });
    });

    it('a cloud that cannot be reached', async () => {
      const world = new VirtualCloud();
      await world.start([doctor()]);
      cloud = world.cloud;
      cloud.faults.set('drop-before', { on: true });
      const message = await world.time.until(examined()).finally(() => world.time.restore());
      expectFinding(message, {
        check: 'login',
        severity: 'error',
        code: 'NETWORK',
        found: /cannot be reached/,
        remedy: /./,
      });
    });

    it('an account that sees nothing', async () => {
      await open();
      cloud.faults.set('data-null', { on: true });
      const message = await examined();
      expectFinding(
        message,
        { check: 'installations', severity: 'warning', code: 'EMPTY', found: /sees no installation/, remedy: /owner/ },
        ['chargers', 'push'],
      );
      expectFinding(
        message,
        { check: 'chargers', severity: 'warning', code: 'EMPTY', found: /sees no charger/, remedy: /owner/ },
        ['installations', 'push'],
      );
    });

    it('lists that fail', async () => {
      await open();
      cloud.faults.set('server-500-code', { on: true, match: '/api/chargers' });
      expectFinding(await examined(), {
        check: 'chargers',
        severity: 'error',
        code: 'ZAPTEC_500',
        found: /from GET \/api\/chargers/,
        remedy: /./,
      });
    }).timeout(60_000);

    it('a role that allows little, and no messages', async () => {
      await open([], { role: 'user' });
      const message = await examined();
      const { about } = expectFinding(
        message,
        { check: 'roles', severity: 'warning', code: 'ROLE', found: /In 1 of 1 .* may only charge/, remedy: /owner/ },
        ['push'],
      );
      expect(about[0]).to.include({ name: 'Home' });
      expect(about[0].detail).to.match(/^user: .*no commands/);
      expectFinding(
        message,
        { check: 'push', severity: 'error', code: 'BUS_NO_ROLE', found: /No installation lets/, remedy: /owner/ },
        ['roles'],
      );
    });

    it('a charger that messages name and no list has', async () => {
      await open([
        subscribe({ emit: 'observations', wires: [['observed'], ['feed']] }),
        sink('observed'),
        sink('feed'),
      ]);
      await status('subscribe', /^live/);
      cloud.faults.set('bus-foreign-charger', { on: true });
      const received = next('observed');
      cloud.world.unplug(chargersOf(cloud)[0]!.id);
      await received;
      while (findingsOf(await examined()).length === 0) await new Promise((resolve) => setImmediate(resolve));
      const { about } = expectFinding(await examined(), {
        check: 'pages',
        severity: 'warning',
        code: 'INCOMPLETE',
        found: /lack what is known of 1 charger/,
        remedy: /portal/,
      });
      expect(about[0].detail).to.match(/messages name this charger/);
    }).timeout(30_000);

    for (const withFeed of [false, true]) {
      it(`messages that are switched off, ${withFeed ? 'with' : 'without'} a feed`, async () => {
        await open();
        cloud.faults.set('bus-off', { on: true });
        if (withFeed) {
          await deploy([at(cloud.baseUrl), ...flow(doctor(), subscribe(), sink('feed'))], 'nodes');
          await status('subscribe', 'no push: off');
        }
        expectFinding(await examined(), {
          check: 'push',
          severity: 'error',
          code: 'BUS_NOT_ENABLED',
          found: /Messages are not enabled/,
          remedy: /message subscription/,
        });
      }).timeout(30_000);
    }

    it('a clock that is wrong', async () => {
      const late = new ScriptedServer();
      const baseUrl = await late.start();
      cloud = await startSimulator({ scenario: 'home' });
      late.handler = (_seen, response) => {
        response.setHeader('Date', new Date(Date.now() - 24 * HOUR).toUTCString());
        response.end('{"Pages":1,"Data":[]}');
      };
      await load([at(baseUrl), ...flow(doctor())], {
        [CONNECTION_ID]: { username: 'somebody', password: 'something' },
      });
      const message = await examined();
      await late.stop();
      expectFinding(
        message,
        { check: 'clock', severity: 'warning', code: 'CLOCK', found: /8(6399|6400|6401) s ahead/, remedy: /NTP/ },
        ['installations', 'chargers', 'push'],
      );
    });

    it('a Redis that is away', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      cloud = await startSimulator({ scenario: 'home' });
      for (const charger of chargersOf(cloud)) charger.firmware.current = charger.firmware.available;
      const credentials = { ...accountOf(cloud)[CONNECTION_ID], redisUrl: `redis://:planted-word@127.0.0.1:${port}` };
      await load([at(cloud.baseUrl), ...flow(doctor())], { [CONNECTION_ID]: credentials });
      const message = await examined();
      expectFinding(message, {
        check: 'redis',
        severity: 'warning',
        code: 'REDIS_UNAVAILABLE',
        found: /Redis/,
        remedy: /Check that Redis runs/,
      });
      expect(JSON.stringify(message.payload)).not.to.contain('planted-word');
    }).timeout(60_000);

    it('a refusal for too many requests, and who sends most', async () => {
      await open([request({ path: '/api/constants', wires: [[]] })]);
      await status('connection', 'connected');
      cloud.faults.set('rate-429', { on: true, count: 1 });
      send('request');
      const { about } = expectFinding(await examined(), {
        check: 'requests',
        severity: 'warning',
        code: 'HTTP_429',
        found: /Zaptec refused 1 request with 429/,
        remedy: /another one uses up the limit/,
      });
      expect(about.map(({ name }: { name: string }) => name)).to.include.members([
        'doctor (zaptec-doctor)',
        'request (zaptec-request)',
        'the login',
      ]);
    }).timeout(30_000);

    it('a record that cannot be written', async () => {
      const blocked = mkdtempSync(join(tmpdir(), 'zaptec-doctor-'));
      writeFileSync(join(blocked, 'zaptec'), 'a file in its place');
      helper.settings({ ...settings, userDir: blocked });
      await open([updateCurrent(), sink('decisions')]);
      await status('current', 'no record kept');
      const message = await examined();
      helper.settings(settings);
      rmSync(blocked, { recursive: true });
      const { about } = expectFinding(message, {
        check: 'records',
        severity: 'error',
        code: 'NO_RECORD',
        found: /zaptec.*cannot be written \((EEXIST|ENOTDIR)\)/,
        remedy: /make the directory writable/,
      });
      expect(about[0].id).to.equal(siteOf(cloud).id);
    });

    const byConnection = { connection: CONNECTION_ID };
    for (const keeper of [
      subscribe(),
      sessions({ which: 'new' }),
      plan(byConnection),
      surplus(byConnection),
      loadGuard(byConnection),
    ]) {
      it(`a context store in memory, where a node needs another: ${keeper.type}`, async () => {
        helper.settings({ userDir });
        await open([keeper, sink('feed'), sink('plans'), sink('reports'), sink('loads')]);
        const message = await examined();
        helper.settings(settings);
        expectFinding(message, {
          check: 'context-store',
          severity: 'warning',
          code: 'NO_CONTEXT',
          found: /in memory alone/,
          remedy: /contextStorage/,
        });
      }).timeout(30_000);
    }

    it('no such store where nothing is kept', async () => {
      helper.settings({ userDir });
      await open([sessions({ which: 'all' })]);
      const message = await examined();
      helper.settings(settings);
      expect(findingsOf(message)).to.deep.equal([]);
    });

    for (const [mode, words] of [
      [1, 'a schedule'],
      [2, 'automatic power management (APM)'],
    ] as const) {
      it(`a current that ${words} governs`, async () => {
        await open();
        cloud.world.updateInstallation(siteOf(cloud).id, { availableCurrentMode: mode });
        const { about } = expectFinding(await examined(), {
          check: 'current-mode',
          severity: 'warning',
          code: 'NOT_MANUAL',
          found: /The cloud itself governs the current: Home/,
          remedy: /manual in the Zaptec portal/,
        });
        expect(about[0].detail).to.equal(words);
      });
    }

    it('a current that the cloud governs as an error where a flow sets it', async () => {
      await open([updateCurrent(), sink('decisions'), ...catchAll()]);
      cloud.world.updateInstallation(siteOf(cloud).id, { availableCurrentMode: 2 });
      await failing('current', { payload: 16 });
      expectFinding(await examined(), {
        check: 'current-mode',
        severity: 'error',
        code: 'NOT_MANUAL',
        found: /automatic power management/,
        remedy: /manual/,
      });
    });

    it('phases that differ', async () => {
      await open();
      cloud.world.setAvailableCurrent(siteOf(cloud).id, [10, 16, 13]);
      expectFinding(await examined(), {
        check: 'phases',
        severity: 'warning',
        code: 'PHASES',
        found: /differs by phase: Home \(10\/16\/13 A\)/,
        remedy: /lowest of them/,
      });
    });

    it('a charger in stand-alone mode', async () => {
      await open();
      cloud.world.setStandAlone(chargersOf(cloud)[0]!.id, true);
      expectFinding(await examined(), {
        check: 'stand-alone',
        severity: 'warning',
        code: 'STAND_ALONE',
        found: /1 charger in stand-alone mode: Garage/,
        remedy: /ignores the current/,
      });
    });

    for (const [type, words, others] of [
      [1, 'web hooks', []],
      [2, 'OCPP', ['ocpp']],
      [3, 'native OCPP', ['ocpp']],
    ] as const) {
      it(`another system that authorises: ${words}`, async () => {
        await open();
        siteOf(cloud).authenticationType = type;
        const message = await examined();
        expectFinding(
          message,
          {
            check: 'authentication',
            severity: 'warning',
            code: 'AUTHENTICATION',
            found: new RegExp(`Home \\(${words}\\)`),
            remedy: /Authorise there/,
          },
          others,
        );
        if (others.length > 0) {
          expectFinding(
            message,
            { check: 'ocpp', severity: 'warning', code: 'OCPP', found: /by OCPP: Home/, remedy: /operator/ },
            ['authentication'],
          );
        }
      });
    }

    it('a charger that is offline, and since when', async () => {
      await open();
      cloud.world.setOnline(chargersOf(cloud)[0]!.id, false);
      const { about } = expectFinding(await examined(), {
        check: 'offline',
        severity: 'warning',
        code: 'OFFLINE',
        found: /1 charger offline: Garage/,
        remedy: /power and network/,
      });
      expect(about[0].detail).to.match(/^offline, last seen \d{4}-/);
    });

    it('a charger that is said to be online and reports nothing', async () => {
      await open([doctor({ id: 'patient', silence: 600 })]);
      const [silent] = chargersOf(cloud);
      for (const observation of silent!.observations.values())
        Object.assign(observation, { at: observation.at - 5 * HOUR });
      expectFinding(await examined(), {
        check: 'silent',
        severity: 'warning',
        code: 'SILENT',
        found: /1 charger silent for more than 90 minutes.*Garage/,
        remedy: /restart it/,
      });
      expect(findingsOf(await ask('patient')), 'the limit is a setting').to.deep.equal([]);
    });

    it('warnings in words, and whether charging stands still', async () => {
      await open();
      const [one, other] = chargersOf(cloud);
      const warn = (charger: typeof one, mask: bigint) => {
        charger!.warnings = mask;
        Object.assign(charger!.observations.get(804)!, { value: String(mask) });
      };
      warn(one, 1n);
      warn(other, 1n << 11n);
      expectFinding(await examined(), {
        check: 'warnings',
        severity: 'warning',
        code: 'WARNINGS',
        found: /Garage \(humidity\), Carport \(switched off\)/,
        remedy: /electrician/,
      });
    });

    it('a warning during which nothing charges, as an error', async () => {
      await open();
      const [one] = chargersOf(cloud);
      Object.assign(one!.observations.get(804)!, { value: String(1n << 5n) });
      expectFinding(await examined(), {
        check: 'warnings',
        severity: 'error',
        code: 'WARNINGS',
        found: /Garage \(charge overcurrent \(charging stands still\)\)/,
        remedy: /electrician/,
      });
    });

    it('a charger that somebody has switched off, as a remark', async () => {
      await open();
      const [one] = chargersOf(cloud);
      Object.assign(one!.observations.get(804)!, { value: String(1n << 11n) });
      expectFinding(await examined(), {
        check: 'warnings',
        severity: 'info',
        code: 'WARNINGS',
        found: /switched off/,
        remedy: /Switch the charger on/,
      });
    });

    it('firmware that is behind the available one, or behind another charger of its model', async () => {
      await open([], { scenario: 'fleet:3' });
      const chargers = chargersOf(cloud);
      for (const charger of chargers)
        Object.assign(charger, { model: chargers[0]!.model, deviceType: chargers[0]!.deviceType });
      chargers.forEach((charger, index) => Object.assign(charger, { deviceId: `ZAP09000${index}` }));
      chargers[0]!.firmware = { current: '2.4.2.4', available: '2.4.2.4' };
      chargers[1]!.firmware = { current: '2.4.10.1', available: '2.4.10.1' };
      chargers[2]!.firmware = { current: '2.4.10.1', available: '3.0.0.0' };
      const { about } = expectFinding(await examined(), {
        check: 'firmware',
        severity: 'warning',
        code: 'FIRMWARE',
        found: /The firmware of 2 chargers is behind/,
        remedy: /upgrade-firmware/,
      });
      expect(about.map(({ detail }: { detail: string }) => detail)).to.have.members([
        '2.4.2.4, available 2.4.10.1',
        '2.4.10.1, available 3.0.0.0',
      ]);
    });
  });
});

import type { AddressInfo } from 'node:net';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { NodeAPI } from 'node-red';
import { registerRoutes } from '../../../nodes/connection/admin/routes';
import { PageSessions } from '../../../nodes/connection/admin/page/page-sessions';
import { DeployedConnections } from '../../../nodes/connection/deployed-connections';
import { acquireSimulator, stopSimulators, type SimulatorUse } from '../../../nodes/connection/simulator';
import { fakeTimers } from '../../support/fake-timers';

/** Node-RED's own express, which parses bodies before our routes see them. */
const express = createRequire(createRequire(__filename).resolve('node-red'))('express');

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

describe("the simulator's page below the admin root", () => {
  let use: SimulatorUse;
  let server: Server;
  let port: number;
  let allowed: string[];
  const scenario = 'fleet:3';
  const PATH = '/red/zaptec/simulator/fleet%3A3';

  before(async () => {
    use = await acquireSimulator({ scenario, speed: 1 });
    const app = express().set('env', 'test');
    const admin = express();
    admin.use(express.json());
    const needsPermission = (permission: string) => (_request: unknown, response: any, next: () => void) => {
      if (allowed.includes(permission)) next();
      else response.status(401).end();
    };
    registerRoutes({ httpAdmin: admin, auth: { needsPermission } } as unknown as NodeAPI, new DeployedConnections());
    app.use('/red', admin);
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(async () => {
    await stopSimulators();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => (allowed = []));

  /** As it is: no redirect is followed and no address is tidied up. */
  const ask = (path: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
      });
      sent.on('error', reject).end(body);
    });
  const post = (path: string, body: object = {}, headers: Record<string, string> = {}, method = 'POST') =>
    ask(path, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });

  /** What the editor asks for, for somebody who has the permission. */
  const passFor = async (may: 'read' | 'write'): Promise<string> => {
    allowed = [`zaptec.${may}`];
    const { text } = await post(`/red/zaptec/simulator-pass/${may}`, { scenario });
    allowed = [];
    return `/red/${(JSON.parse(text) as { data: { path: string } }).data.path}`;
  };
  const visit = async (may: 'read' | 'write'): Promise<string> => {
    const { headers } = await ask(await passFor(may));
    return headers['set-cookie']![0]!.split(';')[0]!;
  };

  it('is shown to a reader, who may change nothing', async () => {
    expect((await ask(`${PATH}/`)).status).to.equal(401);
    allowed = ['zaptec.read'];
    const page = await ask(`${PATH}/`);
    expect(page.status).to.equal(200);
    expect(page.text).to.contain('<title>Zaptec simulator</title>');
    expect(page.headers['content-security-policy']).to.match(/^default-src 'none'/);
    expect((await ask(PATH)).headers.location, 'its addresses are relative').to.equal('fleet%3A3/');
    expect(JSON.parse((await ask(`${PATH}/live?count=1`)).text)).to.include({ scenario });
    expect((await post(`${PATH}/clock`, { speed: 2 })).status).to.equal(401);
    expect(use.simulator.world.speed).to.equal(1);
  });

  it('forwards the requests of a writer', async () => {
    allowed = ['zaptec.read', 'zaptec.write'];
    const answer = await post(`${PATH}/faults/server-503`, { on: true, probability: 0.5 }, {}, 'PUT');
    expect([answer.status, JSON.parse(answer.text).setting]).to.deep.equal([200, { on: true, probability: 0.5 }]);
    use.simulator.faults.clear();
    const refused = await post(`${PATH}/clock`, { speed: -1 });
    expect([refused.status, JSON.parse(refused.text).error]).to.deep.equal([
      400,
      'speed: -1 is not possible; use a number from 0 to 100000',
    ]);
  });

  it('is not controlled by foreign pages', async () => {
    allowed = ['zaptec.read', 'zaptec.write'];
    const host = `127.0.0.1:${port}`;
    const from = async (headers: Record<string, string>) => (await post(`${PATH}/clock`, {}, headers)).status;
    expect(await from({ Origin: `http://${host}` })).to.equal(200);
    expect(await from({ Origin: 'https://proxied.example', 'Sec-Fetch-Site': 'same-origin' })).to.equal(200);
    expect(await from({ Origin: 'http://proxied.example' }), 'a proxy has changed the host').to.equal(200);
    expect(await from({ Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })).to.equal(403);
    // All that a page can send without asking first.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await from({ Origin: 'https://evil.example', 'Content-Type': type }), type).to.equal(415);
    }
    expect((await ask(`${PATH}/chargers/Garage/plug`, { method: 'POST' })).status).to.equal(415);
  });

  it('answers a broken Host header with 400', async () => {
    allowed = ['zaptec.read', 'zaptec.write'];
    for (const Host of ['a b', '[::1', 'x:99999', 'evil.example/x', 'a@b', 'x#y', 'x:1:2', '127.0.0.999']) {
      const read = await ask(`${PATH}/`, { headers: { Host } });
      expect([read.status, JSON.parse(read.text).error], Host).to.deep.equal([
        400,
        `Host: "${Host}" is not the name of a host`,
      ]);
      expect((await post(`${PATH}/clock`, {}, { Host })).status, Host).to.equal(400);
    }
  });

  it('reaches nothing but the control of the simulator', async () => {
    allowed = ['zaptec.read', 'zaptec.write'];
    for (const path of ['/../api/constants', '/%2e%2e/api/constants', '/..%2fapi/constants', '/a/../../oauth/token']) {
      expect((await ask(PATH + path)).status, path).to.equal(404);
    }
    expect(use.simulator.requests).to.deep.equal([]);
  });

  it('says in a sentence which simulator is not there', async () => {
    allowed = ['zaptec.read', 'zaptec.write'];
    for (const name of ['home', '%', '']) {
      const { status, text } = await ask(`/red/zaptec/simulator/${name}/`);
      expect(status, name).to.equal(404);
      expect(JSON.parse(text).error, name).to.match(/^No simulator of the scenario ".*" is running\. Deploy /);
    }
    const { text } = await post('/red/zaptec/simulator-pass/write', { scenario: 'home' });
    expect(JSON.parse(text).error).to.include({ code: 'NOT_DEPLOYED' });
  });

  it('lets a browser in by a pass, once, and then by its cookie', async () => {
    const pass = await passFor('write');
    const { status, headers } = await ask(pass);
    expect([status, headers.location]).to.deep.equal([303, './']);
    const [cookie] = headers['set-cookie']!;
    expect(cookie)
      .to.match(/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
      .and.not.to.contain('Path');
    expect((await ask(pass)).status, 'a second time').to.equal(403);
    expect((await ask(`${PATH}/enter?pass=made-up`)).status).to.equal(403);
    const Cookie = `other=1; ${cookie!.split(';')[0]!}`;
    expect((await ask(`${PATH}/`, { headers: { Cookie } })).status).to.equal(200);
    expect((await post(`${PATH}/clock`, {}, { Cookie })).status).to.equal(200);
    expect((await ask(`${PATH}/`, { headers: { Cookie: `${Cookie}x` } })).status).to.equal(401);
    const other = '/red/zaptec/simulator/home/';
    expect((await ask(other, { headers: { Cookie } })).status, 'of another simulator').to.equal(401);
  });

  it('lets a reader with a pass read, and says why a change is refused', async () => {
    const Cookie = await visit('read');
    expect((await ask(`${PATH}/state`, { headers: { Cookie } })).status).to.equal(200);
    const { status, text } = await post(`${PATH}/clock`, { speed: 5 }, { Cookie });
    expect([status, JSON.parse(text).error]).to.deep.equal([
      403,
      'Your Node-RED user may look at the simulator, but not change it',
    ]);
    expect(use.simulator.world.speed).to.equal(1);
  });

  it('gives a pass for changes only to those who may change', async () => {
    allowed = ['zaptec.read'];
    expect((await post('/red/zaptec/simulator-pass/write', { scenario })).status).to.equal(401);
  });

  it('forgets passes after half a minute and visits after half a day', () => {
    let now = 1000;
    const sessions = new PageSessions(() => now);
    const late = sessions.pass('home', 'zaptec.write');
    now += 30_000;
    expect(sessions.enter(late, 'home')).to.equal(undefined);
    const token = sessions.enter(sessions.pass('home', 'zaptec.read'), 'home')!;
    expect(sessions.enter(sessions.pass('home', 'zaptec.read'), 'apm'), 'of another simulator').to.equal(undefined);
    now += 12 * 3_600_000 - 1;
    expect(sessions.mayOf(token, 'home')).to.equal('zaptec.read');
    expect(sessions.mayOf(token, 'apm')).to.equal(undefined);
    now += 1;
    expect(sessions.mayOf(token, 'home')).to.equal(undefined);
  });

  it('forgets passes and visits in time when the wall clock was set back', () => {
    const timers = fakeTimers();
    try {
      const sessions = new PageSessions();
      const late = sessions.pass('home', 'zaptec.write');
      const token = sessions.enter(sessions.pass('home', 'zaptec.read'), 'home')!;
      timers.setWallClock(-24 * 3_600_000);
      timers.tick(30_000);
      expect(sessions.enter(late, 'home')).to.equal(undefined);
      expect(sessions.mayOf(token, 'home')).to.equal('zaptec.read');
      timers.tick(12 * 3_600_000);
      expect(sessions.mayOf(token, 'home')).to.equal(undefined);
    } finally {
      timers.restore();
    }
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startSimulator, type FaultName, type Simulator } from '../../../simulator/index';
import {
  charger,
  connection,
  CONNECTION_ID,
  doctor,
  flow,
  installation,
  request,
  subscribe,
} from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  chargersOf,
  failing,
  helper,
  load,
  logLines,
  siteOf,
  status,
  useNodeRed,
  type Message,
} from '../../support/node-red/harness';

async function question(path: string, body: object): Promise<Message> {
  const server = helper.request() as unknown as {
    post(path: string): { send(body: object): Promise<{ body: Message }> };
  };
  return (await server.post(`/zaptec/${path}`).send(body)).body;
}

describe('the report of a connection, and the log of its requests', () => {
  const userDir = mkdtempSync(join(tmpdir(), 'planted-directory-'));
  before(() => helper.settings({ userDir }));
  useNodeRed();
  let cloud: Simulator;
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home', unusualNames: true });
  });
  afterEach(() => cloud.stop());
  after(() => {
    helper.settings({});
    rmSync(userDir, { recursive: true, force: true });
  });

  const nodes = () => [
    connection({ cloud: 'custom', baseUrl: cloud.baseUrl, name: 'Planted connection' }),
    ...flow(
      charger({ name: 'Planted node' }),
      installation(),
      request({ path: 'path', pathType: 'msg' }),
      subscribe({ wires: [[], []] }),
      doctor(),
    ),
  ];
  const credentials = () => ({
    [CONNECTION_ID]: { ...accountOf(cloud)[CONNECTION_ID]!, redisUrl: 'redis://:planted-redis-word@127.0.0.1:1' },
  });
  /** Everything that says whose it is, or is secret. */
  const marks = (): string[] => {
    const { username, password } = accountOf(cloud)[CONNECTION_ID]!;
    const things = [siteOf(cloud), ...chargersOf(cloud)];
    return [
      ...[username!, password!, encodeURIComponent(password!), 'planted', 'Planted', cloud.baseUrl, userDir],
      ...things.flatMap(({ id, name }) => [id, name]),
      ...chargersOf(cloud).flatMap(({ deviceId, pin }) => [deviceId, `"${pin}"`]),
      ...siteOf(cloud).users.flatMap(({ email, name, id }) => [email, name, id]),
      ...[siteOf(cloud).address, siteOf(cloud).supportGroupId],
    ];
  };
  const expectNone = (text: string) => {
    for (const mark of marks()) expect(text.includes(mark), `${mark} in ${text}`).to.equal(false);
    expect(text)
      .not.to.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/i)
      .and.not.match(/\w@\w/);
    expect(text, 'a token').not.to.match(/[\w-]{60}|Bearer (?!\[removed\])/);
  };
  /** Uses the nodes so that all kinds of trouble are remembered. */
  const trouble = async () => {
    const [one] = chargersOf(cloud);
    await failing('charger', { charger: 'Planted name' });
    await failing('charger', { charger: 'planted@example.org' });
    await ask('charger', { charger: one!.id });
    await failing('request', { path: '/api/planted-path' });
    await failing('request', { path: `/api/chargers/${siteOf(cloud).id}` });
    await ask('request', { path: '/api/chargers?NameFilter=planted-filter&SortProperty=planted-sort' });
    await ask('doctor');
  };

  const CASES: FaultName[][] = [[], ['extra-secrets'], ['echo-secrets']];
  for (const faults of CASES) {
    it(`have no secret, name, id or address (${faults[0] ?? 'no fault'})`, async () => {
      for (const one of chargersOf(cloud)) Object.assign(one.observations.get(804)!, { value: '1' });
      await load(nodes(), credentials());
      await status(CONNECTION_ID, 'connected');
      expect((await question('request-log', { connection: CONNECTION_ID, on: true }))['data'].until).to.be.a('number');
      await trouble();
      for (const fault of faults) cloud.faults.set(fault, { on: true });
      for (const path of ['/api/constants', '/api/chargehistory', `/api/session/${siteOf(cloud).id}`]) {
        // Whether it is answered depends on the fault.
        await Promise.race([ask('request', { path }), failing('request', { path })]).catch(() => undefined);
      }
      await ask('doctor', { refresh: true });
      const { data } = await question('report', { connection: CONNECTION_ID });
      expectNone(data.text);
      expect(data.text).to.contain('| cloud | custom |').and.contain('| redis | true |');
      expect(data.text).to.contain('zaptec-charger').and.contain('| NOT_FOUND |').and.contain('| warnings | false |');
      expect(data.text).to.match(/\| \d+ s ago \| GET \/api\/chargers\/\{id\} \| \S+ \| zaptec-request \|/);
      const lines = logLines()
        .map(({ msg }) => msg)
        .filter((msg): msg is string => typeof msg === 'string' && / in \d+ ms, attempt \d/.test(msg));
      expect(lines.length).to.be.greaterThan(3);
      for (const line of lines) {
        // Ids are kept in lines: they stay on this machine.
        for (const mark of marks().filter((text) => !/^[0-9a-f-]{36}$/.test(text))) {
          expect(line.includes(mark), `${mark} in ${line}`).to.equal(false);
        }
        expect(line).to.match(/^(GET|POST) \/[\w/{}?&=….:-]+ \S+ in \d+ ms, attempt \d, lane \w+, by [\w-]+$/);
      }
    }).timeout(60_000);
  }

  it('is there for a connection whose login fails with its words in the answer', async () => {
    cloud.faults.set('echo-secrets', { on: true });
    await load(nodes(), { [CONNECTION_ID]: accountOf(cloud)[CONNECTION_ID]! });
    await failing('charger');
    await ask('doctor');
    const { data } = await question('report', { connection: CONNECTION_ID });
    expectNone(data.text);
    expect(data.text).to.contain('| POST /oauth/token | 400 | login |');
  });

  it('is there for a connection that has never worked, and asks the cloud for nothing', async () => {
    await load(nodes(), { [CONNECTION_ID]: { username: 'planted@example.org', password: 'planted-wrong-word' } });
    await status(CONNECTION_ID, 'login refused');
    const before = cloud.requests.length;
    const { data } = await question('report', { connection: CONNECTION_ID });
    expect(cloud.requests.length).to.equal(before);
    expectNone(data.text);
    expect(data.text).to.contain('| connection | refused |').and.contain('| login | false | error | AUTH_INVALID |');
  });

  it('is refused where no connection is deployed', async () => {
    await load(flow());
    for (const path of ['report', 'request-log']) {
      expect((await question(path, { connection: 'nobody', on: true }))['error']).to.include({ code: 'NOT_DEPLOYED' });
    }
  });

  it('take a variable of the environment for a secret as well', async () => {
    const { username, password } = accountOf(cloud)[CONNECTION_ID]!;
    Object.assign(process.env, { PLANTED_USER: username, PLANTED_WORD: password });
    try {
      const given = { username: '${PLANTED_USER}', password: '${PLANTED_WORD}' };
      await load(nodes(), { [CONNECTION_ID]: given });
      await status(CONNECTION_ID, 'connected');
      await failing('charger', { charger: password });
      expectNone((await question('report', { connection: CONNECTION_ID }))['data'].text);
    } finally {
      for (const name of ['PLANTED_USER', 'PLANTED_WORD']) Reflect.deleteProperty(process.env, name);
    }
  });
});

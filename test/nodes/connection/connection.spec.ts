import { expect } from 'chai';
import {
  catchAll,
  charger,
  connection,
  CONNECTION_ID,
  doctor,
  flow,
  installation,
  statusOf,
  type FlowNode,
} from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  deploy,
  failing,
  get,
  helper,
  load,
  loadAt,
  logLines,
  next,
  send,
  status,
  statusesOf,
  useCloud,
  until,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';
import { VirtualClock } from '../../support/virtual-clock';
import { startSimulator } from '../../../simulator/index';

const logins = ({ requests }: Simulator) => requests.filter(({ path }) => path.startsWith('/oauth/token')).length;

describe('the connection node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const at = (nodes: FlowNode[], over: Parameters<typeof connection>[0] = {}) => [
    connection({ cloud: 'custom', baseUrl: cloud().baseUrl, ...over }),
    ...nodes,
  ];

  it('logs in by itself and notifies its users', async () => {
    await loadAt(cloud(), flow(charger(), statusOf([CONNECTION_ID])));
    await status('charger', 'connected');
    await status(CONNECTION_ID, 'connected');
  });

  it('gives Status nodes a code beside the text', async () => {
    await load(at(flow(charger({ action: 'list' }), statusOf(['charger']))));
    const shown = next('statuses');
    send('charger');
    expect((await shown)['status']).to.deep.include({ text: 'reading…', code: 'working' });
  });

  it('without credentials is red, sends nothing, and says what to do', async () => {
    const before = cloud().requests.length;
    await load(at(flow(charger({ action: 'list' }), catchAll())));
    const caught = next('caught');
    await status('charger', 'no credentials');
    const { error: missing } = await caught;
    expect(missing).to.have.property('code', 'AUTH_MISSING');
    expect(missing.cause.remedy).to.equal('Enter user name and password in the connection node');
    const error = await failing('charger');
    expect(error.code).to.equal('AUTH_MISSING');
    expect(error.message).to.include('Enter user name and password');
    expect(cloud().requests).to.have.length(before);
    expect(statusesOf('charger').every(({ fill }) => fill !== 'green')).to.equal(true);
  });

  it('with a wrong password logs in exactly once, and once more for each deploy of it', async () => {
    const before = logins(cloud());
    const nodes = at(flow(charger({ action: 'list' }), installation(), catchAll(), statusOf(['charger'])));
    const right = accountOf(cloud(), 'user')[CONNECTION_ID]!;
    const wrong = { [CONNECTION_ID]: { ...right, password: 'not the password' } };
    await load(nodes, wrong);
    const caught = next('caught');
    const shown = until('statuses', (message) => message.status.text === 'login refused');
    const { error: refused } = await caught;
    expect(refused).to.have.property('code', 'AUTH_INVALID');
    expect(refused.cause.remedy).to.match(/^Correct user name and password in the connection node and deploy/);
    expect((await shown).status).to.have.nested.property('source.id', CONNECTION_ID);
    await status('charger', 'login refused');
    for (let n = 0; n < 3; n += 1) {
      const error = await failing('charger');
      expect(error).to.have.property('code', 'AUTH_INVALID');
      expect(error.message).to.include('Correct user name and password');
    }
    expect(logins(cloud()) - before).to.equal(1);
    await deploy(nodes, 'full', wrong);
    await until('statuses', (message) => message.status.text === 'login refused');
    for (let n = 0; n < 3; n += 1) {
      expect(await failing('installation', { action: 'list' })).to.have.property('code', 'AUTH_INVALID');
    }
    expect(logins(cloud()) - before).to.equal(2);
    await deploy(nodes, 'full', { [CONNECTION_ID]: right });
    expect((await ask('charger')).payload).to.have.length(2);
    expect(logins(cloud()) - before).to.equal(3);
  });

  it('shares one account between connections of the same user', async () => {
    const before = logins(cloud());
    const account = accountOf(cloud(), 'service')[CONNECTION_ID]!;
    const { baseUrl } = cloud();
    await load(
      [
        connection({ id: 'a', cloud: 'custom', baseUrl }),
        connection({ id: 'b', cloud: 'custom', baseUrl }),
        ...flow(
          charger({ id: 'one', connection: 'a', action: 'list' }),
          charger({ id: 'two', connection: 'b', action: 'list' }),
        ),
      ],
      { a: account, b: { ...account, username: account['username']!.toUpperCase() } },
    );
    await Promise.all([status('one', 'connected'), status('two', 'connected')]);
    expect(logins(cloud()) - before).to.equal(1);
  });

  it('takes everything from the environment', async () => {
    const { username, password } = accountOf(cloud())[CONNECTION_ID]!;
    const variables = {
      ZT_URL: cloud().baseUrl,
      ZT_CLOUD: 'custom',
      ZT_USER: username!,
      ZT_PASSWORD: password!,
      ZT_READ: 'true',
    };
    Object.assign(process.env, variables);
    try {
      const over = { cloud: '${ZT_CLOUD}', baseUrl: '${ZT_URL}', readOnly: '${ZT_READ}' };
      await load([connection(over), ...flow(charger({ action: 'list' }))], {
        [CONNECTION_ID]: { username: '${ZT_USER}', password: '${ZT_PASSWORD}' },
      });
      const { payload } = await ask('charger');
      expect(payload).to.have.length(2);
      expect(
        await failing('charger', { action: 'command', charger: payload[0].id, command: 'pause' }),
      ).to.have.property('code', 'READ_ONLY');
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    }
  });

  it('names the variable that is not set', async () => {
    await load(at(flow(charger({ action: 'list' }))), {
      [CONNECTION_ID]: { username: '${ZT_NOBODY}', password: '${ZT_NOTHING}' },
    });
    expect((await failing('charger')).message).to.include('ZT_NOBODY');
  });

  it('refuses an address without TLS that is not this machine', async () => {
    await load(
      [connection({ cloud: 'custom', baseUrl: 'http://192.0.2.1:80' }), ...flow(charger({ action: 'list' }))],
      accountOf(cloud()),
    );
    expect(await failing('charger')).to.have.property('code', 'BASE_URL_INVALID');
    await status('charger', 'bad settings');
  });

  it('that is missing or disabled leaves a red node that refuses', async () => {
    for (const nodes of [flow(charger({ connection: 'nowhere' })), at(flow(charger()), { d: true })]) {
      await load(nodes);
      await status('charger', 'no connection');
      expect(await failing('charger')).to.have.property('code', 'CONFIG_INVALID');
      await helper.unload();
    }
  });

  it('connects by itself after a start without the cloud', async () => {
    const early = await startSimulator({ scenario: 'home' });
    const account = accountOf(early);
    const { baseUrl } = early;
    await early.stop();
    const clock = new VirtualClock();
    try {
      const nodes = [connection({ cloud: 'custom', baseUrl }), ...flow(charger({ action: 'list' }))];
      await clock.until(load(nodes, account));
      await clock.until(status('charger', 'unreachable'));
      const port = Number(new URL(baseUrl).port);
      const late = await clock.until(startSimulator({ scenario: 'home', port }));
      try {
        await clock.until(status('charger', 'connected'));
        expect((await clock.until(ask('charger'))).payload).to.have.length(2);
        await clock.until(helper.unload());
      } finally {
        await late.stop();
      }
    } finally {
      clock.restore();
    }
    const lines = logLines().filter(({ type }) => type === 'zaptec-connection');
    expect(lines.length, 'a line for each change of state, not for each retry').to.be.at.most(3);
  });

  it('goes on without its Redis, and says in the log why and how fast', async () => {
    const { [CONNECTION_ID]: account } = accountOf(cloud());
    const redisUrl = 'redis://:secret@127.0.0.1:1/0';
    await load(at(flow(charger({ action: 'list' }))), { [CONNECTION_ID]: { ...account, redisUrl } });
    expect((await ask('charger')).payload).to.have.length(2);
    const lines = logLines().map(({ msg }) => String(msg));
    expect(lines).to.include('Redis cannot be reached: this machine goes on alone with 5 requests a second');
    expect(lines.join()).to.not.include('secret');
  });

  it('says in the log and to the doctor that the Redis of another connection counts', async () => {
    const { [CONNECTION_ID]: account } = accountOf(cloud());
    const cabin = {
      ...connection({ cloud: 'custom', baseUrl: cloud().baseUrl, name: 'Cabin', language: 'de' }),
      id: 'two',
    };
    const second = doctor({ connection: 'two', wires: [['out']] });
    await load([...at(flow(charger({ action: 'list' }), second), { name: 'Ho"me' }), cabin], {
      [CONNECTION_ID]: { ...account, redisUrl: 'redis://:first-word@127.0.0.1:1' },
      two: { ...account, redisUrl: 'redis://:second-word@127.0.0.1:1' },
    });
    await Promise.all([status('charger', 'connected'), status('doctor', 'verbunden')]);
    const found = `Das Redis dieser Verbindung wird nicht benutzt: Es gilt das der Verbindung "Ho'me" (${CONNECTION_ID}), die das Konto geöffnet hat`;
    const remedy =
      'Geben Sie in allen Verbindungen dieses Kontos dieselbe Redis-Adresse ein, und übernehmen Sie alles (Vollständig)';
    const lines = logLines().filter(({ msg }) => String(msg).includes('Das Redis dieser Verbindung'));
    expect(lines.map(({ id, msg }) => [id, msg])).to.deep.equal([['two', `${found}. ${remedy}`]]);
    const { payload } = await ask('doctor');
    const finding = payload.find(({ check }: { check: string }) => check === 'redis');
    expect(finding).to.deep.include({ severity: 'warning', code: 'REDIS_IGNORED', found, remedy });
    expect(JSON.stringify([payload, logLines()])).to.not.match(/(first|second)-word/);
  });

  it('is told apart by its label, never by the e-mail', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' })), { over: { name: '' } });
    const { zaptec } = await ask('charger');
    expect(zaptec.account).to.equal(new URL(cloud().baseUrl).host);
  });

  it('gives its users to Catch and Status nodes in the shape that Node-RED expects', async () => {
    await loadAt(cloud(), flow(charger(), installation()));
    const { users } = get(CONNECTION_ID) as unknown as { users: Record<string, unknown> };
    expect(Object.hasOwn(get(CONNECTION_ID), 'users')).to.equal(true);
    expect(users).to.deep.equal({ charger: get('charger'), installation: get('installation') });
    const flowNodes = at(flow(charger()));
    await deploy(flowNodes, 'nodes', accountOf(cloud()));
    expect((get(CONNECTION_ID) as unknown as { users: object }).users).to.have.all.keys('charger');
  });
});

describe('the built-in simulator', () => {
  useNodeRed();

  it('needs no account, and says SIM', async () => {
    await load([connection({ cloud: 'simulator', name: '' }), ...flow(charger({ action: 'list' }))]);
    const { payload, zaptec } = await ask('charger');
    expect(payload).to.have.length(2);
    expect(zaptec.account).to.equal('Simulator');
    await status('charger', 'SIM 2 found');
    expect(
      statusesOf('charger')
        .filter(({ text }) => text !== undefined)
        .every(({ text }) => text!.startsWith('SIM ')),
    ).to.equal(true);
  });

  it('is one for all connections and survives a deploy', async () => {
    const nodes = [
      connection({ id: 'a', cloud: 'simulator' }),
      connection({ id: 'b', cloud: 'simulator', speed: 60 }),
      ...flow(
        charger({ id: 'one', connection: 'a', action: 'list' }),
        charger({ id: 'two', connection: 'b', action: 'list' }),
      ),
    ];
    await load(nodes);
    const ids = async (node: string) => (await ask(node)).payload.map(({ id }: { id: string }) => id);
    const seen = await ids('one');
    expect(await ids('two')).to.deep.equal(seen);
    await deploy(nodes, 'full');
    expect(await ids('one')).to.deep.equal(seen);
  });

  it('lets scenarios live side by side', async () => {
    await load([
      connection({ id: 'a', cloud: 'simulator' }),
      connection({ id: 'b', cloud: 'simulator', scenario: 'housing' }),
      ...flow(
        charger({ id: 'one', connection: 'a', action: 'list' }),
        charger({ id: 'two', connection: 'b', action: 'list' }),
      ),
    ]);
    expect((await ask('one')).payload).to.have.length(2);
    expect((await ask('two')).payload).to.have.length(130);
  });
});

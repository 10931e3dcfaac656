import { expect } from 'chai';
import { charger, connection, CONNECTION_ID, flow, placed } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  failing,
  helper,
  load,
  status,
  useCloud,
  useNodeRed,
  type Message,
  type Simulator,
} from '../../support/node-red/harness';

/** Asks as the editor does. */
async function question(path: string, body: object = {}): Promise<Message> {
  const request = helper.request() as unknown as {
    post(path: string): { send(body: object): Promise<{ body: Message }> };
  };
  return (await request.post(`/zaptec/${path}`).send(body)).body;
}

const variables = (values: Record<string, string>) => ({
  env: Object.entries(values).map(([name, value]) => ({ name, value, type: 'str' })),
});

const logins = ({ requests }: Simulator) => requests.filter(({ path }) => path.startsWith('/oauth/token')).length;

describe('a variable in the settings of a connection', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const account = () => accountOf(cloud())[CONNECTION_ID] as { username: string; password: string };
  const names = ['ZAPTEC_TEST_USER', 'ZAPTEC_TEST_WORD'];
  beforeEach(() => {
    const { username, password } = account();
    Object.assign(process.env, { ZAPTEC_TEST_USER: username, ZAPTEC_TEST_WORD: password });
  });
  afterEach(() => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
  });

  const unsaved = (username: string, password: string) => ({
    cloud: 'custom',
    baseUrl: cloud().baseUrl,
    username,
    password,
  });
  const count = () => cloud().world.chargers.size;
  const wide = (over: object = {}) => connection({ cloud: 'custom', baseUrl: cloud().baseUrl, ...over });

  for (const [form, of] of [
    ['${NAME}', (name: string) => `\${${name}}`],
    ['$(NAME)', (name: string) => `$(${name})`],
  ] as const) {
    it(`has its value as ${form} in a flow and in the dialog`, async () => {
      const [username, password] = names.map(of) as [string, string];
      await load([wide(), ...flow(charger({ action: 'list' }))], { [CONNECTION_ID]: { username, password } });
      await ask('charger');
      const tested = await question('unsaved/test', { unsaved: unsaved(username, password) });
      expect(tested['data'].checks[0]).to.include({ what: 'login', state: 'ok' });
      const { data } = await question('unsaved/lists', { kind: 'charger', unsaved: unsaved(username, password) });
      expect(data.items).to.have.lengthOf(count());
    });

    it(`is named by an error where ${form} is not set, and no text in its place is sent`, async () => {
      const nodes = [wide(), ...flow(charger({ action: 'list' }))];
      for (const [username, password] of [
        [of('ZAPTEC_NONE'), account().password],
        [account().username, of('ZAPTEC_NONE')],
      ] as const) {
        await load(nodes, { [CONNECTION_ID]: { username, password } });
        const before = logins(cloud());
        const { error } = await question('unsaved/test', { unsaved: unsaved(username, password) });
        expect(error).to.include({ code: 'AUTH_MISSING', message: 'The environment variable ZAPTEC_NONE is not set' });
        const failure = await failing('charger');
        expect(failure).to.include({ code: 'AUTH_MISSING' });
        expect(failure.message).to.contain('ZAPTEC_NONE');
        expect(logins(cloud())).to.equal(before);
        await helper.unload();
      }
    });
  }

  it('is named by an error where the address or that of Redis is not set', async () => {
    await load([wide(), ...flow()], accountOf(cloud()));
    const { username, password } = account();
    for (const over of [{ baseUrl: '$(ZAPTEC_NONE)' }, { redisUrl: '${ZAPTEC_NONE}' }]) {
      const { error } = await question('unsaved/test', { unsaved: { ...unsaved(username, password), ...over } });
      expect(error).to.have.property('code', 'CONFIG_INVALID');
      expect(error.message).to.contain('ZAPTEC_NONE');
    }
  });

  it('is that of its own tab, and not of another one', async () => {
    const { username, password } = account();
    const own = variables({ ACCOUNT: username, WORD: password });
    const tabs = [
      { id: 'tab', type: 'tab', label: 'one', ...own },
      { id: 'other', type: 'tab', label: 'two', ...variables({ ACCOUNT: 'nobody', WORD: 'nothing' }) },
    ];
    const credentials = { [CONNECTION_ID]: { username: '${ACCOUNT}', password: '$(WORD)' } };
    const [, ...rest] = flow(charger({ action: 'list' }), placed(charger({ id: 'else', z: 'other', wires: [[]] })));
    await load([...tabs, wide({ z: 'tab' }), ...rest], credentials);
    expect((await ask('charger')).payload).to.have.lengthOf(count());
    const values = unsaved('${ACCOUNT}', '$(WORD)');
    const ofDeployed = await question('unsaved/test', { connection: CONNECTION_ID, z: 'tab', unsaved: values });
    expect(ofDeployed['data'].checks[0]).to.include({ what: 'login', state: 'ok' });
    const ofNew = await question('unsaved/lists', { connection: 'new', z: 'tab', kind: 'charger', unsaved: values });
    expect(ofNew['data'].items).to.have.lengthOf(count());
    const elsewhere = await question('unsaved/test', { connection: 'new', z: 'other', unsaved: values });
    expect(elsewhere['error']).to.have.property('code', 'AUTH_INVALID');
    const nowhere = await question('unsaved/test', { connection: 'new', unsaved: values });
    expect(nowhere['error']).to.include({ code: 'AUTH_MISSING' });
  });
});

describe('a connection in a subflow', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const count = () => cloud().world.chargers.size;

  it('is there for pickers, Test and sidebar, with the variables of its instance', async () => {
    const { username, password } = accountOf(cloud())[CONNECTION_ID] as { username: string; password: string };
    const inner = [
      { ...connection({ cloud: 'custom', baseUrl: '${ADDRESS}', name: '${TITLE}' }), z: 'sub' },
      placed(charger({ id: 'inner', z: 'sub', action: 'list', wires: [[]] })),
    ];
    const subflow = {
      id: 'sub',
      type: 'subflow',
      name: 'Read',
      in: [{ wires: [{ id: 'inner' }] }],
      out: [{ wires: [{ id: 'inner', port: 0 }] }],
      env: ['ADDRESS', 'TITLE', 'ACCOUNT'].map((name) => ({ name, type: 'str', value: '' })),
    };
    const instance = {
      id: 'one',
      type: 'subflow:sub',
      z: 'tab',
      wires: [['out']],
      ...variables({ ADDRESS: cloud().baseUrl, TITLE: 'Cellar', ACCOUNT: username }),
    };
    const credentials = { [CONNECTION_ID]: { username: '${ACCOUNT}', password } };
    await load([subflow, ...inner, ...flow(instance)], credentials);
    expect((await ask('one')).payload).to.have.lengthOf(count());
    const { data } = await question('lists', { connection: CONNECTION_ID, kind: 'charger' });
    expect(data.items).to.have.lengthOf(count());
    const shown = await question('overview');
    expect(shown['data'].map(({ name }: Message) => name)).to.deep.equal(['Cellar']);
    const again = await question('refresh', { connection: shown['data'][0].id });
    expect(again['error']).to.equal(undefined);
    // The dialog knows neither the password nor the values of the instance.
    const unsaved = { cloud: 'custom', baseUrl: '${ADDRESS}', username: '${ACCOUNT}' };
    const tested = await question('unsaved/test', { connection: CONNECTION_ID, z: 'sub', unsaved });
    expect(tested['data'].checks[0]).to.include({ what: 'login', state: 'ok' });
  });

  it('that a property names is there for the pickers of the nodes inside', async () => {
    const subflow = {
      id: 'sub',
      type: 'subflow',
      name: 'Read',
      in: [{ wires: [{ id: 'inner' }] }],
      out: [],
      env: [{ name: 'CONN', type: 'zaptec-connection', value: '' }],
    };
    const instance = {
      id: 'one',
      type: 'subflow:sub',
      z: 'tab',
      wires: [],
      env: [{ name: 'CONN', type: 'conf-type', value: CONNECTION_ID }],
    };
    await load(
      [
        connection({ cloud: 'custom', baseUrl: cloud().baseUrl }),
        subflow,
        placed(charger({ id: 'inner', z: 'sub', connection: '${CONN}', wires: [[]] })),
        ...flow(instance),
      ],
      accountOf(cloud()),
    );
    await status(CONNECTION_ID, 'connected');
    const { data } = await question('lists', { connection: '${CONN}', user: 'inner', kind: 'charger' });
    expect(data.items).to.have.lengthOf(count());
    const { error } = await question('lists', { connection: '${CONN}', user: 'nobody', kind: 'charger' });
    expect(error).to.include({ code: 'NOT_DEPLOYED' });
  });
});

import { expect } from 'chai';
import type { Node } from 'node-red';
import type { ConnectionNode } from '../../../nodes/shared/connection-api';
import { connection, CONNECTION_ID, flow, installation } from '../../support/node-red/builder';
import { deploy, failing, get, helper, load, logLines, useNodeRed, type Message } from '../../support/node-red/harness';
import { ScriptedServer } from '../../support/scripted-server';

const USERNAME = 'me@example.org';
const PASSWORD = 'planted-password';

describe('a stored password', () => {
  useNodeRed();
  let home: ScriptedServer;
  let other: ScriptedServer;
  const logins = new Map<ScriptedServer, string[]>();

  const start = async () => {
    const server = new ScriptedServer();
    await server.start();
    const bodies: string[] = [];
    const answer = server.login;
    server.login = (seen, response, socket) => {
      bodies.push(new URLSearchParams(seen.body).get('password') ?? '');
      answer(seen, response, socket);
    };
    server.handler = (_seen, response) => response.end('{"Pages":1,"Data":[]}');
    logins.set(server, bodies);
    return server;
  };
  beforeEach(async () => {
    [home, other] = [await start(), await start()];
  });
  afterEach(async () => {
    await helper.unload();
    await Promise.all([home.stop(), other.stop()]);
  });

  const at = (server: ScriptedServer, over = {}) => [
    connection({ cloud: 'custom', baseUrl: server.url, ...over }),
    ...flow(installation({ action: 'list' })),
  ];
  const stored = () => ({ [CONNECTION_ID]: { username: USERNAME, password: PASSWORD } });
  const login = async () => (await (get(CONNECTION_ID) as unknown as ConnectionNode).ready()).verify();
  /** As the editor deploys: it sends those credentials that somebody has entered. */
  const deployWith = (
    server: ScriptedServer,
    credentials: Record<string, string> = {},
    over = {},
    type: 'full' | 'nodes' = 'nodes',
  ) =>
    deploy(
      at(server, over).map((node) => (node.id === CONNECTION_ID ? { ...node, credentials } : node)),
      type,
      undefined,
    );
  const question = async (path: string, body: object): Promise<Message> => {
    const request = helper.request() as unknown as {
      post(path: string): { send(body: object): Promise<{ body: Message }> };
    };
    return (await request.post(`/zaptec/${path}`).send(body)).body;
  };

  for (const type of ['full', 'nodes'] as const) {
    it(`that 0.1.0 has stored is bound to the address of its first use (deploy: ${type})`, async () => {
      await load(at(home), stored());
      await login();
      await deployWith(other, {}, {}, type);
      const error = await failing('installation');
      expect(error).to.include({ code: 'AUTH_MISSING' });
      expect(error.message).to.contain(`belongs to ${home.url} and is not sent to ${other.url}`);
      expect(error.cause.remedy).to.equal('Enter the password again');
      expect([logins.get(home), logins.get(other), other.seen]).to.deep.equal([[PASSWORD], [], []]);
      expect(JSON.stringify(logLines())).not.to.contain(PASSWORD);
    });
  }

  it('stays at its address over several deploys, and works when the address comes back', async () => {
    await load(at(home), stored());
    await deployWith(other);
    await deployWith(other, { username: 'somebody@example.org' });
    expect((await failing('installation')).code).to.equal('AUTH_MISSING');
    await deployWith(home, { username: USERNAME });
    await login();
    expect([logins.get(home), logins.get(other)]).to.deep.equal([[PASSWORD], []]);
  });

  it('is sent to no other address by a way over the simulator', async () => {
    await load(at(home), stored());
    await deployWith(home, {}, { cloud: 'simulator' });
    await deployWith(other);
    expect((await failing('installation')).code).to.equal('AUTH_MISSING');
    expect(logins.get(other)).to.deep.equal([]);
  });

  it('may be the same at another address once somebody has entered it there', async () => {
    await load(at(home), stored());
    await login();
    // The dialog clears the binding with the first character.
    await deployWith(other, { username: USERNAME, password: PASSWORD, binding: '' });
    await login();
    expect(logins.get(other)).to.deep.equal([PASSWORD]);
  });

  it('makes room for another one, which belongs to the address of now', async () => {
    await load(at(home), stored());
    await deployWith(other, { password: 'another-password' });
    await login();
    await deployWith(home);
    expect((await failing('installation')).code).to.equal('AUTH_MISSING');
    expect([logins.get(home), logins.get(other)]).to.deep.equal([[], ['another-password']]);
  });

  it('is at home at every spelling of its address', async () => {
    await load(at(home), stored());
    await deployWith(home, {}, { baseUrl: ` ${home.url}// ` });
    await login();
    expect(logins.get(home)).to.deep.equal([PASSWORD]);
  });

  it('is not bound to an address that cannot be right', async () => {
    await load(at(home, { baseUrl: 'htps:/typing error' }), stored());
    await deployWith(home);
    await login();
    expect(logins.get(home)).to.deep.equal([PASSWORD]);
  });

  it('is kept in the store of Node-RED with a digest, and not twice', async () => {
    await load(at(home), stored());
    const node = get(CONNECTION_ID) as Node & { id: string };
    const { binding } = (
      helper as unknown as { _redNodes: { getCredentials(id: string): Record<string, string> } }
    )._redNodes.getCredentials(node.id);
    expect(binding).to.contain(home.url).and.not.to.contain(PASSWORD);
  });

  for (const password of [undefined, null, 'left out'] as const) {
    it(`is sent to no other address by a question of the editor (password: ${String(password)})`, async () => {
      await load(at(home), stored());
      const unsaved = {
        cloud: 'custom',
        baseUrl: other.url,
        username: 'x',
        ...(password === 'left out' ? {} : { password }),
      };
      for (const path of ['unsaved/test', 'unsaved/lists']) {
        const { error } = await question(path, { connection: CONNECTION_ID, kind: 'charger', unsaved });
        expect(error, path).to.include({ code: 'AUTH_MISSING', remedy: 'Enter the password again' });
      }
      // Also not where that address is deployed by now.
      await deployWith(other);
      for (const path of ['unsaved/test', 'unsaved/lists']) {
        const { error } = await question(path, { connection: CONNECTION_ID, kind: 'charger', unsaved });
        expect(error, path).to.include({ code: 'AUTH_MISSING' });
      }
      expect((await question('lists', { connection: CONNECTION_ID, kind: 'charger' }))['error'].code).to.equal(
        'AUTH_MISSING',
      );
      expect([logins.get(other), other.seen]).to.deep.equal([[], []]);
    });
  }

  it('from the environment reaches no address that a form of a foreign page names', async () => {
    process.env['ZAPTEC_TEST_SECRET'] = PASSWORD;
    try {
      await load(at(home), stored());
      const unsaved = { cloud: 'custom', baseUrl: other.url, username: 'x', password: '${ZAPTEC_TEST_SECRET}' };
      const request = helper.request() as unknown as {
        post(path: string): {
          type(type: string): { send(body: unknown): Promise<{ status: number }> };
          set(name: string, value: string): { send(body: unknown): Promise<{ status: number }> };
        };
      };
      const form = Object.entries(unsaved)
        .map(([name, value]) => `unsaved[${name}]=${encodeURIComponent(value)}`)
        .join('&');
      const asForm = await request.post('/zaptec/unsaved/test').type('form').send(form);
      const asText = await request.post('/zaptec/unsaved/test').type('text/plain').send(JSON.stringify({ unsaved }));
      const foreign = await request.post('/zaptec/unsaved/test').set('Sec-Fetch-Site', 'cross-site').send({ unsaved });
      expect([asForm.status, asText.status, foreign.status]).to.deep.equal([415, 415, 403]);
      expect(logins.get(other)).to.deep.equal([]);
    } finally {
      Reflect.deleteProperty(process.env, 'ZAPTEC_TEST_SECRET');
    }
  });
});

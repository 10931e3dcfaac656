import { expect } from 'chai';
import { startSimulator, type Simulator } from '../../simulator/index';
import { startNodeRed, type FlowNode, type NodeRed } from '../editor/fixture/node-red';
import { deployExample, until } from './support';

const PASSWORD = 'a longer one';

describe('the example authorisation-webhook, asked over HTTP', function () {
  this.timeout(120_000);
  let cloud: Simulator;
  let red: NodeRed;
  before(async () => {
    cloud = await startSimulator({ scenario: 'home' });
    red = await startNodeRed();
    // What the note asks for.
    await deployExample(red, cloud, 'authorisation-webhook', (node) =>
      node['name'] === 'settings' ? { rules: withPassword(node) } : {},
    );
  });
  after(async () => {
    await red.stop();
    await cloud.stop();
  });

  const ask = async (path: string, body: object, password = PASSWORD) => {
    const answer = await fetch(`${red.url}/zaptec/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`zaptec:${password}`).toString('base64')}`,
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
  };

  it('allows a known card with a session id, and answers in JSON', async () => {
    const { status, type, body } = await until('the flow', async () => {
      const answer = await ask('session-start', { chargerId: 'x', token: 'nfc-04A1B2C3' });
      return answer.status === 404 ? undefined : answer;
    });
    expect({ status, type }).to.deep.equal({ status: 200, type: 'application/json; charset=utf-8' });
    expect(JSON.parse(body).sessionId).to.match(/^[0-9a-f-]{36}$/);
    expect((await ask('session-end', { sessionId: JSON.parse(body).sessionId, energy: 3 })).status).to.equal(200);
  });

  it('refuses a stranger and a wrong password with 401', async () => {
    expect((await ask('session-start', { token: 'nfc-1' })).status).to.equal(401);
    expect((await ask('session-start', { token: 'nfc-04A1B2C3' }, 'change me')).status).to.equal(401);
    expect((await ask('session-end', {}, 'change me')).status).to.equal(401);
  });
});

const withPassword = (node: FlowNode): object[] =>
  (node['rules'] as { p: string }[]).map((rule) => (rule.p === 'password' ? { ...rule, to: PASSWORD } : rule));

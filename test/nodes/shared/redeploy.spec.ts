import { expect } from 'chai';
import { charger, connection, flow, type FlowNode } from '../../support/node-red/builder';
import {
  accountOf,
  chargersOf,
  collect,
  deploy,
  load,
  send,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';

const NODES = 50;

describe('fifty nodes and three redeploys within a minute', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'housing' });

  it('read each detail once', async () => {
    const wanted = chargersOf(cloud())
      .slice(0, NODES / 2)
      .map(({ id }) => id);
    const readers: FlowNode[] = Array.from({ length: NODES }, (_, index) =>
      charger({ id: `reader${index}`, action: 'get', charger: wanted[index % wanted.length] }),
    );
    const nodes = [connection({ cloud: 'custom', baseUrl: cloud().baseUrl }), ...flow(readers)];
    const account = accountOf(cloud());
    const askAll = async () => {
      const answers = collect(NODES);
      for (const { id } of readers) send(id, {});
      await answers;
    };

    await load(nodes, account);
    await askAll();
    const lists = () => cloud().requests.filter(({ path }) => path === '/api/chargers').length;
    const listsBefore = lists();
    for (let times = 0; times < 3; times += 1) {
      await deploy(nodes, 'full', account);
      await askAll();
    }

    const paths = cloud().requests.map(({ method, path }) => `${method} ${path}`);
    const details = paths.filter((path) => /^GET \/api\/chargers\/[0-9a-f-]{36}$/.test(path));
    expect(new Set(details).size).to.equal(wanted.length);
    expect(details).to.have.length(wanted.length);
    expect(paths.filter((path) => path.startsWith('POST /oauth/token'))).to.have.length(1);
    expect(lists(), 'the list as well').to.equal(listsBefore);
    expect(cloud().requests.filter(({ status }) => status === 429)).to.deep.equal([]);
  }).timeout(60_000);
});

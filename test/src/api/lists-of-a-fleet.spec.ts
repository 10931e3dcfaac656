import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import { startSimulator, type Simulator } from '../../../simulator/index';

describe('a list of 250 chargers over three pages', () => {
  let simulator: Simulator;
  let client: ZaptecClient;

  beforeEach(async () => {
    simulator = await startSimulator({ scenario: 'fleet:250' });
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    client = openClient({ baseUrl: simulator.baseUrl, username, password });
  });
  afterEach(async () => {
    client.close();
    await simulator.stop();
  });

  it('has each charger once', async () => {
    const { data } = await client.chargers.list();
    expect(new Set(data.map(({ id }) => id))).to.deep.equal(new Set(simulator.world.chargers.keys()));
    expect(data).to.have.length(250);
  });

  for (const victim of [0, 99, 100, 150, 249]) {
    it(`has each charger once while charger ${victim} is removed and another added between pages`, async () => {
      const before = [...simulator.world.chargers.values()];
      const removed = before[victim]!;
      let pages = 0;
      simulator.onRequest(({ path }) => {
        if (path !== '/api/chargers') return;
        pages += 1;
        if (pages === 2) simulator.world.addCharger(removed.installationId, { name: 'Newcomer' });
        if (pages === 3) simulator.world.removeCharger(removed.id);
      });
      const read: string[] = [];
      for await (const page of client.chargers.pages()) read.push(...page.map(({ id }) => id));
      expect(pages).to.be.at.least(3);
      expect(new Set(read).size).to.equal(read.length);
      for (const { id } of before) if (id !== removed.id) expect(read).to.contain(id);
    });
  }

  it('has no charger twice where the server has no stable order', async () => {
    simulator.faults.set('paging-unstable', { on: true });
    const { data } = await client.chargers.list();
    expect(new Set(data.map(({ id }) => id)).size).to.equal(data.length);
  });
});

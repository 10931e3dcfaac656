import { expect } from 'chai';
import helper from 'node-red-node-test-helper';
import { startSimulator } from '../../../simulator/index';
import { connection, flow, sink, updateCurrent, type FlowNode } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  deploy,
  expectMessage,
  load as loadFlow,
  next,
  send,
  siteOf,
  status,
  statusesOf,
  until,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';

const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });

describe('the targets of several update-current nodes', () => {
  useNodeRed();
  // One for each test: what was written lately is remembered with the account.
  let cloud: Simulator;
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home' });
    cloud.world.setAvailableCurrent(siteOf(cloud).id, [10, 10, 10]);
  });
  afterEach(() => cloud.stop());

  const flowOf = (...nodes: (FlowNode | FlowNode[])[]) => [
    connection({ cloud: 'custom', baseUrl: cloud.baseUrl }),
    ...flow(...nodes, sink('decisions')),
  ];
  const load = async (...nodes: FlowNode[]) => {
    await loadFlow(flowOf(...nodes), accountOf(cloud));
    await status('connection', 'connected');
  };
  const sun = (over: object = {}) => updateCurrent({ id: 'sun', name: 'Sun', ...over });
  const price = (over: object = {}) => updateCurrent({ id: 'price', name: 'Cheap hours', ...over });
  const writes = () => cloud.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/update'));
  const decided = (decision: string) => until('decisions', ({ payload }) => payload.decision === decision);
  /** The price is 10 A, which the cloud has already, so that no write makes a raise wait. */
  const both = async (ampere: number) => {
    const settled = status('price', '10 A');
    send('price', { payload: 10 });
    const outranked = decided('outranked');
    send('sun', { payload: ampere, mark: 'kept' });
    await settled;
    return outranked;
  };

  it('are combined as the nodes say, and a message whose target does not count hears which one does', async () => {
    await load(sun({ combine: 'lowest' }), price({ combine: 'lowest' }));
    const message = await both(16);
    expectMessage(message, 'decision');
    expect(message.mark).to.equal('kept');
    expect(message.payload).to.deep.include({
      requested: all(16),
      counting: { by: 'Cheap hours', currents: all(10), rule: 'lowest' },
    });
    expect(message.zaptec).to.deep.include({
      result: 'outranked',
      reason: '10 A by Cheap hours counts, the lowest target',
    });
    await status('sun', '10 A by Cheap hours');
    expect(writes()).to.deep.equal([]);
  });

  it('are combined by priority', async () => {
    await load(sun({ combine: 'priority', priority: '1' }), price({ combine: 'priority', priority: 2 }));
    expect((await both(16)).payload.counting.rule).to.equal('priority');
    const applied = until('out', ({ zaptec }) => zaptec.result === 'applied');
    await deploy(
      flowOf(sun({ combine: 'priority', priority: '3' }), price({ combine: 'priority', priority: 2 })),
      'nodes',
      accountOf(cloud),
    );
    await status('price', '16 A by Sun');
    expectMessage(await applied, 'update-current');
    expect(siteOf(cloud).availableCurrent).to.deep.equal([16, 16, 16]);
  });

  it('are the lowest where the nodes disagree', async () => {
    await load(sun({ combine: 'highest' }), price());
    expect((await both(16)).payload.counting.rule).to.equal('lowest');
    expect(writes()).to.deep.equal([]);
  });

  it('of flows without the property are the newest, and the status alone of the older one says so', async () => {
    await load(sun(), price());
    await ask('price', { payload: 10 });
    const changed = status('price', '16 A by Sun');
    const answer = next('decisions');
    send('sun', { payload: 16 });
    await changed;
    await status('sun', '16 A');
    send('price', { payload: 'no number' });
    await status('price', 'INPUT_INVALID');
    expect(writes()).to.have.length(1);
    expect(await Promise.race([answer, Promise.resolve('nothing')])).to.equal('nothing');
  });

  it('of two connections of one account are combined too, and so are those that messages name', async () => {
    const second = { ...connection({ cloud: 'custom', baseUrl: cloud.baseUrl }), id: 'second' };
    await loadFlow(
      [...flowOf(sun({ combine: 'lowest' }), price({ combine: 'lowest', connection: 'second' })), second],
      { ...accountOf(cloud), second: accountOf(cloud)['connection']! },
    );
    await status('connection', 'connected');
    const settled = status('price', '10 A');
    send('price', { payload: 10, installation: siteOf(cloud).id });
    const outranked = decided('outranked');
    send('sun', { payload: 16 });
    await settled;
    expect((await outranked).payload.counting.by).to.equal('Cheap hours');
  });

  const raised = () => siteOf(cloud).availableCurrent[0] !== 10 || writes().length > 0;

  it('go on without a node that is deleted', async () => {
    await load(sun({ combine: 'lowest' }), price({ combine: 'lowest' }));
    await both(16);
    const changed = status('sun', '16 A');
    await deploy(flowOf(sun({ combine: 'lowest' })), 'nodes', accountOf(cloud));
    await changed;
    expect(siteOf(cloud).availableCurrent).to.deep.equal([16, 16, 16]);
  });

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`raise nothing when both nodes are deleted by a deploy of ${type}`, async () => {
      await load(sun({ combine: 'lowest' }), price({ combine: 'lowest' }), updateCurrent({ role: 'limit' }));
      await both(16);
      await deploy(flowOf(updateCurrent({ role: 'limit' })), type, accountOf(cloud));
      await ask('current', { payload: 32 });
      expect(raised()).to.equal(false);
    });
  }

  it('raise nothing when the flows are stopped', async () => {
    await load(sun({ combine: 'lowest' }), price({ combine: 'lowest' }));
    await both(16);
    await helper.unload();
    await loadFlow(flowOf(updateCurrent({ role: 'limit' })), accountOf(cloud));
    await ask('current', { payload: 32 });
    expect(raised()).to.equal(false);
    expect(statusesOf('current').at(-1)?.fill).to.equal('green');
  });
});

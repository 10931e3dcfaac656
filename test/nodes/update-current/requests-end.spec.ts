import { expect } from 'chai';
import { catchAll, connection, flow, placed, sink, updateCurrent, type FlowNode } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  deploy,
  load as loadFlow,
  send,
  siteOf,
  status,
  statusesOf,
  until,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';
import { VirtualCloud } from '../../support/node-red/virtual-cloud';
import { startSimulator } from '../../../simulator/index';
import helper from 'node-red-node-test-helper';

const MINUTE = 60_000;
const all = (ampere: number) => [ampere, ampere, ampere];

describe('the requests of an update-current node', () => {
  useNodeRed();
  let cloud: Simulator;
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home' });
  });
  afterEach(() => cloud.stop());

  const flowOf = (...nodes: (FlowNode | FlowNode[])[]) => [
    connection({ cloud: 'custom', baseUrl: cloud.baseUrl }),
    ...flow(...nodes, sink('decisions'), catchAll()),
  ];
  const load = async (...nodes: FlowNode[]) => {
    await loadFlow(flowOf(...nodes), accountOf(cloud));
    await status('connection', 'connected');
  };
  const decided = (decision: string) => until('decisions', ({ payload }) => payload.decision === decision);
  const fuse = (over: object = {}) => updateCurrent({ id: 'fuse', role: 'limit', ...over });
  /** What the governor still keeps to, as another node sees it. */
  const expectNoLimit = async () => {
    const deferred = decided('deferred');
    send('current', { payload: 16 });
    const { payload } = await deferred;
    expect(payload.requested.phase1).to.equal(16);
    await status('current', /^16 A in/);
  };

  it('end when flows are stopped: what waits is not sent, and no limit holds on', async () => {
    await load(updateCurrent(), fuse());
    await ask('fuse', { payload: 6 });
    const capped = decided('capped');
    send('current', { payload: 16 });
    await capped;
    await helper.unload();
    await loadFlow(flowOf(updateCurrent()), accountOf(cloud));
    await expectNoLimit();
  });

  it('end when their tab is disabled', async () => {
    const other = (over: object) => [
      { id: 'other', type: 'tab', label: 'other', ...over },
      { ...fuse({ z: 'other', wires: [] }), x: 0, y: 0 },
    ];
    const both = (over: object) => [...flowOf(updateCurrent()), ...other(over)];
    await loadFlow(both({}), accountOf(cloud));
    await status('connection', 'connected');
    send('fuse', { payload: 6 });
    await status('fuse', /^6 A/);
    await deploy(both({ disabled: true }), 'full', accountOf(cloud));
    await expectNoLimit();
  });

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`end with their node although a message named the installation, by a deploy of ${type}`, async () => {
      await load(updateCurrent(), fuse());
      const { id } = siteOf(cloud);
      await ask('fuse', { payload: 6, installation: id });
      await deploy(flowOf(updateCurrent(), fuse({ name: 'renamed' })), type, accountOf(cloud));
      await deploy(flowOf(updateCurrent()), type, accountOf(cloud));
      await expectNoLimit();
    });
  }

  it('end when their node moves to another connection, with their dead man', async () => {
    const second = { ...connection({ cloud: 'custom', baseUrl: cloud.baseUrl }), id: 'second' };
    await load(updateCurrent(), fuse());
    await ask('fuse', { payload: 6 });
    await deploy([...flowOf(updateCurrent(), fuse({ connection: 'second' })), second], 'nodes', accountOf(cloud));
    await expectNoLimit();
  });

  it('end with their node, also one whose value comes later', async () => {
    await load(updateCurrent(), fuse());
    await ask('fuse', { payload: 6 });
    let arrive: (ampere: number) => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      const then: Promise<number>['then'] = (...handlers) => {
        resolve();
        return new Promise<number>((found) => (arrive = found)).then(...handlers);
      };
      send('fuse', { payload: { then } });
    });
    await asked;
    await deploy(flowOf(updateCurrent()), 'full', accountOf(cloud));
    arrive(6);
    await expectNoLimit();
  });

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`outlive a deploy of ${type} inside a subflow in a subflow`, async () => {
      const inside = (id: string, inner: string) => ({
        ...{ id, type: 'subflow', name: id },
        in: [{ wires: [{ id: inner }] }],
        out: [{ wires: [{ id: inner, port: 0 }] }],
      });
      const nodes = (mark: string) => [
        inside('outer', 'nested'),
        inside('inner', 'fuse'),
        placed({ id: 'nested', type: 'subflow:inner', z: 'outer', wires: [[]] }),
        placed(fuse({ z: 'inner', wires: [[], []], withdrawn: 'restore' })),
        ...flowOf({ id: 'instance', type: 'subflow:outer', z: 'tab', wires: [['out']], name: mark }, updateCurrent()),
      ];
      await loadFlow(nodes('one'), accountOf(cloud));
      await status('connection', 'connected');
      await ask('instance', { payload: 6 });
      await deploy(nodes('two'), type, accountOf(cloud));
      const capped = decided('capped');
      send('current', { payload: 16 });
      expect((await capped).payload.requested.phase1).to.equal(16);
    });
  }
});

describe('the pause of an update-current node', () => {
  useNodeRed();
  let world: VirtualCloud;
  beforeEach(() => (world = new VirtualCloud()));
  afterEach(() => world.stop());
  const fuse = updateCurrent({ id: 'fuse', role: 'limit' });
  const start = (over: object) =>
    world.start([updateCurrent({ name: 'Solar', ...over }), fuse, sink('decisions'), catchAll()]);
  const asked = (id: string, message: object) => world.time.until(ask(id, message));

  it('gives back what was set before when it is reset', async () => {
    await start({ withdrawn: 'restore' });
    const before = siteOf(world.cloud).availableCurrent[0];
    await asked('current', { payload: 0 });
    expect(siteOf(world.cloud).availableCurrent).to.deep.equal(all(0));
    await asked('fuse', { payload: 32 });
    expect(before).to.be.above(6);
    const deferred = until('decisions', ({ payload }) => payload.decision === 'deferred');
    send('current', { reset: 'true' });
    const { payload } = await world.time.until(deferred);
    expect(payload.requested.phase1).to.equal(before);
    expect(Date.parse(payload.until) - Date.now()).to.be.within(14 * MINUTE, 15 * MINUTE);
  });

  it('stays in a flow without the property, and the limits show whose it is', async () => {
    await start({});
    await asked('current', { payload: 0 });
    await asked('fuse', { payload: 32 });
    send('current', { reset: true });
    await world.time.until(status('fuse', '0 A left by Solar'));
    const answer = await asked('fuse', { payload: 32 });
    expect(answer.zaptec.reason).to.match(/The pause was set by Solar/);
    const { baseUrl } = world.cloud;
    const nodes = [connection({ cloud: 'custom', baseUrl }), ...flow(fuse, sink('decisions'), catchAll())];
    await deploy(nodes, 'full', accountOf(world.cloud));
    expect((await asked('fuse', { payload: 32 })).zaptec.reason).to.match(/The pause was set by Solar/);
    expect(statusesOf('fuse').at(-1)?.fill).to.equal('yellow');
  });
});

import { expect } from 'chai';
import { catchAll, connection, flow, sink, updateCurrent } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  deploy,
  expectMessage,
  failing,
  load as loadFlow,
  logLines,
  next,
  send,
  siteOf,
  status,
  statusesOf,
  until,
  useNodeRed,
  type Message,
  type Simulator,
} from '../../support/node-red/harness';
import { decisionItems } from '../../../nodes/update-current/decision-messages';
import { startSimulator } from '../../../simulator/index';
import { zaptecError } from '../../../src/client';

const MINUTE = 60_000;
const all = (ampere: number) => ({ phase1: ampere, phase2: ampere, phase3: ampere });

describe('the update-current node', () => {
  useNodeRed();
  // One for each test: what was written lately is remembered with the account.
  let cloud: Simulator;
  beforeEach(async () => {
    cloud = await startSimulator({ scenario: 'home' });
  });
  afterEach(() => cloud.stop());

  type Nodes = Parameters<typeof flow>;
  const flowOf = (...nodes: Nodes) => [
    connection({ cloud: 'custom', baseUrl: cloud.baseUrl }),
    ...flow(...nodes, sink('decisions')),
  ];
  const load = async (...nodes: Nodes) => {
    await loadFlow(flowOf(...nodes), accountOf(cloud));
    await status('connection', 'connected');
  };
  const writes = () => cloud.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/update'));
  const decided = (decision: string): Promise<Message> =>
    until('decisions', ({ payload }) => payload.decision === decision);
  const untilIn = ({ payload }: Message) => Date.parse(payload.until) - Date.now();

  it('sets the value, answers on the message, and does not write an equal value again', async () => {
    await load(updateCurrent());
    const answer = await ask('current', { payload: 20, mark: 'kept' });
    expectMessage(answer, 'update-current');
    expect(answer.payload).to.deep.equal({ requested: all(20), applied: all(20), unit: 'A' });
    expect(answer).to.include({ mark: 'kept', topic: 'zaptec/Home/current' });
    expect(answer.zaptec).to.include({ result: 'applied', account: 'Test' });
    expect(siteOf(cloud).availableCurrent).to.deep.equal([20, 20, 20]);
    await status('current', '20 A');
    const again = await ask('current', { payload: '20' });
    expect(again.zaptec.result).to.equal('unchanged');
    expect(writes()).to.have.length(1);
  });

  it('warns about a power that is too low to be one, and applies it', async () => {
    await load(updateCurrent({ unit: 'W' }));
    const { payload, zaptec } = await ask('current', { payload: 7 });
    expect(payload.applied).to.deep.equal(all(0));
    expect(zaptec.reason).to.equal('7 W is less than 0.1 A: A meant?');
    await status('current', '0 A: A meant?');
  });

  it('lets a raise wait, says until when, counts down, and the newest request wins', async () => {
    await load(updateCurrent());
    await ask('current', { payload: 10 });
    const deferred = decided('deferred');
    send('current', { payload: 16, mark: 'kept' });
    const message = await deferred;
    expectMessage(message, 'decision');
    expect(message.mark).to.equal('kept');
    expect(message.payload).to.deep.include({ requested: all(16), applied: all(10) });
    expect(untilIn(message)).to.be.within(14 * MINUTE, 15 * MINUTE);
    await status('current', /^16 A in 15m$/);
    const superseded = decided('superseded');
    send('current', { payload: 14 });
    expect((await superseded).payload.requested).to.deep.equal(all(16));
    expect(writes()).to.have.length(1);
  });

  it('lowers again after the cooldown only', async () => {
    await load(updateCurrent());
    await ask('current', { payload: 20 });
    const deferred = decided('deferred');
    send('current', { payload: { phase1: 10, phase2: 10, phase3: 10 } });
    expect(untilIn(await deferred)).to.be.within(50_000, MINUTE);
  });

  it('caps a value above the maximum of the installation', async () => {
    cloud.world.setAvailableCurrent(siteOf(cloud).id, [10, 10, 10]);
    await load(updateCurrent());
    const capped = decided('capped');
    const answer = await ask('current', { payload: 100 });
    expect(answer.payload).to.deep.include({ requested: all(100), applied: all(32) });
    const message = await capped;
    expectMessage(message, 'decision');
    expect(message.zaptec.reason).to.contain('the maximum of 32 A');
  });

  it('holds a target below the limit of another node', async () => {
    await load(updateCurrent(), updateCurrent({ id: 'fuse', role: 'limit' }));
    await ask('fuse', { payload: 6 });
    const capped = decided('capped');
    send('current', { payload: 16 });
    await capped;
    expect(siteOf(cloud).availableCurrent).to.deep.equal([6, 6, 6]);
  });

  it('shows a target that a limit holds as what is left of it, also when it comes again', async () => {
    cloud.world.setAvailableCurrent(siteOf(cloud).id, [12, 12, 12]);
    await load(updateCurrent(), updateCurrent({ id: 'fuse', role: 'limit' }));
    await ask('fuse', { payload: 12 });
    expect((await ask('current', { payload: 16 })).payload.applied).to.deep.equal(all(12));
    expect((await ask('current', { payload: 16 })).payload.applied).to.deep.equal(all(12));
    expect(statusesOf('current').at(-1)).to.deep.include({ fill: 'yellow', text: 'at most 12 A' });
    expect(statusesOf('fuse').at(-1)).to.deep.include({ fill: 'green', text: '12 A' });
  });

  it('shows of a target that waits what will be set of it', async () => {
    await load(updateCurrent());
    await ask('current', { payload: 10 });
    const deferred = decided('deferred');
    send('current', { payload: 99 });
    expect((await deferred).payload.requested).to.deep.equal(all(99));
    await status('current', /^32 A in 15m$/);
  });

  it('refuses what is no number: at the Catch node and under the node, and sends nothing', async () => {
    await load(updateCurrent(), catchAll());
    const caught = next('caught');
    const error = await failing('current', { payload: 'unknown' });
    expect(error.code).to.equal('INPUT_INVALID');
    expect((await caught).error.cause.remedy).to.match(/Send a number/);
    expect(statusesOf('current').at(-1)).to.deep.include({ fill: 'red', text: 'INPUT_INVALID' });
    expect(writes()).to.deep.equal([]);
  });

  it('reports a value that cannot be set at the Catch node and on its second output', async () => {
    const [site] = cloud.world.installations.values();
    cloud.world.updateInstallation(site!.id, { availableCurrentMode: 2 });
    await load(updateCurrent());
    const refused = decided('refused');
    const error = await failing('current', { payload: 10 });
    expect(error.cause.remedy).to.match(/manual/);
    const message = await refused;
    expectMessage(message, 'decision');
    expect(message.zaptec.reason).to.be.a('string');
    expect(writes()).to.deep.equal([]);
  });

  it('says in the reason of a refusal what to do in Node-RED', () => {
    const error = zaptecError('READ_ONLY', 'Nothing was sent');
    const { decided: item } = decisionItems({ decision: 'refused', error }, {}, (english) => english);
    expect(item!.facts.reason).to.equal(
      'Nothing was sent. Remedy: Switch off read-only in the connection node if this flow may change something',
    );
  });

  it('converts a power, and names the assumption', async () => {
    await load(updateCurrent());
    const { payload, zaptec } = await ask('current', { payload: { value: 11.04, unit: 'kW' } });
    expect(payload.applied.phase1).to.be.within(14.5, 17);
    expect(zaptec.reason).to.match(/^three phases TN, \d+(\.\d)? V \((measured|assumed)\)$/);
  });

  it('only reports what it would do in a dry run', async () => {
    await load(updateCurrent({ dryRun: true }));
    const { payload } = await ask('current', { payload: 10 });
    expect(payload.applied).to.deep.equal(all(10));
    await status('current', 'dry run: 10 A');
    expect(writes()).to.deep.equal([]);
  });

  it('sets the own limit of a charger', async () => {
    await load(updateCurrent({ target: 'charger', charger: 'Garage' }));
    const { payload, topic } = await ask('current', { payload: 12 });
    expect(payload.applied).to.deep.equal(all(12));
    expect(topic).to.equal('zaptec/Home/Garage/current');
    expect(cloud.world.findCharger('Garage')?.settings.maxChargeCurrent).to.equal(12);
  });

  it('withdraws its request on msg.reset, and sends nothing for it', async () => {
    await load(updateCurrent());
    await ask('current', { payload: 10 });
    send('current', { reset: true });
    await status('current', 'withdrawn');
    expect(writes()).to.have.length(1);
  });

  it('withdraws its limit when it is deleted, and not before', async () => {
    const fuse = () => updateCurrent({ id: 'fuse', role: 'limit' });
    await load(updateCurrent(), fuse());
    await ask('fuse', { payload: 6 });
    await deploy(flowOf(updateCurrent(), fuse()), 'full', accountOf(cloud));
    const capped = decided('capped');
    send('current', { payload: 16 });
    await capped;
    await deploy(flowOf(updateCurrent()), 'full', accountOf(cloud));
    const deferred = decided('deferred');
    send('current', { payload: 16 });
    expect((await deferred).payload.requested).to.deep.equal(all(16));
  });

  it('warns once about each setting that cannot apply, and uses the safe one', async () => {
    await load(
      updateCurrent({ interval: 5, cooldown: '10', deadMan: 'never', safeValue: 'x' }),
      updateCurrent({ id: 'plain' }),
    );
    await ask('current', { payload: 10 });
    const deferred = decided('deferred');
    send('current', { payload: 16 });
    expect(untilIn(await deferred)).to.be.within(14 * MINUTE, 15 * MINUTE);
    const warnings = logLines().filter(({ level, type }) => level === 30 && type === 'zaptec-update-current');
    expect(warnings.map(({ msg }) => msg)).to.deep.equal([
      'Raises wait for 15 minutes, as Zaptec asks for, and not for 5',
      'Early lowerings are 60 s apart, and not 10',
      'Nobody watches for missing input: its minutes are no number',
      'Without input nothing may flow: the safe value is no number',
    ]);
  });

  it('takes the default of a field that is blank, with a warning, and never 0 A', async () => {
    await load(updateCurrent({ value: ' ', valueType: 'num', interval: '', safeValue: ' ', deadMan: 20 }));
    expect((await failing('current')).code).to.equal('INPUT_INVALID');
    expect(writes()).to.deep.equal([]);
    expect((await ask('current', { payload: '16' })).payload.applied).to.deep.equal(all(16));
    const warnings = logLines().filter(({ level, type }) => level === 30 && type === 'zaptec-update-current');
    expect(warnings.map(({ msg }) => msg)).to.deep.equal([
      'The setting interval is blank: 15 applies',
      'The setting safeValue is blank: 6 applies',
      'The setting value is blank: msg.payload applies',
    ]);
  });

  it('does the least where a setting is no number', async () => {
    await load(updateCurrent({ interval: 'often', deadBand: 'some' }));
    await ask('current', { payload: 10 });
    const deferred = decided('deferred');
    send('current', { payload: 10.5 });
    expect(untilIn(await deferred)).to.be.within(14 * MINUTE, 15 * MINUTE);
  });

  it('stays red and refuses without a connection', async () => {
    await loadFlow(flow(updateCurrent({ connection: 'nowhere' })));
    expect((await failing('current', { payload: 10 })).code).to.equal('CONFIG_INVALID');
    await status('current', 'no connection');
  });
});

import { expect } from 'chai';
import { connection, flow, sessions, type FlowNode } from '../../support/node-red/builder';
import { accountOf, useCloud, type Message } from '../../support/node-red/harness';
import { KillableNodeRed } from '../../support/node-red/killable';

/** Between the reading of the sessions and the end of the flow. */
const WORK_S = 3;

const file = (id: string): FlowNode => ({
  id,
  type: 'file',
  z: 'tab',
  filename: id,
  filenameType: 'str',
  appendNewline: true,
  encoding: 'none',
  overwriteFile: 'false',
  wires: [[]],
});
const json = (id: string, wires: string[]): FlowNode => ({
  id,
  type: 'json',
  z: 'tab',
  action: 'str',
  property: 'payload',
  wires: [wires],
});

describe('sessions that are acknowledged, in a Node-RED that is killed', function () {
  this.timeout(120_000);
  const cloud = useCloud({ scenario: 'home', speed: 0 });
  const red = new KillableNodeRed();
  const go = () => red.get('/go');
  const idsOf = (rows: Message) => (rows as unknown as Message[]).map(({ id }) => id as string);

  const nodes = flow(
    { id: 'in', type: 'http in', z: 'tab', url: '/go', method: 'get', wires: [['answer', 'sessions']] },
    { id: 'answer', type: 'http response', z: 'tab', wires: [] },
    sessions({ which: 'new', acknowledge: true, wires: [['read', 'work']] }),
    json('read', ['read-file']),
    file('read-file'),
    {
      id: 'work',
      type: 'delay',
      z: 'tab',
      pauseType: 'delay',
      timeout: String(WORK_S),
      timeoutUnits: 'seconds',
      rate: '1',
      wires: [['end', 'ack']],
    },
    json('end', ['end-file']),
    file('end-file'),
    {
      id: 'ack',
      type: 'change',
      z: 'tab',
      rules: [{ t: 'set', p: 'ack', pt: 'msg', to: 'zaptec.batch', tot: 'msg' }],
      wires: [['sessions']],
    },
    { id: 'status', type: 'status', z: 'tab', scope: ['sessions'], wires: [['status-text']] },
    {
      id: 'status-text',
      type: 'change',
      z: 'tab',
      rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'status', tot: 'msg' }],
      wires: [['status-json']],
    },
    json('status-json', ['status-file']),
    file('status-file'),
  ).filter(({ id }) => id !== 'out');

  it('come again when it was killed before the end of the flow, and never again after that', async () => {
    const { world } = cloud();
    const truth = world.archive.ended({ from: world.now - 34 * 86_400_000, to: world.now }, 10_000).map(({ id }) => id);
    expect(truth).to.have.lengthOf.above(20);
    await red.start();
    await red.deploy(
      [connection({ cloud: 'custom', baseUrl: cloud().baseUrl }), ...nodes] as never,
      accountOf(cloud()),
    );
    await go();
    expect(idsOf(await red.line('read-file', 0))).to.include.members(truth);
    await red.kill();
    expect(red.lines('end-file'), 'killed before the end of the flow').to.deep.equal([]);

    await red.start();
    await go();
    expect(idsOf(await red.line('read-file', 1)), 'none is lost').to.include.members(truth);
    await red.line('end-file', 0);
    await red.line('status-file', ({ text }) => text === 'acknowledged');
    await red.flushed();
    await red.kill();

    await red.start();
    await go();
    expect(idsOf(await red.line('read-file', 2)), 'none comes again').to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { flow, surplus, type FlowNode } from '../../support/node-red/builder';
import { KillableNodeRed } from '../../support/node-red/killable';

/** A meter that is read by HTTP, and a file with every decision. */
const FLOW: FlowNode[] = flow(
  { id: 'in', type: 'http in', z: 'tab', url: '/meter', method: 'get', wires: [['surplus', 'answer']] },
  { id: 'answer', type: 'http response', z: 'tab', wires: [] },
  surplus({
    mode: 'fast',
    grid: 'req.query.grid',
    chargersPower: 'req.query.cars',
    chargersPowerType: 'msg',
    wires: [[], ['json']],
  }),
  { id: 'json', type: 'json', z: 'tab', action: 'str', property: 'payload', wires: [['file']] },
  {
    id: 'file',
    type: 'file',
    z: 'tab',
    filename: 'decisions',
    filenameType: 'str',
    appendNewline: true,
    encoding: 'none',
    overwriteFile: 'false',
    wires: [[]],
  },
).filter(({ id }) => id !== 'out');

describe('the surplus node and a Node-RED that is killed', function () {
  this.timeout(120_000);
  const red = new KillableNodeRed();

  it('keeps its current, its pace and the starts of the day, and starts nothing anew', async () => {
    await red.start();
    await red.deploy(FLOW);
    await red.get('/meter?grid=-1500&cars=0');
    const before = await red.line('decisions', 0);
    expect(before).to.include({ code: 'fast', change: 'start', current: 16, starts: 1 });
    await red.restart();
    await red.get('/meter?grid=9000&cars=11000');
    const after = await red.line('decisions', 1);
    expect(after).to.include({ code: 'fast', current: 16, starts: 1, raiseFrom: before['raiseFrom'] });
    expect(after).not.to.have.property('change');
  });
});

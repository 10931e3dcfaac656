import { expect } from 'chai';
import { flow, loadGuard, type FlowNode } from '../../support/node-red/builder';
import { KillableNodeRed } from '../../support/node-red/killable';

/** A zone in which no hour ends within the next minutes. */
const timeZone = Math.abs(new Date().getUTCMinutes() - 30) < 20 ? 'UTC' : 'Asia/Kolkata';

/** Sends the body of a request to the guard, and answers with its decision. */
const asking: FlowNode[] = [
  { id: 'in', type: 'http in', z: 'tab', url: '/meter', method: 'post', wires: [['guard']] },
  { id: 'out', type: 'http response', z: 'tab', wires: [] },
];

describe('the load guard after Node-RED was killed with -9 in the middle of an hour', function () {
  this.timeout(120_000);
  const red = new KillableNodeRed();
  const measure = (kw: number) => red.post('/meter', { gridW: kw * 1_000 });

  it('still knows what the hour has used, and counts the time that it missed as used', async () => {
    const guard = loadGuard({ mode: 'tariff', limitKw: '1', holdS: '600', timeZone, wires: [[], ['out']] });
    await red.start();
    await red.deploy(flow(guard, asking));
    // The node counts 1 kW for what it does not know, and much more than that for what is measured.
    await measure(9_000);
    await red.flushed();
    const before = await measure(9_000);
    await red.restart();
    const after = await measure(0);
    expect(before['period'].usedKwh).to.be.above(5);
    expect(after['period'].from).to.equal(before['period'].from);
    expect(after['period'].usedKwh).to.be.above(before['period'].usedKwh);
    expect(after['limit']).to.deep.equal({ phase1: 0, phase2: 0, phase3: 0 });
  });
});

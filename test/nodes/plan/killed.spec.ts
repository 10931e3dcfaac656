import { expect } from 'chai';
import { flow, plan, type FlowNode } from '../../support/node-red/builder';
import { KillableNodeRed } from '../../support/node-red/killable';

const HOUR = 3_600_000;

/** Sends the body of a request to the plan, and answers with its decision. */
const asking: FlowNode[] = [
  { id: 'in', type: 'http in', z: 'tab', url: '/plan', method: 'post', wires: [['body']] },
  {
    id: 'body',
    type: 'change',
    z: 'tab',
    rules: ['config', 'override', 'car', 'payload'].map((name) => ({
      t: 'set',
      p: name,
      pt: 'msg',
      to: `payload.${name}`,
      tot: 'msg',
    })),
    wires: [['plan']],
  },
  { id: 'out', type: 'http response', z: 'tab', wires: [] },
];

describe('the plan node after Node-RED was killed with -9 in the middle of a day', function () {
  this.timeout(120_000);
  const red = new KillableNodeRed();
  const ask = (body: object) => red.post('/plan', body);

  it('still has its prices, the energy of the session, settings and override by message, and the same plan', async () => {
    await red.start();
    const by = new Date(Date.now() + 8 * HOUR).toISOString().slice(11, 16);
    await red.deploy(
      flow(plan({ by, timeZone: 'UTC', powerKw: '10', maxPrice: '0.05', force: false, wires: [[], ['out']] }), asking),
    );
    const from = Math.floor(Date.now() / HOUR) * HOUR;
    const prices = Array.from({ length: 20 }, (_, hour) => ({
      start: new Date(from + hour * HOUR).toISOString(),
      value: hour === 3 || hour === 4 ? 0.1 : 1,
    }));
    const car = { mode: 'charging', sessionId: 's', sessionKwh: 6, powerW: 0 };
    await ask({ payload: prices, car, config: { amount: 24, maxPrice: null } });
    const before = await ask({ override: 'off' });
    expect(before).to.include({ code: 'override-off', needKwh: 18 });
    await red.restart();
    expect(await ask({ payload: '' })).to.include({ code: 'override-off', needKwh: 18, by: before['by'] });
    const after = await ask({ override: 'auto' });
    expect(after).to.include({ code: 'waiting', needKwh: 18, by: before['by'] });
    expect(after['slots']).to.deep.equal(before['slots']);
    expect(after['cost']).to.be.closeTo(1.8, 0.001);
  });
});

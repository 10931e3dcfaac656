import { expect } from 'chai';
import { charger, flow, installation, request } from '../../support/node-red/builder';
import { ask, chargersOf, failing, loadAt, useCloud, useNodeRed } from '../../support/node-red/harness';

/** An account that may only charge its car, sent through everything that a node can do. */
describe('an account with the role user', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const start = () =>
    loadAt(cloud(), flow(installation(), charger(), request({ path: 'path', pathType: 'msg' })), { role: 'user' });

  it('lists what it may see', async () => {
    await start();
    expect((await ask('installation', { action: 'list' })).payload).to.have.length(1);
    expect((await ask('installation', { action: 'get' })).payload).to.have.property('id');
    expect((await ask('installation', { action: 'chargers' })).payload).to.have.length(2);
    expect((await ask('charger', { action: 'list' })).payload).to.have.length(2);
  });

  it('gets the entry of the list for the details of a charger', async () => {
    await start();
    const { id } = chargersOf(cloud())[0]!;
    expect((await ask('charger', { action: 'get', charger: id })).payload).to.include({ id });
  });

  it('gets the missing role in the text of each refusal', async () => {
    await start();
    const { id } = chargersOf(cloud())[0]!;
    const refusals: [string, object][] = [
      ['installation', { action: 'hierarchy' }],
      ['installation', { action: 'firmware' }],
      ['installation', { action: 'update', payload: { availableCurrent: 10 } }],
      ['charger', { action: 'state', charger: id }],
      ['charger', { action: 'state', charger: 'all' }],
      ['charger', { action: 'command', charger: id, command: 'pause' }],
      ['charger', { action: 'command', charger: 'all', command: 'pause' }],
      ['charger', { action: 'update', charger: id, payload: { maxChargeCurrent: 10 } }],
      ['charger', { action: 'prioritize', charger: id, payload: { phases: 3, current: 10 } }],
      ['request', { path: `/api/chargers/${id}/state` }],
      ['charger', { action: 'prioritize', session: id, payload: { phases: 3, current: 10 } }],
    ];
    for (const [node, message] of refusals) {
      const error = await failing(node, message);
      expect(error.message, JSON.stringify(message)).to.match(/owner or service role|owner role/i);
      expect(error.cause.retryable).to.equal(false);
      expect(error.code).to.match(/^(HTTP_403|HTTP_204|ZAPTEC_533|ROLE_MISSING)$/);
    }
  });
});

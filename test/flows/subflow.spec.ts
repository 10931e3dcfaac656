import { expect } from 'chai';
import { charger, connection, flow, placed, sink } from '../support/node-red/builder';
import { accountOf, ask, chargersOf, get, load, useCloud, useNodeRed } from '../support/node-red/harness';

describe('a subflow with environment properties', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });

  it('chooses connection, charger and action of each instance', async () => {
    const [first, second] = chargersOf(cloud());
    const inner = placed(
      charger({
        id: 'inner',
        z: 'sub',
        connection: '${CLOUD}',
        action: '${ACTION}',
        charger: '${CHARGER}',
        lockOverrides: '${LOCK}',
        wires: [[]],
      }),
    );
    const subflow = {
      id: 'sub',
      type: 'subflow',
      name: 'Read',
      in: [{ wires: [{ id: 'inner' }] }],
      out: [{ wires: [{ id: 'inner', port: 0 }] }],
      env: ['CLOUD', 'ACTION', 'CHARGER', 'LOCK'].map((name) => ({ name, type: 'str', value: '' })),
    };
    const instance = (id: string, over: Record<string, string>) => ({
      id,
      z: 'tab',
      type: 'subflow:sub',
      wires: [['out']],
      env: Object.entries({ CLOUD: 'connection', LOCK: 'false', ...over }).map(([name, value]) => ({
        name,
        type: 'str',
        value,
      })),
    });
    const nodes = flow(
      instance('one', { ACTION: 'get', CHARGER: first!.name }),
      instance('two', { ACTION: 'state', CHARGER: second!.deviceId, LOCK: 'true' }),
      sink(),
    );
    const { baseUrl } = cloud();
    await load([connection({ cloud: 'custom', baseUrl }), subflow, inner, ...nodes], accountOf(cloud()));
    expect((await ask('one')).payload).to.include({ id: first!.id });
    const { payload } = await ask('two', { action: 'list' });
    expect(payload).to.include({ id: second!.id }).and.to.have.property('mode');
    expect(get('one')).not.to.equal(undefined);
  });
});

import { expect } from 'chai';
import { charger, flow, installation, sink } from '../../support/node-red/builder';
import {
  accountOf,
  ask,
  chargersOf,
  coreNode,
  failing,
  get,
  load,
  loadAt,
  next,
  send,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';
import { connection } from '../../support/node-red/builder';

describe('a message that passes a node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });

  it('keeps the properties that the node does not write', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' })));
    const req = { headers: {}, cycle: undefined as unknown };
    req.cycle = req;
    const res = { send: () => undefined };
    const sent = {
      _msgid: 'abc',
      custom: { deep: [1] },
      req,
      res,
      _linkSource: ['x', 'y'],
      parts: { id: '1', index: 0 },
    };
    const message = await ask('charger', sent);
    expect(message).to.include({ _msgid: 'abc' });
    expect(message).to.deep.include({ custom: { deep: [1] }, _linkSource: ['x', 'y'], parts: { id: '1', index: 0 } });
    expect(message.req).to.equal(req);
    expect(message.res).to.equal(res);
  });

  it('keeps request and response on each message of a sequence', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list', output: 'each' })));
    const req = { headers: {} };
    const message = await ask('charger', { req, res: req, _linkSource: ['x'], custom: { n: 1 } });
    expect(message.req).to.equal(req);
    expect(message).to.deep.include({ _linkSource: ['x'], custom: { n: 1 } });
  });

  it('has no effect by its msg.zaptec', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' })));
    const message = await ask('charger', {
      zaptec: { action: 'get', charger: 'x', result: 'changed', account: 'other' },
    });
    expect(message.payload).to.have.length(2);
    expect(message.zaptec).to.include({ account: 'Test' }).and.not.have.any.keys('action', 'charger', 'result');
  });

  it('gets a copy of the answer, so that a change does not affect the next message', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' })));
    const first = await ask('charger');
    const { name } = first.payload[0];
    first.payload[0].name = 'edited';
    first.payload.length = 1;
    expect((await ask('charger')).payload[0].name).to.equal(name);
  });

  it('overrides the settings for itself and not for the next message', async () => {
    await loadAt(cloud(), flow(charger({ action: 'list' })));
    const [{ id }] = (await ask('charger')).payload;
    expect((await ask('charger', { action: 'state', charger: id })).payload).to.include({ id });
    expect((await ask('charger')).payload).to.be.an('array');
  });

  it('overrides nothing when the node ignores settings in the message', async () => {
    const { id } = chargersOf(cloud())[0]!;
    await loadAt(cloud(), flow(charger({ action: 'get', charger: id, lockOverrides: true })));
    const other = chargersOf(cloud())[1]!.id;
    const wishes = { action: 'command', charger: other, installation: 'Nowhere', command: 'pause' };
    expect((await ask('charger', wishes)).payload.id).to.equal(id);
  });

  it('overrides only what the node lets a message set', async () => {
    const { id } = chargersOf(cloud())[0]!;
    const other = chargersOf(cloud())[1]!.id;
    await loadAt(cloud(), flow(charger({ action: 'get', charger: id, overrides: ['charger'] })));
    expect((await ask('charger', { action: 'list', installation: 'Nowhere', charger: other })).payload.id).to.equal(
      other,
    );
  });

  it('reaches several chargers that the dialog names with commas', async () => {
    const [one, two] = chargersOf(cloud());
    await loadAt(cloud(), flow(charger({ action: 'get', charger: `${one!.name}, ${two!.id}` })));
    const { payload } = await ask('charger');
    expect(payload.map(({ id }: { id: string }) => id)).to.deep.equal([one!.id, two!.id]);
  });

  it('names charger and installation by every type of a typed input', async () => {
    const { id, name } = chargersOf(cloud())[0]!;
    await loadAt(
      cloud(),
      flow(
        charger({ id: 'a', action: 'get', charger: 'which.one', chargerType: 'msg' }),
        charger({ id: 'b', action: 'get', charger: 'chosen', chargerType: 'flow' }),
        charger({ id: 'c', action: 'get', charger: 'chosen', chargerType: 'global' }),
        charger({ id: 'd', action: 'get', charger: 'ZAPTEC_TEST_CHARGER', chargerType: 'env' }),
        charger({ id: 'e', action: 'get', charger: '$uppercase(which.serial)', chargerType: 'jsonata' }),
      ),
    );
    get('b').context().flow.set('chosen', name);
    get('c').context().global.set('chosen', [id]);
    process.env['ZAPTEC_TEST_CHARGER'] = id;
    after(() => delete process.env['ZAPTEC_TEST_CHARGER']);
    const serial = chargersOf(cloud())[0]!.deviceId.toLowerCase();
    for (const node of ['a', 'b', 'c', 'd', 'e']) {
      const { payload } = await ask(node, { which: { one: { id }, serial } });
      expect([payload].flat()[0], node).to.include({ id });
    }
  });

  it('fails with an expression that cannot be evaluated, and the next one works', async () => {
    await loadAt(cloud(), flow(charger({ action: 'get', charger: '$nothing(', chargerType: 'jsonata' })));
    const error = await failing('charger');
    expect(error).to.have.property('code', 'INPUT_INVALID');
    expect((await ask('charger', { action: 'list' })).payload).to.have.length(2);
  });

  it('is joined again by a join node, and keeps its outer sequence', async () => {
    const flowNodes = flow(
      {
        id: 'split',
        z: 'tab',
        type: 'split',
        splt: '\\n',
        spltType: 'str',
        arraySplt: 1,
        arraySpltType: 'len',
        wires: [['installation']],
      },
      installation({ action: 'chargers', output: 'each', wires: [['inner']] }),
      { id: 'inner', z: 'tab', type: 'join', mode: 'auto', wires: [['outer']] },
      { id: 'outer', z: 'tab', type: 'join', mode: 'auto', wires: [['out']] },
    );
    const { baseUrl } = cloud();
    await load([connection({ cloud: 'custom', baseUrl }), ...flowNodes], accountOf(cloud()), [
      coreNode('sequence/17-split'),
    ]);
    const joined = next();
    send('split', { payload: ['a', 'b', 'c'] });
    const { payload, parts } = await joined;
    expect(payload).to.have.length(3);
    for (const chargers of payload) expect(chargers).to.have.length(2);
    expect(parts).to.equal(undefined);
  });

  it('returns to its link call node', async () => {
    const flowNodes = flow(
      { id: 'call', z: 'tab', type: 'link call', links: ['in'], linkType: 'static', timeout: '5', wires: [['out']] },
      { id: 'in', z: 'tab', type: 'link in', links: [], wires: [['charger']] },
      charger({ action: 'list', wires: [['back']] }),
      { id: 'back', z: 'tab', type: 'link out', mode: 'return', links: [], wires: [] },
      sink(),
    );
    const { baseUrl } = cloud();
    await load([connection({ cloud: 'custom', baseUrl }), ...flowNodes], accountOf(cloud()), [
      coreNode('common/60-link'),
    ]);
    expect((await ask('call', { payload: 1 })).payload).to.have.length(2);
  });
});

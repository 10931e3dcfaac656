import { expect } from 'chai';
import { charger, flow } from '../../support/node-red/builder';
import { ask, chargersOf, expectMessage, failing, loadAt, useCloud, useNodeRed } from '../../support/node-red/harness';

describe('the fields of the charger node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'fleet:12' });
  let id: string;
  let taken = 0;
  const load = async (over: Parameters<typeof charger>[0]) => {
    // A setting of a charger is written once a minute.
    id = chargersOf(cloud())[taken++]!.id;
    if (cloud().world.chargers.get(id)?.car) cloud().world.unplug(id);
    await loadAt(cloud(), flow(charger({ charger: id, ...over })));
  };
  const written = () =>
    cloud()
      .requests.filter(({ method, path }) => method === 'POST' && /\/(update|priority)$/.test(path))
      .map(({ body }) => body)
      .at(-1);

  it('set what is filled, and leave what is blank as it is', async () => {
    await load({ action: 'update', minChargeCurrent: '6,5', maxChargePhases: '3', offlineChargePhase: '0' });
    const message = await ask('charger', { payload: Date.now() });
    expectMessage(message, 'update');
    const settings = { minChargeCurrent: 6.5, maxChargePhases: 3, offlineChargePhase: 0 };
    expect(message.payload).to.deep.equal({ result: 'accepted', settings });
  });

  const payload = { minChargeCurrent: 8 };

  it('give way to the payload, field by field', async () => {
    await load({ action: 'update', minChargeCurrent: '7', offlineChargeCurrent: '10' });
    expect((await ask('charger', { payload })).payload.settings).to.deep.equal({
      minChargeCurrent: 8,
      offlineChargeCurrent: 10,
    });
  });

  it('count alone where the node ignores settings in the message', async () => {
    await load({ action: 'update', minChargeCurrent: '7', lockOverrides: true });
    expect((await ask('charger', { payload })).payload.settings).to.deep.equal({ minChargeCurrent: 7 });
  });

  it('may come from elsewhere, where there must be a value then', async () => {
    await load({ action: 'update', offlineChargeCurrent: 'ampere', offlineChargeCurrentType: 'msg' });
    expect((await ask('charger', { ampere: 12 })).payload.settings).to.deep.equal({ offlineChargeCurrent: 12 });
    const error = await failing('charger', { payload: 1 });
    expect(error).to.include({ code: 'INPUT_INVALID' });
    expect(error.message).to.include('offlineChargeCurrent comes from msg ampere, which holds nothing');
  });

  it('are refused with field, value and range where they make no sense', async () => {
    await load({ action: 'update', offlineChargeCurrent: '33' });
    const error = await failing('charger', { payload: 1 });
    expect(error.message).to.match(/offlineChargeCurrent is 33.*from -1 to 32/s);
    const text = await failing('charger', { payload: { offlineChargeCurrent: 6, meterValueInterval: 'often' } });
    expect(text.message).to.match(/meterValueInterval is "often"/);
  });

  it('leave a flow without them as it was: the payload says it all', async () => {
    await load({ action: 'update' });
    expect((await failing('charger', { payload: 16 })).message).to.match(/msg\.payload is not an object/);
    expect((await ask('charger', { payload: { minChargeCurrent: 6 } })).payload.settings).to.deep.equal({
      minChargeCurrent: 6,
    });
  });

  for (const [from, payload, body] of [
    ['the fields', 1, { prioritizedPhases: 1, prioritizedCurrent: 10 }],
    ['msg.payload.phases first', { phases: 3 }, { prioritizedPhases: 3, prioritizedCurrent: 10 }],
    ["Zaptec's names too", { prioritizedCurrent: 8 }, { prioritizedPhases: 1, prioritizedCurrent: 8 }],
  ] as const) {
    it(`prioritise the running session by ${from}`, async () => {
      await load({ action: 'prioritize', priorityPhases: '1', priorityCurrent: '10' });
      const { world } = cloud();
      world.plug(id, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
      world.authorise(id);
      world.advance(60_000);
      const message = await ask('charger', { payload });
      expectMessage(message, 'prioritize');
      expect(written()).to.deep.equal(body);
    });
  }
});

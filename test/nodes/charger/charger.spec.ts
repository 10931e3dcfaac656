import { expect } from 'chai';
import { charger, flow } from '../../support/node-red/builder';
import {
  ask,
  collect,
  expectMessage,
  expectSchema,
  failing,
  loadAt,
  send,
  status,
  statusesOf,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';

describe('the charger node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const load = (over: Parameters<typeof charger>[0] = {}) => loadAt(cloud(), flow(charger(over)));
  const chargers = async () =>
    (await ask('charger', { action: 'list' })).payload as { id: string; name: string; deviceId: string }[];

  it('lists the chargers of the account, and of one installation', async () => {
    await load({ action: 'list' });
    const message = await ask('charger');
    expect(message.payload).to.have.length(2);
    for (const entry of message.payload) expectSchema('charger', entry);
    expectSchema('meta', message.zaptec);
    expect(message.topic).to.equal('zaptec/chargers');
    const { installationName } = message.payload[0];
    const inside = await ask('charger', { installation: installationName });
    expect(inside.payload).to.have.length(2);
    expect(inside.topic).to.equal(`zaptec/${installationName}/chargers`);
    expect(inside.zaptec.installation.name).to.equal(installationName);
  });

  it('finds a charger by id, name, serial and as the object of a list', async () => {
    await load({ action: 'get' });
    const [first] = await chargers();
    for (const reference of [first!.id, first!.name, first!.deviceId, first!.deviceId.toLowerCase(), first]) {
      const message = await ask('charger', { charger: reference });
      expectMessage(message, 'charger');
      expect(message.payload.id).to.equal(first!.id);
      expect(message.zaptec.charger).to.include({ id: first!.id, name: first!.name, deviceId: first!.deviceId });
    }
  });

  it('reads the state of one', async () => {
    await load({ action: 'state' });
    const [first] = await chargers();
    const message = await ask('charger', { charger: first!.name, payload: 'kept?' });
    expectMessage(message, 'state');
    expect(message.payload).to.include({ id: first!.id, name: first!.name });
    expect(message.payload).not.to.have.property('observations');
    expect(message.topic).to.match(new RegExp(`^zaptec/.+/${first!.name}/state$`));
    expect(message.zaptec).to.include({ stale: false });
  });

  it('adds every observation when asked', async () => {
    await load({ action: 'state' });
    const [first] = await chargers();
    const message = await ask('charger', { charger: first!.id, observations: true });
    expectMessage(message, 'state');
    expect(message.payload.observations).to.include.keys('ChargerOperationMode', 'IsOnline');
  });

  it('reads several, all, and all of an installation', async () => {
    await load({ action: 'state' });
    const both = await chargers();
    for (const wanted of [{ charger: both.map(({ id }) => id) }, { charger: 'all' }, { charger: 'ALL' }]) {
      const { payload, zaptec } = await ask('charger', wanted);
      expect(payload).to.have.length(2);
      for (const entry of payload) expectSchema('state', entry);
      expectSchema('meta', zaptec);
    }
    await status('charger', '2 found');
    const one = await ask('charger', { charger: [both[0]!.id, both[0]!.name] });
    expect(one.payload, 'named twice, read once, and an array because one was given').to.have.length(1);
  });

  it('reads all of an installation by its settings, each as a message', async () => {
    await load({ action: 'state', target: 'installation', output: 'each' });
    const messages = collect(2);
    send('charger', { payload: 1 });
    for (const message of await messages) {
      expectMessage(message, 'state');
      expect(message.zaptec.charger.id).to.equal(message.payload.id);
      expect(message.topic).to.match(/\/state$/);
    }
  });

  it('keeps those that could be read when one could not', async () => {
    await load({ action: 'state' });
    const [first] = await chargers();
    const gone = '00000000-0000-4000-8000-00000000dead';
    const { payload, zaptec } = await ask('charger', { charger: [first!.id, gone] });
    expect(payload[0].id).to.equal(first!.id);
    expect(payload[1]).to.deep.equal({ id: gone, mode: 'unknown' });
    for (const entry of payload) expectSchema('state', entry);
    expectSchema('meta', zaptec);
    expect(zaptec.stale).to.equal(true);
    await status('charger', '1 of 2 done');
    const error = await failing('charger', { charger: [gone] });
    expect(error.code).to.match(/512|404/);
  });

  it('refuses when no charger is named', async () => {
    await load({ action: 'state' });
    for (const wanted of [{}, { charger: [] as string[] }, { charger: [''] }]) {
      const outcome = await ask('charger', wanted).catch((error: unknown) => error);
      if (
        Array.isArray((wanted as { charger?: unknown[] }).charger) &&
        (wanted as { charger: unknown[] }).charger.length === 0
      ) {
        expect(outcome).to.have.property('payload').that.deep.equals([]);
      } else expect(outcome).to.have.property('code', 'INPUT_INVALID');
    }
  });

  it('changes settings of one and of many', async () => {
    await load({ action: 'update' });
    const [first] = await chargers();
    const one = await ask('charger', { charger: first!.id, payload: { maxChargeCurrent: 16 } });
    expect(one.payload).to.deep.equal({ result: 'accepted', settings: { maxChargeCurrent: 16 } });
    expectMessage(one, 'update');
    const soon = await failing('charger', { charger: first!.id, payload: { maxChargeCurrent: 32 } });
    expect(soon).to.have.property('code', 'TOO_SOON');
    const many = await ask('charger', { charger: 'all', payload: { minChargeCurrent: 8 } });
    expectMessage(many, 'command-many');
    expect(many.payload).to.deep.equal({ done: 2, unchanged: 0, failed: [] });
    expect(await failing('charger', { charger: first!.id, payload: { maxChargeCurrent: 99 } })).to.have.property(
      'code',
      'INPUT_INVALID',
    );
  });

  it('shows the state on the canvas', async () => {
    await load({ action: 'state' });
    const [first] = await chargers();
    await ask('charger', { charger: first!.id });
    const last = statusesOf('charger').at(-1);
    expect(last?.text).to.match(/^(no car|requesting|finished|paused|charging [\d.]+ kW)$/);
  });
});

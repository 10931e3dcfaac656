import { expect } from 'chai';
import { flow, installation } from '../../support/node-red/builder';
import {
  ask,
  chargersOf,
  collect,
  expectMessage,
  expectSchema,
  failing,
  loadAt,
  logLines,
  send,
  siteOf,
  status,
  useCloud,
  useNodeRed,
} from '../../support/node-red/harness';

describe('the installation node', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  const load = (over: Parameters<typeof installation>[0] = {}) => loadAt(cloud(), flow(installation(over)));

  it('lists installations as one array', async () => {
    await load({ action: 'list' });
    const message = await ask('installation', { payload: 'anything', custom: 1 });
    expect(message.payload).to.be.an('array').with.length(1);
    for (const entry of message.payload as unknown[]) expectSchema('installation', entry);
    expectSchema('meta', message.zaptec);
    expect(message).to.include({ topic: 'zaptec/installations', custom: 1 });
    expect(message.zaptec).to.include({ schema: 1, account: 'Test', source: 'rest', stale: false, attempts: 1 });
    await status('installation', '1 found');
  });

  it('says when an answer came from the cache, and how old it is', async () => {
    await load({ action: 'list' });
    await ask('installation');
    const { zaptec } = await ask('installation');
    expect(zaptec).to.include({ source: 'cache', attempts: 0 });
    expect(zaptec.ageMs).to.be.at.least(0);
  });

  it('takes the only installation of an account when none is named', async () => {
    await load({ action: 'get' });
    const message = await ask('installation');
    expectMessage(message, 'installation');
    expect(message.zaptec.installation).to.deep.equal({ id: message.payload.id, name: message.payload.name });
    expect(message.topic).to.equal(`zaptec/${message.payload.name}/details`);
  });

  it('finds one by name, by id and as the object of a list', async () => {
    await load({ action: 'list' });
    const [{ id, name }] = (await ask('installation')).payload;
    for (const reference of [id, name, name.toUpperCase(), { id, name }]) {
      const message = await ask('installation', { action: 'get', installation: reference });
      expect(message.payload.id).to.equal(id);
    }
  });

  it('gives the hierarchy', async () => {
    await load({ action: 'hierarchy' });
    const message = await ask('installation');
    expectMessage(message, 'hierarchy');
    expect(message.payload.circuits[0].chargers).to.have.length(2);
  });

  it('gives its chargers one by one, so that a join can put them together', async () => {
    await load({ action: 'chargers', output: 'each' });
    const both = collect(2);
    send('installation', { parts: { id: 'outer', index: 3, count: 4 } });
    const messages = await both;
    for (const message of messages) expectMessage(message, 'charger');
    expect(messages.map(({ parts }) => parts)).to.deep.equal(
      [0, 1].map((index) => ({
        id: (messages[0]?.parts as { id: string }).id,
        index,
        count: 2,
        type: 'array',
        parts: { id: 'outer', index: 3, count: 4 },
      })),
    );
    expect(messages[0]?.topic).to.match(/^zaptec\/[^/]+\/[^/]+\/details$/);
  });

  it('gives the firmware', async () => {
    await load({ action: 'firmware' });
    const message = await ask('installation');
    expect(message.payload).to.have.length(2);
    for (const entry of message.payload) expectSchema('firmware', entry);
    expectSchema('meta', message.zaptec);
  });

  it('changes settings and reports what was accepted', async () => {
    await load({ action: 'update' });
    const message = await ask('installation', { payload: { availableCurrent: 16 } });
    expect(message.payload).to.deep.equal({ result: 'accepted', settings: { availableCurrent: 16 } });
    expectSchema('update', message.payload);
    expectSchema('meta', message.zaptec);
    const after = await ask('installation', { action: 'get' });
    expect(after.payload.availableCurrent).to.equal(16);
  });

  it('names the field that cannot be changed', async () => {
    await load({ action: 'update' });
    const wrong = await failing('installation', { payload: { availableCurrent: 'much' } });
    expect(wrong).to.have.property('code', 'INPUT_INVALID');
    expect(wrong.message).to.include('availableCurrent').and.to.include('much');
    expect(await failing('installation', { payload: 16 })).to.have.property('code', 'INPUT_INVALID');
    expect(await failing('installation', { payload: [1] })).to.have.property('code', 'INPUT_INVALID');
  });

  it('takes the choice of phases by name, once in 15 minutes', async () => {
    await load({ action: 'update' });
    const message = await ask('installation', { payload: { phases: 'always-one' } });
    expect(message.payload).to.deep.equal({ result: 'accepted', settings: { phases: 'always-one' } });
    expectSchema('update', message.payload);
    expect(siteOf(cloud()).threeToOnePhaseSwitchCurrent).to.equal(32);
    const soon = await failing('installation', { payload: { phases: { below: 8 } } });
    expect(soon.code).to.equal('PHASES_TOO_SOON');
    expect(soon.message).to.match(/may be again from .*Z on/);
    expect(logLines().filter(({ msg }) => String(msg).includes('switches its phases'))).to.deep.equal([]);
  });

  it('refuses another choice of phases, and says which there are', async () => {
    await load({ action: 'update' });
    for (const phases of ['one', 32, { below: 5 }, null]) {
      const wrong = await failing('installation', { payload: { phases } });
      expect(wrong.code).to.equal('INPUT_INVALID');
      expect(wrong.cause.remedy).to.include('always-three').and.to.include('6 to 31 A');
    }
    const both = await failing('installation', { payload: { phases: 'always-one', threeToOnePhaseSwitchCurrent: 32 } });
    expect(both.message).to.include('phases together with');
  });

  it('lists its actions when the message asks for an unknown one', async () => {
    await load({ action: 'list' });
    for (const action of ['lists', 'constructor', 7, {}]) {
      const error = await failing('installation', { action });
      expect(error.code).to.equal('INPUT_INVALID');
      expect(error.cause.remedy).to.include('hierarchy');
    }
    await status('installation', 'INPUT_INVALID');
  });

  it('refuses an unknown name', async () => {
    await load({ action: 'get', installation: 'Nowhere' });
    expect(await failing('installation')).to.have.property('code', 'NOT_FOUND');
  });
});

describe('the installation node where no charger switches its phases', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'apm' });

  it('warns once', async () => {
    // A Go is known by the first letters of its serial.
    for (const charger of chargersOf(cloud()))
      Object.assign(charger, { deviceId: charger.deviceId.replace(/^.../, 'ZAP') });
    await loadAt(cloud(), flow(installation({ action: 'update' })));
    await failing('installation', { payload: { phases: 'always-one' } });
    await failing('installation', { payload: { phases: 'always-one' } });
    const warnings = logLines().filter(({ msg }) => String(msg).includes('switches its phases'));
    expect(warnings).to.have.length(1);
  });
});

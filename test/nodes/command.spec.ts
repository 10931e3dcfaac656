import { expect } from 'chai';
import { charger, flow } from '../flows/builder';
import {
  ask,
  busyAndIdle,
  chargersOf,
  expectMessage,
  failing,
  loadAt,
  status,
  useCloud,
  useNodeRed,
  type Simulator,
} from '../flows/harness';

/** Ids of the commands that reached the cloud. */
const sent = ({ requests }: Simulator) =>
  requests
    .filter(({ method, path }) => method === 'POST' && /sendCommand/i.test(path))
    .map(({ path }) => Number(path.split('/').at(-1)));

describe('commands', () => {
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  let id: string;
  let idle: string;

  const load = (over: Parameters<typeof charger>[0] = {}) => {
    ({ busy: id, idle } = busyAndIdle(cloud()));
    return loadAt(cloud(), flow(charger({ action: 'command', charger: id, ...over })));
  };

  it('pauses and resumes by the word of the settings or of the payload', async () => {
    await load();
    const paused = await ask('charger', { payload: 'pause' });
    expectMessage(paused, 'command');
    expect(paused.payload).to.deep.equal({ result: 'accepted', command: 'pause' });
    expect(paused.zaptec).to.include({ result: 'accepted', source: 'rest', attempts: 1 });
    await status('charger', 'pause sent');
    expect((await ask('charger', { payload: true })).payload.command).to.equal('resume');
    expect(sent(cloud())).to.deep.equal([506, 507]);
  });

  it('understands words, true and false, and 1 and 0', async () => {
    await load();
    const table: [unknown, string][] = [
      ['off', 'pause'],
      ['ON', 'resume'],
      [false, 'pause'],
      [1, 'resume'],
      [0, 'pause'],
      [' Resume ', 'resume'],
    ];
    for (const [payload, command] of table) {
      const answer = await ask('charger', { payload });
      expect(answer.payload, JSON.stringify(payload)).to.deep.equal({ result: 'accepted', command });
    }
  });

  it('takes other numbers for commands in msg.command only', async () => {
    await load();
    const before = sent(cloud()).length;
    for (const payload of [506, 507, 102, 7.2, '506', null, {}, 'explode']) {
      expect(await failing('charger', { payload }), JSON.stringify(payload)).to.have.property('code', 'INPUT_INVALID');
    }
    expect(sent(cloud())).to.have.length(before);
    expect((await ask('charger', { command: 506 })).payload.command).to.equal('pause');
    expect((await ask('charger', { command: 507 })).payload.command).to.equal('resume');
  });

  it('sends nothing destructive without permission', async () => {
    await load();
    const before = sent(cloud()).length;
    for (const command of ['restart', 'upgrade-firmware', 'deauthorize', 102, 200, 10001]) {
      const error = await failing('charger', { command });
      expect(error.code, String(command)).to.equal('DESTRUCTIVE');
    }
    expect(sent(cloud())).to.have.length(before);
  });

  it('restarts with permission, and never a second time by itself', async () => {
    await load({ allowDestructive: true, command: 'restart', commandType: 'str' });
    const before = sent(cloud()).length;
    expect((await ask('charger')).payload).to.deep.equal({ result: 'accepted', command: 'restart' });
    expect(sent(cloud()).slice(before)).to.deep.equal([102]);
  });

  it('says what 528 means and what to do', async () => {
    await load();
    const error = await failing('charger', { charger: idle, payload: 'pause' });
    expect(error.code).to.equal('ZAPTEC_528');
    expect(error.cause).to.include({ name: 'DeviceCommandRejected', retryable: false, attempts: 1, status: 500 });
    expect(error.message).to.include(error.cause.remedy);
    await status('charger', 'ZAPTEC_528');
  });

  it('reports one summary for many, with each failure', async () => {
    await load({ target: 'installation' });
    const message = await ask('charger', { payload: 'pause' });
    expectMessage(message, 'command-many');
    expect(message.payload.done).to.equal(1);
    expect(message.payload.failed).to.have.length(1);
    expect(message.payload.failed[0].error).to.match(/^ZAPTEC_528: /);
    await status('charger', '1 of 2 done');
    await ask('charger', { charger: id, payload: 'resume' });
  });

  it('fails as a whole when it failed for all', async () => {
    await load();
    expect(await failing('charger', { charger: [idle], payload: 'resume' })).to.have.property('code', 'ZAPTEC_528');
  });

  it('prioritises the running session, or the one that is named', async () => {
    await load({ action: 'prioritize' });
    const message = await ask('charger', { payload: { phases: 3, current: 10 } });
    const { sessionId } = message.payload;
    expect(message.payload).to.deep.equal({ result: 'accepted', sessionId, phases: 3, current: 10 });
    expectMessage(message, 'prioritize');
    const again = await ask('charger', {
      payload: { prioritizedPhases: 1, prioritizedCurrent: 6 },
      session: sessionId,
    });
    expect(again.payload).to.deep.equal({ result: 'accepted', sessionId, phases: 1, current: 6 });
    for (const payload of [
      { phases: 2, current: 10 },
      { phases: 3 },
      { phases: 1, current: -1 },
      { phases: 1, current: NaN },
      3,
    ]) {
      expect(await failing('charger', { payload }), JSON.stringify(payload)).to.have.property('code', 'INPUT_INVALID');
    }
    expect(await failing('charger', { charger: idle, payload: { phases: 3, current: 10 } })).to.have.property(
      'code',
      'NOT_FOUND',
    );
  });

  it('writes nothing over a read-only connection', async () => {
    id = chargersOf(cloud())[0]!.id;
    await loadAt(cloud(), flow(charger({ action: 'command', charger: id })), { over: { readOnly: true } });
    const before = sent(cloud()).length;
    expect(await failing('charger', { payload: 'pause' })).to.have.property('code', 'READ_ONLY');
    expect(sent(cloud())).to.have.length(before);
  });
});

import { expect } from 'chai';
import { VirtualClock } from '../../support/virtual-clock';
import { charger, flow } from '../../support/node-red/builder';
import * as harness from '../../support/node-red/harness';
import {
  busyAndIdle,
  chargersOf,
  expectMessage,
  loadAt,
  status,
  useCloud,
  useNodeRed,
  type Simulator,
} from '../../support/node-red/harness';

/** Ids of the commands that reached the cloud. */
const sent = ({ requests }: Simulator) =>
  requests
    .filter(({ method, path }) => method === 'POST' && /sendCommand/i.test(path))
    .map(({ path }) => Number(path.split('/').at(-1)));

describe('a command of the charger node', () => {
  let clock: VirtualClock;
  // Before the hooks of Node-RED, which stops its own timers in real time.
  after(() => clock.restore());
  useNodeRed();
  const cloud = useCloud({ scenario: 'home' });
  let id: string;
  let idle: string;

  // Without a feed a command is looked for after 19 s; nobody wants to wait for that here.
  before(() => (clock = new VirtualClock()));

  const load = async (over: Parameters<typeof charger>[0] = {}) => {
    // What the cloud answered in the test before is old by then, and so many reads are allowed again.
    await clock.advance(6 * 60_000);
    ({ busy: id, idle } = busyAndIdle(cloud()));
    await clock.until(loadAt(cloud(), flow(charger({ action: 'command', charger: id, ...over }))));
  };
  const ask = (...asked: Parameters<typeof harness.ask>) => clock.until(harness.ask(...asked));
  const failing = (...asked: Parameters<typeof harness.failing>) => clock.until(harness.failing(...asked));

  it('pauses and resumes by the word of the settings or of the payload', async () => {
    await load();
    const paused = await ask('charger', { payload: 'pause' });
    expectMessage(paused, 'command');
    expect(paused.payload).to.deep.equal({ result: 'changed', command: 'pause' });
    expect(paused.zaptec).to.include({ result: 'changed', source: 'rest', attempts: 1 });
    await status('charger', 'pause done');
    expect((await ask('charger', { payload: true })).payload).to.deep.equal({ result: 'changed', command: 'resume' });
    expect(sent(cloud())).to.deep.equal([506, 507]);
  });

  it('succeeds with a reason where there is nothing to do', async () => {
    await load();
    const before = sent(cloud()).length;
    const paused = await ask('charger', { charger: idle, payload: 'pause' });
    expectMessage(paused, 'command');
    expect(paused.payload).to.deep.equal({ result: 'unchanged', command: 'pause' });
    expect(paused.zaptec).to.include({ result: 'unchanged', reason: 'no-car', attempts: 0 });
    await status('charger', 'unchanged');
    const resumed = await ask('charger', { payload: 'resume' });
    expectMessage(resumed, 'command');
    expect(resumed.zaptec).to.include({ result: 'unchanged', reason: 'charging' });
    expect(sent(cloud())).to.have.length(before);
  });

  it('toggles by the word of the payload, of msg.command or of the settings, and says what it did', async () => {
    await load();
    const before = sent(cloud()).length;
    const paused = await ask('charger', { payload: 'Toggle' });
    expectMessage(paused, 'command');
    expect(paused.payload).to.deep.equal({ result: 'changed', command: 'pause' });
    expect(paused.zaptec).not.to.have.property('pending');
    await status('charger', 'pause done');
    expect((await ask('charger', { command: 'toggle' })).payload).to.deep.equal({
      result: 'changed',
      command: 'resume',
    });
    const free = await ask('charger', { charger: idle, payload: 'toggle' });
    expectMessage(free, 'command');
    expect(free.payload).to.deep.equal({ result: 'unchanged', command: 'toggle' });
    expect(free.zaptec).to.include({ reason: 'no-car' });
    const both = await ask('charger', { charger: 'all', payload: 'toggle' });
    expect(both.payload).to.deep.equal({ done: 1, unchanged: 1, failed: [] });
    expect(sent(cloud()).slice(before)).to.deep.equal([506, 507, 506]);
    await ask('charger', { payload: 'resume' });
  });

  it('says in the state that a command is pending, and in its result that it stays so', async () => {
    await load();
    await ask('charger', { action: 'state', refresh: true });
    cloud().faults.set('stale-state', { on: true, match: id });
    const result = harness.until('out', ({ topic }) => topic.endsWith('/command'));
    const shown = harness.until('out', ({ topic }) => topic.endsWith('/state'));
    harness.send('charger', { payload: 'pause' });
    harness.send('charger', { action: 'state' });
    const state = await clock.until(shown);
    expectMessage(state, 'state');
    expect(state.zaptec).to.include({ pending: 'pause' });
    const unconfirmed = await clock.until(result);
    cloud().faults.clear();
    expectMessage(unconfirmed, 'command');
    expect(unconfirmed.zaptec).to.include({ result: 'unconfirmed', pending: 'pause' });
    expect((await ask('charger', { action: 'state' })).zaptec).not.to.have.property('pending');
    await ask('charger', { payload: 'resume' });
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
      const answer = await ask('charger', { charger: idle, payload });
      expect(answer.payload, JSON.stringify(payload)).to.deep.equal({ result: 'unchanged', command });
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
      expect(error.cause.remedy).to.equal('Tick "Allow restart, upgrade, deauthorize" in the charger node');
    }
    expect(sent(cloud())).to.have.length(before);
  });

  it('restarts with permission, and never a second time by itself', async () => {
    await load({ allowDestructive: true, command: 'restart', commandType: 'str' });
    const before = sent(cloud()).length;
    expect((await ask('charger')).payload).to.deep.equal({ result: 'accepted', command: 'restart' });
    expect(sent(cloud()).slice(before)).to.deep.equal([102]);
  });

  it('says what 528 means and what to do where the state does not explain it', async () => {
    await load();
    cloud().faults.set('command-528', { on: true });
    const error = await failing('charger', { payload: 'pause' });
    cloud().faults.clear();
    expect(error.code).to.equal('ZAPTEC_528');
    expect(error.cause).to.include({ name: 'DeviceCommandRejected', retryable: false, attempts: 1, status: 500 });
    expect(error.message).to.include(error.cause.remedy);
    await status('charger', 'ZAPTEC_528');
  });

  it('fails at once for a charger that is offline', async () => {
    await load();
    const before = sent(cloud()).length;
    cloud().world.setOnline(idle, false);
    const error = await failing('charger', { charger: idle, payload: 'pause' });
    cloud().world.setOnline(idle, true);
    expect(error.code).to.equal('OFFLINE');
    expect(error.cause.remedy).to.match(/power and network/);
    expect(sent(cloud())).to.have.length(before);
  });

  it('reports one summary for many: done, unchanged, and each failure', async () => {
    await load({ target: 'installation' });
    const message = await ask('charger', { payload: 'pause' });
    expectMessage(message, 'command-many');
    expect(message.payload).to.deep.equal({ done: 1, unchanged: 1, failed: [] });
    expect(message.zaptec).to.include({ result: 'changed' });
    await status('charger', '2 of 2 done');
    cloud().world.setOnline(idle, false);
    const second = await ask('charger', { payload: 'resume' });
    cloud().world.setOnline(idle, true);
    expectMessage(second, 'command-many');
    expect(second.payload).to.deep.include({ done: 1, unchanged: 0 });
    expect(second.payload.failed).to.have.length(1);
    expect(second.payload.failed[0].error).to.match(/^OFFLINE: /);
  });

  it('counts a charger that did not show the result as a failure', async () => {
    await load({ target: 'installation' });
    await ask('charger', { action: 'state', charger: id, refresh: true });
    cloud().faults.set('stale-state', { on: true, match: id });
    const message = await ask('charger', { payload: 'pause' });
    cloud().faults.clear();
    expectMessage(message, 'command-many');
    expect(message.payload).to.deep.include({ done: 0, unchanged: 1 });
    expect(message.payload.failed[0].error).to.match(/^UNCONFIRMED: pause was sent/);
    expect(message.zaptec).not.to.have.property('result');
  });

  it('fails as a whole when it fails for all chargers', async () => {
    await load();
    cloud().world.setOnline(idle, false);
    const error = await failing('charger', { charger: [idle], payload: 'resume' });
    cloud().world.setOnline(idle, true);
    expect(error).to.have.property('code', 'OFFLINE');
  });

  it('prioritises the running session, or the one that is named', async () => {
    await load({ action: 'prioritize' });
    const message = await ask('charger', { payload: { phases: 3, current: 10 } });
    const { sessionId } = message.payload;
    expect(message.payload).to.deep.equal({ result: 'accepted', sessionId, phases: 3, current: 10 });
    expectMessage(message, 'prioritize');
    const again = await ask('charger', {
      payload: { prioritizedPhases: 3, prioritizedCurrent: 6 },
      session: sessionId,
    });
    expect(again.payload).to.deep.equal({ result: 'accepted', sessionId, phases: 3, current: 6 });
    const switched = failing('charger', { payload: { phases: 1, current: 6 } });
    expect(await switched).to.have.property('code', 'PHASES_TOO_SOON');
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
    await clock.until(loadAt(cloud(), flow(charger({ action: 'command', charger: id })), { over: { readOnly: true } }));
    const before = sent(cloud()).length;
    expect(await failing('charger', { payload: 'pause' })).to.have.property('code', 'READ_ONLY');
    expect(sent(cloud())).to.have.length(before);
  });
});

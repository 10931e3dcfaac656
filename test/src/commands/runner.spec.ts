import { expect } from 'chai';
import { fanOut } from '../../../nodes/shared/fan-out';
import type { CommandName } from '../../../src/commands/commands';
import { failureOf } from '../../support/failure';
import { CommandCloud } from '../../support/command-cloud';

type Prepare = (cloud: CommandCloud) => void;

const free: Prepare = () => undefined;
const waiting: Prepare = (cloud) => {
  cloud.requireAuthorisation();
  cloud.world.plug(cloud.charger.id, { charge: 0.2, target: 1 });
};
const starved: Prepare = (cloud) => {
  cloud.world.setAvailableCurrent(cloud.charger.installationId, [0, 0, 0]);
  cloud.charge();
};
const charging: Prepare = (cloud) => cloud.charge();
const full: Prepare = (cloud) => cloud.fill();
const paused: Prepare = (cloud) => cloud.pause();
const pausedWithTag: Prepare = (cloud) => {
  cloud.requireAuthorisation();
  cloud.pause();
};
const scheduled: Prepare = (cloud) => cloud.schedule();

type Row = [state: string, Prepare, CommandName, sent: number | undefined, result: string, reason?: string];

/** Every row of docs/zaptec-api.md, "Command refusals" and "State machine". */
const ROWS: Row[] = [
  ['free', free, 'pause', undefined, 'unchanged', 'no-car'],
  ['paused', paused, 'pause', undefined, 'unchanged', 'paused'],
  ['charging', charging, 'pause', 506, 'changed'],
  ['waiting for authorisation', waiting, 'pause', 506, 'changed'],
  ['full', full, 'pause', 506, 'changed'],
  ['free', free, 'resume', undefined, 'unchanged', 'no-car'],
  ['paused', paused, 'resume', 507, 'changed'],
  ['paused, authorisation required', pausedWithTag, 'resume', 507, 'changed', 'waiting-for-authorisation'],
  ['charging', charging, 'resume', undefined, 'unchanged', 'charging'],
  ['waiting for authorisation', waiting, 'resume', undefined, 'unchanged', 'waiting-for-authorisation'],
  ['without current', starved, 'resume', undefined, 'unchanged', 'not-enough-current'],
  ['scheduled', scheduled, 'resume', 507, 'changed'],
  ['full', full, 'resume', undefined, 'unchanged', 'car-full'],
  ['charging', charging, 'deauthorize', 10_001, 'changed'],
  ['paused', paused, 'deauthorize', 10_001, 'changed'],
  ['free', free, 'deauthorize', undefined, 'unchanged', 'no-car'],
  ['waiting for authorisation', waiting, 'deauthorize', undefined, 'unchanged', 'waiting-for-authorisation'],
  ['free', free, 'restart', 102, 'accepted'],
  ['charging', charging, 'restart', 102, 'accepted'],
  ['paused', paused, 'restart', 102, 'accepted'],
  ['free', free, 'upgrade-firmware', 200, 'accepted'],
  ['full', full, 'upgrade-firmware', 200, 'accepted'],
];

describe('a command without a feed', () => {
  let cloud: CommandCloud;

  beforeEach(async () => {
    cloud = await CommandCloud.open();
  });
  afterEach(() => cloud.close());

  for (const [state, prepare, command, sent, result, reason] of ROWS) {
    it(`${command} while ${state}: ${result}${reason ? `, ${reason}` : ''}`, async () => {
      prepare(cloud);
      const answer = await cloud.run(command);
      expect(answer).to.include({ result, attempts: sent === undefined ? 0 : 1 });
      expect(answer.reason).to.equal(reason);
      expect(cloud.commands).to.deep.equal(sent === undefined ? [] : [sent]);
      expect(cloud.reads).to.be.at.most(2);
    });
  }

  it('is an error with a remedy, and no request, while the charger is offline', async () => {
    cloud.charge();
    cloud.world.setOnline(cloud.charger.id, false);
    for (const command of ['pause', 'resume', 'restart', 'upgrade-firmware', 'deauthorize'] as const) {
      const error = await cloud.clock.until(failureOf(cloud.client.chargers.command(cloud.charger.id, command)));
      expect(error.code).to.equal('OFFLINE');
      expect(error.cause).to.include({ name: 'ChargerOffline', attempts: 0 });
      expect(error.message).to.contain(command).and.contain(error.cause.remedy);
    }
    expect(cloud.commands).to.deep.equal([]);
    expect(cloud.reads).to.equal(1);
  });

  it('is an error of the cloud while only the cloud does not reach the charger', async () => {
    cloud.charge();
    cloud.simulator.faults.set('charger-offline', { on: true, match: 'sendCommand' });
    const error = await cloud.clock.until(failureOf(cloud.client.chargers.command(cloud.charger.id, 'pause')));
    expect(error.code).to.equal('ZAPTEC_520');
    expect(error.cause.remedy).to.match(/power and network/);
  });

  it('is not answered from an old state: unchanged and offline are news', async () => {
    cloud.pause();
    expect(await cloud.run('pause')).to.include({ result: 'unchanged' });
    await cloud.clock.advance(60_000);
    cloud.world.command(cloud.charger.id, 507);
    cloud.world.advance(30_000);
    expect(await cloud.run('pause')).to.include({ result: 'changed' });
    expect(cloud.commands).to.deep.equal([506]);
  });

  it('is sent at once where it can work by an old state, and is confirmed by a read', async () => {
    cloud.charge();
    expect(await cloud.run('resume')).to.include({ result: 'unchanged' });
    await cloud.clock.advance(40_000);
    expect(await cloud.run('pause')).to.include({ result: 'changed', source: 'rest' });
    expect(cloud.reads).to.equal(2);
  });

  it('is unchanged after a 528 where a read shows the state already', async () => {
    cloud.charge();
    await cloud.run('resume');
    await cloud.clock.advance(30_000);
    // The app was faster.
    cloud.world.command(cloud.charger.id, 506);
    const askedAt = Date.now();
    expect(await cloud.run('pause')).to.include({ result: 'unchanged', reason: 'paused', attempts: 1 });
    expect(Date.now() - askedAt, 'ms').to.be.below(10_000);
    expect(cloud.commands).to.deep.equal([506]);
  });

  it('is unchanged after a 528 also where the cloud at first answers with the state before', async () => {
    cloud.charge();
    const fresh = cloud.client.chargers.state(cloud.charger.id);
    await cloud.clock.until(fresh);
    cloud.world.command(cloud.charger.id, 506);
    expect(await cloud.run('pause')).to.include({ result: 'unchanged', reason: 'paused' });
    expect(cloud.commands).to.deep.equal([506]);
  });

  it('fails with 528 where the state does not explain it', async () => {
    cloud.charge();
    cloud.simulator.faults.set('command-528', { on: true });
    const error = await cloud.clock.until(failureOf(cloud.client.chargers.command(cloud.charger.id, 'pause')));
    expect(error.code).to.equal('ZAPTEC_528');
    expect(cloud.commands).to.deep.equal([506]);
    expect(cloud.reads).to.be.at.most(3);
  });

  it('deauthorize is changed where it was refused and has worked', async () => {
    cloud.charge();
    cloud.simulator.faults.set('command-528-acts', { on: true });
    expect(await cloud.run('deauthorize')).to.include({ result: 'changed', attempts: 1 });
    expect(cloud.commands).to.deep.equal([10_001]);
  });

  it('deauthorize fails where it was refused and has not worked', async () => {
    cloud.charge();
    cloud.simulator.faults.set('command-528', { on: true });
    const error = await cloud.clock.until(failureOf(cloud.client.chargers.command(cloud.charger.id, 'deauthorize')));
    expect(error.code).to.equal('ZAPTEC_528');
    expect(cloud.commands).to.deep.equal([10_001]);
  });

  it('is unconfirmed after 35 s where the charger does not show it', async () => {
    cloud.charge();
    await cloud.clock.until(cloud.client.chargers.state(cloud.charger.id));
    cloud.simulator.faults.set('stale-state', { on: true });
    const startedAt = Date.now();
    expect(await cloud.run('pause')).to.include({ result: 'unconfirmed', attempts: 1, source: 'rest' });
    expect(Date.now() - startedAt).to.be.within(35_000, 40_000);
    expect(cloud.reads).to.be.at.most(3);
  });

  it('is sent where the state cannot be read, and is unconfirmed', async () => {
    cloud.charge();
    cloud.simulator.faults.set('server-500-code', { on: true, match: '/state' });
    const answer = await cloud.run('pause').catch((error: unknown) => error);
    expect(cloud.commands).to.deep.equal([506]);
    expect(answer).to.include({ result: 'unconfirmed' });
  });

  it('is refused with the kind of thing that an id has to be of', async () => {
    for (const call of [
      cloud.client.chargers.command('garage', 'pause'),
      cloud.client.chargers.toggle('garage'),
      cloud.client.chargers.update('garage', { maxChargeCurrent: 6 }),
    ]) {
      expect((await failureOf(call)).message).to.match(/charger/);
    }
  });

  it('is changed where the answer was lost and the second try was refused', async () => {
    cloud.charge();
    cloud.simulator.faults.set('drop-after', { on: true, match: 'sendCommand', count: 1 });
    expect(await cloud.run('pause')).to.include({ result: 'changed', attempts: 2 });
    expect(cloud.commands).to.deep.equal([506, 506]);
  });

  for (const [command, id] of [
    ['restart', 102],
    ['upgrade-firmware', 200],
    ['deauthorize', 10_001],
  ] as const) {
    for (const fault of ['drop-after', 'server-504', 'hang'] as const) {
      it(`${command} is sent exactly once, whatever becomes of it: ${fault}`, async () => {
        cloud.charge();
        cloud.simulator.faults.set(fault, { on: true, match: 'sendCommand' });
        if (fault === 'hang') cloud.clock.patienceMs = 50;
        const error = await cloud.clock.until(failureOf(cloud.client.chargers.command(cloud.charger.id, command)));
        expect(error.code).to.equal({ 'drop-after': 'NETWORK', 'server-504': 'HTTP_504', hang: 'TIMEOUT' }[fault]);
        await cloud.clock.advance(180_000);
        expect(cloud.commands).to.deep.equal([id]);
      });
    }
  }

  it('waits for the one before, and the later of two contrary ones wins', async () => {
    cloud.charge();
    const { chargers } = cloud.client;
    const { id } = cloud.charger;
    const commands = (['pause', 'pause', 'resume', 'pause', 'resume'] as const).map((command) =>
      chargers.command(id, command),
    );
    const answers = await cloud.clock.until(Promise.all(commands));
    expect(answers.map(({ result, reason }) => `${result} ${reason ?? ''}`.trim())).to.deep.equal([
      'unconfirmed superseded',
      'unconfirmed superseded',
      'unchanged charging',
      'unconfirmed superseded',
      'unchanged charging',
    ]);
    expect(cloud.commands).to.deep.equal([]);
  });

  it('waits until the earlier one is confirmed', async () => {
    cloud.charge();
    const first = cloud.client.chargers.command(cloud.charger.id, 'pause');
    await cloud.clock.advance(1_000);
    const second = cloud.run('resume');
    expect(await first).to.include({ result: 'changed' });
    expect(await second).to.include({ result: 'changed' });
    expect(cloud.commands).to.deep.equal([506, 507]);
    await cloud.clock.advance(10_000);
    expect(cloud.charger.mode).to.equal(3);
  });

  it('ends with its caller, also while it waits for the charger', async () => {
    cloud.charge();
    const closing = new AbortController();
    const failure = failureOf(cloud.client.chargers.command(cloud.charger.id, 'pause', { signal: closing.signal }));
    await cloud.clock.advance(5_000);
    closing.abort();
    expect((await failure).code).to.equal('ABORTED');
    await cloud.clock.advance(15_000);
    expect(await cloud.run('pause')).to.include({ result: 'unchanged', reason: 'paused' });
    expect(cloud.commands).to.deep.equal([506]);
  });

  for (const ask of ['command', 'toggle'] as const) {
    it(`ends with its client, and leaves no timer, while it waits for the charger (${ask})`, async () => {
      cloud.charge();
      const { chargers } = cloud.client;
      const { id } = cloud.charger;
      const failure = failureOf(ask === 'toggle' ? chargers.toggle(id) : chargers.command(id, 'pause'));
      await cloud.clock.pass(2_500);
      expect(cloud.commands).to.deep.equal([506]);
      const { timers } = cloud.clock;
      cloud.client.close();
      expect((await failure).code).to.equal('ABORTED');
      expect(chargers.pending(id)).to.equal(undefined);
      // That of the wait is gone, and the account lingers.
      expect(cloud.clock.timers, cloud.clock.pending.join('\n')).to.equal(timers);
      expect(cloud.reads).to.be.at.most(2);
    });
  }

  it('delays no other call while it waits for the charger', async () => {
    cloud.charge();
    void cloud.client.chargers.command(cloud.charger.id, 'pause').catch(() => undefined);
    await cloud.clock.pass(2_500);
    expect(cloud.commands).to.deep.equal([506]);
    expect(cloud.client.budget).to.include({ waiting: 0, used: 0 });
  });

  it('pauses and resumes every 15 minutes for a day without one error', async () => {
    cloud.charge();
    for (let quarter = 0; quarter < 96; quarter += 1) {
      const command = quarter % 4 < 2 ? 'pause' : 'resume';
      const { result } = await cloud.run(command);
      expect(result, `${command} no. ${quarter}`).to.equal(quarter % 2 === 0 ? 'changed' : 'unchanged');
      await cloud.clock.advance(15 * 60_000);
    }
    expect(cloud.commands).to.have.length(48);
    expect(cloud.simulator.audit.report().filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it('costs three requests at most for each of many chargers: a read, the command, and a read that confirms it', async () => {
    await cloud.close();
    cloud = await CommandCloud.open('fleet:25');
    const ids = [...cloud.world.chargers.keys()];
    const answers = fanOut(
      ids,
      (id, onWait) => cloud.client.chargers.command(id, 'pause', { onWait, lane: 'background' }),
      new AbortController().signal,
    );
    for (const answer of await cloud.clock.until(answers)) {
      if ('value' in answer) expect(answer.value.result).to.be.oneOf(['changed', 'unchanged']);
      else expect(answer.error.code).to.equal('OFFLINE');
    }
    expect(cloud.commands.length).to.be.at.least(5);
    expect(cloud.reads).to.be.at.most(ids.length + cloud.commands.length);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Api } from '../../../src/api';
import { CurrentControl } from '../../../src/current/control';
import { everyPhase } from '../../../src/current/currents';
import { Governors, type GovernorsContext } from '../../../src/current/governors';
import { releaseEverywhere, withdrawEverywhere } from '../../../src/current/process-governors';
import type { CurrentRequest, Decision } from '../../../src/current/types';
import type { Tokens } from '../../../src/http/requester';
import { Store } from '../../../src/state/store';
import { OBSERVATION } from '../../../src/zaptec/observation-ids';
import { failureOf } from '../../support/failure';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
import { MINUTE, settings } from '../../support/governed-world';
import { CHARGERS, GARAGE, HOME, SITE } from '../../support/scripted-cloud';

const OTHER = CHARGERS[1]!.Id;

/** Two installations and two chargers that answer at once. */
class MemoryCloud {
  /** What each of them has, in A. */
  readonly currents = new Map([HOME, SITE, GARAGE, OTHER].map((id) => [id, 25]));
  posts = 0;
  opened = 0;
  closed = 0;

  open(): Api {
    this.opened += 1;
    const meta = { source: 'rest' as const, time: '', ageMs: 0, attempts: 1 };
    const get = (path: string, _options: object, shape: (data: unknown) => unknown) =>
      Promise.resolve({ data: shape(this.#answer(path)), meta });
    const post = (path: string, body: Record<string, number>, { beforeSend }: { beforeSend: () => void }) => {
      beforeSend();
      this.posts += 1;
      this.currents.set(path.split('/')[3]!, body['availableCurrent'] ?? body['maxChargeCurrent'] ?? NaN);
      return Promise.resolve({ data: null, meta });
    };
    return { caller: { get, post }, close: () => (this.closed += 1) } as unknown as Api;
  }

  #answer(path: string): unknown {
    const [, , kind, id = '', part] = path.split('/');
    const ampere = this.currents.get(id);
    if (kind === 'installation') return { id, currentUserRoles: 2, maxCurrent: 32, availableCurrent: ampere };
    return part === 'state'
      ? [{ stateId: OBSERVATION.ChargerMaxCurrent, valueAsString: String(ampere) }]
      : { id, currentUserRoles: 2 };
  }
}

describe('the governors of an account', () => {
  let timers: FakeTimers;
  let cloud: MemoryCloud;
  let closing: Governors[];
  let directory: string;
  beforeEach(() => {
    timers = fakeTimers();
    cloud = new MemoryCloud();
    closing = [];
    directory = mkdtempSync(join(tmpdir(), 'zaptec-governors-'));
  });
  afterEach(() => {
    for (const one of closing) one.close();
    rmSync(directory, { recursive: true, force: true });
    timers.restore();
  });

  const open = (over: Partial<GovernorsContext> = {}) => {
    const governors = new Governors({
      ...{ accountId: 'account', baseUrl: 'http://cloud', redisUrl: undefined, store: new Store() },
      ...{ openApi: () => cloud.open(), live: { observations: () => undefined, onChange: () => () => undefined } },
      ...over,
    });
    closing.push(governors);
    return governors;
  };
  const controlOf = (governors: Governors, kind: 'installation' | 'charger' = 'installation', stateDir?: string) =>
    new CurrentControl(kind, {
      ...{ governors, tokens: { isRefused: false } as Tokens, readOnly: false, directory: stateDir },
    });
  const request = async (
    control: CurrentControl,
    id: string,
    ampere: number,
    over: Partial<CurrentRequest> = {},
  ): Promise<Decision> => {
    const decision = control.request(id, { ...settings('solar'), ...over, currents: everyPhase(ampere) });
    await timers.tickAsync(100);
    return decision;
  };
  const file = (name: string) => join(directory, 'zaptec', 'account', `${name}.json`);
  const contents = (name: string): unknown => JSON.parse(readFileSync(file(name), 'utf8'));

  it('are one for each current, with one API of their own', async () => {
    const governors = open();
    const [control, another] = [controlOf(governors), controlOf(governors)];
    expect(governors.find('installation', HOME)).to.equal(undefined);
    await request(control, HOME, 10);
    expect(await request(another, HOME, 16, { by: 'price' })).to.include({ decision: 'deferred' });
    await request(another, SITE, 12);
    expect(governors.find('installation', HOME)?.applied).to.deep.equal(everyPhase(10));
    expect([cloud.opened, cloud.posts]).to.deep.equal([1, 2]);
  });

  it('know what the cloud has, by its id or where only one is set, whatever dry runs would set', async () => {
    const governors = open();
    const [control, ofCharger] = [controlOf(governors), controlOf(governors, 'charger')];
    expect([control.applied(undefined), control.applied(HOME)]).to.deep.equal([undefined, undefined]);
    await request(control, HOME, 10);
    await request(control, HOME, 8, { by: 'trial', dryRun: true });
    await request(ofCharger, GARAGE, 16);
    await request(ofCharger, GARAGE, 20, { by: 'trial', dryRun: true });
    expect([control.applied(undefined), control.applied(HOME)]).to.deep.equal([everyPhase(10), everyPhase(10)]);
    expect([ofCharger.applied(undefined), ofCharger.applied(OTHER)]).to.deep.equal([everyPhase(16), undefined]);
    await request(control, SITE, 12);
    expect([control.applied(undefined), control.applied(SITE)]).to.deep.equal([undefined, everyPhase(12)]);
    expect(() => control.applied('home')).to.throw('installation');
  });

  it('are summed up without the dry runs', async () => {
    const governors = open();
    await request(controlOf(governors), HOME, 10, { by: 'trial', dryRun: true });
    expect(governors.summaries).to.deep.equal([
      { kind: 'installation', id: HOME, isIdle: true, recordProblem: undefined, foreignChanges: [] },
    ]);
    await request(controlOf(governors, 'charger'), GARAGE, 16);
    expect(governors.summaries.map(({ kind, isIdle }) => [kind, isIdle])).to.deep.equal([
      ['installation', true],
      ['charger', false],
    ]);
  });

  for (const [what, kind, id, isKept] of [
    ['the same target again', 'installation', HOME, true],
    ['another installation', 'installation', SITE, false],
    ['a charger', 'charger', HOME, false],
  ] as const) {
    it(`${isKept ? 'keep' : 'take back'} the request of a node that is deployed for ${what}`, async () => {
      const governors = open();
      const control = controlOf(governors);
      for (const dryRun of [false, true]) {
        control.arm(HOME, { ...settings('solar'), dryRun });
        await request(control, HOME, 10, { dryRun });
        governors.deploy('solar', kind, id);
        expect(governors.of('installation', HOME, dryRun).isIdle).to.equal(!isKept);
        governors.withdraw('solar');
      }
    });
  }

  it('take back what a node has requested in another account once it requests in this one', async () => {
    const [one, other] = [open(), open({ accountId: 'other' })];
    await request(controlOf(one), HOME, 10);
    await request(controlOf(one), SITE, 10, { by: 'price' });
    await request(controlOf(other), SITE, 12);
    expect([one.find('installation', HOME)?.isIdle, one.find('installation', SITE)?.isIdle]).to.deep.equal([
      true,
      false,
    ]);
    expect(other.find('installation', SITE)?.isIdle).to.equal(false);
  });

  it('take back what a node has requested in any account, and give back what was set before once it is gone', async () => {
    const [one, other] = [open(), open({ accountId: 'other' })];
    await request(controlOf(one), HOME, 10, { restores: true });
    await request(controlOf(other), SITE, 10, { restores: true, by: 'price' });
    withdrawEverywhere('solar');
    withdrawEverywhere('price');
    expect([one, other].flatMap(({ summaries }) => summaries.map(({ isIdle }) => isIdle))).to.deep.equal([true, true]);
    releaseEverywhere('price');
    await timers.tickAsync(16 * MINUTE);
    expect([cloud.currents.get(HOME), cloud.currents.get(SITE)]).to.deep.equal([10, 25]);
  });

  it('keep their records in the first directory that they are given', async () => {
    const governors = open();
    await request(controlOf(governors, 'installation', directory), HOME, 10);
    await request(controlOf(governors, 'installation', join(directory, 'another')), SITE, 12);
    expect(contents(`installation-${HOME}`)).to.deep.include({ currents: everyPhase(10) });
    expect(contents(`installation-${SITE}`)).to.deep.include({ currents: everyPhase(12) });
    governors.close();
    const later = open();
    expect(await request(controlOf(later, 'installation', directory), HOME, 16)).to.include({ decision: 'deferred' });
    expect(later.summaries[0]).to.include({ recordProblem: undefined });
  });

  it('keep no record of a dry run, which goes by that of real writes', async () => {
    const governors = open();
    const control = controlOf(governors, 'installation', directory);
    const heard: string[] = [];
    control.listen(HOME, 'solar', ({ decision }) => heard.push(decision));
    expect(await request(control, HOME, 10, { dryRun: true })).to.include({ decision: 'applied' });
    expect(() => contents(`installation-${HOME}`)).to.throw('ENOENT');
    await request(control, HOME, 16, { dryRun: true });
    await timers.tickAsync(16 * MINUTE);
    expect([heard, cloud.posts]).to.deep.equal([['applied'], 0]);
    control.withdraw(HOME, 'solar');
    expect(governors.of('installation', HOME, true).isIdle).to.equal(true);
    await request(control, HOME, 10);
    governors.close();
    const later = controlOf(open(), 'installation', directory);
    expect(await request(later, HOME, 16, { dryRun: true })).to.include({ decision: 'deferred' });
  });

  it('say why a record would be lost, though not that of a dry run', async () => {
    writeFileSync(join(directory, 'file'), '');
    const control = controlOf(open(), 'installation', join(directory, 'file'));
    expect(control.recordProblem(HOME)).to.match(/cannot be written/);
    const { recordProblem } = await request(control, HOME, 10, { dryRun: true });
    expect(recordProblem).to.equal(undefined);
  });

  it('hold a limit of one account over a target of another', async () => {
    const [one, other] = [open(), open({ accountId: 'other' })];
    await request(controlOf(one), HOME, 8, { by: 'fuse', role: 'limit' });
    const elsewhere = open({ accountId: 'third', baseUrl: 'http://another' });
    expect((await request(controlOf(other), HOME, 16)).allowed).to.deep.equal(everyPhase(8));
    expect((await request(controlOf(elsewhere), HOME, 16, { by: 'sun' })).allowed).to.equal(undefined);
  });

  it('notice chargers that take more than what is set, while anything is wanted', async () => {
    const store = new Store();
    store.know([{ id: GARAGE, installationId: HOME }]);
    const control = controlOf(open({ store }));
    const heard: string[] = [];
    control.listen(HOME, 'solar', ({ decision }) => heard.push(decision));
    await request(control, HOME, 10);
    const charges = async () => {
      for (let passed = 0; passed < 3 * MINUTE; passed += 5_000) {
        const timestamp = new Date().toISOString();
        const values = { [OBSERVATION.ChargerOperationMode]: 3, [OBSERVATION.CurrentPhase1]: 16 };
        const raws = Object.entries(values).map(([id, value]) => ({
          ...{ chargerId: GARAGE, stateId: Number(id), valueAsString: String(value), timestamp },
        }));
        store.fill(GARAGE, raws, Date.now());
        await timers.tickAsync(5_000);
      }
    };
    await charges();
    expect(heard).to.deep.equal(['not-following']);
    control.withdraw(HOME, 'solar');
    await charges();
    expect(heard).to.deep.equal(['not-following']);
  });

  it('find out whether a directory can be written', () => {
    const governors = open();
    expect(governors.storageProblem(directory)).to.equal(undefined);
    writeFileSync(join(directory, 'file'), '');
    expect(governors.storageProblem(join(directory, 'file'))).to.match(/account.trial\.json cannot be written/);
  });

  it('count the switches of the phases for each installation, over a restart', () => {
    const governors = open();
    governors.use(directory);
    const budget = governors.phases(HOME);
    budget.switched([], performance.now());
    expect([governors.phases(HOME) === budget, governors.phases(SITE) === budget]).to.deep.equal([true, false]);
    expect(contents(`phases-${HOME}`)).to.be.an('object');
    const later = open();
    later.use(directory);
    expect(later.phases(HOME).nextAt).to.be.above(later.phases(SITE).nextAt);
    expect(open().phases(HOME).nextAt).to.equal(-Infinity);
  });

  it('end with their account: nothing waits or is sent any more', async () => {
    const governors = open();
    const control = controlOf(governors);
    await request(control, HOME, 10);
    await request(control, HOME, 16);
    const closed = cloud.closed;
    governors.close();
    await timers.tickAsync(16 * MINUTE);
    expect([cloud.posts, cloud.closed - closed]).to.deep.equal([1, 1]);
  });

  describe('with a Redis that cannot be reached', () => {
    const redisUrl = 'redis://127.0.0.1:1';

    it('say that this machine goes on alone, and share what they can', async () => {
      const governors = open({ redisUrl });
      controlOf(governors).arm(HOME, settings('solar'));
      expect(governors.find('installation', HOME)?.share).to.not.equal(undefined);
      expect(open().of('installation', HOME, false).share).to.equal(undefined);
      await timers.tickAsync(3_000);
      expect(governors.sharing.now).to.include({ shared: false });
      expect(governors.sharing.now?.text).to.match(
        /^Redis cannot be reached: this machine keeps to the limits .* raises no current for 15 minutes/,
      );
    });

    it('know their machine again after a restart, where there is a directory', () => {
      const shareOf = (stateDir?: string) => {
        const governors = open({ redisUrl });
        controlOf(governors, 'installation', stateDir).arm(HOME, settings('solar'));
        return governors.find('installation', HOME)!.share!;
      };
      expect(shareOf().isThisMachine('')).to.equal(false);
      expect(() => contents('machine')).to.throw('ENOENT');
      const first = shareOf(directory);
      const { id } = contents('machine') as { id: string };
      expect([first.isThisMachine(id), shareOf(directory).isThisMachine(id)]).to.deep.equal([true, true]);
      for (const broken of ['{"id":7}', '7', 'null']) {
        writeFileSync(file('machine'), broken);
        const next = shareOf(directory);
        const kept = (contents('machine') as { id: string }).id;
        expect([typeof kept, next.isThisMachine(kept)]).to.deep.equal(['string', true]);
      }
    });
  });

  it('refuse an id that is none', async () => {
    const failed = await failureOf(controlOf(open()).request('home', { ...settings('a'), currents: everyPhase(6) }));
    expect(failed).to.include({ code: 'ID_INVALID' });
  });
});

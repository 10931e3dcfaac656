import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  openClient,
  type ClientOptions,
  type CurrentRequest,
  type Decision,
  type PhaseChoice,
  type ZaptecClient,
} from '../../../src/client';
import { startSimulator, type Simulator } from '../../../simulator/index';
import { failureOf } from '../../support/failure';
import { VirtualClock } from '../../support/virtual-clock';
import { everyPhase } from '../../../src/current/currents';
import { settings } from '../../support/governed-world';

const MINUTE = 60_000;

describe('current requests against the simulator', () => {
  let clock: VirtualClock;
  let simulator: Simulator;
  let site: string;
  let opened: ZaptecClient[];

  const start = async (scenario: string) => {
    simulator = await clock.until(startSimulator({ scenario }));
    site = [...simulator.world.installations.keys()][0]!;
  };
  const open = (role = 'owner', over: Partial<ClientOptions> = {}) => {
    const { username, password } = simulator.accounts.find((account) => account.role === role)!;
    const client = openClient({ baseUrl: simulator.baseUrl, username, password, ...over });
    opened.push(client);
    return client;
  };
  const request = (client: ZaptecClient, by: string, ampere: number, over: Partial<CurrentRequest> = {}) =>
    clock.until(client.current.request(site, { ...settings(by), ...over, currents: everyPhase(ampere) }));
  const posts = () => simulator.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/update'));
  const cloud = () => simulator.world.installations.get(site)!.availableCurrent;
  const listen = (client: ZaptecClient, by: string) => {
    const decisions: Decision[] = [];
    client.current.listen(site, by, (decision) => decisions.push(decision));
    return decisions;
  };

  beforeEach(() => {
    clock = new VirtualClock();
    opened = [];
  });
  afterEach(async () => {
    for (const client of opened) client.close();
    await clock.advance(31_000);
    await simulator.stop();
    clock.restore();
  });

  it('are applied: the first at once, raises after the interval, lowerings early', async () => {
    await start('home');
    const client = open();
    const decisions = listen(client, 'solar');
    expect(await request(client, 'solar', 10)).to.deep.include({ decision: 'applied', applied: everyPhase(10) });
    const raised = await request(client, 'solar', 16);
    expect(raised.decision).to.equal('deferred');
    expect(Date.parse(raised.until!) - posts()[0]!.at).to.equal(15 * MINUTE);
    expect((await request(client, 'solar', 12)).decision).to.equal('deferred');
    expect(decisions.map(({ decision }) => decision)).to.deep.equal(['superseded']);
    await clock.pass(15 * MINUTE - 5_000, 10_000);
    expect(cloud()).to.deep.equal([10, 10, 10]);
    await clock.pass(6_000, 1_000);
    expect(cloud()).to.deep.equal([12, 12, 12]);
    expect(decisions.at(-1)).to.deep.include({ decision: 'applied', applied: everyPhase(12) });
    expect((await request(client, 'solar', 12)).decision).to.equal('unchanged');
    expect((await request(client, 'solar', 8)).decision).to.equal('deferred');
    await clock.pass(61_000, 1_000);
    expect(decisions.at(-1)).to.include({ decision: 'lowered-early' });
    expect(cloud()).to.deep.equal([8, 8, 8]);
    expect(simulator.audit.report().filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  for (const order of [
    ['solar', 'fuse'],
    ['fuse', 'solar'],
  ]) {
    it(`never let more be sent than the fuse allows when ${order[0]} comes first`, async () => {
      await start('home');
      const client = open();
      client.current.arm(site, { ...settings('fuse'), role: 'limit' });
      client.current.arm(site, settings('solar'));
      const requestOf = (by: string) =>
        request(client, by, by === 'fuse' ? 6 : 16, { role: by === 'fuse' ? 'limit' : 'target' });
      for (let round = 0; round < 40; round += 1) {
        // In one moment, one after the other: a limit has ten seconds for its first request.
        await Promise.all(order.map(requestOf));
        await clock.pass(MINUTE, 10_000);
      }
      const sent = posts().map(({ body }) => (body as { availableCurrent: number }).availableCurrent);
      expect(sent).to.deep.equal([6]);
      expect(cloud()).to.deep.equal([6, 6, 6]);
    });
  }

  it('are refused where they cannot work, with a remedy and without an HTTP request', async () => {
    await start('apm');
    const client = open();
    const refused = await request(client, 'solar', 10);
    expect(refused).to.include({ decision: 'refused' });
    expect(refused.error).to.include({ code: 'NOT_MANUAL' });
    expect(refused.error!.message).to.contain('automatic power management').and.to.contain('Remedy');
    const requests = simulator.requests.length;
    expect((await request(client, 'solar', 11)).decision).to.equal('refused');
    expect((await clock.until(failureOf(client.installations.update(site, { availableCurrent: 9 })))).code).to.equal(
      'NOT_MANUAL',
    );
    expect(simulator.requests).to.have.length(requests);
    expect(posts()).to.deep.equal([]);
  });

  it('need a role and a connection that may write', async () => {
    await start('home');
    expect((await request(open('user'), 'solar', 10)).error).to.include({ code: 'ROLE_MISSING' });
    expect((await request(open('owner', { readOnly: true }), 'solar', 10)).error).to.include({ code: 'READ_ONLY' });
    expect(posts()).to.deep.equal([]);
  });

  it('are refused when the cloud answers 527, and are not sent again', async () => {
    await start('home');
    simulator.faults.set('apm-527', { on: true });
    const client = open();
    expect((await request(client, 'solar', 10)).error).to.include({ code: 'ZAPTEC_527' });
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(MINUTE);
      expect((await request(client, 'solar', 10 + i)).decision).to.equal('refused');
    }
    expect(posts()).to.have.length(1);
  });

  it('are read back after a lost answer, and not sent twice', async () => {
    await start('home');
    const client = open();
    const decisions = listen(client, 'solar');
    await request(client, 'solar', 10);
    await clock.pass(2 * MINUTE, 10_000);
    simulator.faults.set('drop-after', { on: true, match: 'POST /api/installation', count: 1 });
    const lost = await request(client, 'solar', 8);
    expect(lost).to.include({ decision: 'deferred' });
    expect(lost.error).to.include({ code: 'NETWORK' });
    await clock.pass(10_000, 500);
    expect(decisions.at(-1)).to.deep.include({ decision: 'lowered-early', applied: everyPhase(8) });
    expect(posts()).to.have.length(2);
  });

  it('are sent again after a 429, and a lowering does not wait for long', async () => {
    await start('home');
    const client = open();
    simulator.faults.set('rate-429', { on: true, match: 'POST /api/installation', count: 2 });
    await request(client, 'fuse', 8, { role: 'limit' });
    await clock.pass(10_000, 250);
    expect(cloud()).to.deep.equal([8, 8, 8]);
  });

  it('outlive a redeploy, and a dry run sends nothing', async () => {
    await start('home');
    const before = open();
    await request(before, 'solar', 10);
    expect((await request(before, 'solar', 14)).decision).to.equal('deferred');
    before.close();
    const after = open();
    after.current.arm(site, settings('solar'));
    const decisions = listen(after, 'solar');
    await clock.pass(16 * MINUTE, 10_000);
    expect(decisions.at(-1)).to.deep.include({ decision: 'applied', applied: everyPhase(14) });
    expect((await request(after, 'try', 6, { dryRun: true })).decision).to.match(/applied|lowered-early/);
    expect(posts()).to.have.length(2);
    after.current.withdraw(site, 'solar');
  });

  it('of a node whose connection may no longer write send nothing', async () => {
    await start('home');
    const before = open();
    await request(before, 'solar', 10);
    expect((await request(before, 'solar', 14)).decision).to.equal('deferred');
    before.close();
    open('owner', { readOnly: true }).current.arm(site, settings('solar'));
    await clock.pass(16 * MINUTE, 10_000);
    expect(posts()).to.have.length(1);
  });

  it('are taken back when their node is deployed for another target', async () => {
    await start('home');
    const client = open();
    const asLimit = { ...settings('fuse'), role: 'limit' as const };
    client.current.arm(site, asLimit);
    expect((await request(client, 'fuse', 8, asLimit)).decision).to.equal('applied');
    client.chargerCurrent.arm([...simulator.world.chargers.keys()][0]!, asLimit);
    await clock.pass(16 * MINUTE, 10_000);
    expect((await request(client, 'solar', 16)).decision).to.equal('applied');
    expect(cloud()).to.deep.equal([16, 16, 16]);
  });

  it('let a raise that waits for the end of a 429 be recalled when a limit comes meanwhile', async () => {
    await start('home');
    const client = open();
    await request(client, 'solar', 10);
    await clock.pass(16 * MINUTE, 10_000);
    simulator.faults.set('rate-429', { on: true, match: 'GET /api/chargers', count: 1 });
    const list = client.chargers.list();
    await clock.advance(100);
    expect(client.budget.pausedUntil, 'everything waits').to.be.greaterThan(Date.now());
    const raise = client.current.request(site, { ...settings('solar'), currents: everyPhase(16) });
    const limit = client.current.request(site, { ...settings('fuse'), role: 'limit', currents: everyPhase(6) });
    await clock.until(Promise.all([list, raise, limit]));
    await clock.pass(MINUTE, 1_000);
    const sent = posts().map(({ body }) => (body as { availableCurrent: number }).availableCurrent);
    expect(sent).to.deep.equal([10, 6]);
  });

  it('pace updates of settings and of the request node as well', async () => {
    await start('home');
    const client = open();
    const update = (body: object) => client.request({ method: 'POST', path: `/api/installation/${site}/update`, body });
    await clock.until(client.installations.update(site, { availableCurrent: 12 }));
    const soon = await clock.until(failureOf(client.installations.update(site, { availableCurrent: 14 })));
    expect(soon).to.include({ code: 'TOO_SOON' });
    expect(soon.message).to.contain('Z on. Remedy');
    expect((await clock.until(failureOf(update({ AvailableCurrent: 14 })))).code).to.equal('TOO_SOON');
    expect((await clock.until(failureOf(update({ availableCurrentPhase1: 5 })))).code).to.equal('INPUT_INVALID');
    expect((await clock.until(failureOf(update({ availableCurrent: 99 })))).code).to.equal('ABOVE_MAXIMUM');
    await clock.until(update({ threeToOnePhaseSwitchCurrent: 9, availableCurrent: null }));
    expect(posts().at(-1)!.body).to.deep.equal({ threeToOnePhaseSwitchCurrent: 9, availableCurrent: 12 });
    await clock.pass(2 * MINUTE, 10_000);
    await request(client, 'fuse', 8, { role: 'limit' });
    expect((await clock.until(failureOf(update({ availableCurrent: 10 })))).code).to.equal('ABOVE_LIMIT');
    const same = await clock.until(client.installations.update(site, { availableCurrent: 8 }));
    expect(same.meta).to.include({ source: 'cache', attempts: 0 });
    for (const path of [`/api/installation/${site}`, `/api/Installation/${site}/%75pdate/`]) {
      const round = client.request({ method: 'PUT', path, body: { AvailableCurrentPhase1: 20 }, undocumented: true });
      expect((await clock.until(failureOf(round))).code).to.equal('GOVERNED');
    }
  });

  it('are independent of the phases, which switch no sooner than after 15 minutes and five times in a session, over restarts too', async () => {
    await start('home');
    const stateDir = mkdtempSync(join(tmpdir(), 'zaptec-phases-'));
    let client = open('owner', { stateDir });
    const restart = async () => {
      client.close();
      // So long an account outlives its last user.
      await clock.pass(31_000, 10_000);
      client = open('owner', { stateDir });
    };
    const [charger] = [...simulator.world.chargers.values()].filter(({ model }) => model === 'Go 2');
    if (!charger!.session) {
      simulator.world.plug(charger!.id, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
      simulator.world.authorise(charger!.id);
    }
    const change = (phases: PhaseChoice) => client.installations.update(site, { phases });
    const refusal = async (phases: PhaseChoice) => (await clock.until(failureOf(change(phases)))).code;
    const threshold = () => simulator.world.installations.get(site)!.threeToOnePhaseSwitchCurrent;
    await clock.until(change({ below: 8 }));
    expect(posts()).to.have.length(0);
    for (const [index, choice] of (
      ['always-one', { below: 10 }, 'always-three', { below: 8 }, 'always-one'] as const
    ).entries()) {
      await clock.until(change(choice));
      await clock.until(change(choice));
      expect(posts()).to.have.length(index + 1);
      await restart();
      expect(await refusal({ below: 20 })).to.equal('PHASES_TOO_SOON');
      await clock.pass(15 * MINUTE + 1_000, MINUTE);
    }
    expect(threshold()).to.equal(32);
    expect(await refusal('always-three')).to.equal('PHASES_SPENT');
    simulator.world.unplug(charger!.id);
    await clock.pass(MINUTE + 1_000, 10_000);
    await clock.until(change('always-three'));
    expect(threshold()).to.equal(0);
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('leave settings without a current a minute apart, of which the newest wins, also through the request node', async () => {
    await start('home');
    const client = open();
    const { id } = [...simulator.world.chargers.values()][0]!;
    const path = `/api/chargers/${id}/update`;
    const valueOf = () => simulator.world.chargers.get(id)!.settings.meterValueInterval;
    await clock.until(client.chargers.update(id, { meterValueInterval: 600 }));
    const answers = [
      client.chargers.update(id, { meterValueInterval: 700 }),
      client.chargers.update(id, { meterValueInterval: 800, offlineChargeCurrent: 10 }),
      client.request({ method: 'POST', path, body: { MeterValueInterval: 900 } }),
    ];
    await clock.until(client.chargers.update(id, { minChargeCurrent: 7 }));
    await clock.pass(58_000, 1_000);
    expect([posts().length, valueOf()]).to.deep.equal([2, 600]);
    await clock.pass(4_000, 1_000);
    await Promise.all(answers);
    expect([posts().length, valueOf()]).to.deep.equal([3, 900]);
    const waiting = failureOf(client.chargers.update(id, { meterValueInterval: 650 }));
    client.close();
    expect((await clock.until(waiting)).code).to.equal('ABORTED');
    await clock.pass(2 * MINUTE, MINUTE);
    expect(posts()).to.have.length(3);
  });

  it('pass the minimum time of the phases where one charger switches, too', async () => {
    await start('home');
    const client = open();
    const [one, other] = [...simulator.world.chargers.values()];
    const change = (id: string, maxChargePhases: 1 | 3) => client.chargers.update(id, { maxChargePhases });
    const codeOf = async (answer: Promise<unknown>) => (await clock.until(failureOf(answer))).code;
    await clock.until(change(one!.id, 3));
    expect(posts(), 'three phases already').to.have.length(0);
    await clock.until(change(one!.id, 1));
    expect(simulator.world.chargers.get(one!.id)!.settings.maxChargePhases).to.equal(1);
    await clock.pass(5 * MINUTE, MINUTE);
    expect(await codeOf(change(one!.id, 3))).to.equal('PHASES_TOO_SOON');
    const path = `/api/chargers/${one!.id}/update`;
    expect(await codeOf(client.request({ method: 'POST', path, body: { MaxChargePhases: '3' } }))).to.equal(
      'PHASES_TOO_SOON',
    );
    const aside = { method: 'PUT', path: `/api/chargers/${one!.id}`, body: { maxChargePhases: 3 } } as const;
    expect(await codeOf(client.request({ ...aside, undocumented: true }))).to.equal('GOVERNED');
    expect(await codeOf(client.installations.update(site, { phases: 'always-one' }))).to.equal('PHASES_TOO_SOON');
    await clock.until(change(other!.id, 1));
    await clock.pass(11 * MINUTE, MINUTE);
    await clock.until(change(one!.id, 3));
    expect(posts()).to.have.length(3);
  });

  it('are independent of the phases, of which a refused switch does not count', async () => {
    await start('home');
    const client = open();
    simulator.faults.set('apm-527', { on: true, count: 1 });
    const change = () => client.installations.update(site, { phases: 'always-one' });
    expect((await clock.until(failureOf(change()))).code).to.equal('ZAPTEC_527');
    await clock.pass(61 * MINUTE, 10 * MINUTE);
    await clock.until(change());
    expect(simulator.world.installations.get(site)!.threeToOnePhaseSwitchCurrent).to.equal(32);
  });

  it('are refused where every charger is known to work stand-alone', async () => {
    await start('home');
    const client = open();
    const chargers = [...simulator.world.chargers.keys()];
    for (const id of chargers) simulator.world.setStandAlone(id, true);
    await clock.until(client.chargers.list());
    for (const id of chargers) await clock.until(client.chargers.state(id));
    const refused = await request(client, 'solar', 10);
    expect(refused).to.include({ decision: 'refused' });
    expect(refused.error).to.include({ code: 'STAND_ALONE' });
    expect(posts()).to.deep.equal([]);
  });

  it('are reported as not followed when a reading of the chargers shows it', async () => {
    await start('home');
    const client = open();
    const { world } = simulator;
    const [id] = [...world.chargers.values()].filter(({ model }) => model === 'Go 2').map((charger) => charger.id);
    if (world.chargers.get(id!)!.car) world.unplug(id!);
    world.plug(id!, { batteryKwh: 80, charge: 0.2, target: 1, maxA: 16, phases: 3 });
    world.authorise(id!);
    world.setStandAlone(id!, true);
    await clock.until(client.chargers.list());
    const decisions = listen(client, 'solar');
    await request(client, 'solar', 6);
    for (let minute = 0; minute < 4; minute += 1) {
      await clock.pass(MINUTE, 10_000);
      await clock.until(client.chargers.state(id!, { refresh: true }));
    }
    expect(decisions.map(({ decision }) => decision)).to.deep.equal(['not-following']);
    expect(decisions[0]!.reason).to.contain('more than 6 A');
  });

  it('for two installations of one account are decided independently', async () => {
    await start('fleet:250');
    const client = open();
    const sites = [...simulator.world.installations.values()];
    expect(sites).to.have.length(2);
    const both = (amperes: [number, number]) =>
      clock.until(
        Promise.all(
          sites.map(({ id }, index) =>
            client.current.request(id, { ...settings('solar'), currents: everyPhase(amperes[index]!) }),
          ),
        ),
      );
    expect((await both([100, 200])).map(({ decision }) => decision)).to.deep.equal(['applied', 'applied']);
    await clock.pass(2 * MINUTE, 10_000);
    const later = await both([150, 120]);
    expect(later.map(({ decision }) => decision)).to.deep.equal(['deferred', 'lowered-early']);
    expect(sites.map(({ availableCurrent }) => availableCurrent[0])).to.deep.equal([100, 120]);
    client.current.withdraw(sites[1]!.id, 'solar');
    await clock.pass(14 * MINUTE, 10_000);
    expect(sites.map(({ availableCurrent }) => availableCurrent[0])).to.deep.equal([150, 120]);
  });

  it('for the own limit of a charger are paced too', async () => {
    await start('home');
    const client = open();
    const [charger] = [...simulator.world.chargers.keys()];
    const first = { ...settings('own'), currents: everyPhase(10) };
    expect((await clock.until(client.chargerCurrent.request(charger!, first))).decision).to.equal('applied');
    expect((await clock.until(failureOf(client.chargers.update(charger!, { maxChargeCurrent: 16 })))).code).to.equal(
      'TOO_SOON',
    );
    expect(posts().at(-1)!.body).to.deep.equal({ maxChargeCurrent: 10 });
  });

  const disturbances: [string, () => void][] = [
    ['a lost answer', () => simulator.faults.set('drop-after', { on: true, match: 'POST /api/chargers', count: 1 })],
    ['a leap of the wall clock', () => clock.setWallClock(10 * MINUTE)],
  ];
  for (const [what, disturb] of disturbances) {
    it(`for the own limit of a charger read its state no faster than the cloud renews it, after ${what}`, async () => {
      await start('home');
      const client = open();
      const [charger] = [...simulator.world.chargers.values()];
      const set = (ampere: number) =>
        clock.until(client.chargerCurrent.request(charger!.id, { ...settings('own'), currents: everyPhase(ampere) }));
      await set(16);
      await clock.pass(16 * MINUTE, 10_000);
      const before = simulator.requests.length;
      disturb();
      await set(10);
      await clock.pass(3 * MINUTE, 1_000);
      expect(charger!.settings.maxChargeCurrent).to.equal(10);
      const isRead = ({ path }: { path: string }) => path === `/api/chargers/${charger!.id}/state`;
      const reads = simulator.requests.slice(before).filter(isRead);
      const gaps = reads.slice(1).map(({ at }, index) => at - reads[index]!.at);
      expect(Math.min(Infinity, ...gaps)).to.be.at.least(15_000);
      expect(reads).to.have.lengthOf.within(1, 3);
    });
  }

  it('for the own limit of a charger read its details once an hour, whatever is written to it', async () => {
    await start('home');
    const client = open();
    const [charger] = [...simulator.world.chargers.keys()];
    const detailsRead = () => simulator.requests.filter(({ path }) => path === `/api/chargers/${charger}`).length;
    for (const ampere of [16, 10, 14, 9, 13]) {
      clock.setWallClock(MINUTE);
      const own = { ...settings('own'), currents: everyPhase(ampere), intervalMs: 10 * MINUTE };
      await clock.until(client.chargerCurrent.request(charger!, own));
      await clock.pass(10 * MINUTE, 10_000);
      expect(simulator.world.chargers.get(charger!)!.settings.maxChargeCurrent).to.equal(ampere);
    }
    expect(detailsRead()).to.equal(1);
  });

  it('for the own limit of a charger whose role was taken away are refused as soon as the cloud refuses one', async () => {
    await start('home');
    const client = open();
    const [charger] = [...simulator.world.chargers.keys()];
    const set = (ampere: number) =>
      clock.until(client.chargerCurrent.request(charger!, { ...settings('own'), currents: everyPhase(ampere) }));
    await set(16);
    await clock.pass(16 * MINUTE, 10_000);
    const details = () => simulator.requests.filter(({ path }) => path === `/api/chargers/${charger}`).length;
    const before = details();
    simulator.faults.set('external-403', { on: true });
    await set(10);
    await clock.pass(MINUTE, 10_000);
    expect(details()).to.be.above(before);
  });
});

import { expect } from 'chai';
import type { Live } from '../../../../simulator/rest/control/live-types';
import { Cloud } from '../../../support/simulator/cloud';

describe('the live view', () => {
  let cloud: Cloud;
  afterEach(() => cloud.simulator.stop());

  const live = async (query: Record<string, string> = {}): Promise<Live> =>
    cloud.json(`/live?${new URLSearchParams(query).toString()}`);
  const post = (path: string, body?: object) => cloud.control(path, 'POST', body);

  it('answers everything at once, and nothing secret', async () => {
    cloud = await Cloud.start();
    const view = await live();
    expect(view).to.include({ scenario: 'home', seed: 1, speed: 1 });
    expect(view.sites[0]).to.include({ chargers: 2, availableCurrentMode: 0 });
    expect(view.counts).to.include({ all: 2, charging: 1 });
    expect(view.meter).to.include.keys('houseW', 'sunW', 'chargersW', 'gridW');
    expect(view.faults.map(({ name }) => name)).to.include('server-503');
    expect(JSON.stringify(view)).not.to.match(/"pin"|password"|made-up/);
    expect(cloud.simulator.requests, 'it is not recorded').to.deep.equal([]);
  });

  it('counts paused chargers apart from those whose car is full, and both as finished, as before', async () => {
    cloud = await Cloud.start({ scenario: 'housing' });
    const { counts } = await live();
    expect(counts.paused).to.be.above(0);
    expect(counts.full).to.be.above(0);
    expect(counts.finished).to.equal(counts.paused + counts.full);
    const list = async (mode: string) => (await live({ mode, count: '200' })).chargers.matching;
    expect([await list('paused'), await list('full'), await list('finished')]).to.deep.equal([
      counts.paused,
      counts.full,
      counts.finished,
    ]);
  });

  it('keeps the newest events, each with its requests, and begins anew with a world', async () => {
    cloud = await Cloud.start();
    expect((await live()).timeline).to.deep.equal([]);
    for (let index = 0; index < 15; index++) cloud.simulator.faults.set('slow', { on: index % 2 === 0 });
    const { timeline } = await live();
    expect(timeline).to.have.length(12);
    expect(timeline[0]).to.include({ kind: 'fault', text: 'slow on', requests: 0 });
    await post('/scenario', { scenario: 'apm', seed: 4 });
    expect((await live()).timeline[0]).to.include({ kind: 'world', text: 'apm with the seed 4 begins' });
  });

  it('lists a part of many chargers, by position, text and mode', async () => {
    cloud = await Cloud.start({ scenario: 'housing' });
    const first = await live({ count: '25' });
    expect(first.chargers.list).to.have.length(25);
    expect(first.chargers.matching).to.equal(130);
    const last = await live({ count: '25', from: '1000' });
    expect([last.chargers.from, last.chargers.list.length]).to.deep.equal([125, 5]);
    const [wanted] = first.chargers.list;
    for (const search of [wanted!.name, wanted!.deviceId.toLowerCase(), wanted!.id]) {
      expect(
        (await live({ search })).chargers.list.map(({ id }) => id),
        search,
      ).to.include(wanted!.id);
    }
    const charging = await live({ mode: 'charging', count: '200' });
    expect(charging.chargers.matching).to.equal(charging.counts.charging);
    expect(new Set(charging.chargers.list.map(({ modeName }) => modeName))).to.deep.equal(new Set(['charging']));
    const offline = await live({ mode: 'offline' });
    expect(offline.chargers.list.every(({ online }) => !online)).to.equal(true);
    expect((await live({ search: 'nothing is called so' })).chargers).to.deep.equal({ matching: 0, from: 0, list: [] });
    expect((await cloud.control('/live?count=201')).status).to.equal(400);
    expect((await cloud.control('/live?since=soon')).status).to.equal(400);
  });

  it('gives the reason for the state of a charger in words', async () => {
    cloud = await Cloud.start();
    const { world } = cloud.simulator;
    const [charger] = [...world.chargers.values()];
    const [site] = [...world.installations.values()];
    const id = charger!.id;
    const reason = async (change: () => void, seconds = 60) => {
      change();
      world.advance(seconds * 1000);
      return (await live()).chargers.list[0]!.reason;
    };
    expect(await reason(() => world.unplug(id))).to.equal('no car');
    const car = { batteryKwh: 80, charge: 0.2, target: 0.8, maxA: 16, phases: 3 as const };
    expect(await reason(() => world.plug(id, car), 0)).to.equal('waits for its share of the current');
    expect(await reason(() => world.authorise(id))).to.equal('charging');
    expect(await reason(() => world.command(id, 506))).to.equal('paused by a command');
    expect(await reason(() => world.command(id, 507))).to.equal('charging');
    expect(await reason(() => world.setAvailableCurrent(site!.id, [3, 3, 3]))).to.match(/^only 3.0 A available/);
    expect(await reason(() => world.schedule(id, world.now + 3_600_000))).to.equal('held back by a schedule');
    const full = () => {
      world.unplug(id);
      world.setAvailableCurrent(site!.id, [16, 16, 16]);
      world.plug(id, { ...car, charge: 0.8 });
    };
    expect(await reason(full)).to.equal('the car is full');
    const locked = () => {
      world.unplug(id);
      world.updateInstallation(site!.id, { authenticationRequired: true });
      world.plug(id, car);
    };
    expect(await reason(locked, 1)).to.equal('waits for authorisation');
  });

  it('counts the calls of each account by second, and the refused ones', async () => {
    cloud = await Cloud.start();
    await cloud.token();
    cloud.clock.advance(5000);
    for (let i = 0; i < 17; i++) await cloud.call('/api/constants');
    const { requests } = await live();
    expect(requests).to.include({ limitPerSecond: 10, burst: 15, recorded: 18 });
    expect(requests.second).to.equal(Math.floor(cloud.clock.now() / 1000));
    const own = requests.perSecond['owner@simulator.example']!;
    expect([own.length, own.at(-1), own.at(-6)]).to.deep.equal([60, 17, 1]);
    expect(requests.refused.at(-1)).to.equal(2);
    expect(requests.latest.map(({ status }) => status)).to.include.members([429, 200]);
    cloud.clock.advance(60_000);
    expect((await live()).requests.perSecond['owner@simulator.example']!.every((calls) => calls === 0)).to.equal(true);
  });

  it('has the verdicts of each client without their evidence', async () => {
    cloud = await Cloud.start();
    for (let i = 0; i < 12; i++) await cloud.call('/api/constants');
    const [client] = (await live()).audit;
    expect(client).to.include({ ok: false });
    const rate = client!.verdicts.find(({ rule }) => rule === 'rate')!;
    expect(rate).to.have.all.keys('rule', 'ok', 'text');
  });

  it('continues with the same accounts, tokens, limits and faults in another world', async () => {
    cloud = await Cloud.start();
    cloud.fault('server-503', { probability: 0 });
    const id = [...cloud.simulator.world.chargers.keys()][0]!;
    const state = async () => (await cloud.call(`/api/chargers/${id}/state`)).text();
    cloud.simulator.world.unplug(id);
    const before = await state();
    expect((await live()).trend.world).to.equal(1);
    cloud.simulator.world.advance(3_600_000);
    const answer = await post('/scenario', { scenario: 'housing', seed: 7 });
    expect(await answer.json()).to.include({ scenario: 'housing', seed: 7 });
    const view = await live();
    expect(view).to.include({ scenario: 'housing', seed: 7 });
    expect(view.counts.all).to.equal(130);
    expect(view.trend.world).to.equal(2);
    expect(Date.parse(view.time) - cloud.clock.now(), 'time goes on').to.equal(3_600_000);
    expect(view.faults.find(({ name }) => name === 'server-503')!.setting.on).to.equal(true);
    const list = (await (await cloud.call('/api/chargers?PageSize=100')).json()) as { Data: unknown[] };
    expect(list.Data, 'the token is as good as before').to.have.length(100);
    await post('/scenario', { scenario: 'home', seed: 1 });
    expect(await state(), 'no cached answer of the world that is gone').not.to.equal(before);
  });

  it('shows another world, whose initial state is not reported to listeners', async () => {
    cloud = await Cloud.start();
    const { world } = cloud.simulator;
    let reported = 0;
    world.onObservation(() => (reported += 1));
    await post('/scenario', { seed: 2 });
    expect(reported).to.equal(0);
    world.advance(3_600_000);
    expect(reported).to.be.greaterThan(0);
  });

  it('refuses an impossible scenario or seed', async () => {
    cloud = await Cloud.start();
    for (const [body, error] of [
      [{ scenario: 'moon' }, /^scenario: "moon" is not possible; use home/],
      [{ seed: -1 }, /^seed: -1 /],
      [{ seed: 1.5 }, /^seed: 1.5 /],
      [{ world: 1 }, /^world: there is no such field/],
    ] as const) {
      const answer = await post('/scenario', body);
      expect(answer.status).to.equal(400);
      expect(((await answer.json()) as { error: string }).error).to.match(error);
    }
    expect((await live()).trend.world).to.equal(1);
  });
});

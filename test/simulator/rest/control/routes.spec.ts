import { request } from 'node:http';
import { expect } from 'chai';
import { FAULT_TABLE } from '../../../../simulator/faults/table';
import { Cloud } from '../../../support/simulator/cloud';

describe('the control API', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start()));
  afterEach(() => cloud.simulator.stop());

  const refused = async (path: string, method: string, body?: unknown) => {
    const answer = await cloud.control(path, method, body);
    expect(answer.status).to.equal(400);
    return ((await answer.json()) as { error: string }).error;
  };

  it('answers the state, the meter, the audit and the faults', async () => {
    const state = await cloud.json('/state');
    expect(state.chargers).to.have.length(cloud.simulator.world.chargers.size);
    expect(state.chargers[0]).to.include.keys('id', 'name', 'modeName', 'powerW').and.not.to.have.property('pin');
    expect(state.installations[0]).to.include.keys('id', 'availableCurrent');
    expect(await cloud.json('/meter')).to.include.keys('houseW', 'sunW', 'gridW');
    expect(await cloud.json('/audit')).to.be.an('array');
    expect((await cloud.json('/faults')).map(({ name }: { name: string }) => name)).to.deep.equal(
      FAULT_TABLE.map(({ name }) => name),
    );
    expect(cloud.simulator.requests).to.deep.equal([]);
  });

  it('sums up the finished sessions', async () => {
    const { archive, now, chargers } = cloud.simulator.world;
    expect(await cloud.json('/sums')).to.deep.equal(archive.sums({ by: 'month' }));
    const zone = 'Europe/Oslo';
    expect(await cloud.json(`/sums?by=day&zone=${zone}`)).to.deep.equal(archive.sums({ by: 'day', zone }));
    const [chargerId = ''] = chargers.keys();
    const from = now - 90 * 86_400_000;
    const query = `by=user&chargerId=${chargerId}&from=${new Date(from).toISOString()}&all=true`;
    expect(await cloud.json(`/sums?${query}`)).to.deep.equal(archive.sums({ by: 'user', chargerId, from, all: true }));
    for (const [wrong, message] of [
      ['by=moon', /by: "moon" is not possible; use month, day/],
      ['zone=Moon', /zone: "Moon".*Europe\/Oslo/],
      ['from=later', /from: "later".*2026-05-01/],
    ] as const) {
      const answer = await cloud.control(`/sums?${wrong}`);
      expect(answer.status).to.equal(400);
      expect(((await answer.json()) as { error: string }).error).to.match(message);
    }
  });

  it('names the field of a value of very many levels', async () => {
    const levels = 20_000;
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;
    for (const [path, method, field] of [
      ['/clock', 'POST', 'speed'],
      ['/load', 'POST', 'phase1'],
      ['/scenario', 'POST', 'scenario'],
      ['/faults/slow', 'PUT', 'on'],
    ] as const) {
      const answer = await fetch(`${cloud.simulator.baseUrl}/simulator${path}`, {
        method,
        body: `{"${field}":${deep}}`,
      });
      expect(answer.status, path).to.equal(400);
      expect(((await answer.json()) as { error: string }).error).to.match(new RegExp(`^${field}: .* is not possible`));
    }
    expect((await fetch(`${cloud.simulator.baseUrl}/simulator/clock`, { method: 'POST', body: deep })).status).to.equal(
      400,
    );
  });

  it('raises the load of the house on each phase', async () => {
    const before = await cloud.json('/meter');
    const answer = await cloud.control('/load', 'POST', { phase1: 10, phase3: 2.5 });
    const after = await answer.json();
    for (const currents of ['houseA', 'currentA'] as const) {
      expect(after[currents].phase1 - before[currents].phase1).to.be.closeTo(10, 0.02);
      expect(after[currents].phase2 - before[currents].phase2).to.be.closeTo(0, 0.02);
      expect(after[currents].phase3 - before[currents].phase3).to.be.closeTo(2.5, 0.02);
    }
    expect(after.houseW - before.houseW).to.be.closeTo(12.5 * 230, 2);
    expect(after.gridW - before.gridW).to.be.closeTo(12.5 * 230, 2);
    expect(await refused('/load', 'POST', { phase2: -1 })).to.match(/^phase2: -1 .* 0 to 10000/);
    await cloud.control('/load', 'POST', {});
    expect(await cloud.json('/meter')).to.deep.include({ houseW: before.houseW });
  });

  it('answers the newest requests and the rate of each account', async () => {
    for (const path of ['/api/a', '/api/b', '/api/c']) await cloud.call(path);
    expect((await cloud.json('/requests?last=2')).map(({ path }: { path: string }) => path)).to.deep.equal([
      '/api/b',
      '/api/c',
    ]);
    expect(await cloud.json('/requests')).to.have.length(4);
    expect((await cloud.json('/state')).requests).to.deep.equal({
      recorded: 4,
      limitPerSecond: 10,
      perSecond: { 'owner@simulator.example': 4 },
    });
    cloud.clock.advance(1000);
    expect((await cloud.json('/state')).requests.perSecond).to.deep.equal({});
    expect(await refused('/requests?last=few', 'GET')).to.match(/^last: .* 1 to 200000/);
  });

  it('plugs cars in and out by id, serial number or name of the charger', async () => {
    const [charger] = [...cloud.simulator.world.chargers.values()];
    const { id, deviceId, name } = charger!;
    for (const [ref, action] of [
      [id, 'unplug'],
      [deviceId, 'plug'],
      [name, 'authorise'],
      [name, 'unplug'],
    ] as const) {
      const answer = await cloud.control(`/chargers/${encodeURIComponent(ref)}/${action}`, 'POST');
      expect(answer.status).to.equal(200);
      expect(((await answer.json()) as { id: string }).id).to.equal(id);
    }
    expect(charger!.mode).to.equal(1);
    expect(await refused('/chargers/nobody/plug', 'POST')).to.match(/^charger: there is no "nobody"; use /);
    expect(await refused(`/chargers/${id}/explode`, 'POST')).to.match(/^action: "explode" .* plug, unplug/);
    await cloud.control(`/chargers/${id}/offline`, 'POST');
    expect(charger!.online).to.equal(false);
    await cloud.control(`/chargers/${id}/online`, 'POST');
    expect(charger!.online).to.equal(true);
  });

  it('switches faults', async () => {
    const body = { on: true, probability: 0.5, match: 'state', count: 3, delayMs: 20 };
    const answer = await cloud.control('/faults/slow', 'PUT', body);
    expect(((await answer.json()) as { setting: object }).setting).to.deep.equal(body);
    await cloud.control('/faults/slow', 'PUT', { on: false });
    expect(cloud.simulator.faults.isOn('slow')).to.equal(false);
    expect(await refused('/faults/none', 'PUT', { on: true })).to.match(/^name: there is no fault "none"; use one of /);
    expect(await refused('/faults/slow', 'PUT', {})).to.match(/^on: .* true or false/);
    expect(await refused('/faults/slow', 'PUT', { on: true, probability: '1' })).to.match(/^probability: "1" /);
    expect(await refused('/faults/slow', 'PUT', { on: true, match: '' })).to.match(/^match: "" /);
    expect(await refused('/faults/slow', 'PUT', { on: true, often: 1 })).to.match(/^often: there is no such field/);
    expect(await refused('/faults/slow', 'PUT', '{')).to.match(/^body: "\{" is not JSON/);
    expect(await refused('/faults/slow', 'PUT', '[]')).to.match(/^body: \[\] is not an object/);
  });

  it('changes the time of the world only', async () => {
    const before = Date.parse((await cloud.json('/state')).time);
    const answer = await cloud.control('/clock', 'POST', { speed: 60, advanceMs: 3_600_000 });
    const { time, speed } = (await answer.json()) as { time: string; speed: number };
    expect([Date.parse(time) - before, speed]).to.deep.equal([3_600_000, 60]);
    cloud.clock.advance(1000);
    expect(Date.parse((await cloud.json('/state')).time) - before).to.equal(3_660_000);
    expect(await refused('/clock', 'POST', { speed: -1 })).to.match(/^speed: -1 /);
    expect(await refused('/clock', 'POST', { advanceMs: -1 })).to.match(/^advanceMs: -1 /);
  });

  it('names an unknown path', async () => {
    const answer = await cloud.control('/nothing');
    expect(answer.status).to.equal(404);
    expect(((await answer.json()) as { error: string }).error).to.contain('GET /simulator/nothing');
  });

  const statusWith = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const { port } = new URL(cloud.simulator.baseUrl);
      const asked = request({ host: '127.0.0.1', port, path: '/simulator/state', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      asked.on('error', reject).end();
    });

  it('refuses other hosts and foreign pages', async () => {
    const { host, port } = new URL(cloud.simulator.baseUrl);
    expect(await statusWith({ Host: `localhost:${port}` })).to.equal(200);
    expect(await statusWith({ Host: `[::1]:${port}` })).to.equal(200);
    expect(await statusWith({ Host: host, Origin: `http://${host}` })).to.equal(200);
    for (const foreign of [
      { Host: 'evil.example' },
      { Host: `127.0.0.1.evil.example:${port}` },
      { Host: host, Origin: 'http://evil.example' },
      { Host: host, Origin: `http://localhost:1` },
      { Host: host, Origin: 'null' },
    ]) {
      expect(await statusWith(foreign), JSON.stringify(foreign)).to.equal(403);
    }
  });

  it('serves the page, and redirects the root to it', async () => {
    const answer = await fetch(cloud.simulator.baseUrl);
    expect(answer.url).to.equal(cloud.simulator.page);
    const page = await answer.text();
    expect(page).to.match(/color-scheme: ?light dark/);
    expect(page).not.to.match(/<[^<>]+(?:src|href)="(?!data:|#)|@import|url\(/);
    expect(answer.headers.get('Content-Security-Policy'))
      .to.match(/^default-src 'none';.* style-src 'sha256-[^']+';.* script-src 'sha256-[^']+';/)
      .and.not.to.contain('unsafe');
    expect(page, 'the licence of what draws the charts').to.contain('Leon Sorokin');
    expect((await fetch(cloud.simulator.page.slice(0, -1))).url).to.equal(cloud.simulator.page);
    expect(cloud.simulator.requests).to.deep.equal([]);
  });

  it('works below another server with another host', async () => {
    const ask = (path: string, headers: Record<string, string> = {}) =>
      cloud.simulator.fetch(new Request(`http://nodered.example${path}`, { headers }));
    expect((await ask('/simulator/')).status).to.equal(200);
    expect((await ask('/simulator/state', { Origin: 'http://nodered.example' })).status).to.equal(200);
    expect((await ask('/simulator/state', { Origin: 'http://evil.example' })).status).to.equal(403);
    cloud.fault('drop-before');
    expect((await ask('/api/constants')).status).to.equal(502);
  });
});

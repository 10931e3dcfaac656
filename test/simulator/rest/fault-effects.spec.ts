import { expect } from 'chai';
import type { FaultName } from '../../../simulator/faults/table';
import { Cloud } from '../../support/simulator/cloud';

describe('the fault', () => {
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = await Cloud.start();
    await cloud.token();
  });
  afterEach(() => cloud.simulator.stop());

  const list = () => cloud.call('/api/chargers');
  const text = async () => (await list()).text();
  const last = () => cloud.simulator.requests.at(-1)!;
  const site = () => [...cloud.simulator.world.installations.values()][0]!;
  const update = (availableCurrent: number) =>
    cloud.call(`/api/installation/${site().id}/update`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ availableCurrent }),
    });

  it('archive-403 closes the archive to owners, and history-removed removes the old history', async () => {
    const status = async (path: string) => (await cloud.call(path)).status;
    const archive = `/api/sessions/archived?InstallationId=${site().id}&From=2026-01-01&To=2026-02-01`;
    expect([await status(archive), await status('/api/chargehistory')]).to.deep.equal([200, 200]);
    cloud.fault('archive-403');
    cloud.fault('history-removed');
    expect([await status(archive), await status('/api/chargehistory')]).to.deep.equal([403, 404]);
  });

  const forced: [FaultName, number, RegExp][] = [
    ['rate-429', 429, /nginx/],
    ['server-500-html', 500, /nginx/],
    ['server-500-empty', 500, /^$/],
    ['server-500-code', 500, /^\{"Code":500,"Details":null,"StackTrace":null\}$/],
    ['server-502', 502, /502 Bad Gateway/],
    ['server-503', 503, /503 Service/],
    ['server-504', 504, /504 Gateway/],
    ['server-524', 524, /524 A Timeout/],
  ];
  for (const [name, status, body] of forced) {
    it(`${name} answers ${status} without effect`, async () => {
      cloud.fault(name);
      const before = [...site().availableCurrent];
      const answer = await update(7);
      expect(answer.status).to.equal(status);
      expect(answer.headers.get('retry-after')).to.equal(status === 429 ? '1' : null);
      expect(await answer.text()).to.match(body);
      expect(site().availableCurrent).to.deep.equal(before);
      expect(last().status).to.equal(status);
    });
  }

  const dropped = async (call: Promise<Response>) => {
    const { cause } = (await call.catch((error: unknown) => error)) as { cause?: { code?: string } };
    expect(cause?.code).to.be.oneOf(['ECONNRESET', 'UND_ERR_SOCKET']);
    expect(last().status).to.equal(0);
  };

  it('drop-before resets the connection before the call takes effect', async () => {
    cloud.fault('drop-before');
    await dropped(update(7));
    expect(site().availableCurrent).not.to.deep.equal([7, 7, 7]);
  });

  it('drop-after resets the connection after the call takes effect', async () => {
    cloud.fault('drop-after');
    await dropped(update(7));
    expect(site().availableCurrent).to.deep.equal([7, 7, 7]);
  });

  it('drop-before or drop-after strikes logins only where match names them', async () => {
    for (const name of ['drop-before', 'drop-after'] as const) {
      cloud.clock.advance(1000);
      cloud.fault(name);
      expect((await cloud.login()).status).to.equal(200);
      cloud.clock.advance(1000);
      cloud.fault(name, { match: '/oauth/token', count: 1 });
      await dropped(cloud.login());
    }
  });

  /** Sends a call that the simulator delays, and advances the clock until the answer comes. */
  const afterWaiting = async (ms: number): Promise<number> => {
    const before = cloud.clock.waiting;
    const answer = list();
    while (cloud.clock.waiting === before) await new Promise((resolve) => setImmediate(resolve));
    cloud.clock.advance(ms - 1);
    expect(last().status).to.equal(0);
    cloud.clock.advance(1);
    return (await answer).status;
  };

  it('slow waits 11 s, or delayMs', async () => {
    cloud.fault('slow');
    expect(await afterWaiting(11_000)).to.equal(200);
    cloud.fault('slow', { delayMs: 300 });
    expect(await afterWaiting(300)).to.equal(200);
  });

  it('hang never answers', async () => {
    cloud.fault('hang');
    const patience = new AbortController();
    cloud.simulator.onRequest(() => setImmediate(() => patience.abort()));
    const answer = await cloud.call('/api/chargers', { signal: patience.signal }).catch((error: unknown) => error);
    expect(answer).to.have.property('name', 'AbortError');
    expect(last().status).to.equal(0);
  });

  const garbled: [FaultName, string | null, RegExp][] = [
    ['empty-200', null, /^$/],
    ['null-200', 'application/json', /^null$/],
    ['html-200', 'text/html', /^<!DOCTYPE html>/],
    ['wrong-content-type', 'text/plain', /^\{.*\}$/],
    ['garbage-json', 'application/json', /^\{.*[^}]$/],
  ];
  for (const [name, type, body] of garbled) {
    it(`${name} answers 200 with ${type ?? 'nothing'}`, async () => {
      cloud.fault(name);
      const answer = await list();
      expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([200, type]);
      expect(await answer.text()).to.match(body);
    });
  }

  it('oversized answers 64 MiB', async () => {
    cloud.fault('oversized');
    let bytes = 0;
    for await (const chunk of (await list()).body!) bytes += (chunk as Uint8Array).length;
    expect(bytes).to.be.above(64 * 1024 * 1024);
  });

  it('html-200 does not change errors', async () => {
    cloud.fault('html-200');
    expect((await cloud.call('/api/nothing')).status).to.equal(404);
  });

  it('unknown-fields adds to every object', async () => {
    cloud.fault('unknown-fields');
    const body = JSON.parse(await text());
    expect(body).to.have.property('AndThis', true);
    expect(body.Data[0]).to.have.property('NobodyKnowsThis');
  });

  it('extra-secrets adds marks at several depths', async () => {
    cloud.fault('extra-secrets');
    const body = JSON.parse(await text());
    expect(body.LogoBase64)
      .to.match(/^planted-logo/)
      .with.length.above(10_000);
    expect(body.Planted.Deeper[0].Deepest.OcppInitialChargePointPassword).to.match(/^planted-/);
    expect(body.Data[0]).to.include({ Password: 'planted-password', Pin: 'planted-pin' });
    expect(body.Data[0]).to.have.property('PropertyOcppPassword');
  });

  it('times-future moves every time by a day', async () => {
    const created = async () => JSON.parse(await text()).Data[0].CreatedOnDate as string;
    const correct = await created();
    cloud.fault('times-future');
    const ahead = await created();
    expect(Date.parse(`${ahead}Z`) - Date.parse(`${correct}Z`)).to.equal(86_400_000);
  });

  it('echo-secrets repeats credentials in errors', async () => {
    cloud.fault('echo-secrets');
    const answer = await list();
    expect(answer.status).to.equal(500);
    const body = (await answer.json()) as { Code: number; Details: string };
    expect(body.Code).to.equal(505);
    expect(body.Details).to.contain(`Bearer ${await cloud.token()}`);
    cloud.clock.advance(1000);
    const login = await cloud.login();
    expect(login.status).to.equal(400);
    const { username, password } = cloud.simulator.accounts[0]!;
    expect(((await login.json()) as { error_description: string }).error_description)
      .to.contain(username)
      .and.contain(password);
  });

  it('tokens-revoked answers 401 once to each call', async () => {
    cloud.fault('tokens-revoked');
    const statuses = [];
    for (const path of ['/api/chargers', '/api/installation', '/api/chargers', '/api/installation']) {
      statuses.push((await cloud.call(path)).status);
    }
    expect(statuses).to.deep.equal([401, 401, 200, 200]);
    cloud.fault('tokens-revoked', { on: false });
    expect((await list()).status).to.equal(200);
    cloud.fault('tokens-revoked', { count: 1 });
    expect([(await list()).status, (await list()).status]).to.deep.equal([401, 200]);
  });

  const login = async (name: FaultName, fields?: Record<string, string>) => {
    cloud.clock.advance(1000);
    cloud.simulator.faults.clear();
    cloud.fault(name);
    const answer = await cloud.login(fields);
    const body = await answer.text();
    const json = body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : { body };
    return { status: answer.status, ...json } as Record<string, unknown>;
  };

  it('token-503, token-invalid and each other token fault changes the login', async () => {
    expect((await login('token-503')).body).to.contain('nginx');
    expect(await login('token-invalid')).to.include({ status: 400, error: 'invalid_grant' });
    expect(await login('token-demands-scope', { scope: '' })).to.include({ status: 400, error: 'invalid_scope' });
    expect(await login('token-demands-scope', { scope: 'openid offline_access' })).to.include({ status: 200 });
    expect(await login('token-no-lifetime'))
      .to.include({ status: 200 })
      .and.not.to.have.property('expires_in');
    const { access_token: token, ...short } = await login('token-short');
    expect(short).to.include({ expires_in: 5 });
    const headers = { Authorization: `Bearer ${String(token)}` };
    cloud.clock.advance(5000);
    expect((await fetch(`${cloud.simulator.baseUrl}/api/chargers`, { headers })).status).to.equal(401);
  });

  it('current-reset restores the maximum current after midnight', async () => {
    cloud.simulator.world.setAvailableCurrent(site().id, [9, 9, 9]);
    cloud.simulator.world.advance(86_400_000);
    cloud.clock.advance(1000);
    expect(site().availableCurrent).to.deep.equal([9, 9, 9]);
    cloud.fault('current-reset');
    cloud.clock.advance(1000);
    expect(site().availableCurrent).to.deep.equal([9, 9, 9]);
    cloud.simulator.world.advance(86_400_000);
    cloud.clock.advance(1000);
    const { maxCurrent } = site();
    expect(site().availableCurrent).to.deep.equal([maxCurrent, maxCurrent, maxCurrent]);
  });

  it('foreign-current raises the current within an hour, and again', async () => {
    const { id, maxCurrent } = site();
    const full = [maxCurrent, maxCurrent, maxCurrent];
    const hour = (each: () => void) => {
      for (let minute = 0; minute < 60; minute++) {
        cloud.simulator.world.advance(60_000);
        cloud.clock.advance(1000);
        each();
      }
    };
    cloud.simulator.world.setAvailableCurrent(id, [9, 9, 9]);
    hour(() => expect(site().availableCurrent).to.deep.equal([9, 9, 9]));
    cloud.fault('foreign-current');
    for (let round = 0; round < 2; round++) {
      cloud.simulator.world.setAvailableCurrent(id, [9, 9, 9]);
      let raised = false;
      hour(() => (raised ||= site().availableCurrent.join() === full.join()));
      expect(raised, `round ${round}`).to.equal(true);
    }
  });

  it('tokens-revoked, drop-after or command-528-acts strikes commands, and an offline charger answers 520', async () => {
    const { world } = cloud.simulator;
    const charger = [...world.chargers.values()].find(({ mode }) => mode === 3)!;
    const command = async (id: number) => {
      cloud.clock.advance(1000);
      const answer = await cloud.call(`/api/chargers/${charger.id}/sendCommand/${id}`, { method: 'POST' });
      const text = await answer.text();
      return [answer.status, text === '' ? undefined : (JSON.parse(text) as { Code: number }).Code];
    };
    cloud.fault('tokens-revoked', { count: 1 });
    expect(await command(506)).to.deep.equal([401, undefined]);
    expect(charger.mode).to.equal(3);
    cloud.fault('drop-after', { count: 1, match: 'sendCommand/506' });
    expect(await command(506).catch(() => 'dropped')).to.equal('dropped');
    expect([charger.mode, charger.finalStop]).to.deep.equal([5, true]);
    cloud.fault('command-528-acts');
    const session = charger.session?.id;
    expect(await command(10_001)).to.deep.equal([500, 528]);
    expect(charger.session?.id).not.to.equal(session);
    world.setOnline(charger.id, false);
    for (const id of [102, 200, 506, 507, 10_001]) expect(await command(id), `${id}`).to.deep.equal([500, 520]);
  });
});

import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import type { ZaptecError } from '../../../src/errors/zaptec-error';
import { sleep } from '../../../src/time/sleep';
import { failureOf } from '../../support/failure';
import { fakeTimers } from '../../support/fake-timers';
import { ScriptedCloud } from '../../support/scripted-cloud';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the limits of a login', () => {
  let cloud: ScriptedCloud;
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;
  let logins: number;

  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    ({ server, clock, client } = cloud);
    server.handler = answers({ status: 200, body: '[]' });
    logins = 0;
  });
  afterEach(() => cloud.stop());

  /** Counts the logins. */
  const onLogin = (handler: ScriptedServer['login']) => {
    server.login = (seen, response, socket) => {
      logins += 1;
      handler(seen, response, socket);
    };
  };
  const refuse = () => onLogin((_seen, response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
  const failing = (call: Promise<unknown>) => cloud.failing(call);
  const read = () => client.chargers.state(CHARGER, { refresh: true });

  describe('after a refused password', () => {
    it('allow one try an hour, however many messages ask for a new value', async () => {
      refuse();
      expect((await failing(read())).code).to.equal('AUTH_INVALID');
      for (let minutes = 0; minutes < 180; minutes += 5) {
        expect((await failing(read())).code).to.equal('AUTH_INVALID');
        await clock.advance(5 * MINUTE);
      }
      expect(logins).to.equal(3);
    });

    it('allow no try to ordinary messages, and one an hour to refreshed ones and the connection together', async () => {
      refuse();
      await failing(client.chargers.state(CHARGER));
      for (let hours = 1; hours <= 3; hours += 1) {
        await clock.advance(HOUR);
        expect((await failing(client.chargers.state(CHARGER))).code).to.equal('AUTH_INVALID');
        expect((await failing(client.chargers.list())).code).to.equal('AUTH_INVALID');
        expect((await failing(client.chargers.sendCommand(CHARGER, 507))).code).to.equal('AUTH_INVALID');
        await failing(client.verify());
        expect(logins).to.equal(hours);
        if (hours === 2) await failing(client.verify({ again: 'hourly' }));
        await failing(client.chargers.list({ refresh: true }));
        await failing(client.verify({ again: 'hourly' }));
        expect(logins).to.equal(hours + 1);
      }
    });

    it('let the connection recover by itself when the password is right again', async () => {
      const right = server.login;
      refuse();
      await failing(read());
      onLogin(right);
      expect((await failing(read())).code).to.equal('AUTH_INVALID');
      await clock.advance(HOUR);
      await clock.until(read());
      expect(client.health.state).to.equal('ok');
      expect(logins).to.equal(2);
    });

    it('allow one more try each time a person asks', async () => {
      refuse();
      await failing(client.verify());
      await failing(client.verify());
      expect(logins).to.equal(1);
      await failing(client.verify({ again: true }));
      await failing(client.verify());
      expect(logins).to.equal(2);
      onLogin(new ScriptedServer().login);
      await clock.until(client.verify({ again: true }));
      expect(client.health.state).to.equal('ok');
    });
  });

  for (const header of ['3600', '99999999999', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT']) {
    it(`tell every caller at once when the login service asks for ${header.slice(0, 40)}`, async () => {
      onLogin((_seen, response) => response.writeHead(503, { 'Retry-After': header }).end());
      const startedAt = performance.now();
      expect((await failing(client.chargers.sendCommand(CHARGER, 507))).code).to.equal('AUTH_UNAVAILABLE');
      expect((await failing(read())).code).to.equal('AUTH_UNAVAILABLE');
      expect(performance.now() - startedAt).to.be.below(MINUTE);
      await clock.advance(14 * MINUTE);
      await failing(read());
      expect(logins).to.equal(1);
      await clock.advance(2 * MINUTE);
      await failing(read());
      expect(logins).to.equal(2);
    });
  }

  it('make no login repeat at once after a Retry-After beyond what a timer can hold', async () => {
    server.handler = answers({ status: 429, headers: { 'Retry-After': '99999999999' } }, { status: 200, body: '[]' });
    expect((await failing(read())).code).to.equal('HTTP_429');
    expect(server.seen).to.have.length(1);
  });

  it('end in one clear error when a token lives shorter than its login takes', async () => {
    onLogin((_seen, response) => {
      setTimeout(() => response.end(JSON.stringify({ access_token: `short-${logins}`, expires_in: 2 })), 3_000);
    });
    clock.patienceMs = 50;
    const error = await failing(read());
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.match(/lives for 2 s/);
    expect(logins).to.equal(1);
  });

  it('end in one clear error when tokens run out before a request has its turn', async () => {
    onLogin((_seen, response) =>
      response.end(JSON.stringify({ access_token: `brief-${logins}`, token_type: 'Bearer', expires_in: 0.05 })),
    );
    const ids = Array.from({ length: 60 }, (_, n) => `0a1b2c3d-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`);
    const reads = await clock.until(
      Promise.allSettled(ids.map((id) => client.chargers.state(id, { lane: 'background' }))),
    );
    const failures = reads.flatMap((read) => (read.status === 'rejected' ? [read.reason as ZaptecError] : []));
    expect(failures).not.to.have.length(0);
    expect(new Set(failures.map(({ code }) => code))).to.deep.equal(new Set(['BAD_ANSWER']));
    expect(logins).to.be.below(25);
  });

  it('serve a queue that is longer than the life of a token', async () => {
    onLogin((_seen, response) =>
      response.end(JSON.stringify({ access_token: `minute-${logins}`, token_type: 'Bearer', expires_in: 5 })),
    );
    const ids = Array.from({ length: 300 }, (_, n) => `0a1b2c3d-0000-4000-8000-00000000${String(1000 + n)}`);
    await clock.until(Promise.all(ids.map((id) => client.chargers.state(id))));
    expect(logins).to.be.below(12);
    expect(server.seen).to.have.length(ids.length);
  });
});

describe('a command in a pause of the account', () => {
  let cloud: ScriptedCloud;
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;

  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    ({ server, clock, client } = cloud);
  });
  afterEach(() => cloud.stop());

  it('is called expired after 60 s, while the account still pauses, and is never sent', async () => {
    server.handler = answers({ status: 429, headers: { 'Retry-After': '600' } }, { status: 200, body: '{}' });
    await clock.until(failureOf(client.chargers.state(CHARGER)));
    const startedAt = performance.now();
    const error = await clock.until(failureOf(client.chargers.sendCommand(CHARGER, 507, { lane: 'command' })));
    expect(error.code).to.equal('EXPIRED');
    expect(performance.now() - startedAt).to.be.within(59_900, 61_000);
    await clock.advance(700_000);
    expect(server.seen).to.have.length(1);
  });

  it('that was refused itself is given up after 60 s as well', async () => {
    server.handler = answers({ status: 429, headers: { 'Retry-After': '600' } }, { status: 200, body: '{}' });
    const startedAt = performance.now();
    const error = await clock.until(failureOf(client.chargers.sendCommand(CHARGER, 507, { lane: 'command' })));
    expect(error.code).to.equal('HTTP_429');
    expect(performance.now() - startedAt).to.be.within(59_900, 62_000);
    await clock.advance(700_000);
    expect(server.seen).to.have.length(1);
  });

  it('is called expired after 60 s while the login hangs', async () => {
    clock.patienceMs = 20;
    server.login = () => undefined;
    const startedAt = performance.now();
    const error = await clock.until(failureOf(client.chargers.sendCommand(CHARGER, 507, { lane: 'command' })));
    expect(error.code).to.equal('EXPIRED');
    expect(performance.now() - startedAt).to.be.within(59_900, 61_000);
  });
});

describe('the health of an account in an outage', () => {
  it('changes once, however many calls fail, and names host and cause', async () => {
    const server = new ScriptedServer();
    await server.start();
    const { host } = new URL(server.url);
    const clock = new VirtualClock();
    const client = openClient({ baseUrl: server.url, username: 'outage@example.org', password: 'planted-password' });
    server.handler = answers({ status: 200, body: '[]' });
    const said: string[] = [];
    client.onHealth(({ state, text }) => said.push(`${state} ${text}`));
    await clock.until(client.chargers.state(CHARGER));
    await server.stop();
    // The token runs out as well: each later call wants a login.
    await clock.advance(12 * HOUR);
    for (let n = 0; n < 50; n += 1) {
      await clock.until(failureOf(client.chargers.state(CHARGER, { refresh: true })));
      await clock.advance(HOUR);
    }
    const outage = said.filter((line) => !line.startsWith('ok') && !line.startsWith('connecting'));
    expect(outage).to.have.length(1);
    expect(outage[0]).to.contain(host).and.to.contain('ECONNREFUSED');
    client.close();
    clock.restore();
  });
});

describe('a wait that no timer can hold', () => {
  it('does not end at once', async () => {
    const timers = fakeTimers();
    let over = false;
    const controller = new AbortController();
    const wait = sleep(2 ** 40, controller.signal).then(() => (over = true));
    await timers.tickAsync(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).to.equal(false);
    controller.abort();
    await wait;
    timers.restore();
  });
});

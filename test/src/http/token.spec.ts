import { expect } from 'chai';
import { openClient, type ClientHealth, type ZaptecClient } from '../../../src/client';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';
import { failureOf } from '../../support/failure';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';
const PASSWORD = 'p&+%" ä€=ok';

describe('the token', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let client: ZaptecClient;

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    server.handler = answers({ status: 200, body: '[]' });
    clock = new VirtualClock();
    client = openClient({ baseUrl: server.url, username: 'me+you@example.org', password: PASSWORD });
  });
  afterEach(async () => {
    client.close();
    clock.restore();
    await server.stop();
  });

  const state = () => clock.until(client.chargers.state(CHARGER, { refresh: true }));

  it('is asked for once by fifty calls, with every odd character intact', async () => {
    const forms: URLSearchParams[] = [];
    const login = server.login;
    server.login = (seen, response, socket) => {
      forms.push(new URLSearchParams(seen.body));
      login(seen, response, socket);
    };
    const ids = Array.from({ length: 50 }, (_, i) => `0a1b2c3d-0000-4000-8000-0000000001${String(i).padStart(2, '0')}`);
    await clock.until(Promise.all(ids.map((id) => client.chargers.state(id))));
    expect(forms).to.have.length(1);
    expect(Object.fromEntries(forms[0]!)).to.deep.equal({
      grant_type: 'password',
      username: 'me+you@example.org',
      password: PASSWORD,
      scope: 'offline_access',
    });
    expect(new Set(server.seen.map(({ headers }) => headers.authorization))).to.deep.equal(
      new Set(['Bearer planted-token-1']),
    );
  });

  it('is renewed before it runs out', async () => {
    await state();
    await clock.advance(86_200_000);
    await state();
    expect(server.tokens).to.equal(1);
    await clock.advance(150_000);
    await state();
    expect(server.tokens).to.equal(2);
  });

  for (const byMs of [-90_000, -3_600_000, -86_400_000]) {
    it(`is renewed in time when the wall clock is set by ${byMs / 1000} s in the middle of its life`, async () => {
      await state();
      await clock.advance(43_200_000);
      clock.setWallClock(byMs);
      await state();
      expect(server.tokens).to.equal(1);
      await clock.advance(43_150_000);
      await state();
      expect(server.tokens).to.equal(2);
    });
  }

  it('is renewed after a computer slept for longer than its life', async () => {
    await state();
    clock.setWallClock(86_390_000);
    await state();
    expect(server.tokens).to.equal(2);
  });

  for (const byMs of [-90_000, -3_600_000, -86_400_000, 90_000, 3_600_000, 86_400_000]) {
    it(`is there without delay when the wall clock is set by ${byMs / 1000} s during a login`, async () => {
      const right = server.login;
      server.login = (seen, response, socket) => {
        server.login = right;
        clock.setWallClock(byMs);
        right(seen, response, socket);
      };
      const startedAt = performance.now();
      await state();
      // A leap forward by more than its life may mean that the token has run out meanwhile.
      const logins = byMs > 86_000_000 ? 2 : 1;
      expect(server.tokens).to.equal(logins);
      expect(performance.now() - startedAt).to.be.below(logins * 1_150);
    });

    it(`is asked for after a pause that a wall clock set by ${byMs / 1000} s does not change`, async () => {
      const right = server.login;
      server.login = (_seen, response) => response.writeHead(503).end();
      await clock.until(failureOf(client.chargers.state(CHARGER)));
      clock.setWallClock(byMs);
      let asked = 0;
      server.login = (seen, response, socket) => {
        asked += 1;
        right(seen, response, socket);
      };
      expect((await clock.until(failureOf(client.chargers.state(CHARGER)))).code).to.equal('AUTH_UNAVAILABLE');
      expect(asked).to.equal(0);
      await clock.advance(31_000);
      await state();
      expect(asked).to.equal(1);
    });
  }

  it('is good for an hour when the answer has no lifetime', async () => {
    server.login = (_seen, response) => {
      server.tokens += 1;
      response.end(JSON.stringify({ access_token: `t${server.tokens}`, token_type: 'bearer' }));
    };
    await state();
    await clock.advance(3_530_000);
    await state();
    expect(server.tokens).to.equal(1);
    await clock.advance(60_000);
    await state();
    expect(server.tokens).to.equal(2);
  });

  it('is not asked for again after a wrong password, until the password changes', async () => {
    let logins = 0;
    const right = server.login;
    server.login = (seen, response, socket) => {
      logins += 1;
      if (new URLSearchParams(seen.body).get('password') === 'the right one') right(seen, response, socket);
      else
        response
          .writeHead(400)
          .end(
            `{"error":"invalid_grant","error_description":"The pair with ${encodeURIComponent(PASSWORD)} is invalid."}`,
          );
    };
    const health: ClientHealth['state'][] = [];
    client.onHealth(({ state }) => health.push(state));
    for (let i = 0; i < 3; i += 1) {
      const error = await clock.until(failureOf(client.chargers.state(CHARGER)));
      expect(error.code).to.equal('AUTH_INVALID');
      expect(error.message).to.match(/Correct user name and password/);
      expect(error.message).not.to.contain(encodeURIComponent(PASSWORD));
      await clock.advance(600_000);
    }
    expect(logins).to.equal(1);
    expect(health).to.deep.equal(['connecting', 'refused']);

    const corrected = openClient({ baseUrl: server.url, username: 'me+you@example.org', password: 'the right one' });
    await clock.until(corrected.chargers.state(CHARGER));
    corrected.close();
    expect(logins).to.equal(2);
    expect(client.health.state).to.equal('ok');
  });

  it('is missing with an error that has neither user name nor password, nor a part of them', async () => {
    // The text is cut in the middle of the second password.
    const text = `${'x'.repeat(120)} me+you@example.org ${PASSWORD} ${'y'.repeat(40)} ${PASSWORD.repeat(20)}`;
    server.login = (_, response) =>
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_request', error_description: text }));
    const error = await clock.until(failureOf(client.chargers.state(CHARGER)));
    expect(error.code).to.equal('HTTP_400');
    expect(error.message).not.to.contain('me+you').and.not.contain(PASSWORD.slice(0, 4));
  });

  it('is waited for through an outage, at most one login in 1.1 s', async () => {
    const times: number[] = [];
    const right = server.login;
    server.login = (seen, response, socket) => {
      times.push(Date.now());
      if (times.length < 3) response.writeHead(503).end('<html>503 Service Temporarily Unavailable</html>');
      else right(seen, response, socket);
    };
    await state();
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(gaps).to.have.length(2);
    expect(Math.min(...gaps)).to.be.at.least(1_100);
  });

  it('rests after a long outage, then tries by itself', async () => {
    let logins = 0;
    server.login = (_seen, response) => {
      logins += 1;
      response.writeHead(503).end();
    };
    const first = await clock.until(failureOf(client.chargers.state(CHARGER)));
    expect(first.code).to.equal('AUTH_UNAVAILABLE');
    expect(first.cause).to.include({ retryable: true, attempts: 3 });
    expect(client.health.state).to.equal('unreachable');
    expect((await clock.until(failureOf(client.chargers.state(CHARGER)))).code).to.equal('AUTH_UNAVAILABLE');
    expect(logins).to.equal(3);
    await clock.advance(31_000);
    server.login = new ScriptedServer().login;
    await state();
    expect(client.health.state).to.equal('ok');
  });

  for (const [what, status, body, code] of [
    ['a refused scope', 400, '{"error":"invalid_scope"}', 'HTTP_400'],
    ['an answer without a token', 200, '{"token_type":"Bearer"}', 'BAD_ANSWER'],
    ['an answer that is no JSON', 200, '<html>', 'BAD_ANSWER'],
    ['a forbidden login', 403, '', 'HTTP_403'],
  ] as const) {
    it(`is missing after ${what}, which is not reported as a wrong password`, async () => {
      server.login = (_seen, response) => response.writeHead(status).end(body);
      expect((await clock.until(failureOf(client.verify()))).code).to.equal(code);
    });
  }

  it('is missing with a clear error where nobody listens at the address', async () => {
    await server.stop();
    const error = await clock.until(failureOf(client.verify()));
    expect(error.code).to.equal('NETWORK');
    expect(error.message).to.contain('/oauth/token');
    server = new ScriptedServer();
    await server.start();
  });

  it('is replaced by one login after it was revoked, and every call is answered', async () => {
    await state();
    const right = server.handler;
    server.handler = (seen, response, socket) => {
      if (seen.headers.authorization === 'Bearer planted-token-1') response.writeHead(401).end();
      else right(seen, response, socket);
    };
    const ids = Array.from({ length: 50 }, (_, i) => `0a1b2c3d-0000-4000-8000-0000000002${String(i).padStart(2, '0')}`);
    await clock.until(Promise.all(ids.map((id) => client.chargers.state(id))));
    expect(server.tokens).to.equal(2);
  });

  it('is not waited for any longer when the client is closed', async () => {
    clock.patienceMs = 50;
    server.login = () => undefined;
    const failure = failureOf(client.chargers.state(CHARGER));
    await clock.network();
    client.close();
    expect((await failure).code).to.equal('ABORTED');
  });
});

import { expect } from 'chai';
import { CallBackoff } from '../../../src/http/call-backoff';
import { Health } from '../../../src/http/health';
import { RequestJournal, type RequestRecord } from '../../../src/http/journal';
import { RequestLimiter } from '../../../src/http/limiter';
import { request, type Call, type Sender, type Tokens } from '../../../src/http/requester';
import { Transport } from '../../../src/http/transport';
import { failureOf } from '../../support/failure';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

const STATE: Call = {
  method: 'GET',
  path: '/api/chargers/1/state',
  label: '/state',
  lane: 'message',
  repeatable: true,
};
const RESTART: Call = {
  method: 'POST',
  path: '/api/chargers/1/sendCommand/102',
  label: '/restart',
  lane: 'command',
  repeatable: false,
};

describe('a request of an account', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let transport: Transport;
  let account: Sender;
  let tokens: Tokens & { current: string | undefined };
  let records: RequestRecord[];
  let logins: string[];

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    clock = new VirtualClock();
    transport = new Transport();
    records = [];
    logins = [];
    const journal = new RequestJournal();
    journal.listen((record) => records.push(record));
    account = {
      baseUrl: server.url,
      limiter: new RequestLimiter('requester'),
      health: new Health(),
      backoff: new CallBackoff(),
      journal,
      transport,
      logIn: async (_tokens, retrial) => {
        logins.push(retrial);
        await Promise.resolve();
        return (tokens.current = `token ${logins.length}`);
      },
    };
    tokens = {
      current: 'first token',
      isRefused: false,
      secrets: [],
      get: async () => Promise.resolve(''),
      invalidate: () => (tokens.current = undefined),
    };
  });
  afterEach(async () => {
    account.limiter.stop();
    transport.close();
    clock.restore();
    await server.stop();
  });

  const send = (call: Call) => clock.until(request(account, tokens, call));
  const failing = (call: Call) => clock.until(failureOf(request(account, tokens, call)));

  it('carries the token, and is in the journal with who sent it', async () => {
    server.handler = answers({ status: 200, body: '[]' });
    expect(await send({ ...STATE, by: 'node 1' })).to.deep.equal({ status: 200, text: '[]', attempts: 1 });
    await send({ ...STATE, lane: 'editor' });
    await send(RESTART);
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal(Array(3).fill('Bearer first token'));
    expect(logins).to.deep.equal([]);
    expect(records.map(({ by, lane, method, label, attempt }) => [by, lane, method, label, attempt])).to.deep.equal([
      ['node 1', 'message', 'GET', '/state', 1],
      ['editor', 'editor', 'GET', '/state', 1],
      ['other', 'command', 'POST', '/restart', 1],
    ]);
    expect(records[0]).to.include({ path: STATE.path, status: 200, kind: 'answer', zaptecCode: undefined });
    expect(records[0]?.ms).to.be.within(0, 1_000);
  });

  it('uses a socket of its own only if it must not act twice', async () => {
    const ports: unknown[] = [];
    server.handler = (_seen, response, socket) => {
      ports.push(socket.remotePort);
      response.end();
    };
    for (const call of [STATE, STATE, RESTART, STATE]) await send(call);
    expect(ports[1]).to.equal(ports[0]);
    expect(ports[2]).not.to.equal(ports[0]);
    expect(ports[3]).to.equal(ports[0]);
  });

  it('is not sent where its answer is no longer needed', async () => {
    expect(await send({ ...STATE, stillNeeded: () => false })).to.equal(undefined);
    expect(server.seen).to.deep.equal([]);
    expect(records).to.deep.equal([]);
  });

  it('logs in where there is no token, and once more after a 401', async () => {
    tokens.current = undefined;
    server.handler = answers({ status: 401 }, { status: 204 });
    let sent = 0;
    expect(await send({ ...STATE, beforeSend: () => (sent += 1) })).to.deep.equal({
      status: 204,
      text: '',
      attempts: 2,
    });
    expect(logins).to.deep.equal(['never', 'never']);
    expect(sent).to.equal(2);
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal(['Bearer token 1', 'Bearer token 2']);
    tokens.current = undefined;
    server.handler = answers({ status: 401 });
    const error = await failing({ ...STATE, refresh: true });
    expect(error.code).to.equal('HTTP_401');
    expect(error.cause.attempts).to.equal(2);
    expect(logins.slice(2)).to.deep.equal(['hourly', 'hourly']);
  });

  it('counts its tries', async () => {
    server.handler = answers({ status: 503 }, { status: 503 }, { status: 200, body: '1' });
    expect(await send(STATE)).to.deep.equal({ status: 200, text: '1', attempts: 3 });
    expect(records.map(({ attempt, status }) => [attempt, status])).to.deep.equal([
      [1, 503],
      [2, 503],
      [3, 200],
    ]);
    const gaps = server.seen.slice(1).map(({ at }, index) => at - (server.seen[index]?.at ?? 0));
    expect(gaps[1]).to.be.above(gaps[0] ?? 0);
  });

  it('is sent once where its caller tries again by itself', async () => {
    server.handler = answers({ status: 503 });
    expect((await failing({ ...STATE, once: true })).code).to.equal('HTTP_503');
    expect(server.seen).to.have.length(1);
  });

  it('takes a redirect for a failure', async () => {
    server.handler = answers({ status: 300 });
    expect((await failing(STATE)).code).to.equal('HTTP_300');
  });

  for (const [what, status, state] of [
    ['an answer', 200, 'ok'],
    ['a refusal', 404, 'ok'],
    ['an outage', 500, 'unreachable'],
    ['a 429', 429, 'unreachable'],
  ] as const) {
    it(`shows by ${what} that the account is ${state} after it could not be reached`, async () => {
      account.health.unreachable('no route');
      server.handler = answers({ status });
      await clock.until(request(account, tokens, { ...STATE, once: true }).catch(() => undefined));
      expect(account.health.now.state).to.equal(state);
    });
  }

  it('names the host and the cause where the account cannot be reached', async () => {
    server.handler = (_seen, _response, socket) => socket.destroy();
    const error = await failing(RESTART);
    expect(error.code).to.equal('NETWORK');
    expect(account.health.now).to.include({
      state: 'unreachable',
      text: `${new URL(server.url).host} cannot be reached: ECONNRESET`,
    });
  });

  it('says nothing of the account where it was given up, or its answer was too large', async () => {
    const controller = new AbortController();
    server.handler = () => controller.abort();
    expect((await failing({ ...STATE, signal: controller.signal })).code).to.equal('ABORTED');
    server.handler = answers({ status: 200, body: 'x'.repeat(100) });
    expect((await failing({ ...STATE, largestAnswer: 50 })).code).to.equal('TOO_LARGE');
    expect(account.health.now.state).to.equal('idle');
  });

  it('ends at once when its caller gives up before a login, during one or before its turn', async () => {
    const givenUp = AbortSignal.abort();
    tokens.current = undefined;
    account.logIn = () => new Promise(() => undefined);
    const { message, code } = await failing({ ...STATE, signal: givenUp });
    expect([code, message.split('. Remedy')[0]]).to.deep.equal(['ABORTED', 'The request was given up']);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    expect((await failing({ ...STATE, signal: controller.signal })).code).to.equal('ABORTED');
    tokens.current = 'a token';
    expect((await failing({ ...STATE, signal: givenUp })).code).to.equal('ABORTED');
    expect(server.seen).to.deep.equal([]);
  });

  it('ends in the wait between two tries when its caller gives up', async () => {
    const controller = new AbortController();
    server.handler = (_seen, response) => {
      response.writeHead(503).end();
      setTimeout(() => controller.abort(), 100);
    };
    expect((await failing({ ...STATE, signal: controller.signal })).code).to.equal('ABORTED');
    expect(server.seen).to.have.length(1);
  });

  it('of a command expires after a minute, and says so', async () => {
    account.logIn = () => new Promise(() => undefined);
    tokens.current = undefined;
    const error = await failing(RESTART);
    expect(error.code).to.equal('EXPIRED');
    expect(error.message).to.contain('POST /restart waited 60 s for its turn and was not sent');
    expect(error.cause.attempts).to.equal(0);
  });

  it('gives up where no token lives as long as the wait for a turn', async () => {
    const run = account.limiter.run.bind(account.limiter);
    account.limiter.run = (wanted, work) => {
      tokens.current = undefined;
      return run(wanted, work);
    };
    const error = await failing(STATE);
    expect(error.code).to.equal('BAD_ANSWER');
    expect(error.message).to.contain('4 tokens ran out while GET /state waited for its turn: they live too short');
    expect(server.seen).to.deep.equal([]);
  });
});

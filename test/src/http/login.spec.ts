import { expect } from 'chai';
import { loginQueue, TokenSource } from '../../../src/http/token';
import { Transport } from '../../../src/http/transport';
import { failureOf } from '../../support/failure';
import { ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';

describe('a login', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  let transport: Transport;
  let tokens: TokenSource;
  let methods: string[];

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    clock = new VirtualClock();
    transport = new Transport();
    const credentials = { username: 'owner@example.org', password: 'planted-password' };
    tokens = new TokenSource(server.url, credentials, transport, loginQueue());
    methods = [];
  });
  afterEach(async () => {
    tokens.close();
    transport.close();
    clock.restore();
    await server.stop();
  });

  const answer = (status: number, body: object | string, headers = {}) => {
    server.login = ({ method }, response) => {
      methods.push(method);
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  };
  const failing = () => clock.until(failureOf(tokens.get('now')));

  const rows: [string, number, object | string, string, RegExp, object][] = [
    [
      'a wrong password',
      400,
      { error: 'invalid_grant', error_description: 'No.' },
      'AUTH_INVALID',
      /^Zaptec refused user name and password: No\. Remedy/,
      { status: 400, attempts: 1 },
    ],
    [
      'the same with another status',
      401,
      { error: 'invalid_grant' },
      'HTTP_401',
      /^The login answered 401 invalid_grant\. Remedy/,
      { status: 401, attempts: 1 },
    ],
    [
      'another refusal',
      400,
      { error: 'invalid_scope' },
      'HTTP_400',
      /^The login answered 400 invalid_scope\. Remedy/,
      { status: 400, attempts: 1, name: 'LoginFailed' },
    ],
    [
      'a text that is none',
      400,
      { error: 5, error_description: {} },
      'HTTP_400',
      /^The login answered 400\. Remedy/,
      { status: 400 },
    ],
    ['a list', 400, '[]', 'HTTP_400', /^The login answered 400\. Remedy/, { status: 400 }],
    ['no JSON', 400, '<html>', 'HTTP_400', /^The login answered 400\. Remedy/, { status: 400 }],
    [
      'an outage',
      500,
      '',
      'AUTH_UNAVAILABLE',
      /^The login service http:.*\/oauth\/token answered 500 \(3 tries\)/,
      { status: 500, attempts: 3 },
    ],
    ['too many logins', 429, '', 'AUTH_UNAVAILABLE', /answered 429 \(3 tries\)/, { status: 429, attempts: 3 }],
    [
      'no token',
      200,
      { expires_in: 60 },
      'BAD_ANSWER',
      /^The login answered 200 without a token/,
      { status: 200, attempts: 1, name: 'LoginFailed' },
    ],
    [
      'an empty token',
      200,
      { access_token: '' },
      'BAD_ANSWER',
      /^The login answered 200 without a token/,
      { status: 200 },
    ],
  ];
  for (const [what, status, body, code, text, cause] of rows) {
    it(`with ${what} fails with ${code}`, async () => {
      answer(status, body);
      const error = await failing();
      expect(error.code).to.equal(code);
      expect(error.message).to.match(text);
      expect(error.cause).to.deep.include(cause);
      expect(new Set(methods)).to.deep.equal(new Set(['POST']));
    });
  }

  it('shows at most 200 characters of what the service says', async () => {
    answer(400, { error: 'invalid_grant', error_description: 'x'.repeat(20_000) });
    expect((await failing()).message).to.match(/: x{200}\. Remedy/);
  });

  it('says whether the password was refused, and forgets that with the next token', async () => {
    expect(tokens.isRefused).to.equal(false);
    answer(400, { error: 'invalid_grant' });
    await failing();
    expect(tokens.isRefused).to.equal(true);
    expect(tokens.current).to.equal(undefined);
    answer(200, { access_token: 'first', expires_in: 3_600 });
    expect(await clock.until(tokens.get('now'))).to.equal('first');
    expect(tokens.isRefused).to.equal(false);
    expect(tokens.current).to.equal('first');
    await tokens.get();
    expect(methods, 'a token that is good needs no login').to.have.length(1 + 1);
  });

  it('makes a new token where the old one is invalid, and keeps both secret', async () => {
    answer(200, { access_token: 'first', expires_in: 3_600 });
    await clock.until(tokens.get());
    tokens.invalidate('of somebody else');
    expect(tokens.current).to.equal('first');
    tokens.invalidate('first');
    expect(tokens.current).to.equal(undefined);
    answer(200, { access_token: 'second', expires_in: 3_600 });
    expect(await clock.until(tokens.get())).to.equal('second');
    expect(tokens.secrets).to.deep.equal(['owner@example.org', 'planted-password', 'second', 'first']);
  });

  it('gives a short token nine tenths of its life', async () => {
    answer(200, { access_token: 'short', expires_in: 100 });
    await clock.until(tokens.get());
    await clock.advance(89_000);
    expect(tokens.current).to.equal('short');
    await clock.advance(1_500);
    expect(tokens.current).to.equal(undefined);
  });

  it('is not tried again at once where the service asks for a longer rest', async () => {
    answer(503, '', { 'Retry-After': '11' });
    expect((await failing()).cause).to.include({ attempts: 1 });
    await clock.advance(10_000);
    await failing();
    expect(methods).to.have.length(1);
    await clock.advance(1_500);
    await failing();
    expect(methods).to.have.length(2);
  });

  for (const [what, code] of [
    ['drops the connection', 'NETWORK'],
    ['cannot be reached', 'NETWORK'],
  ] as const) {
    it(`is tried three times where the service ${what}`, async () => {
      server.login = (_seen, _response, socket) => {
        methods.push('POST');
        socket.destroy();
      };
      if (what === 'cannot be reached') await server.stop();
      const error = await failing();
      expect(error.code).to.equal(code);
      expect(error.message).to.match(/^The login at http:.*\/oauth\/token did not get through: ECONN.* \(3 tries\)/);
      expect(error.cause.attempts).to.equal(3);
      if (what === 'cannot be reached') await server.start();
    });
  }

  it('ends when the account is closed', async () => {
    answer(503, '');
    const failure = failureOf(tokens.get());
    await clock.advance(50);
    tokens.close();
    expect((await clock.until(failure)).code).to.equal('ABORTED');
    expect(methods).to.have.length(1);
  });
});

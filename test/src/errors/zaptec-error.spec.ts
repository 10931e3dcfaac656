import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../../src/client';
import type { ZaptecError } from '../../../src/errors/zaptec-error';
import { describeCode } from '../../../src/errors/codes';
import { constantsTable } from '../../support/constants';
import { answers, ScriptedServer } from '../../support/scripted-server';
import { VirtualClock } from '../../support/virtual-clock';
import { failureOf } from '../../support/failure';

const CHARGER = '0a1b2c3d-0000-4000-8000-0000000000a1';

interface Row {
  answer: string;
  status: number;
  body?: string;
  headers?: Record<string, string>;
  post?: boolean;
  code: string;
  retryable: boolean;
  remedy: RegExp;
  tries: number;
}

const HTML = '<html><center><h1>Bad</h1></center><hr><center>nginx/1.29.0</center></html>';
const zaptec = (Code: number, Details: string | null = null) => JSON.stringify({ Code, Details, StackTrace: null });

const ROWS: Row[] = [
  { answer: '400', status: 400, code: 'HTTP_400', retryable: false, remedy: /Correct the field/, tries: 1 },
  {
    answer: '400 with ProblemDetails',
    status: 400,
    body: '{"title":"One or more validation errors occurred.","errors":{"id":["bad"]}}',
    code: 'HTTP_400',
    retryable: false,
    remedy: /field/,
    tries: 1,
  },
  { answer: '401 twice', status: 401, code: 'HTTP_401', retryable: true, remedy: /account is active/, tries: 2 },
  { answer: '403', status: 403, code: 'HTTP_403', retryable: false, remedy: /owner or service role/, tries: 1 },
  { answer: '404', status: 404, code: 'HTTP_404', retryable: false, remedy: /Check the id/, tries: 1 },
  {
    answer: '404 of /state',
    status: 404,
    body: '{"errorCode":512,"message":"Charger not found."}',
    code: 'ZAPTEC_512',
    retryable: false,
    remedy: /Check the id/,
    tries: 1,
  },
  {
    answer: '429',
    status: 429,
    headers: { 'Retry-After': '1' },
    body: HTML,
    code: 'HTTP_429',
    retryable: true,
    remedy: /account of its own/,
    tries: 5,
  },
  {
    answer: '500 without a code',
    status: 500,
    code: 'HTTP_500',
    retryable: true,
    remedy: /status.zaptec.com/,
    tries: 5,
  },
  {
    answer: '500 without a code to a POST',
    status: 500,
    post: true,
    code: 'HTTP_500',
    retryable: true,
    remedy: /status/,
    tries: 1,
  },
  {
    answer: '500 with code 528',
    status: 500,
    post: true,
    body: zaptec(528, 'not Paused'),
    code: 'ZAPTEC_528',
    retryable: false,
    remedy: /only after a pause/,
    tries: 1,
  },
  {
    answer: '500 with code 528 to a GET',
    status: 500,
    body: zaptec(528),
    code: 'ZAPTEC_528',
    retryable: false,
    remedy: /state/,
    tries: 1,
  },
  {
    answer: '500 with code 527',
    status: 500,
    post: true,
    body: zaptec(527, 'Cannot update installation when using APM'),
    code: 'ZAPTEC_527',
    retryable: false,
    remedy: /mode to manual/,
    tries: 1,
  },
  {
    answer: '500 with an unknown code',
    status: 500,
    body: zaptec(777),
    code: 'ZAPTEC_777',
    retryable: false,
    remedy: /support/,
    tries: 1,
  },
  { answer: '502 HTML', status: 502, body: HTML, code: 'HTTP_502', retryable: true, remedy: /status/, tries: 5 },
  {
    answer: '503 to a POST',
    status: 503,
    post: true,
    body: HTML,
    code: 'HTTP_503',
    retryable: true,
    remedy: /status/,
    tries: 5,
  },
  { answer: '504', status: 504, body: HTML, code: 'HTTP_504', retryable: true, remedy: /status/, tries: 5 },
  { answer: '200 HTML', status: 200, body: HTML, code: 'BAD_ANSWER', retryable: true, remedy: /proxy/, tries: 1 },
  {
    answer: '200 empty where a state is due',
    status: 200,
    code: 'BAD_ANSWER',
    retryable: true,
    remedy: /proxy/,
    tries: 1,
  },
  {
    answer: '302 elsewhere',
    status: 302,
    headers: { Location: 'http://127.0.0.1:1/' },
    code: 'HTTP_302',
    retryable: false,
    remedy: /documentation/,
    tries: 1,
  },
];

describe('a request that fails', () => {
  const server = new ScriptedServer();
  let clock: VirtualClock;
  let client: ZaptecClient;
  let users = 0;

  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => {
    clock = new VirtualClock();
    server.seen.length = 0;
    client = openClient({
      baseUrl: server.url,
      username: `errors-${(users += 1)}@example.org`,
      password: 'planted-password',
    });
  });
  afterEach(() => {
    client.close();
    clock.restore();
  });

  for (const row of ROWS) {
    it(`with ${row.answer} gives ${row.code} after ${row.tries} tries`, async () => {
      server.handler = answers({
        status: row.status,
        ...(row.body ? { body: row.body } : {}),
        ...(row.headers ? { headers: row.headers } : {}),
      });
      const call = row.post ? client.chargers.sendCommand(CHARGER, 'pause') : client.chargers.state(CHARGER);
      const error: ZaptecError = await clock.until(failureOf(call));
      expect(error.code).to.equal(row.code);
      expect(error.cause).to.include({ retryable: row.retryable, attempts: row.tries });
      expect(error.cause.status ?? row.status).to.equal(row.status);
      expect(error.cause.remedy).to.match(row.remedy);
      expect(error.message).to.contain(error.cause.remedy);
      expect(error.cause).to.have.keys(
        'attempts',
        'name',
        'remedy',
        'retryable',
        ...('status' in error.cause ? ['status'] : []),
      );
      expect(server.seen).to.have.length(row.tries);
    });
  }

  for (const [status, body] of [
    [200, ''],
    [200, 'null'],
    [201, '{"Id":1}'],
    [204, ''],
    [200, '{"Code":200,"Details":"Charging paused successfully"}'],
  ] as const) {
    it(`does not fail with ${status} ${body || 'and an empty body'} to a command`, async () => {
      server.handler = answers({ status, body, headers: { 'Content-Type': 'text/html' } });
      const { meta } = await clock.until(client.chargers.sendCommand(CHARGER, 'pause'));
      expect(meta).to.include({ source: 'rest', attempts: 1 });
    });
  }

  it('for a missing role names the role', async () => {
    server.handler = answers({ status: 403 });
    const error = await clock.until(failureOf(client.chargers.state(CHARGER)));
    expect(error.message).to.match(/needs the owner or service role/);
  });

  it('has a remedy for every code of Zaptec', () => {
    for (const { id, name } of constantsTable().ErrorCodes) {
      const known = describeCode(`ZAPTEC_${id}`);
      expect(known.name, String(id)).to.equal(name);
      expect(known.remedy, name).to.match(/\w{3} \w/);
    }
  });

  it('has a remedy that knows no Node-RED', () => {
    const ours = ['AUTH_INVALID', 'AUTH_MISSING', 'ABORTED', 'READ_ONLY', 'CONFIG_INVALID', 'NOT_DEPLOYED'] as const;
    const others = ['DESTRUCTIVE', 'UNDOCUMENTED', 'TOO_SOON', 'ABOVE_LIMIT', 'GOVERNED', 'HTTP_403'] as const;
    const zaptec = constantsTable().ErrorCodes.map(({ id }) => `ZAPTEC_${id}` as const);
    for (const code of [...ours, ...others, ...zaptec]) {
      expect(describeCode(code).remedy, code).not.to.match(/\bnodes?\b|\btick\b|deploy|\bflow\b/i);
    }
  });

  it('by a dropped connection differs from one to a server that is not there', async () => {
    server.handler = (_seen, _response, socket) => socket.destroy();
    const dropped = await clock.until(failureOf(client.chargers.state(CHARGER)));
    expect(dropped.code).to.equal('NETWORK');
    expect(dropped.cause.attempts).to.equal(5);

    const nobody = openClient({
      baseUrl: 'http://127.0.0.1:1',
      username: 'a@example.org',
      password: 'planted-password',
    });
    const error = await clock.until(failureOf(nobody.installations.list()));
    nobody.close();
    expect(error.code).to.equal('NETWORK');
    expect(error.message).to.contain('ECONNREFUSED');
  });

  it('is sent once where it is a restart, and says that it may have acted', async () => {
    server.handler = (_seen, _response, socket) => socket.destroy();
    const error = await clock.until(failureOf(client.chargers.sendCommand(CHARGER, 'restart')));
    expect(server.seen).to.have.length(1);
    expect(error.cause).to.include({ retryable: false, attempts: 1 });
    expect(error.message).to.contain('may have acted');
  });

  it('for want of an answer is given up', async () => {
    clock.patienceMs = 50;
    server.handler = () => undefined;
    const error = await clock.until(failureOf(client.chargers.state(CHARGER)));
    expect(error.code).to.equal('TIMEOUT');
    expect(error.cause.attempts).to.be.within(2, 5);
  });

  it('for an endless answer is not read to its end', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, ' ');
    server.handler = (_seen, response) => {
      response.on('error', () => undefined);
      for (let i = 0; i < 40; i += 1) response.write(megabyte);
      response.end();
    };
    const error = await clock.until(failureOf(client.chargers.state(CHARGER)));
    expect(error.code).to.equal('TOO_LARGE');
    expect(error.cause.attempts).to.equal(1);
  });
});

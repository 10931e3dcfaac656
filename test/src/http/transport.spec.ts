import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Attempt } from '../../../src/http/attempt';
import { retryAfter, Transport } from '../../../src/http/transport';
import { answers, ScriptedServer } from '../../support/scripted-server';

const PATH = '/api/chargers';

describe('one try over HTTP', () => {
  let server: ScriptedServer;
  let transport: Transport;

  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
    transport = new Transport();
  });
  afterEach(async () => {
    transport.close();
    await server.stop();
  });

  const send = (body?: unknown, more: { freshSocket?: boolean; signal?: AbortSignal } = {}): Promise<Attempt> =>
    transport.send({ method: body === undefined ? 'GET' : 'POST', url: server.url + PATH, body, ...more });

  it('sends a text as a form and an object as JSON, and says who asks', async () => {
    await send();
    await send('a=b&c=d');
    await send({ a: 1 });
    expect(server.seen.map(({ headers, body }) => [headers['content-type'], body])).to.deep.equal([
      [undefined, ''],
      ['application/x-www-form-urlencoded', 'a=b&c=d'],
      ['application/json', '{"a":1}'],
    ]);
    for (const { headers } of server.seen) {
      expect(headers['user-agent']).to.match(/^node-red-contrib-zaptec\//);
      expect(headers.accept).to.equal('application/json');
    }
  });

  it('uses a socket again, unless the request wants one of its own', async () => {
    const ports: (number | undefined)[] = [];
    server.handler = (_seen, response, socket) => {
      ports.push(socket.remotePort);
      response.end('{}');
    };
    await send();
    await send();
    await send({}, { freshSocket: true });
    await send({}, { freshSocket: true });
    expect(ports[1]).to.equal(ports[0]);
    expect(new Set(ports)).to.have.property('size', 3);
  });

  it('hands every answer on as it came, and follows no redirect', async () => {
    server.handler = answers(
      { status: 200, body: ' {"Code":528} ' },
      { status: 302, body: '', headers: { Location: `${server.url}/elsewhere` } },
      { status: 500, body: '<html>' },
    );
    const got = [await send(), await send(), await send()];
    expect(got).to.deep.equal([
      { kind: 'answer', status: 200, text: ' {"Code":528} ', zaptecCode: undefined, retryAfterMs: undefined },
      { kind: 'answer', status: 302, text: '', zaptecCode: undefined, retryAfterMs: undefined },
      { kind: 'answer', status: 500, text: '<html>', zaptecCode: undefined, retryAfterMs: undefined },
    ]);
    expect(server.seen.map(({ url }) => url)).to.deep.equal([PATH, PATH, PATH]);
  });

  for (const [body, code] of [
    ['{"Code":528,"errorCode":512}', 528],
    ['{"code":528}', 528],
    ['{"errorCode":512}', 512],
    ['{"Code":"528"}', undefined],
    ['{"Code":1.5}', undefined],
    ['null', undefined],
    ['{"Code":528', undefined],
  ] as const) {
    it(`reads the code of ${body} in an answer of 400`, async () => {
      server.handler = answers({ status: 400, body, headers: { 'Retry-After': '2' } });
      expect(await send()).to.include({ zaptecCode: code, retryAfterMs: 2_000 });
    });
  }

  it('is given up when the caller ends it', async () => {
    const controller = new AbortController();
    server.handler = () => controller.abort();
    expect(await send(undefined, { signal: controller.signal })).to.deep.equal({
      kind: 'aborted',
      reason: 'The request was given up',
    });
  });

  it('is dropped when the connection ends without an answer', async () => {
    server.handler = (_seen, _response, socket) => socket.destroy();
    expect(await send()).to.deep.equal({ kind: 'dropped', reason: 'ECONNRESET' });
  });

  it('never leaves where nobody listens', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const attempt = await transport.send({ method: 'GET', url: `http://127.0.0.1:${port}/` });
    expect(attempt).to.deep.equal({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  });

  it('knows no difference between the clocks before an answer has a date', async () => {
    expect(transport.clockSkewMs).to.equal(undefined);
    server.handler = answers({ status: 200, headers: { Date: 'yesterday' } });
    await send();
    expect(transport.clockSkewMs).to.equal(undefined);
  });

  for (const seconds of [-3_600, -90, 90, 3_600]) {
    it(`learns that the clock of the server differs by ${seconds} s`, async () => {
      server.handler = (_seen, response) =>
        response.setHeader('Date', new Date(Date.now() + seconds * 1_000).toUTCString()).end('{}');
      await send();
      // A date has whole seconds, and the answer has taken a while.
      expect(transport.clockSkewMs)
        .to.be.within((seconds - 5) * 1_000, (seconds + 5) * 1_000)
        .and.not.equal(0);
    });
  }

  it('takes clocks for equal that differ by less than the date can show, and keeps the last difference it knows', async () => {
    server.handler = answers({ status: 200, body: '{}' });
    await send();
    expect(transport.clockSkewMs).to.equal(0);
    server.handler = answers({ status: 200, headers: { Date: 'yesterday' } });
    await send();
    expect(transport.clockSkewMs).to.equal(0);
  });
});

describe('the header Retry-After', () => {
  it('is read in seconds and as a date, and means at least a second', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(retryAfter('7', now)).to.equal(7000);
    expect(retryAfter(' 7 ', now)).to.equal(7000);
    expect(retryAfter('0', now)).to.equal(1000);
    expect(retryAfter('86400', now)).to.equal(86_400_000);
    expect(retryAfter('1'.repeat(1_000), now), 'no longer than a day').to.equal(86_400_000);
    expect(retryAfter(new Date(now + 90_000).toUTCString(), now)).to.equal(90_000);
    expect(retryAfter(new Date(now - 90_000).toUTCString(), now)).to.equal(1000);
    for (const header of [undefined, '', '  ', 'soon', '1'.repeat(1_001)])
      expect(retryAfter(header, now)).to.equal(undefined);
  });
});

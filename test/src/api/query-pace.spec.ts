import { expect } from 'chai';
import { GARAGE, HOME, ScriptedCloud } from '../../support/scripted-cloud';

const SESSION = '0a1b2c3d-0000-4000-8000-0000000000c1';
const MINUTE = 60_000;

describe('questions that differ each time', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => {
    cloud = await ScriptedCloud.start();
    cloud.server.handler = (_seen, response) => response.end('{"Pages":1,"Data":[],"sessions":[]}');
  });
  afterEach(() => cloud.stop());

  const request = (method: string, path: string, body?: unknown, more = {}) =>
    cloud.client.request({ method, path, body, ...more });
  const ask = (path: string, more = {}) => request('GET', path, undefined, more);
  /** Asks once a second for ten minutes, and counts what reached the cloud. */
  const poll = async (call: (second: number) => Promise<unknown>): Promise<{ sent: number; codes: Set<unknown> }> => {
    const codes = new Set<unknown>();
    for (let second = 0; second < 600; second += 1) {
      await cloud.clock.until(call(second).catch((error: unknown) => codes.add((error as { code: string }).code)));
      await cloud.clock.advance(1_000);
    }
    return { sent: cloud.server.seen.length, codes };
  };
  const at = (second: number) => new Date(Date.UTC(2026, 4, 1) + second * 1_000).toISOString();

  const MOVING: Readonly<Record<string, [(second: number) => string, object?]>> = {
    'the history with a moving period': [(n) => `/api/chargehistory?InstallationId=${HOME}&From=${at(n)}`],
    'all pages of the history with a moving period': [
      (n) => `/api/chargehistory?InstallationId=${HOME}&From=${at(n)}`,
      { pages: true },
    ],
    'the archive with a moving period': [(n) => `/api/sessions/archived?ChargerId=${GARAGE}&From=${at(n)}`],
    'the report with a moving period': [
      (n) => `/api/chargehistory/installationreport?installationId=${HOME}&fromDate=${at(n)}`,
    ],
    'the list of chargers with a moving filter': [(n) => `/api/chargers?NameFilter=${n}`],
    'the list of installations with a moving page size': [(n) => `/api/installation?PageSize=${n + 1}`],
    'an installation with a moving level of detail': [(n) => `/api/installation/${HOME}?DetailLevel=${n}`],
    'the details of the message bus': [() => `/api/installation/${HOME}/messagingConnectionDetails`],
    'an undocumented endpoint': [() => `/api/chargers/${GARAGE}/live`, { undocumented: true }],
    'an undocumented endpoint with a moving query': [
      (n) => `/api/chargers/${GARAGE}/live?_=${n}`,
      { undocumented: true },
    ],
  };
  for (const [what, [path, more]] of Object.entries(MOVING)) {
    it(`are bounded: ${what}`, async () => {
      const { sent, codes } = await poll((second) => ask(path(second), more));
      expect(sent).to.be.within(2, 50);
      expect([...codes].every((code) => code === 'TOO_SOON')).to.equal(true);
    });
  }

  it('are bounded: the archive by the method of the client', async () => {
    const { sent } = await poll((n) => cloud.client.sessions.archived({ chargerId: GARAGE, from: at(n), to: at(1e6) }));
    expect(sent).to.be.within(2, 21);
  });

  it('are bounded: the report by POST, whose equal question is answered from the cache', async () => {
    const path = '/api/chargehistory/installationreport';
    const body = { InstallationId: HOME, FromDate: at(0), EndDate: at(9) };
    const first = await cloud.clock.until(request('POST', path, body));
    expect(first.meta.source).to.equal('rest');
    expect((await cloud.clock.until(request('POST', path, body))).meta.source).to.equal('cache');
    expect(JSON.parse(cloud.server.seen[0]!.body)).to.deep.equal(body);
    const { sent } = await poll((n) => request('POST', path, { ...body, EndDate: at(n) }));
    expect(sent).to.be.within(2, 20);
  });

  it('of many objects do not wait for each other', async () => {
    for (let n = 10; n < 60; n += 1) {
      const path = `/api/chargehistory?ChargerId=0a1b2c3d-0000-4000-8000-0000000001${n}&From=${at(0)}`;
      await cloud.clock.until(ask(path));
    }
    expect(cloud.server.seen).to.have.length(50);
  });

  it('that are refused name the wait and the remedy', async () => {
    for (let n = 0; n < 10; n += 1) await cloud.clock.until(ask(`/api/chargehistory?From=${at(n)}`));
    const error = await cloud.failing(ask(`/api/chargehistory?From=${at(11)}`));
    expect(error.code).to.equal('TOO_SOON');
    expect(error.message).to.match(/\/api\/chargehistory was sent 10 times of late.*again in \d+ s: .*pages/);
    await cloud.clock.advance(MINUTE);
    await cloud.clock.until(ask(`/api/chargehistory?From=${at(11)}`));
  });

  it('of the archive have pages of 100', async () => {
    await cloud.clock.until(cloud.client.sessions.archived({ chargerId: GARAGE, from: at(0), to: at(1) }));
    expect(cloud.server.seen[0]!.url).to.contain('PageSize=100');
  });

  it('let the same command go to a charger once a minute, and a different one at once', async () => {
    const send = (command: number, charger = GARAGE) =>
      request('POST', `/api/chargers/${charger}/sendCommand/${command}`);
    await cloud.clock.until(send(506));
    expect((await cloud.failing(send(506))).code).to.equal('TOO_SOON');
    await cloud.clock.until(send(507));
    await cloud.clock.until(send(506, SESSION));
    expect(cloud.server.seen).to.have.length(3);
    await cloud.clock.advance(MINUTE);
    await cloud.clock.until(send(506));
    expect(cloud.server.seen).to.have.length(4);
  });

  it('that are refused name how long to wait, which is right to the second', async () => {
    for (let n = 0; n < 10; n += 1) await cloud.clock.until(ask(`/api/chargehistory?From=${at(n)}`));
    const error = await cloud.failing(ask(`/api/chargehistory?From=${at(20)}`));
    const seconds = Number(/again in (\d+) s/.exec(error.message)?.[1]);
    expect(seconds).to.be.within(1, 60);
    await cloud.clock.advance((seconds - 2) * 1_000);
    expect((await cloud.failing(ask(`/api/chargehistory?From=${at(21)}`))).code).to.equal('TOO_SOON');
    await cloud.clock.advance(2_000);
    await cloud.clock.until(ask(`/api/chargehistory?From=${at(22)}`));
  });

  it('say of a command that it was sent a moment ago', async () => {
    const path = `/api/chargers/${GARAGE}/sendCommand/506`;
    await cloud.clock.until(request('POST', path));
    expect((await cloud.failing(request('POST', path))).message).to.match(/ was sent a moment ago, and is not sent/);
  });

  it('do not count where they were never sent', async () => {
    for (let n = 0; n < 30; n += 1) {
      const path = `/api/chargehistory?From=${at(n)}`;
      const given = cloud.client.request({ method: 'GET', path }, { signal: AbortSignal.abort() });
      expect((await cloud.failing(given)).code).to.equal('ABORTED');
    }
    for (let n = 0; n < 10; n += 1) await cloud.clock.until(ask(`/api/chargehistory?From=${at(n)}`));
    expect(cloud.server.seen).to.have.length(10);
    expect((await cloud.failing(ask(`/api/chargehistory?From=${at(99)}`))).code, 'no more than ever').to.equal(
      'TOO_SOON',
    );
  });

  it('count where the cloud refused them', async () => {
    cloud.server.handler = (_seen, response) => response.writeHead(403).end();
    for (let n = 0; n < 10; n += 1) await cloud.failing(ask(`/api/chargehistory?From=${at(n)}`));
    expect((await cloud.failing(ask(`/api/chargehistory?From=${at(99)}`))).code).to.equal('TOO_SOON');
  });

  it('are about the same object in every writing of its id and of the parameter', async () => {
    const spellings = [`InstallationId=${HOME}`, `installationid=${HOME}`, `INSTALLATIONID=${HOME.toUpperCase()}`];
    for (let n = 0; n < 10; n += 1) {
      await cloud.clock.until(ask(`/api/chargehistory?${spellings[n % 3]}&From=${at(n)}`));
    }
    for (const [n, spelling] of spellings.entries()) {
      const error = await cloud.failing(ask(`/api/chargehistory?${spelling}&From=${at(50 + n)}`));
      expect(error.code, spelling).to.equal('TOO_SOON');
    }
    await cloud.clock.until(ask(`/api/chargehistory?InstallationId=${GARAGE}&From=${at(60)}`));
  });

  it('by POST are about the objects of the body, in every writing of their name', async () => {
    const path = '/api/chargehistory/installationreport';
    const names = ['InstallationId', 'installationId', 'INSTALLATIONID'];
    const code = async (n: number, id: string) => {
      const asked = request('POST', path, { [names[n % 3]!]: id, FromDate: at(n), EndDate: at(n + 9) });
      return cloud.clock.until(
        asked.then(
          () => 'sent',
          (error: unknown) => (error as { code: string }).code,
        ),
      );
    };
    const codes = [];
    for (let n = 0; n < 30; n += 1) codes.push(await code(n, HOME));
    const sent = codes.filter((each) => each === 'sent').length;
    expect(sent).to.be.within(2, 20);
    expect(codes.slice(sent).every((each) => each === 'TOO_SOON')).to.equal(true);
    expect(await code(40, GARAGE), 'another installation').to.equal('sent');
  });
});

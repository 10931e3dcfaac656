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
});

import { expect } from 'chai';
import { QueryPace } from '../../../src/api/query-pace';
import { zaptecError } from '../../../src/errors/zaptec-error';
import { target } from '../../../src/http/endpoints';
import { fakeTimers, type FakeTimers } from '../../support/fake-timers';
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

  it('by POST are about the users and chargers of the body as well, in the same way as by GET', async () => {
    const path = '/api/chargehistory/installationreport';
    const post = (n: number, userIds: string[]) =>
      request('POST', path, { installationId: HOME, userIds, fromDate: at(n) });
    const get = (n: number, userIds: string[]) =>
      ask(`${path}?installationId=${HOME}&${userIds.map((id) => `userIds=${id}`).join('&')}&fromDate=${at(n)}`);
    for (let n = 0; n < 5; n += 1) await cloud.clock.until((n % 2 ? post : get)(n, [GARAGE, SESSION]));
    expect((await cloud.failing(post(10, [GARAGE, SESSION]))).code).to.equal('TOO_SOON');
    expect((await cloud.failing(get(11, [GARAGE, SESSION]))).code).to.equal('TOO_SOON');
    await cloud.clock.until(post(12, [GARAGE]));
    await cloud.clock.until(get(13, [SESSION]));
  });

  const WALKS = {
    'the archive': (n: number) => cloud.client.sessions.archivePages({ chargerId: GARAGE, from: at(n), to: at(1e6) }),
    'the old history': (n: number) =>
      cloud.client.sessions.historyPages({ chargerId: GARAGE, from: at(n), to: at(1e6) }),
  };
  for (const [what, walk] of Object.entries(WALKS)) {
    const read = async (n: number) => {
      let pages = 0;
      for await (const page of walk(n)) pages += page.requests;
      return pages;
    };

    it(`are bounded: the pages of ${what} by the method of the client, whose further pages are no new question`, async () => {
      cloud.server.handler = ({ url }, response) => {
        const { searchParams } = new URL(url, cloud.server.url);
        const index = Number(searchParams.get('Cursor') ?? searchParams.get('PageIndex') ?? 0);
        const sessions = [{ id: `${index}` }];
        response.end(
          JSON.stringify({ sessions, cursor: `${index + 1}`, hasMore: index < 14, data: sessions, pages: 15 }),
        );
      };
      expect(await cloud.clock.until(read(0))).to.equal(15);
      for (let n = 1; n < 10; n += 1) await cloud.clock.until(walk(n).next());
      expect((await cloud.failing(read(11))).code).to.equal('TOO_SOON');
      expect(cloud.server.seen).to.have.length(15 + 9);
    });
  }
});

describe('the pace of questions', () => {
  let timers: FakeTimers;
  beforeEach(() => (timers = fakeTimers()));
  afterEach(() => timers.restore());

  const command = (n: number) =>
    target('POST', `/api/chargers/0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}/sendCommand/506`);
  const isSent = async (pace: QueryPace, n: number) => {
    const [outcome] = await Promise.allSettled([pace.run(command(n), () => Promise.resolve(true))]);
    return outcome.status === 'fulfilled';
  };

  it('is kept for ten thousand objects, of which the one that was asked about longest ago is forgotten', async () => {
    const pace = new QueryPace();
    for (let n = 0; n < 10_000; n += 1) await isSent(pace, n);
    expect([await isSent(pace, 0), await isSent(pace, 9_999)]).to.deep.equal([false, false]);
    timers.tick(MINUTE);
    expect(await isSent(pace, 0), 'again after a minute').to.equal(true);
    expect(await isSent(pace, 10_000), 'one more object').to.equal(true);
    expect(await isSent(pace, 0), 'asked about last').to.equal(false);
    for (let n = 10_001; n < 20_000; n += 1) await isSent(pace, n);
    expect(await isSent(pace, 10_000)).to.equal(false);
    await isSent(pace, 20_000);
    expect(await isSent(pace, 0), 'forgotten').to.equal(true);
  });

  it('does not fill up beyond what may come at once, however long nobody asks', async () => {
    const pace = new QueryPace();
    timers.tick(100 * MINUTE);
    expect(await isSent(pace, 1)).to.equal(true);
    timers.tick(100 * MINUTE);
    expect([await isSent(pace, 1), await isSent(pace, 1)]).to.deep.equal([true, false]);
  });

  it('gives nothing back for what failed after it was sent, or for a reason of its own', async () => {
    const pace = new QueryPace();
    const failing = (n: number, error: Error) =>
      pace.run(command(n), () => Promise.reject(error)).catch((thrown: unknown) => thrown);
    const sent = zaptecError('HTTP_500', 'refused', { attempts: 1 });
    expect(await failing(1, sent)).to.equal(sent);
    const own = new Error('of its own');
    expect(await failing(2, own)).to.equal(own);
    await failing(3, zaptecError('ABORTED', 'given up', { attempts: 0 }));
    expect([await isSent(pace, 1), await isSent(pace, 2), await isSent(pace, 3)]).to.deep.equal([false, false, true]);
  });
});

import { expect } from 'chai';
import { openClient, type ZaptecClient } from '../../src/client';
import { failureOf } from '../support/failure';
import { GARAGE, ScriptedCloud } from '../support/scripted-cloud';
import { answers } from '../support/scripted-server';

describe('the client', () => {
  let cloud: ScriptedCloud;
  beforeEach(async () => (cloud = await ScriptedCloud.start()));
  afterEach(() => cloud.stop());

  it('demands credentials', () => {
    expect(() => openClient({ username: '', password: 'x' })).to.throw(/user name is empty/);
    expect(() => openClient({ username: 'x', password: '' })).to.throw(/password is empty/);
  });

  it('shares what was read with the next client of the account, also after a redeploy', async () => {
    await cloud.clock.until(cloud.client.installations.list());
    cloud.client.close();
    await cloud.clock.advance(29_000);
    const next = cloud.open({ username: 'Owner@example.org' });
    expect((await cloud.clock.until(next.installations.list())).meta.source).to.equal('cache');
    next.close();
    expect(cloud.server.tokens).to.equal(1);
    await cloud.clock.advance(31_000);
    const later = cloud.open();
    expect((await cloud.clock.until(later.installations.list())).meta.source).to.equal('rest');
    later.close();
  });

  it('ends its calls when it is closed, and only its own', async () => {
    cloud.clock.patienceMs = 50;
    cloud.server.handler = () => undefined;
    const other = cloud.open();
    const mine = failureOf(cloud.client.installations.list());
    const same = failureOf(other.installations.list());
    await cloud.clock.network();
    cloud.client.close();
    cloud.client.close();
    expect((await mine).code).to.equal('ABORTED');
    cloud.server.seen.splice(0);
    expect((await cloud.failing(cloud.client.constants.get())).code).to.equal('ABORTED');
    other.close();
    expect((await same).code).to.equal('ABORTED');
  });

  it('leaves reads that it shares to the other clients of the account when it is closed', async () => {
    cloud.clock.patienceMs = 50;
    await cloud.clock.until(cloud.client.verify());
    const other = cloud.open();
    const archive = { path: `/api/sessions/archived?ChargerId=${GARAGE}`, method: 'GET', pages: true };
    const reads: ((of: ZaptecClient) => Promise<{ data: unknown }>)[] = [
      (of) => of.installations.list(),
      (of) => of.request(archive),
    ];
    for (const read of reads) {
      const mine = cloud.open();
      let answer: (() => void) | undefined;
      const arrived = new Promise<void>((resolve) => {
        cloud.server.handler = ({ url }, response) => {
          const isFirst = answer === undefined;
          const [id, hasMore] = /PageIndex=1|Cursor=/.test(url) ? ['2', false] : ['1', true];
          const body = { Pages: 2, Data: [{ Id: id }], sessions: [id], cursor: 'c1', hasMore };
          const end = () => response.end(JSON.stringify(body));
          if (!isFirst) end();
          answer ??= end;
          resolve();
        };
      });
      const ended = failureOf(read(mine));
      const shared = read(other);
      await cloud.clock.until(arrived);
      mine.close();
      expect((await ended).code).to.equal('ABORTED');
      answer?.();
      expect((await cloud.clock.until(shared)).data).to.have.length(2);
    }
    other.close();
  });

  it('ends a list that nobody waits for any more', async () => {
    cloud.clock.patienceMs = 50;
    await cloud.clock.until(cloud.client.verify());
    let isOver = false;
    const arrived = new Promise<void>((resolve) => {
      cloud.server.handler = (_seen, response) => {
        response.on('close', () => (isOver = true));
        resolve();
      };
    });
    const mine = failureOf(cloud.client.installations.list());
    await cloud.clock.until(arrived);
    cloud.client.close();
    expect((await mine).code).to.equal('ABORTED');
    await cloud.clock.network();
    expect(isOver).to.equal(true);
  });

  it('shows the health and the budget of the account', async () => {
    const seen: string[] = [];
    const stop = cloud.client.onHealth(({ state }) => seen.push(state));
    await cloud.clock.until(cloud.client.verify());
    cloud.server.handler = answers({ status: 429, headers: { 'Retry-After': '2' } }, { status: 200, body: '{}' });
    await cloud.clock.until(cloud.client.constants.get());
    await cloud.clock.advance(1);
    stop();
    expect(seen).to.deep.equal(['connecting', 'ok', 'limited', 'ok']);
    expect(cloud.client.budget).to.deep.include({ permits: 5, waiting: 0 });
    expect(cloud.client.health.since).to.match(/Z$/);
  });

  it('ends a call with the signal of its caller', async () => {
    const caller = new AbortController();
    caller.abort();
    expect((await cloud.failing(cloud.client.constants.get({ signal: caller.signal }))).code).to.equal('ABORTED');
  });
});

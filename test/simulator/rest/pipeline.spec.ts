import { expect } from 'chai';
import { Cloud } from '../../support/simulator/cloud';

/** The globals before the first simulator starts. */
const GLOBALS = [Request, Response];

describe('the pipeline of a call', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start()));
  afterEach(() => cloud.simulator.stop());

  it('needs a token, but not for the constants', async () => {
    const { baseUrl } = cloud.simulator;
    const answer = await fetch(`${baseUrl}/api/chargers`);
    expect([answer.status, await answer.text()]).to.deep.equal([401, '']);
    const bad = await fetch(`${baseUrl}/api/chargers`, { headers: { Authorization: 'Bearer no' } });
    expect(bad.status).to.equal(401);
    expect((await fetch(`${baseUrl}/api/constants`)).status).to.equal(200);
  });

  it('matches paths in any case and answers 404 to unknown ones', async () => {
    expect((await cloud.call('/API/Chargers')).status).to.equal(200);
    expect((await cloud.call('/api/Chargers/')).status).to.equal(200);
    const answer = await cloud.call('/api/nothing/here');
    expect([answer.status, await answer.text()]).to.deep.equal([404, '']);
    expect((await fetch(`${cloud.simulator.baseUrl}/elsewhere`)).status).to.equal(404);
  });

  it('records every call on arrival, before it is answered', async () => {
    const seen: number[] = [];
    const off = cloud.simulator.onRequest(({ status }) => seen.push(status));
    await cloud.call('/api/chargers?PageSize=5');
    off();
    await cloud.call('/api/chargers');
    expect(seen).to.deep.equal([0, 0]);
    const [login, list] = cloud.simulator.requests;
    expect(login!.path).to.equal('/oauth/token');
    expect(list).to.include({ id: 2, method: 'GET', path: '/api/chargers', query: '?PageSize=5', status: 200 });
    expect(list).to.include({ account: 'owner@simulator.example', userAgent: 'tests/1' });
    expect(list!.client).to.contain('owner@simulator.example').and.contain('tests/1');
    expect(list!.token).to.match(/^[0-9a-f]{10}$/);
    cloud.simulator.clearRecords();
    expect(cloud.simulator.requests).to.deep.equal([]);
  });

  it('records bodies, but nothing that looks like a credential', async () => {
    await cloud.call('/api/nothing', {
      method: 'POST',
      body: JSON.stringify({ a: 1, deep: { Password: 'hidden-one' } }),
    });
    expect(cloud.simulator.requests.at(-1)!.body).to.deep.equal({ a: 1, deep: { Password: '…' } });
    await cloud.call('/api/nothing', { method: 'POST', body: 'hidden-two' });
    expect(cloud.simulator.requests.at(-1)).not.to.have.property('body');
    expect(JSON.stringify(cloud.simulator.requests))
      .not.to.contain('hidden')
      .and.not.to.contain(await cloud.token());
  });

  it('refuses bodies that are larger than any call needs', async () => {
    const body = 'x'.repeat(1024 * 1024 + 1);
    expect((await cloud.call('/api/nothing', { method: 'POST', body })).status).to.equal(413);
  });

  const storm = async (calls: number) => {
    const answers = await Promise.all(Array.from({ length: calls }, () => cloud.call('/api/nothing')));
    return answers.filter(({ status }) => status === 404).length;
  };

  it('accepts 15 calls at once and then 10 a second', async () => {
    await cloud.token();
    expect(await storm(20)).to.equal(15);
    cloud.clock.advance(100);
    expect(await storm(3)).to.equal(1);
    cloud.clock.advance(1000);
    expect(await storm(20)).to.equal(10);
    cloud.clock.advance(10_000);
    expect(await storm(20)).to.equal(15);
  });

  it('answers further calls with 429, Retry-After and a page', async () => {
    await cloud.token();
    await storm(15);
    const answer = await cloud.call('/api/chargers');
    expect(answer.status).to.equal(429);
    expect(answer.headers.get('retry-after')).to.equal('1');
    expect(await answer.text())
      .to.contain('429 Too Many Requests')
      .and.contain('nginx');
    expect((await cloud.call('/api/chargers', { role: 'service' })).status).to.equal(200);
  });

  it('limits any 1000 ms with the sliding model', async () => {
    await cloud.simulator.stop();
    cloud = await Cloud.start({ limitModel: 'sliding' });
    await cloud.token();
    expect(await storm(6)).to.equal(6);
    cloud.clock.advance(600);
    expect(await storm(6)).to.equal(4);
    cloud.clock.advance(399);
    expect(await storm(2)).to.equal(0);
    cloud.clock.advance(1);
    expect(await storm(10)).to.equal(6);
  });

  it('stops at once and twice, and refuses impossible options', async () => {
    cloud.fault('hang');
    const hanging = cloud.call('/api/chargers').catch(() => 'gone');
    await new Promise<void>((resolve) => cloud.simulator.onRequest(({ path }) => path.startsWith('/api') && resolve()));
    await Promise.all([cloud.simulator.stop(), cloud.simulator.stop()]);
    expect(await hanging).to.equal('gone');
    expect(cloud.clock.waiting).to.equal(0);
    for (const bad of [{ port: -1 }, { scenario: 'castle' }, { seed: 1.5 }, { speed: -1 }, { tokenLifetimeS: 0 }]) {
      const error = await Cloud.start(bad).catch((reason: unknown) => reason as Error);
      expect((error as Error).message).to.match(new RegExp(`^${Object.keys(bad)[0]!}: .* is not possible; `));
    }
  });

  it('leaves the global Request and Response alone', () => {
    expect([Request, Response]).to.deep.equal(GLOBALS);
  });
});

import { expect } from 'chai';
import { Cloud } from '../../support/simulator/cloud';

describe('the login of the simulator', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start()));
  afterEach(() => cloud.simulator.stop());

  it('issues a token for the right password with unusual characters', async () => {
    const answer = await cloud.login();
    expect(answer.status).to.equal(200);
    const { access_token: token, ...rest } = (await answer.json()) as Record<string, unknown>;
    expect(token).to.be.a('string').with.length.above(40);
    expect(rest).to.deep.equal({ token_type: 'Bearer', expires_in: 86_399, scope: 'offline_access' });
    for (const sign of ['&', '+', '%', '"', ' ', 'ä']) expect(cloud.simulator.accounts[0]!.password).to.contain(sign);
  });

  it('answers no scope where none was requested, and accepts any', async () => {
    expect(await (await cloud.login({ scope: '' })).json()).not.to.have.property('scope');
    cloud.clock.advance(1000);
    expect(await (await cloud.login({ scope: 'openid' })).json()).to.have.property('scope', 'openid');
  });

  it('answers 400 invalid_grant to a wrong password and to an unknown user', async () => {
    for (const fields of [{ password: 'wrong' }, { username: 'nobody@simulator.example' }]) {
      const answer = await cloud.login(fields);
      expect(answer.status).to.equal(400);
      const body = (await answer.json()) as { error_description: string };
      expect(body).to.include({
        error: 'invalid_grant',
        error_uri: 'https://documentation.openiddict.com/errors/ID2024',
      });
      expect(body.error_description).to.match(/^The specified username\/password pair is invalid\./);
      cloud.clock.advance(1000);
    }
  });

  it('refuses refresh tokens, other grants and other content types', async () => {
    const refused = async (fields: Record<string, string>, init?: RequestInit) => {
      cloud.clock.advance(1000);
      const answer = await cloud.login(fields, init);
      expect(answer.status).to.equal(400);
      return ((await answer.json()) as { error: string }).error;
    };
    expect(await refused({ grant_type: 'refresh_token' })).to.equal('invalid_grant');
    expect(await refused({ grant_type: 'client_credentials' })).to.equal('unsupported_grant_type');
    expect(await refused({}, { body: '{}', headers: { 'Content-Type': 'application/json' } })).to.equal(
      'invalid_request',
    );
  });

  it('answers 503 to the second request within a second, which does not count', async () => {
    await cloud.login();
    cloud.clock.advance(999);
    const answer = await cloud.login();
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal(null);
    expect(await answer.text())
      .to.contain('503 Service Temporarily Unavailable')
      .and.contain('nginx');
    cloud.clock.advance(1);
    expect((await cloud.login()).status).to.equal(200);
  });

  it('limits each user separately', async () => {
    const statuses = [];
    for (const { username, password } of cloud.simulator.accounts) {
      statuses.push((await cloud.login({ username, password })).status);
    }
    expect(statuses).to.deep.equal([200, 200, 200]);
  });

  it('issues tokens that expire, and become invalid when they are revoked', async () => {
    const status = async () => (await cloud.call('/api/chargers')).status;
    expect(await status()).to.equal(200);
    cloud.clock.advance(86_398_000);
    expect(await status()).to.equal(200);
    cloud.simulator.revokeTokens();
    const answer = await cloud.call('/api/chargers');
    expect(answer.status).to.equal(401);
    expect(await answer.text()).to.equal('');
  });

  it('issues tokens with the lifetime of the options', async () => {
    await cloud.simulator.stop();
    cloud = await Cloud.start({ tokenLifetimeS: 60 });
    expect((await cloud.call('/api/chargers')).status).to.equal(200);
    cloud.clock.advance(60_000);
    expect((await cloud.call('/api/chargers')).status).to.equal(401);
  });

  it('reports the lifetime to the audit, so that it accepts renewing a short one', async () => {
    cloud.simulator.faults.set('token-short', { on: true });
    for (let logins = 0; logins < 6; logins += 1) {
      await cloud.login({}, { headers: { 'User-Agent': 'my-flow/1.0' } });
      cloud.clock.advance(5000);
    }
    expect(cloud.simulator.audit.clean()).to.equal(true);
    cloud.simulator.clearRecords();
    expect(cloud.simulator.audit.report()).to.deep.equal([]);
  });

  it('is recorded without secrets', async () => {
    await cloud.login();
    const [record] = cloud.simulator.requests;
    expect(record).to.include({
      path: '/oauth/token',
      method: 'POST',
      status: 200,
      account: 'owner@simulator.example',
    });
    expect(JSON.stringify(cloud.simulator.requests)).not.to.contain('made-up');
  });
});

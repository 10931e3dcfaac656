import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { expect } from 'chai';
import { Cloud } from '../../support/simulator/cloud';
import { rawRequest } from '../../support/simulator/raw-request';

const jsonOf = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

describe('the identity provider of the simulator', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start()));
  afterEach(() => cloud.simulator.stop());

  const discovery = async () => (await fetch(`${cloud.simulator.baseUrl}/.well-known/openid-configuration`)).json();

  it('is discovered, with the issuer and the endpoints below the address of the client', async () => {
    const { baseUrl } = cloud.simulator;
    const found = await discovery();
    expect(found).to.include({ issuer: `${baseUrl}/`, token_endpoint: `${baseUrl}/oauth/token` });
    expect(found.grant_types_supported).to.deep.equal(['password']);
    const { username, password } = cloud.simulator.accounts[0]!;
    const body = new URLSearchParams({ grant_type: 'password', username, password });
    expect((await fetch(found.token_endpoint as string, { method: 'POST', body })).status).to.equal(200);
    const named = await rawRequest(
      baseUrl,
      'GET /.well-known/openid-configuration HTTP/1.1',
      `Host: localhost:${new URL(baseUrl).port}`,
      'Connection: close',
      '',
      '',
    );
    expect(named).to.contain(`"issuer":"${baseUrl.replace('127.0.0.1', 'localhost')}/"`);
  });

  it('names its own port to a request of HTTP/1.0 without a host', async () => {
    const { baseUrl } = cloud.simulator;
    const answer = await rawRequest(baseUrl, 'GET /.well-known/openid-configuration HTTP/1.0', '', '');
    expect(answer).to.contain(`"issuer":"${baseUrl}/"`);
  });

  it('is away in an outage', async () => {
    cloud.fault('server-503');
    expect((await fetch(`${cloud.simulator.baseUrl}/.well-known/openid-configuration`)).status).to.equal(503);
  });

  it('issues signed tokens of about 1,300 characters with a subject and an expiry', async () => {
    const token = await cloud.token();
    expect(token.length).to.be.within(1_280, 1_320);
    const [head, claims, signature] = token.split('.');
    const now = Math.floor(cloud.clock.now() / 1000);
    expect(jsonOf(claims)).to.include({ iss: `${cloud.simulator.baseUrl}/`, iat: now, exp: now + 86_399 });
    const { keys } = (await (await fetch((await discovery()).jwks_uri as string)).json()) as {
      keys: (JsonWebKey & { kid: string })[];
    };
    expect(jsonOf(head)).to.deep.equal({ alg: 'ES256', kid: keys[0]!.kid, typ: 'at+jwt' });
    const key = { key: createPublicKey({ key: keys[0]!, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    const signed = (text: string) => verify('sha256', Buffer.from(text), key, Buffer.from(signature!, 'base64url'));
    expect([signed(`${head}.${claims}`), signed(`${head}.e30`)]).to.deep.equal([true, false]);
  });

  it('issues each account its own subject, the same for every token', async () => {
    const subject = async (index: number) => {
      const { username, password } = cloud.simulator.accounts[index]!;
      cloud.clock.advance(1000);
      const answer = (await (await cloud.login({ username, password })).json()) as { access_token: string };
      return jsonOf(answer.access_token.split('.')[1]).sub as string;
    };
    const subjects = [await subject(0), await subject(0), await subject(1)];
    expect(subjects[0]).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect([subjects[0] === subjects[1], subjects[0] === subjects[2]]).to.deep.equal([true, false]);
  });
});

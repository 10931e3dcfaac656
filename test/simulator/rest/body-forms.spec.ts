import { expect } from 'chai';
import { Cloud } from '../../support/simulator/cloud';
import { rawRequest } from '../../support/simulator/raw-request';

const JSON_TYPE = 'Content-Type: application/json';
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded';

describe('a request of the simulator', () => {
  let cloud: Cloud;
  let token: string;
  beforeEach(async () => {
    cloud = await Cloud.start();
    token = await cloud.token();
    // The login is limited to one a second.
    cloud.clock.advance(1000);
  });
  afterEach(() => cloud.simulator.stop());

  const statusOf = async (...lines: string[]) =>
    /^HTTP\/1\.1 (\d{3})/.exec(await rawRequest(cloud.simulator.baseUrl, ...lines))?.[1];
  const chunked = (body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const head = (line: string, ...headers: string[]) => [
    `${line} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    `Authorization: Bearer ${token}`,
    ...headers,
  ];
  const login = () => {
    const { username, password } = cloud.simulator.accounts[0]!;
    return new URLSearchParams({ grant_type: 'password', username, password }).toString();
  };
  const update = () => `/api/installation/${[...cloud.simulator.world.installations.keys()][0]}/update`;
  const portal = () => `/api/installation/${[...cloud.simulator.world.installations.keys()][0]}`;
  const command = () => `/api/chargers/${[...cloud.simulator.world.chargers.keys()][0]}/sendCommand/506`;

  it('may have no Content-Length and no body', async () => {
    expect(await statusOf(...head('POST /simulator/chargers/Garage/unplug'), '', '')).to.equal('200');
    expect(await statusOf(...head('POST /simulator/chargers/Garage/plug'), '', '')).to.equal('200');
    expect(await statusOf(...head('PUT /simulator/faults/slow'), '', '')).to.equal('400');
    cloud.clock.advance(60_000);
    expect(await statusOf(...head(`POST ${command()}`), '', '')).to.equal('200');
    expect(await statusOf(...head(`PUT ${portal()}`), '', '')).to.equal('400');
    expect(await statusOf(...head('POST /oauth/token', FORM_TYPE), '', '')).to.equal('400');
  });

  it('may be chunked', async () => {
    const encoding = 'Transfer-Encoding: chunked';
    const [site] = [...cloud.simulator.world.installations.values()];
    const current = chunked('{"availableCurrent":11}');
    expect(await statusOf(...head(`POST ${update()}`, JSON_TYPE, encoding), '', current)).to.equal('200');
    expect(site!.availableCurrent).to.deep.equal([11, 11, 11]);
    expect(await statusOf(...head('POST /oauth/token', FORM_TYPE, encoding), '', chunked(login()))).to.equal('200');
    const mode = chunked('{"EnabledFeatures":4}');
    expect(await statusOf(...head(`PUT ${portal()}`, JSON_TYPE, encoding), '', mode)).to.equal('200');
    expect(site!.availableCurrentMode).to.equal(2);
    expect(
      await statusOf(...head('PUT /simulator/faults/slow', encoding), '', chunked('{"on":true,"count":3}')),
    ).to.equal('200');
    expect(cloud.simulator.faults.isOn('slow')).to.equal(true);
  });

  it('may be one of HTTP/1.0, without a Host', async () => {
    const body = login();
    const length = `Content-Length: ${body.length}`;
    expect(await statusOf('POST /oauth/token HTTP/1.0', FORM_TYPE, length, '', body)).to.equal('200');
    expect(await statusOf('GET /api/constants HTTP/1.0', '', '')).to.equal('200');
    expect(await statusOf('GET /api/chargers HTTP/1.0', `Authorization: Bearer ${token}`, '', '')).to.equal('200');
    expect(await statusOf('POST /simulator/chargers/Carport/plug HTTP/1.0', '', '')).to.equal('200');
    expect(cloud.simulator.world.findCharger('Carport')?.car).to.be.an('object');
  });

  it('is refused with a body above 1 MiB, announced or chunked', async () => {
    const large = 'x'.repeat(1024 * 1024 + 1);
    const length = `Content-Length: ${large.length}`;
    expect(await statusOf(...head('POST /simulator/load', length), '', large)).to.equal('413');
    const encoding = 'Transfer-Encoding: chunked';
    expect(await statusOf(...head('POST /simulator/load', encoding), '', chunked(large))).to.equal('413');
  });
});

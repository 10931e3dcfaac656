import { expect } from 'chai';
import { Cloud } from '../../support/simulator/cloud';
import { rawRequest } from '../../support/simulator/raw-request';

/** Every face of the simulator. */
const FACES = ['/', '/simulator/', '/simulator/state', '/api/constants', '/.well-known/openid-configuration', '/none'];

describe('the hosts of the simulator', () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await Cloud.start({ hostNames: ['api.zaptec.example'] })));
  afterEach(() => cloud.simulator.stop());

  const isRefused = async (path: string, host: string | undefined) => {
    const lines = host === undefined ? [`GET ${path} HTTP/1.0`] : [`GET ${path} HTTP/1.1`, `Host: ${host}`];
    const answer = await rawRequest(cloud.simulator.baseUrl, ...lines, 'Connection: close', '', '');
    return answer.startsWith('HTTP/1.1 403') && answer.includes(`Host: ${host} is not this machine; use 127.0.0.1`);
  };

  it('are loopback names, the given names, and none', async () => {
    const { port } = new URL(cloud.simulator.baseUrl);
    const hosts = ['127.0.0.1', `127.9.9.9:${port}`, 'LOCALHOST:1', '[::1]:8080', 'api.zaptec.example', undefined];
    for (const path of FACES) {
      for (const host of hosts) expect(await isRefused(path, host), `${path} ${host}`).to.equal(false);
    }
  });

  it('are no broken ones', async () => {
    for (const path of FACES) {
      for (const host of ['127.0.0.999', 'a b', '[::1', '127.0.0.1:99999', 'localhost:80:80']) {
        const answer = await rawRequest(
          cloud.simulator.baseUrl,
          `GET ${path} HTTP/1.1`,
          `Host: ${host}`,
          'Connection: close',
          '',
          '',
        );
        expect(answer, `${path} ${host}`).to.match(/^HTTP\/1\.1 400 /);
      }
    }
  });

  it('are no others, on any face', async () => {
    const hosts = [
      'evil.example',
      'zaptec.example',
      'localhost.evil.example',
      '10.0.0.1:8080',
      '127.0.0.1.evil.example',
    ];
    for (const path of FACES) {
      for (const host of hosts) expect(await isRefused(path, host), `${path} ${host}`).to.equal(true);
    }
    expect(await isRefused('/oauth/token', 'evil.example')).to.equal(true);
    expect(cloud.simulator.requests).to.deep.equal([]);
  });

  const statusOf = async (target: string, ...headers: string[]) => {
    const lines = [`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''];
    return Number((await rawRequest(cloud.simulator.baseUrl, ...lines)).split(' ')[1]);
  };

  it('are one host: two in one request are refused', async () => {
    for (const path of FACES) {
      expect(await statusOf(path, 'Host: localhost', 'Host: evil.example'), path).to.equal(400);
      expect(await statusOf(path, 'Host: localhost', 'Host: localhost'), path).to.equal(400);
    }
  });

  it('count in a whole address as well', async () => {
    expect(await statusOf('http://localhost/api/constants', 'Host: localhost')).to.equal(200);
    expect(await statusOf('http://evil.example/api/constants', 'Host: localhost')).to.equal(403);
    expect(await statusOf('http://localhost/api/constants', 'Host: evil.example')).to.equal(403);
  });

  it('send pages that may ask, and foreign pages may not', async () => {
    const own = ['http://localhost:1880', 'https://127.0.0.1', 'http://API.zaptec.example:8080'];
    for (const path of FACES) {
      // The simulator itself is controlled by its own page only.
      for (const origin of path.startsWith('/simulator') ? [] : own) {
        expect(await statusOf(path, 'Host: localhost', `Origin: ${origin}`), `${path} ${origin}`).not.to.equal(403);
      }
      for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://']) {
        expect(await statusOf(path, 'Host: localhost', `Origin: ${origin}`), `${path} ${origin}`).to.equal(403);
      }
    }
  });
});

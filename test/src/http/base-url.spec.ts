import { expect } from 'chai';
import { checkBaseUrl } from '../../../src/http/base-url';
import { userAgent } from '../../../src/http/user-agent';

describe('the base URL', () => {
  for (const [given, kept] of [
    ['https://api.zaptec.com/', 'https://api.zaptec.com'],
    ['https://proxy.example/zaptec/', 'https://proxy.example/zaptec'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.53:80', 'http://127.0.0.53'],
    ['http://[::1]:9000/', 'http://[::1]:9000'],
  ] as const) {
    it(`may be ${given}`, () => expect(checkBaseUrl(given)).to.equal(kept));
  }

  for (const given of [
    'http://api.zaptec.com',
    'http://127.0.0.1.evil.example',
    'ftp://localhost',
    'http://10.0.0.1',
    'nonsense',
    'https://me:secret-word@api.zaptec.com',
  ]) {
    it(`may not be ${given}`, () => {
      expect(() => checkBaseUrl(given)).to.throw(/Remedy: /);
      expect(() => checkBaseUrl(given)).not.to.throw(/secret-word/);
    });
  }

  it('is asked by name and version', () =>
    expect(userAgent()).to.match(/^node-red-contrib-zaptec\/\d+\.\d+\.\d+ \(\+https:/));
});

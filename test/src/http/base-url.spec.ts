import { expect } from 'chai';
import { isZaptecError, type ZaptecError } from '../../../src/errors/zaptec-error';
import { checkBaseUrl, isLoopback } from '../../../src/http/base-url';
import { userAgent } from '../../../src/http/user-agent';

function refusal(given: string): ZaptecError {
  try {
    checkBaseUrl(given);
  } catch (error) {
    if (isZaptecError(error)) return error;
  }
  throw new Error(`${given} is taken`);
}

describe('the base URL', () => {
  for (const [given, kept] of [
    ['https://api.zaptec.com/', 'https://api.zaptec.com'],
    ['https://proxy.example/zaptec/', 'https://proxy.example/zaptec'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.53:80', 'http://127.0.0.53'],
    ['http://[::1]:9000/', 'http://[::1]:9000'],
    ['https://proxy.example/zaptec///', 'https://proxy.example/zaptec'],
    [`https://proxy.example/${'a'.repeat(1_978)}`, `https://proxy.example/${'a'.repeat(1_978)}`],
  ] as const) {
    it(`may be ${given.slice(0, 40)}`, () => expect(checkBaseUrl(given)).to.equal(kept));
  }

  for (const [given, reason] of [
    ['http://api.zaptec.com', 'The address http://api.zaptec.com is not encrypted'],
    ['http://127.0.0.1.evil.example', 'The address http://127.0.0.1.evil.example is not encrypted'],
    ['http://evil.127.0.0.1', /^The address .* is not a URL$|is not encrypted$/],
    ['ftp://localhost', /is not encrypted$/],
    ['http://10.0.0.1', 'The address http://10.0.0.1 is not encrypted'],
    ['nonsense', 'The address "nonsense" is not a URL'],
    ['n'.repeat(2_000), `The address "${'n'.repeat(100)}" is not a URL`],
    [`https://proxy.example/${'a'.repeat(1_979)}`, 'The address has 2001 characters, more than 2000'],
    ['https://me:secret-word@api.zaptec.com', 'The address contains a user name or a password'],
    ['https://:secret-word@api.zaptec.com', 'The address contains a user name or a password'],
    ['https://secret-word@api.zaptec.com', 'The address contains a user name or a password'],
  ] as const) {
    it(`may not be ${given.slice(0, 40)}`, () => {
      const { message, code, cause } = refusal(given);
      expect(code).to.equal('BASE_URL_INVALID');
      const [text = '', remedy = ''] = message.split('. Remedy: ');
      if (reason instanceof RegExp) expect(text).to.match(reason);
      else expect(text).to.equal(reason);
      expect(remedy).to.match(cause.remedy.startsWith('Give') ? /^Give user name and password apart/ : /^Use https:/);
      expect(message).not.to.contain('secret-word');
    });
  }

  it('is of this machine only by the names of its loopback', () => {
    const names = [
      'localhost',
      '127.0.0.1',
      '127.255.10.1',
      '[::1]',
      'localhost.example',
      'my-localhost',
      '127.1',
      '10.127.0.0.1',
    ];
    expect(names.filter(isLoopback)).to.deep.equal(['localhost', '127.0.0.1', '127.255.10.1', '[::1]']);
  });

  it('is asked by name and version', () =>
    expect(userAgent()).to.match(/^node-red-contrib-zaptec\/\d+\.\d+\.\d+ \(\+https:/));
});

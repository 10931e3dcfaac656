import { expect } from 'chai';
import fc from 'fast-check';
import { redact } from '../../../src/errors/redact';

describe('the removal of secrets', () => {
  it('finds a secret in every form in which a server may echo it', () => {
    const secret = 'pa"ss & wörd+%';
    const forms = [
      secret,
      JSON.stringify(secret),
      encodeURIComponent(secret),
      new URLSearchParams({ p: secret }).toString(),
      Buffer.from(secret).toString('base64'),
    ];
    for (const form of forms) expect(redact(`a ${form} b`, [secret]), form).not.to.contain(form);
  });

  it('leaves nothing of a secret, and all of the rest', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6 }), fc.string(), fc.string(), (secret, before, after) => {
        expect(redact(before + secret + after, [secret, undefined])).not.to.contain(secret);
      }),
    );
    expect(redact('nothing to see', ['other-secret'])).to.equal('nothing to see');
  });
});

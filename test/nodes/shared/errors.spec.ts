import { expect } from 'chai';
import { asError } from '../../../nodes/shared/errors';
import { zaptecError } from '../../../src/errors/zaptec-error';

describe('errors on their way to a Catch node', () => {
  it('pass through when they come from the client', () => {
    const error = zaptecError('ZAPTEC_528', 'refused');
    expect(asError(error)).to.equal(error);
  });

  it('become INTERNAL with own code and plain cause otherwise', () => {
    for (const thrown of [new TypeError('x is undefined'), 'text', undefined, { a: 1 }]) {
      const error = asError(thrown);
      expect(Object.hasOwn(error, 'code') && Object.hasOwn(error, 'cause')).to.equal(true);
      expect(error.code).to.equal('INTERNAL');
      expect(Object.getPrototypeOf(error.cause)).to.equal(Object.prototype);
      expect(error.message).to.include('Remedy');
    }
  });

  it('contain no secret', () => {
    const error = asError(new Error('POST user=me&password=p%26ss-w%C3%B6rd p&ss-wörd'), ['p&ss-wörd', '']);
    expect(error.message).not.to.include('p&ss-wörd').and.not.to.include('p%26ss');
    expect(error.stack).not.to.include('p&ss-wörd');
  });
});

import { expect } from 'chai';
import { asZaptecError, outcomeOf } from '../../../src/current/outcome';
import { zaptecError } from '../../../src/errors/zaptec-error';

describe('the outcome of a write', () => {
  for (const [code, details, kind] of [
    ['HTTP_429', { status: 429 }, 'rejected'],
    ['HTTP_401', { status: 401 }, 'rejected'],
    ['NETWORK', {}, 'rejected'],
    ['HTTP_403', { status: 403 }, 'refused'],
    ['ZAPTEC_527', { status: 500 }, 'refused'],
    ['ZAPTEC_500', { status: 500 }, 'failed'],
    ['HTTP_503', { status: 503 }, 'failed'],
    ['HTTP_500', { status: 500 }, 'lost'],
    ['HTTP_504', { status: 504 }, 'lost'],
    ['BAD_ANSWER', { status: 200 }, 'lost'],
    ['NETWORK', { name: 'ConnectionDropped' }, 'lost'],
    ['TIMEOUT', {}, 'lost'],
    ['ABORTED', {}, 'lost'],
  ] as const) {
    it(`of ${code} ${JSON.stringify(details)} is ${kind}`, () => {
      expect(outcomeOf(zaptecError(code, 'made up', { ...details }), true)).to.include({ kind });
    });
  }

  it('of a write that never left is that it can be tried again', () => {
    expect(outcomeOf(zaptecError('EXPIRED', 'made up'), false)).to.include({ kind: 'rejected' });
    const { error } = outcomeOf(new Error('strange'), false) as { error: { code: string } };
    expect(error.code).to.equal('INTERNAL');
    expect(asZaptecError(new Error('strange')).message).to.match(/^strange\. /);
    expect(asZaptecError('strange').message).to.match(/^Something failed\. /);
  });
});

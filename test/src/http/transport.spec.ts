import { expect } from 'chai';
import { retryAfter } from '../../../src/http/transport';

describe('the header Retry-After', () => {
  it('is read in seconds and as a date, and means at least a second', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(retryAfter('7', now)).to.equal(7000);
    expect(retryAfter('0', now)).to.equal(1000);
    expect(retryAfter(new Date(now + 90_000).toUTCString(), now)).to.equal(90_000);
    expect(retryAfter(new Date(now - 90_000).toUTCString(), now)).to.equal(1000);
    for (const header of [undefined, '', 'soon']) expect(retryAfter(header, now)).to.equal(undefined);
  });
});

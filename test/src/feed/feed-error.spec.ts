import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { FEED_ERRORS, FEED_ERROR_CODES } from '../../../src/feed/feed-error';

const guide = readFileSync(join(__dirname, '../../../docs/push.md'), 'utf8');

describe('the errors of a feed', () => {
  for (const code of FEED_ERROR_CODES.filter((each) => each.startsWith('BUS_'))) {
    it(`explain ${code} in docs/push.md`, () => expect(guide).to.contain(`\`${code}\``));
  }

  it('are sentences with a remedy', () => {
    for (const { text, remedy } of Object.values(FEED_ERRORS)) {
      expect(text).to.match(/^[A-Z].*[^.]$/);
      expect(remedy).to.match(/^[A-Z].*[^.]$/);
    }
  });
});

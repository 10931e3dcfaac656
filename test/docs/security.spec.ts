import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.join(__dirname, '../..');
/** What docs/security.md names as a proof: a file of tests, and how the title of a test or a suite begins. */
const PROOF = /`(test\/[\w/.-]+\.spec\.ts)`: ([^|)\n]+)/g;

const unwrapped = (text: string) => text.replace(/(?<!\n)\n(?!\n)/g, ' ');

describe('each promise of docs/security.md', () => {
  const text = unwrapped(readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8').replaceAll('|\n', '|\n\n'));
  const proofs = [...text.matchAll(PROOF)].map(([, file = '', title = '']) => ({
    file,
    title: title.trim().replace(/\.$/, ''),
  }));

  it('names its tests in the form that is checked here', () => {
    expect(proofs.length).to.be.above(20);
    expect(proofs).to.have.lengthOf(text.match(/`test\//g)!.length);
  });

  for (const { file, title } of proofs) {
    it(`is shown by ${file}: ${title}`, () => {
      expect(existsSync(path.join(ROOT, file)), file).to.equal(true);
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      const titles = [...source.matchAll(/\b(?:it|describe)\(\s*(['"`])(.*?)\1/gs)].map(([, , found = '']) => found);
      expect(titles.filter((found) => found.startsWith(title))).not.to.deep.equal([]);
    });
  }
});

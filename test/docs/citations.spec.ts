import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Citations, citationsIn } from './citations';

const ROOT = path.join(__dirname, '../..');
const OWN = 'https://github.com/node-red-contrib-zaptec/node-red-contrib-zaptec';
const PAGE = '# Facts\n\n## Login\n\n## Two `words`\n\n## Twice\n\n## Twice\n';

/** A checkout with a page of facts and one other file, thrown away afterwards. */
function checkoutWith<T>(file: string, text: string, examine: (citations: Citations) => T): T {
  const root = mkdtempSync(path.join(tmpdir(), 'zaptec-citations-'));
  try {
    for (const [name, content] of [
      ['docs/facts.md', PAGE],
      [file, text],
    ] as const) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    return examine(new Citations(root));
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('citations of the documentation', () => {
  const repository = new Citations(ROOT);

  it('name a page and a heading that exist', () => expect(repository.brokenCitations().join('\n')).to.equal(''));
  it('name no file that is not in the repository', () => expect(repository.brokenMentions().join('\n')).to.equal(''));
  it('are links that lead somewhere, within the documentation', () =>
    expect(repository.brokenLinks().join('\n')).to.equal(''));

  it('may be broken by the lines of a comment, and name several headings', () => {
    const text = '/**\n * Twelve (docs/facts.md, "A long\n * heading", "B" and\n * "C"). Said in "D".\n */';
    expect(citationsIn(text)).to.deep.equal([{ page: 'facts.md', headings: ['A long heading', 'B', 'C'] }]);
  });

  const GOOD: [file: string, text: string][] = [
    ['src/x.ts', '/** docs/facts.md, "Login" and "Two words". */'],
    ['docs/schema/x.json', '{ "description": "docs/facts.md, \\"Login\\"" }'],
    ['docs/x.md', '[facts](facts.md#two-words), [here](#top), [there](https://example.org/y.md)\n\n# Top\n'],
    ['README.md', `[facts](${OWN}/blob/HEAD/docs/facts.md#login), [folder](${OWN}/tree/HEAD/docs)`],
    ['README.md', 'See [facts] and docs/facts.md.\n\n[facts]: docs/facts.md#login\n'],
  ];
  for (const [file, text] of GOOD) {
    it(`allows ${JSON.stringify(text)} in ${file}`, () =>
      checkoutWith(file, text, (it) => {
        expect([...it.brokenCitations(), ...it.brokenMentions(), ...it.brokenLinks()]).to.deep.equal([]);
      }));
  }

  const BAD: [find: 'brokenCitations' | 'brokenMentions' | 'brokenLinks', file: string, text: string][] = [
    ['brokenCitations', 'src/x.ts', '/** docs/fact.md, "Login". */'],
    ['brokenCitations', 'src/x.ts', '// docs/facts.md, "Logout"'],
    ['brokenCitations', 'src/x.ts', '// docs/facts.md, "Login" and "Logout"'],
    ['brokenCitations', 'src/x.ts', '// docs/facts.md, "Twice"'],
    ['brokenCitations', 'docs/schema/x.json', '{ "description": "docs/facts.md, \\"Logout\\"" }'],
    ['brokenMentions', 'src/x.ts', '/** `facts.md` 2.5 */'],
    ['brokenMentions', 'src/x.ts', '// ../shared/secret.md'],
    ['brokenMentions', 'src/x.ts', '// seen in HA#12'],
    ['brokenMentions', 'docs/x.md', 'The rules are in rules.md.'],
    ['brokenLinks', 'docs/x.md', '[facts](fact.md)'],
    ['brokenLinks', 'README.md', `[facts](${OWN}/blob/HEAD/docs/fact.md)`],
    ['brokenLinks', 'README.md', `[facts](${OWN}/blob/HEAD/docs/facts.md#logout)`],
    ['brokenLinks', 'docs/x.md', '[facts](facts.md#logout)'],
    ['brokenLinks', 'docs/x.md', '[facts](#login)'],
    ['brokenLinks', 'docs/x.md', '![picture](images/x.png)'],
    ['brokenLinks', 'docs/x.md', 'See [facts].'],
  ];
  for (const [find, file, text] of BAD) {
    it(`refuses ${JSON.stringify(text)} in ${file}`, () =>
      checkoutWith(file, text, (it) => expect(it[find]()).to.have.lengthOf(1)));
  }
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { mermaid, partsOf, reduced, withPicture, type CruisedModule } from '../../scripts/architecture/picture';

const module = (source: string, ...targets: string[]): CruisedModule => ({
  source,
  dependencies: targets.map((resolved) => ({ resolved })),
});
const imports = (all: Record<string, string[]>) =>
  new Map(Object.entries(all).map(([part, targets]) => [part, new Set(targets)]));

describe('the picture of the architecture', () => {
  it('has one box for each folder and for each file of src itself', () => {
    const modules = [
      module('src/client.ts', 'src/account.ts', 'src/feed/bus/sdk.ts', 'node_modules/axios/index.js'),
      module('src/feed/bus/sdk.ts', 'src/feed/types.ts', 'src/time/clock.ts'),
      module('src/feed/types.ts'),
      module('src/account.ts'),
      module('src/time/clock.ts', 'data/table.json'),
      module('simulator/clock.ts', 'simulator/world/model.ts'),
    ];
    expect(partsOf(modules)).to.deep.equal(
      imports({
        'src/client.ts': ['src/account.ts', 'src/feed'],
        'src/feed': ['src/time'],
        'src/account.ts': [],
        'src/time': [],
      }),
    );
  });

  it('leaves out an arrow that follows from others', () => {
    const all = imports({ a: ['b', 'c', 'd'], b: ['c'], c: ['d'], d: [] });
    expect(reduced(all)).to.deep.equal(imports({ a: ['b'], b: ['c'], c: ['d'], d: [] }));
  });

  it('is refused when folders import each other', () => {
    const all = imports({ a: ['b'], b: ['c'], c: ['b'] });
    expect(() => reduced(all)).to.throw('These import each other: a → b → c → b');
  });

  it('is the same in whatever order the files are read', () => {
    const ways = [
      imports({ 'src/api': ['src/http', 'src/errors'], 'src/http': [], 'src/errors': [] }),
      imports({ 'src/errors': [], 'src/http': [], 'src/api': ['src/errors', 'src/http'] }),
    ];
    const [one, other] = ways.map(mermaid);
    expect(one).to.equal(other);
    expect(one).to.include('    src_api["api"]\n').and.to.include('  src_api --> src_errors\n  src_api --> src_http\n');
  });

  it('replaces the former picture and nothing else of the page', () => {
    const page = 'before\n\n<!-- made by npm run architecture -->\n\nold\n\n<!-- end -->\n\nafter\n';
    const drawn = withPicture(page, 'new');
    expect(drawn).to.equal(page.replace('old', 'new'));
    expect(withPicture(drawn, 'new')).to.equal(drawn);
    expect(() => withPicture('no marker', 'new')).to.throw('has no place for the picture');
  });
});

describe('the lists of the parts of src', () => {
  const read = (file: string) => readFileSync(path.join(__dirname, '../..', file), 'utf8');
  const parts = readdirSync(path.join(__dirname, '../../src'));

  it('have each part in the page on architecture', () => {
    const rows = read('docs/architecture.md').match(/^\| `[^`]+`/gm) ?? [];
    const named = rows.map((row) => row.slice(3, -1));
    expect(named).to.include.members(parts);
  });

  it('have each part in the guide for contributors', () => {
    const [, folders = ''] = /^src\/ [\s\S]*?\n((?: {2}.*\n)+)/m.exec(read('CONTRIBUTING.md')) ?? [];
    for (const part of parts) expect(folders).to.match(new RegExp(`\\b${part}\\b`));
  });
});

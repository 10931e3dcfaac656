import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { expect } from 'chai';
import { filesBelow, manifest, NODES, read, ROOT } from './support';

/** Everything that may be in the package; what is not in this list has been packed by mistake. */
const ALLOWED = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^dist\/(src|simulator|nodes)\/.+\.(js|d\.ts)$/,
  /^dist\/(client|simulator)\.(mjs|d\.mts)$/,
  /^dist\/simulator\/page\/.+\.(html|css|js|svg)$/,
  /^dist\/nodes\/[a-z-]+\/[a-z-]+\.html$/,
  /^dist\/nodes\/[a-z-]+\/icons\/[a-z-]+\.svg$/,
  /^dist\/nodes\/[a-z-]+\/locales\/[A-Za-z-]+\/[a-z-]+\.(html|json)$/,
  /^dist\/nodes\/shared\/locales\/(?:[a-z]{2}|keys)\.json$/,
  /^dist\/data\/.+\.json$/,
  /^data\/.+\.json$/,
  /^docs\/schema\/.+\.(json|md)$/,
  /^examples\/.+\.json$/,
];
const NEVER =
  /(^|\/)(test|bench|scripts|\.built)(\/|$)|\.(spec|test)\.|editor\.(ts|js)$|(?<!\.d)\.m?ts$|\.map$|\.log$|~$/;

describe('the package as npm packs it', function () {
  this.timeout(60_000);
  let packed: Set<string>;
  let sizes: { size: number; unpackedSize: number };

  before(() => {
    // Without scripts: packing must not build, or the test would delete what other tests are reading.
    const npm = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'];
    const report = JSON.parse(
      execFileSync('npm', npm, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const [pack] = Array.isArray(report) ? report : Object.values<any>(report);
    packed = new Set(pack.files.map((file: { path: string }) => file.path));
    sizes = pack;
  });

  it('holds everything that a node needs', () => {
    for (const { file, built, name, languages } of NODES) {
      const needs = [file, `${built}/${name}.html`];
      for (const language of languages) {
        needs.push(...['json', 'html'].map((kind) => `${built}/locales/${language}/${name}.${kind}`));
      }
      for (const need of needs) expect(packed.has(need), need).to.equal(true);
    }
    const icons = filesBelow('nodes').filter((file) => file.endsWith('.svg'));
    for (const icon of icons) expect(packed.has(`dist/${icon}`), icon).to.equal(true);
  });

  it('holds the data, the schemas and every example', () => {
    const wanted = ['data', 'docs/schema', 'examples'].flatMap(filesBelow).filter((file) => file.endsWith('.json'));
    expect(wanted).to.include('data/zaptec-constants.json');
    for (const file of wanted) expect(packed.has(file), file).to.equal(true);
    expect(packed.has('LICENSE')).to.equal(true);
  });

  it('loads no library that npm does not install with it, but for the optional ones', () => {
    const { dependencies, peerDependencies } = manifest;
    const ofNodes = { ...dependencies, ...peerDependencies };
    const missing = [...packed]
      .filter((file) => /^dist\/.+\.js$/.test(file))
      .flatMap((file) => {
        const known = file.startsWith('dist/simulator/') ? dependencies : ofNodes;
        return [...read(file).matchAll(/\b(?:require|import)\("([^."][^"]*)"\)/g)]
          .map(([, name = '']) => name)
          .filter((name) => !isBuiltin(name) && !Object.keys(known).some((own) => `${name}/`.startsWith(`${own}/`)))
          .map((name) => `${file}: ${name}`);
      });
    expect(missing).to.deep.equal([]);
  });

  it('holds nothing else', () => {
    const strange = [...packed].filter((file) => NEVER.test(file) || !ALLOWED.some((allowed) => allowed.test(file)));
    expect(strange).to.deep.equal([]);
  });

  it('can start the simulator as a command', () => {
    for (const file of Object.values<string>(manifest.bin)) {
      expect(packed.has(file), file).to.equal(true);
      expect(statSync(path.join(ROOT, file)).mode & 0o111, `${file}: executable`).not.to.equal(0);
    }
  });

  it('is small, packed and unpacked', () => {
    // 600 kB without the six languages beside English.
    expect(sizes.size).to.be.lessThan(900_000);
    expect(sizes.unpackedSize).to.be.lessThan(3_200_000);
  });
});

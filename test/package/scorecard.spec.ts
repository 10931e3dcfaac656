import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { definitionsOf, examples, manifest, NODES, read, ROOT } from './support';

/** Whether a range of the form `>=1.2.3` admits a version. */
const admits = (range: string, version: string): boolean => {
  expect(range).to.match(/^>=\d+(\.\d+){1,2}$/);
  return range.slice(2).localeCompare(version, 'en', { numeric: true }) <= 0;
};
/** What an example may need beside Node-RED, if its first comment names it. */
const PACKAGES: Record<string, RegExp> = {
  '@flowfuse/node-red-dashboard': /^ui-/,
  'node-red-node-email': /^e-mail$/,
  'node-red-node-sqlite': /^sqlite(db)?$/,
  '@victronenergy/node-red-contrib-victron': /^victron-virtual$/,
  'node-red-contrib-power-saver': /^ps-/,
};
const definitions = () => NODES.flatMap(({ built, name }) => definitionsOf(read(built, `${name}.html`)));

describe('the Node-RED scorecard', () => {
  it('P01: has a license', () => {
    expect(manifest.license).to.equal('MIT');
    expect(read('LICENSE')).to.match(/^MIT License/);
  });

  it('P02, P03: says where it lives and where to report', () => {
    expect(manifest.repository.url).to.match(/^git\+https:\/\/.+\/node-red-contrib-zaptec\.git$/);
    expect(manifest.bugs.url).to.match(/^https:\/\//);
    expect(manifest.homepage).to.match(/^https:\/\//);
  });

  it('P04, P08: has a name that follows the rules', () => {
    expect(manifest.name).to.match(/^(@[a-z\d-]+\/)?node-red-contrib-[a-z\d-]+$/);
  });

  it('P05: has the keyword', () => expect(manifest.keywords).to.include('node-red'));

  it('P06: names the Node-RED it needs: 4 and 5, not the 3 that has ended', () => {
    const range = manifest['node-red'].version;
    expect(admits(range, '4.0.0') && admits(range, '4.1.15') && admits(range, '5.0.7')).to.equal(true);
    expect(admits(range, '3.1.15')).to.equal(false);
  });

  it('P07: runs on the Node.js that the newest Node-RED needs', () => {
    expect(admits(manifest.engines.node, '22.9.0')).to.equal(true);
    expect(admits(manifest.engines.node, '20.19.0')).to.equal(true);
  });

  it('D01: has at most six dependencies', () => {
    expect(Object.keys(manifest.dependencies)).to.have.length.of.at.most(6);
  });

  it('D02: brings none of the packages that break Node-RED', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    const bad = Object.entries<{ version?: string }>(packages).filter(
      ([where, { version }]) => where.endsWith('node_modules/agent-base') && Number.parseInt(version ?? '0') < 6,
    );
    expect(bad).to.deep.equal([]);
  });

  it('D03: lets every dependency move on within its major version', () => {
    for (const [name, range] of Object.entries(manifest.dependencies))
      expect(range, name).to.match(/^\^\d+\.\d+\.\d+$/);
  });

  it('N01: registers each type once, under the name of its file', () => {
    const types = definitions().map(({ type }) => type);
    expect(types).to.deep.equal(NODES.map(({ type }) => type));
    expect(new Set(types)).to.have.lengthOf(types.length);
    for (const type of types) expect(type).to.match(/^zaptec-/);
  });

  it('N02: shows every node in an example', () => {
    const shown = new Set(Object.values(examples()).flatMap((flow) => flow.map(({ type }) => type)));
    for (const { type, category } of definitions()) {
      if (category !== 'config') expect(shown.has(type), `no example has a ${type}`).to.equal(true);
    }
  });

  it('has examples that explain themselves and need nothing else', () => {
    const core = path.join(path.dirname(require.resolve('node-red/package.json')), '../@node-red/nodes/core');
    const pages = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
    const known = new Set(['tab', 'group', ...NODES.map(({ type }) => type)]);
    for (const page of pages) {
      const html = read(path.relative(ROOT, path.join(core, page)));
      for (const [, type = ''] of html.matchAll(/registerType\(['"]([^'"]+)['"]/g)) known.add(type);
    }
    for (const [file, flow] of Object.entries(examples())) {
      expect(flow, file).to.be.an('array');
      const note = String(flow.find(({ type }) => type === 'comment')?.['name']);
      const named = Object.entries(PACKAGES).filter(([name]) => note.includes(name));
      const foreign = (type: string) => !known.has(type) && !named.some(([, types]) => types.test(type));
      expect(
        flow.some(({ type }) => type === 'comment'),
        `${file}: a comment that explains it`,
      ).to.equal(true);
      expect(flow.map(({ type }) => type).filter(foreign), `${file}: foreign nodes`).to.deep.equal([]);
      expect(
        flow.filter((node) => 'credentials' in node),
        `${file}: credentials`,
      ).to.deep.equal([]);
    }
  });

  it('has examples that share one connection, so that each import finds it there', () => {
    // The demonstration is what `npm start` shows, and larger than a home.
    const shared = Object.entries(examples()).filter(([file]) => !file.endsWith('demonstration.json'));
    const connectionsOf = (flow: { type: string }[]) => flow.filter(({ type }) => type === 'zaptec-connection');
    const first = connectionsOf(shared[0]?.[1] ?? []);
    expect(first).to.have.nested.property('[0].id', 'zaptec-home-sim');
    for (const [file, flow] of shared) expect(connectionsOf(flow), file).to.deep.equal(first);
  });

  it('has a file beside each entry, as Node-RED expects it', () => {
    for (const { file, built, name } of NODES) {
      for (const target of [file, `${built}/${name}.html`])
        expect(existsSync(path.join(ROOT, target)), target).to.equal(true);
    }
  });
});

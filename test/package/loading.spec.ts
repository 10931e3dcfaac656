import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type * as Client from '../../src/client';
import { NODES, ROOT } from './support';

/** As much of Node-RED as it takes to register the nodes and to make one, in a process that has loaded nothing yet. */
const PRETENDED = `
  const { EventEmitter } = require('node:events');
  const path = require('node:path');
  const types = {};
  const routes = {};
  const answering = (name, ...handlers) => (routes[name] = handlers.at(-1));
  const RED = {
    nodes: {
      registerType: (type, Type) => (types[type] = Type),
      createNode: (node, { id, type }) =>
        Object.assign(node, EventEmitter.prototype, { id, type, status() {}, context: () => ({ global: {} }), warn: console.error, error: console.error }),
      getNode: () => null,
      eachNode: () => undefined,
    },
    httpAdmin: { post: answering, use: answering },
    auth: { needsPermission: () => undefined },
    events: new EventEmitter(),
    settings: {},
    util: {},
  };
  for (const file of ${JSON.stringify(NODES.map(({ file }) => path.join(ROOT, file)))}) require(file)(RED);
  const loaded = () =>
    Object.keys(require.cache)
      .filter((file) => file.startsWith(${JSON.stringify(path.join(ROOT, 'dist'))}))
      .map((file) => path.relative(${JSON.stringify(ROOT)}, file).split(path.sep).join('/'))
      .sort();
  const make = (type, settings) => new types[type]({ id: type, type, ...settings });`;

function loadedBy(program: string): string[] {
  const script = `${PRETENDED}\n(async () => { ${program} })().then(() => process.stdout.write(JSON.stringify(loaded()), () => process.exit()));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', cwd: ROOT })) as string[];
}

const AT_START = NODES.map(({ file }) => file).sort();
const beyond = (files: string[]) => files.filter((file) => !AT_START.includes(file));
const RUNTIME = ['dist/nodes/nodes.js', 'dist/src/client.js', 'dist/src/core.js'];

describe('what is loaded of the package', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'zaptec-loading-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('at the start are the files that register the nodes, and nothing else', () => {
    expect(loadedBy('')).to.deep.equal(AT_START);
  });

  it('for a charger node is no account, strategy or diagnosis', () => {
    expect(beyond(loadedBy(`make('zaptec-charger', { connection: 'none' });`))).to.deep.equal(RUNTIME);
  });

  it('for a strategy is no account or diagnosis', () => {
    const plan = `make('zaptec-plan', { connection: '', timeZone: 'Europe/Oslo' });`;
    expect(beyond(loadedBy(plan))).to.deep.equal([...RUNTIME, 'dist/src/energy.js']);
  });

  it('for the first question of the editor is what answers', () => {
    const question = `
      await new Promise((resolve, reject) => {
        routes['/zaptec/decisions']({ body: {} }, { setHeader() {}, end: resolve }, reject);
      });`;
    expect(beyond(loadedBy(question))).to.deep.equal(RUNTIME);
  });

  for (const [part, use] of [
    ['account', (client: typeof Client) => client.openClient({ username: 'me', password: 'mine' })],
    ['energy', (client: typeof Client) => client.Calendar],
    ['diagnostics', (client: typeof Client) => client.Anonymizer],
  ] as const) {
    it(`is no ${part}.js of another version that was installed since the start`, () => {
      cpSync(path.join(ROOT, 'dist/src'), folder, { recursive: true });
      const load = createRequire(path.join(folder, 'index.js'));
      const client = load('./client.js') as typeof Client;
      const file = path.join(folder, `${part}.js`);
      writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<=SameBuild\(")[^"]+/, 'another'));
      expect(() => use(client)).to.throw(
        client.ZaptecError,
        'This package was upgraded since Node-RED was started. Remedy: Restart Node-RED',
      );
    });
  }
});

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { marked } from 'marked';
import { read, ROOT } from './support';

const run = promisify(execFile);

describe('the package as a program uses it', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-entries-'));
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(ROOT, path.join(folder, 'node_modules/node-red-contrib-zaptec'), 'junction');
    writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const node = async (file: string, program: string): Promise<string> => {
    writeFileSync(path.join(folder, file), program);
    const { stdout } = await run(process.execPath, [file], { cwd: folder });
    return stdout;
  };

  it('runs the program of docs/client.md as it is printed', async () => {
    const program = marked.lexer(read('docs/client.md')).find((token) => token.type === 'code' && token.lang === 'js');
    const begun = Date.now();
    const lines = (await node('program.mjs', (program as { text: string }).text)).trim().split('\n');
    expect(Date.now() - begun, 'ms until the program ended by itself').to.be.lessThan(25_000);
    expect(lines[0]).to.match(/^Garage, /);
    expect(lines.at(-1)).to.match(/^pause (changed|unchanged)/);
  });

  it('gives one and the same client to require and to import', async () => {
    const program = `
      import { createRequire } from 'node:module';
      import * as client from 'node-red-contrib-zaptec';
      import * as simulator from 'node-red-contrib-zaptec/simulator';
      const require = createRequire(import.meta.url);
      const same = [
        client.openClient === require('node-red-contrib-zaptec').openClient,
        client.ZaptecError === require('node-red-contrib-zaptec').ZaptecError,
        simulator.startSimulator === require('node-red-contrib-zaptec/simulator').startSimulator,
        simulator.startSimulator === require('node-red-contrib-zaptec/dist/simulator').startSimulator,
        simulator.startSimulator === require('node-red-contrib-zaptec/dist/simulator/index.js').startSimulator,
      ];
      console.log(JSON.stringify([same, Object.keys(client).sort()]));`;
    const [same, names] = JSON.parse(await node('same.mjs', program)) as [boolean[], string[]];
    expect(same).to.deep.equal([true, true, true, true, true]);
    const required = Object.keys(createRequire(__filename)(path.join(ROOT, 'dist/src/client.js')) as object);
    expect(names).to.deep.equal(required.filter((name) => name !== '__esModule').sort());
  });

  it('exports its manifest and the schemas of its messages', async () => {
    const program = `
      const { version } = require('node-red-contrib-zaptec/package.json');
      const { title } = require('node-red-contrib-zaptec/docs/schema/state.schema.json');
      console.log(version, typeof title);`;
    expect(await node('files.cjs', program)).to.match(/^\d+\.\d+\.\d+ string/);
  });

  it('names functions, classes and private methods in a stack', async () => {
    const program = `
      const { Calendar } = require('node-red-contrib-zaptec');
      const stackOf = (action) => {
        try {
          action();
        } catch ({ stack }) {
          return [...stack.matchAll(/^ +at (.+) [(].*dist.src.*[.]js:/gm)].map(([, name]) => name);
        }
      };
      const refused = stackOf(() => new Calendar('nowhere'));
      console.log(JSON.stringify([refused, stackOf(() => new Calendar('UTC').date('today')).slice(-2)]));`;
    const [refused, date] = JSON.parse(await node('stack.cjs', program)) as [string[], string[]];
    expect(refused).to.deep.equal(['zaptecError', 'new Calendar']);
    expect(date.map((name) => name.replace(/^Calendar\.(?=#)/, ''))).to.deep.equal(['#at', 'Calendar.date']);
  });

  it('loads nothing heavy with the client', async () => {
    const program = `
      require('node-red-contrib-zaptec');
      console.log(Object.keys(require.cache).filter((file) => /axios|bottleneck|service-bus|rhea|hono/.test(file)).length);`;
    expect((await node('light.cjs', program)).trim()).to.equal('0');
  });

  it('has types for require and for import', async () => {
    const program = `
      import { openClient, type Charger } from 'node-red-contrib-zaptec';
      import { startSimulator } from 'node-red-contrib-zaptec/simulator';
      export async function names(): Promise<string[]> {
        const simulator = await startSimulator({ scenario: 'home' });
        const client = openClient({ baseUrl: simulator.baseUrl, username: 'a', password: 'b' });
        const { data } = await client.chargers.list();
        return data.map((charger: Charger) => charger.name ?? charger.id);
      }
      // @ts-expect-error a charger has no such command
      export const wrong = openClient({ username: 'a', password: 'b' }).chargers.command('x', 'explode');`;
    writeFileSync(path.join(folder, 'typed.mts'), program);
    writeFileSync(path.join(folder, 'typed.cts'), program);
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'node20',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    const types = ['--typeRoots', path.join(ROOT, 'node_modules/@types')];
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, ...options, ...types, 'typed.mts', 'typed.cts'], {
      cwd: folder,
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).to.equal('');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.join(__dirname, '../..');

describe('an installation from git', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-git-'));
    writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('builds the package, for require and for import', () => {
    const repository = execFileSync('git', ['rev-parse', '--path-format=absolute', '--git-common-dir'], { cwd: ROOT });
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
    const address = `git+file://${repository.toString().trim()}#${commit}`;
    // The settings of the npm that runs this test must not reach the npm under test.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
    );
    execFileSync('npm', ['install', '--no-audit', '--no-fund', address], { cwd: folder, env, stdio: 'ignore' });
    writeFileSync(
      path.join(folder, 'try.mjs'),
      `import { createRequire } from 'node:module';
       import { openClient } from 'node-red-contrib-zaptec';
       import { startSimulator } from 'node-red-contrib-zaptec/simulator';
       const require = createRequire(import.meta.url);
       const { 'node-red': { nodes } } = require('node-red-contrib-zaptec/package.json');
       for (const file of Object.values(nodes)) require('node-red-contrib-zaptec/' + file);
       const simulator = await startSimulator({ scenario: 'home' });
       const [{ username, password }] = simulator.accounts;
       const client = openClient({ baseUrl: simulator.baseUrl, username, password });
       console.log((await client.chargers.list()).data.length);
       client.close();
       await simulator.stop();`,
    );
    expect(execFileSync(process.execPath, ['try.mjs'], { cwd: folder, encoding: 'utf8' }).trim()).to.equal('2');
  }).timeout(600_000);
});

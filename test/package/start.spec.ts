import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const START = path.join(__dirname, '../../scripts/start.mjs');
const READY = /Node-RED editor\s+(\S+)\s+Simulator\s+(.+)/;

interface Started {
  url: string;
  simulator: string;
  output: string;
}

describe('npm start', function () {
  this.timeout(120_000);
  let home: string;
  let child: ChildProcess | undefined;
  let registry: string | undefined;
  before(() => (home = mkdtempSync(path.join(tmpdir(), 'zaptec-start-'))));
  after(() => rmSync(home, { recursive: true, force: true }));
  afterEach(() => {
    registry = undefined;
    return stop();
  });

  const stop = async () => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGINT');
    await exited;
  };

  const start = (...args: string[]) =>
    new Promise<Started>((resolve, reject) => {
      let output = '';
      const started = spawn(process.execPath, [START, '--port', '0', ...args], {
        cwd: home,
        env: { ...process.env, ...(registry === undefined ? {} : { npm_config_registry: registry }) },
      });
      child = started;
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        const [, url, simulator] = READY.exec(output) ?? [];
        if (url && simulator && output.includes('Ctrl+C.')) resolve({ url, simulator, output });
      };
      started.stdout.on('data', read);
      started.stderr.on('data', read);
      started.once('exit', (code) => reject(new Error(`it ended with code ${code}:\n${output.slice(-2_000)}`)));
    });

  const flowsOf = async (url: string) =>
    (await (await fetch(`${url}/flows`)).json()) as { id: string; type: string; label?: string }[];

  it('keeps what was deployed with --keep, and says so', async () => {
    const first = await start('--keep', 'mine');
    expect(first.output).to.contain('What you deploy stays in mine.');
    expect(first.simulator).to.match(/^http:/);
    const own = [{ id: 'mine', type: 'tab', label: 'Mine' }];
    const headers = { 'content-type': 'application/json' };
    await fetch(`${first.url}/flows`, { method: 'POST', headers, body: JSON.stringify(own) });
    await stop();
    const second = await start('--keep', 'mine');
    expect((await flowsOf(second.url)).map(({ id }) => id)).to.deep.equal(['mine']);
    expect(second.simulator).to.equal('not used by these flows');
  });

  it('still has the nodes after another package was installed into the folder of --keep', async () => {
    await start('--keep', 'mine');
    const other = path.join(home, 'other');
    mkdirSync(other);
    writeFileSync(path.join(other, 'package.json'), '{"name":"another-package","version":"1.0.0"}');
    const args = ['install', '--save', '--omit=dev', '--no-audit', '--no-fund', '--offline'];
    const cwd = path.join(home, 'mine');
    // On Windows npm is a script, which only a shell can start.
    execFileSync('npm', [...args, other], { cwd, stdio: 'pipe', shell: process.platform === 'win32' });
    for (const name of ['another-package', 'node-red-contrib-zaptec']) {
      expect(existsSync(path.join(cwd, 'node_modules', name, 'package.json')), name).to.equal(true);
    }
  });

  it('names the file of --keep that is not JSON', async () => {
    mkdirSync(path.join(home, 'cut'));
    writeFileSync(path.join(home, 'cut', 'package.json'), '{"name":');
    const failed = await start('--keep', 'cut').catch(String);
    expect(failed).to.match(/cut.package\.json is not JSON: /);
  });

  it('opens on the home, says without --keep that flows are gone afterwards, and names both simulators', async () => {
    const { output, url } = await start();
    expect(output).to.contain('What you build is gone after Ctrl+C');
    expect(output).to.match(/Simulator +http:\S+ +Home \(simulator\)\n +http:\S+ +Housing association \(simulator\)\n/);
    const [home, housing, test] = (await flowsOf(url)).filter(({ type }) => type === 'tab').map(({ label }) => label);
    expect([home, housing, test]).to.deep.equal(['Home', 'Housing association', 'Self-test']);
  });

  it('says with --dashboard that the registry cannot be reached, and leaves nothing behind', async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('zaptec-demonstration-'));
    const before = left();
    // The discard port: nobody listens there.
    registry = 'http://127.0.0.1:9/';
    const failed = await start('--dashboard').catch(String);
    expect(failed).to.contain('The dashboard cannot be installed: the npm registry cannot be reached (ECONNREFUSED).');
    expect(failed).to.contain('npm start without --dashboard needs no registry');
    expect(left()).to.deep.equal(before);
  });

  it('names a folder that cannot be used', async () => {
    writeFileSync(path.join(home, 'file'), '');
    const failed = await start('--keep', 'file').catch(String);
    expect(failed).to.match(/The folder .*file cannot be used \((EEXIST|ENOTDIR)\): choose one that can be written/);
    expect(existsSync(path.join(home, 'file'))).to.equal(true);
  });
});

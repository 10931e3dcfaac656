import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { readArguments } from '../../simulator/cli/arguments';
import { startSimulator, type Simulator } from '../../simulator/index';
import { program } from '../support/program';

const run = promisify(execFile);
const NAME = 'api.zaptec.example';
const CLIENT = path.join(__dirname, '../support/simulator/default-ports-client.ts');
/** How long another test run may hold the ports. */
const PATIENCE_MS = 20_000;

/** Starts once nobody else uses the ports; undefined: this user may not have them, or another program keeps them. */
async function start(): Promise<Simulator | undefined> {
  const { options } = readArguments(['--tls', '--host-name', NAME, '--port', '443', '--amqp-port', '5671']);
  for (const until = performance.now() + PATIENCE_MS; ;) {
    try {
      return await startSimulator(options);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || (code === 'EADDRINUSE' && performance.now() > until)) return undefined;
      if (code !== 'EADDRINUSE') throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

describe('the simulator on the ports of the cloud', function () {
  this.timeout(60_000);
  let simulator: Simulator | undefined;
  let folder: string;
  let file: string;
  before(async function () {
    simulator = await start();
    if (!simulator) {
      process.stderr.write('skipped: this user may not listen on the ports 443 and 5671, or they are in use\n');
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'zaptec-ports-'));
    file = path.join(folder, 'simulator.pem');
    writeFileSync(file, simulator.certificate!);
  });
  after(async () => {
    await simulator?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  it('serves REST and bus to a client that builds https://HOST and sb://HOST/ itself', async () => {
    const { username, password } = simulator!.accounts[0]!;
    const args = [program(CLIENT), 'localhost', username, password];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, NODE_EXTRA_CA_CERTS: file } });
    expect(stdout).to.equal('1');
    expect(simulator!.bus.stats()).to.include({ completed: 1, locked: 0 });
  });

  it('serves a client that knows nothing but the real name, pointed at this machine', async () => {
    const resolve = ['--cacert', file, '--resolve', `${NAME}:443:127.0.0.1`];
    const { stdout } = await run('curl', ['-s', ...resolve, `https://${NAME}/.well-known/openid-configuration`]);
    expect(JSON.parse(stdout)).to.include({
      issuer: `https://${NAME}/`,
      token_endpoint: `https://${NAME}/oauth/token`,
    });
  });
});

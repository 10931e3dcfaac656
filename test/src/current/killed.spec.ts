import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startSimulator, type Simulator } from '../../../simulator/index';
import { decisionOf, writer } from '../../support/killed/process';

const MINUTE = 60_000;
/** The clocks of the computer, of a process and of the wall are some ms apart while the computer is busy. */
const OFF_MS = 100;

/** Real processes, real files: only so can a kill be tried. */
describe('after kill -9', () => {
  let simulator: Simulator;
  let stateDir: string;
  let site: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    simulator = await startSimulator({ scenario: 'home' });
    site = [...simulator.world.installations.keys()][0]!;
    stateDir = mkdtempSync(join(tmpdir(), 'zaptec-killed-'));
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(stateDir, { recursive: true, force: true });
    await simulator.stop();
  });

  const start = (ampere: number, killBeforeSend = false): ChildProcess => {
    const [{ username, password } = { username: '', password: '' }] = simulator.accounts;
    const child = writer({ baseUrl: simulator.baseUrl, username, password, stateDir, site, ampere, killBeforeSend });
    children.push(child);
    return child;
  };
  const recorded = () => {
    const account = join(stateDir, 'zaptec', readdirSync(join(stateDir, 'zaptec'))[0]!);
    return JSON.parse(readFileSync(join(account, `installation-${site}.json`), 'utf8')) as { at: number };
  };
  const killedWhen = (child: ChildProcess) =>
    new Promise<number>((resolve) => {
      const off = simulator.onRequest(({ method, path, at }) => {
        if (method !== 'POST' || !path.endsWith('/update')) return;
        off();
        child.once('exit', () => resolve(at));
        child.kill('SIGKILL');
      });
    });

  const isSet = async (ampere: number) => {
    while (simulator.world.installations.get(site)!.availableCurrent[0] !== ampere) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  const tooSoon = async (at: number) => {
    const decision = await decisionOf(start(16));
    expect(decision.decision).to.equal('deferred');
    expect(Date.parse(decision.until!)).to.be.within(at + 15 * MINUTE - OFF_MS, at + 15 * MINUTE + 2_000);
  };

  it('between the write and its answer, nothing is raised too early', async () => {
    simulator.faults.set('slow', { on: true, match: 'POST /api/installation', delayMs: 300, count: 1 });
    const at = await killedWhen(start(10));
    expect(recorded().at).to.be.at.most(at + OFF_MS);
    await isSet(10);
    await tooSoon(recorded().at);
  });

  it('and a wall clock that was set, nothing is raised too early', async function () {
    if (process.platform !== 'linux') {
      process.stderr.write('skipped: only Linux names the start of the computer\n');
      this.skip();
    }
    await killedWhen(start(10));
    await isSet(10);
    const account = join(stateDir, 'zaptec', readdirSync(join(stateDir, 'zaptec'))[0]!);
    const file = join(account, `installation-${site}.json`);
    const record = JSON.parse(readFileSync(file, 'utf8')) as { at: number; doneAt?: number };
    // A clock that is an hour ahead finds a record that is an hour old.
    writeFileSync(file, JSON.stringify({ ...record, at: record.at - 60 * MINUTE }));
    await tooSoon(record.at);
  });

  it('between the record and the write, nothing is raised too early', async () => {
    const child = start(10, true);
    await new Promise((resolve) => child.once('exit', resolve));
    expect(simulator.requests.filter(({ path }) => path.endsWith('/update'))).to.deep.equal([]);
    simulator.world.setAvailableCurrent(site, [6, 6, 6]);
    await tooSoon(recorded().at);
  });
});

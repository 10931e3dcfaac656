import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { EditorPage, startBrowser } from '../editor/fixture/editor-page';

const ROOT = path.join(__dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const READY = /Node-RED editor\s+(\S+)\s+Simulator\s+(\S+)/;

/** The first commands of the README, as a new user copies them. */
function commands(): string {
  const [, block = ''] = /## Try it in a minute[\s\S]*?```sh\n([\s\S]*?)```/.exec(README) ?? [];
  return block.trim();
}

/** An environment in which git clones this repository, as it is committed, in the place of the public address. */
function environment(): NodeJS.ProcessEnv {
  const [, address = ''] = /git clone (\S+)/.exec(commands()) ?? [];
  // The settings of the npm that runs this test must not reach the npm under test.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
  );
  return {
    ...inherited,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${path.dirname(repository())}.insteadOf`,
    GIT_CONFIG_VALUE_0: address,
  };
}

function repository(): string {
  return execFileSync('git', ['rev-parse', '--path-format=absolute', '--git-common-dir'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim();
}

/** Interrupts the whole process group, as Ctrl+C in a terminal does. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  await exited;
}

describe('the first minute of the README', () => {
  let home: string;
  let child: ChildProcess | undefined;
  let browser: Browser | undefined;

  before(() => {
    home = mkdtempSync(path.join(tmpdir(), 'zaptec-readme-'));
  });
  after(async () => {
    await browser?.close();
    if (child) await interrupt(child);
    rmSync(home, { recursive: true, force: true });
  });

  /** Types commands, and waits until Node-RED runs. */
  const run = async (typed: string, cwd: string) => {
    // Both starts want the same port.
    if (child) await interrupt(child);
    let output = '';
    const started = spawn('bash', ['-e', '-c', typed], { cwd, env: environment(), detached: true });
    child = started;
    const [, url = '', page = ''] = await new Promise<RegExpExecArray>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        const ready = READY.exec(output);
        if (ready) resolve(ready);
      };
      started.stdout.on('data', read);
      started.stderr.on('data', read);
      started.once('exit', (code) => reject(new Error(`it ended with code ${code}:\n${output.slice(-2_000)}`)));
    });
    return { url, page };
  };

  it('leads from the clone to a running flow with only the commands of the README', async () => {
    const { url, page } = await run(commands(), home);
    expect((await fetch(page)).status, page).to.equal(200);
    browser = await startBrowser();
    const editor = await EditorPage.open(browser, url);

    const now = editor.page.locator('[id="home-now"] .red-ui-flow-node-status-label');
    await now.filter({ hasText: 'The car charges' }).waitFor();
    await editor.page.locator('[id="home-pause"] .red-ui-flow-node-button-button').click();
    await now.filter({ hasText: 'The car is paused' }).waitFor();
    expect(editor.problems).to.deep.equal([]);
    await editor.page.close();
  });

  it('adds a page with the car, the sun and the plan of today with --dashboard', async () => {
    const [command = ''] = /npm start -- --dashboard/.exec(README) ?? [];
    const folder = readdirSync(home).map((name) => path.join(home, name))[0];
    const { url } = await run(command, folder ?? home);
    const page = await browser!.newPage();
    await page.goto(`${url}/dashboard/home`);
    await page.getByText(/^charging, \d\.\d kW$/).waitFor();
    await page.getByText("Today's plan").waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused', { exact: true }).waitFor();
  });
});

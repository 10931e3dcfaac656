import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { EditorPage, startBrowser } from '../editor/fixture/editor-page';

const ROOT = path.join(__dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const READY = /Node-RED editor\s+(\S+)\s+Simulator\s+(\S+)/;

/** The first commands of the README, as a stranger would copy them. */
function commands(): string {
  const [, block = ''] = /## Try it in a minute[\s\S]*?```sh\n([\s\S]*?)```/.exec(README) ?? [];
  return block.trim();
}

/** The address of the repository leads to this very one, as it is committed. */
function environment(): NodeJS.ProcessEnv {
  const [, address = ''] = /git clone (\S+)/.exec(commands()) ?? [];
  // What this run itself was started with must not reach the other npm.
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
  );
  return {
    ...own,
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

/** To the whole group, as Ctrl+C in a terminal would. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  await ended;
}

describe('the first minute of the README', () => {
  let home: string;
  let child: ChildProcess | undefined;
  let browser: Browser | undefined;
  let output = '';

  before(() => {
    home = mkdtempSync(path.join(tmpdir(), 'zaptec-readme-'));
  });
  after(async () => {
    await browser?.close();
    if (child) await interrupt(child);
    rmSync(home, { recursive: true, force: true });
  });

  it('gets from the clone to a running flow with nothing but what is written there', async () => {
    const started = spawn('bash', ['-e', '-c', commands()], { cwd: home, env: environment(), detached: true });
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
    expect((await fetch(page)).status, page).to.equal(200);
    browser = await startBrowser();
    const editor = await EditorPage.open(browser, url);

    await editor.page.waitForFunction(`$('.red-ui-flow-node-status-label').text().includes('130')`);
    await editor.page.evaluate(
      `$('#' + RED.nodes.filterNodes({ name: 'pause' })[0].id).find('.red-ui-flow-node-button-button').trigger('click')`,
    );
    await editor.page.waitForFunction(`$('.red-ui-flow-node-status-label').text().includes('pause')`);
    expect(editor.problems).to.deep.equal([]);
  });
});

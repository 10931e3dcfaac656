/**
 * Runs before `npm start` and `npm test`, so that both work right after a clone: installs what is missing, then builds
 * what is out of date (with --build: builds in any case). Plain Node.js, since nothing may be installed yet.
 * Writes to stderr only: the standard output belongs to the command that follows.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const LOCK = path.join(ROOT, 'package-lock.json');
/** npm's own record of what it has put into node_modules. */
const INSTALLED = path.join(ROOT, 'node_modules/.package-lock.json');

const run = (command, ...args) => execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });

/** npm is a script on Windows, which can only be started through a shell. */
const npm = (action) =>
  execFileSync('npm', [action, '--no-audit', '--no-fund', '--loglevel=warn'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });

function installed() {
  if (!existsSync(INSTALLED)) return false;
  return !existsSync(LOCK) || statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}

function install() {
  process.stderr.write('prepare: installing the dependencies, once\n');
  try {
    npm('ci');
  } catch {
    process.stderr.write('prepare: npm ci did not work here, trying npm install\n');
    npm('install');
  }
  // npm leaves its record alone when there was nothing to do; without this the next start would install again.
  if (existsSync(INSTALLED)) utimesSync(INSTALLED, new Date(), new Date());
}

try {
  if (!installed()) install();
  run(process.execPath, 'scripts/build.mjs', ...(process.argv.includes('--build') ? ['--force'] : []));
} catch (error) {
  process.stderr.write(`prepare: ${error.message}\n`);
  process.exitCode = 1;
}

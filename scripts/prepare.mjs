/**
 * Runs before `npm start` and `npm test`, so that both work right after a clone. Installs missing dependencies, then builds
 * the package if it is out of date. Uses Node.js alone, because nothing may be installed yet.
 * Writes to stderr only: the standard output belongs to the command that follows.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const LOCK = path.join(ROOT, 'package-lock.json');
const MODULES = path.join(ROOT, 'node_modules');
/** npm's record of the packages in node_modules. */
const INSTALLED = path.join(MODULES, '.package-lock.json');

const run = (command, ...args) => execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });

/** On Windows npm is a script, which only a shell can start. */
const npm = (action) =>
  execFileSync('npm', [action, '--no-audit', '--no-fund', '--loglevel=warn'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });

function installed() {
  if (!existsSync(INSTALLED)) return false;
  // The packages of another checkout: to install would delete them under whoever uses them.
  if (lstatSync(MODULES).isSymbolicLink()) return true;
  return !existsSync(LOCK) || statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}

function install() {
  process.stderr.write('prepare: installing the dependencies, once\n');
  try {
    npm('ci');
  } catch {
    process.stderr.write('prepare: npm ci failed, trying npm install\n');
    npm('install');
  }
  // npm does not touch its record when there is nothing to do; without a new time the next start would install again.
  if (existsSync(INSTALLED)) utimesSync(INSTALLED, new Date(), new Date());
}

try {
  if (!installed()) install();
  run(process.execPath, 'scripts/build.mjs');
} catch (error) {
  process.stderr.write(`prepare: ${error.message}\n`);
  process.exitCode = 1;
}

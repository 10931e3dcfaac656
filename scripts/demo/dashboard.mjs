import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { DemoError } from './demo-error.mjs';

const NAME = '@flowfuse/node-red-dashboard';
/** So that a network that swallows everything is noticed within a minute. */
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=30000'];
/** What npm says when it gets no answer. */
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EPROTO|ENOTCACHED)\b/;
const run = promisify(execFile);

/**
 * Installs the FlowFuse dashboard into a user directory, once.
 * @throws DemoError that says whether the registry could not be reached, and what to do
 */
export async function installDashboard(userDir) {
  if (existsSync(path.join(userDir, 'node_modules', NAME))) return;
  const args = ['install', '--no-audit', '--no-fund', '--omit=dev', '--loglevel=error', ...PATIENCE];
  try {
    // On Windows npm is a script, which only a shell can start.
    await run('npm', [...args, '--prefix', userDir, `${NAME}@1`], {
      cwd: userDir,
      shell: process.platform === 'win32',
    });
  } catch (error) {
    throw new DemoError(failureOf(`${error.stderr ?? ''}${error.message}`));
  }
}

/** The reason for people, from what npm has written. */
function failureOf(text) {
  const remedy = 'npm start without --dashboard needs no registry';
  const [, unreachable] = UNREACHABLE.exec(text) ?? [];
  if (unreachable) {
    return `The dashboard cannot be installed: the npm registry cannot be reached (${unreachable}). Check the connection to the internet and the proxy of npm; ${remedy}.`;
  }
  const lines = text.split('\n').filter((line) => line.startsWith('npm error'));
  const why = lines
    .slice(0, 3)
    .map((line) => line.slice('npm error '.length))
    .join('; ');
  return `The dashboard cannot be installed: npm failed (${why || 'it gave no reason'}). See the message of npm; ${remedy}.`;
}

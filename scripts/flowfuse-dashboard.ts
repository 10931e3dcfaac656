import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const NAME = '@flowfuse/node-red-dashboard';
const CACHE = path.join(__dirname, '../node_modules/.cache/flowfuse-dashboard');

/**
 * The dashboard that the example fleet-overview needs, as a user adds it from the palette. Installed once, into the cache
 * folder of node_modules. FLOWFUSE_DASHBOARD_DIR names another installation.
 * @returns the name of the package with its folder
 */
export function flowfuseDashboard(): { [name: string]: string } {
  const own = process.env['FLOWFUSE_DASHBOARD_DIR'];
  if (own) return { [NAME]: own };
  const dir = path.join(CACHE, 'node_modules', NAME);
  if (!existsSync(dir)) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', '--prefix', CACHE, `${NAME}@1`], {
      stdio: ['ignore', 2, 2],
    });
  }
  return { [NAME]: dir };
}

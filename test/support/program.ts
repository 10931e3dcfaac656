import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** Below the root, where a program finds package.json and data. */
const FOLDER = path.join(__dirname, '../../coverage/programs');

let folder: string | undefined;
const made = new Map<string, string>();

/** Of this process, and gone with it. */
function ownFolder(): string {
  if (folder === undefined) {
    mkdirSync(FOLDER, { recursive: true });
    const own = mkdtempSync(path.join(FOLDER, 'of-'));
    process.once('exit', () => rmSync(own, { recursive: true, force: true }));
    folder = own;
  }
  return folder;
}

/**
 * A program that a test starts as a process, as one file of JavaScript. Through tsx each start would load the compiler and
 * then every file by itself, which takes the processor four times as long as the program does. The packages are in it
 * too: the SDK of the bus alone has hundreds of files.
 */
export function program(script: string): string {
  const known = made.get(script);
  if (known !== undefined) return known;
  const name = path.relative(path.join(__dirname, '../..'), script).replaceAll(path.sep, '-');
  const outfile = path.join(ownFolder(), name.replace(/\.ts$/, '.js'));
  buildSync({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    packages: 'bundle',
    // A source looks from its folder upwards for what it reads.
    define: { __dirname: JSON.stringify(path.dirname(script)) },
    target: 'node20',
    keepNames: true,
    logLevel: 'warning',
  });
  made.set(script, outfile);
  return outfile;
}

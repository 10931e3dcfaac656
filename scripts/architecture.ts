/**
 * Draws the folders of src, nodes and simulator, and who imports whom, into docs/architecture.md:
 *
 *   npm run architecture             writes the picture
 *   npm run architecture -- --check  fails when the picture is out of date
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mermaid, partsOf, reduced, withPicture, type CruisedModule } from './architecture/picture';

const ROOT = path.join(__dirname, '..');
const DEPCRUISE = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const PAGE = path.join(ROOT, 'docs/architecture.md');
const MAX_REPORT_BYTES = 256 * 1024 * 1024;

function cruise(): CruisedModule[] {
  const options = ['--include-only', '^(src|nodes|simulator)/', '--output-type', 'json'];
  const args = [DEPCRUISE, 'src', 'nodes', 'simulator', ...options];
  const report = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: MAX_REPORT_BYTES });
  return (JSON.parse(report) as { modules: CruisedModule[] }).modules;
}

function main(check: boolean): void {
  const page = readFileSync(PAGE, 'utf8');
  const current = withPicture(page, mermaid(reduced(partsOf(cruise()))));
  if (current === page) return;
  if (!check) writeFileSync(PAGE, current);
  else throw new Error('The picture in docs/architecture.md is out of date: run npm run architecture');
}

try {
  main(process.argv.includes('--check'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

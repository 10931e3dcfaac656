/**
 * Runs the tests of `src` and counts which of its lines and branches they ran. What the tests of nodes and flows run of it
 * does not count, and everything takes twice the time of the processor while V8 counts, so that `npm test` does without.
 * The thresholds stand in .c8rc.json.
 *
 *   npm run coverage               runs test/src
 *   npm run coverage -- SPECS      runs some
 *   npm run coverage -- --again    counts once more what the last run left in coverage/raw
 *
 * V8 counts the JavaScript that tsx makes of a source. Every such file starts with helpers of the compiler and ends with
 * an assignment that never runs, and c8 would count their branches as the first line's. They are taken out of what V8
 * wrote before c8 reads it; every range that stands for a piece of a source stays.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Compiled, ofTheSource, type FunctionCoverage } from './coverage/of-the-source';

interface ScriptCoverage {
  url: string;
  functions: FunctionCoverage[];
}

interface ProcessCoverage {
  result: ScriptCoverage[];
  'source-map-cache'?: Record<string, { lineLengths: number[]; data: SourceMapPayload }>;
}

const ROOT = path.join(__dirname, '..');
const RAW = path.join(ROOT, 'coverage', 'raw');
const COUNTED = path.join(ROOT, 'coverage', 'tmp');
const SOURCES = pathToFileURL(path.join(ROOT, 'src')).href + '/';

/** A file is compiled alike in most processes. */
const compilations = new Map<string, Compiled>();

function compilationOf({ lineLengths, data }: { lineLengths: number[]; data: SourceMapPayload }): Compiled {
  const key = data.sources.join() + data.mappings;
  const compiled = compilations.get(key) ?? new Compiled(lineLengths, data);
  compilations.set(key, compiled);
  return compiled;
}

/** Writes what one process ran of the sources, for c8. */
function count(name: string): void {
  const raw = JSON.parse(readFileSync(path.join(RAW, name), 'utf8')) as ProcessCoverage;
  const maps = raw['source-map-cache'] ?? {};
  const result: ScriptCoverage[] = [];
  const kept: typeof maps = {};
  for (const script of raw.result) {
    const map = maps[script.url];
    if (!script.url.startsWith(SOURCES) || map === undefined) continue;
    kept[script.url] = map;
    result.push({ ...script, functions: ofTheSource(script.functions, compilationOf(map)) });
  }
  if (result.length === 0) return;
  writeFileSync(path.join(COUNTED, name), JSON.stringify({ ...raw, result, 'source-map-cache': kept }));
}

const run = (bin: string, args: readonly string[], env = process.env): number =>
  spawnSync(process.execPath, [bin, ...args], { cwd: ROOT, stdio: 'inherit', env }).status ?? 1;

const args = process.argv.slice(2);
const again = args[0] === '--again';

if (!again) rmSync(RAW, { recursive: true, force: true });
const specs = args.length > 0 ? args : ['test/src/**/*.spec.ts'];
const counted = { ...process.env, NODE_V8_COVERAGE: RAW };
const tests = again ? 0 : run(require.resolve('mocha/bin/mocha.js'), specs, counted);

rmSync(COUNTED, { recursive: true, force: true });
mkdirSync(COUNTED, { recursive: true });
for (const name of readdirSync(RAW)) count(name);
const report = run(require.resolve('c8/bin/c8.js'), ['report']);
process.exitCode = tests === 0 ? report : tests;

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
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Offsets count the characters from the start of the compiled file. */
interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

/** What V8 counted of one function: the first range is all of it, the others are its branches. */
interface FunctionCoverage {
  functionName: string;
  ranges: Range[];
}

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

/** The characters between the end of `0&&(module.exports={…})` and the end of the function that tsx puts round a file. */
const AFTER_EXPORTS = ';\n}'.length;

/** Where a compiled file comes from: its source's line and column, from 0, or undefined for what the compiler added. */
class Compiled {
  readonly #map: SourceMap;
  readonly #starts: number[] = [];

  constructor(lineLengths: readonly number[], data: SourceMapPayload) {
    this.#map = new SourceMap(data);
    let start = 0;
    for (const length of lineLengths) {
      this.#starts.push(start);
      start += length + 1;
    }
  }

  origin(offset: number): { line: number; column: number } | undefined {
    const line = this.#starts.findLastIndex((start) => start <= offset);
    const entry = this.#map.findEntry(line, offset - (this.#starts[line] ?? 0));
    return 'originalLine' in entry ? { line: entry.originalLine, column: entry.originalColumn } : undefined;
  }
}

/**
 * Whether it is the arrow through which CommonJS gives out what the source exports: from its start to its end it maps to
 * the first character of the source, whereas a function of the source has places of its own.
 */
function isExport({ ranges: [all] }: FunctionCoverage, compiled: Compiled): boolean {
  return [all?.startOffset ?? 0, (all?.endOffset ?? 0) - 1].every((offset) => {
    const { line, column } = compiled.origin(offset) ?? {};
    return line === 0 && column === 0;
  });
}

/** Whether it is the static block by which a class keeps its name: it has no branch. */
const isNaming = ({ functionName, ranges }: FunctionCoverage) =>
  functionName === '<static_initializer>' && ranges.length === 1;

/** The functions of a script that stand in its source, without what the compiler added to them. */
function ofTheSource(functions: readonly FunctionCoverage[], compiled: Compiled): FunctionCoverage[] {
  const [, wrapper] = functions;
  return functions.flatMap((one) => {
    const { ranges } = one;
    const [all] = ranges;
    if (all === undefined || one === functions[0]) return [one];
    if (one === wrapper) {
      const never = all.endOffset - AFTER_EXPORTS;
      return [{ ...one, ranges: ranges.filter(({ count, endOffset }) => count > 0 || endOffset !== never) }];
    }
    const isAdded = compiled.origin(all.startOffset) === undefined || isExport(one, compiled) || isNaming(one);
    return isAdded ? [] : [one];
  });
}

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

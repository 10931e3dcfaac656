/**
 * Writes the figures of the benches into docs/performance.md, and their plots into docs/images/performance:
 *
 *   npm run bench -- --json figures.json
 *   npm run performance -- figures.json
 *
 * Several files may be given; the tables of benches that no file has stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../bench/result';
import { bars, type Bar } from './performance/bars';
import { withTables } from './performance/tables';

const ROOT = path.join(__dirname, '..');
const PAGE = path.join(ROOT, 'docs/performance.md');
const PLOTS = path.join(ROOT, 'docs/images/performance');

interface Plot {
  file: string;
  /** The result that it shows with what stands beside it. */
  result: string;
  title: string;
  unit: string;
  ours: string;
  /** Which of the figures beside it belong to the plot. */
  beside: RegExp;
}

const STRATEGIES = /^(?!429s)/;
const DATA: readonly Plot[] = [
  ...[0, 60].map((jitter) => ({
    file: `limit-${jitter}.svg`,
    result: `limit, sliding second, jitter ${jitter} ms, all at once`,
    title: `200 reads at once, ${jitter} ms of jitter: share of the ideal speed`,
    unit: 'of the ideal',
    ours: 'this package',
    beside: STRATEGIES,
  })),
  {
    file: 'growth.svg',
    result: 'growth, heap per charger',
    title: 'Memory of the store for each charger',
    unit: 'kB',
    ours: 'largest',
    beside: /^kB each of/,
  },
];

function main(files: readonly string[]): void {
  if (files.length === 0) throw new Error('Name the figures: npm run performance -- figures.json');
  const results = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Result[]);
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), results));
  for (const plot of DATA) {
    const result = results.find(({ name }) => name === plot.result);
    if (result) writeFileSync(path.join(PLOTS, plot.file), bars(plot.title, plot.unit, barsOf(result, plot)));
  }
}

function barsOf({ figure, beside }: Result, plot: Plot): Bar[] {
  const others = Object.entries(beside).filter(([label]) => plot.beside.test(label));
  return [{ label: plot.ours, value: figure }, ...others.map(([label, value]) => ({ label, value }))];
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

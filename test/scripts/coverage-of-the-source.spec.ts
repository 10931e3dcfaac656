import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Compiled, ofTheSource, type FunctionCoverage } from '../../scripts/coverage/of-the-source';

/** Of one process. */
interface Counted {
  result: { url: string; functions: FunctionCoverage[] }[];
  'source-map-cache': Record<string, { lineLengths: number[]; data: SourceMapPayload }>;
}

const SOURCE = `
export class Meter {
  static readonly unit = 'W';
  read(value: number): string {
    return value > 10 ? 'much' : 'little';
  }
  never(): string {
    return Meter.unit;
  }
}

export const named = (value: number) => value + 1;

export function unused(): number {
  return 1;
}

new Meter().read(named(1));
`;

describe('the coverage of a source', () => {
  let dir: string;
  let compiled: readonly FunctionCoverage[];
  let ofSource: readonly FunctionCoverage[];

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'zaptec-coverage-'));
    const file = path.join(dir, 'meter.ts');
    writeFileSync(file, SOURCE);
    // As the sources here: CommonJS.
    writeFileSync(path.join(dir, 'package.json'), '{ "type": "commonjs" }');
    const raw = path.join(dir, 'raw');
    const { status, stderr } = spawnSync(process.execPath, ['--import', require.resolve('tsx'), file], {
      encoding: 'utf8',
      env: { ...process.env, NODE_V8_COVERAGE: raw },
    });
    expect(status, stderr).to.equal(0);
    const url = pathToFileURL(file).href;
    const all = readdirSync(raw).map((name) => JSON.parse(readFileSync(path.join(raw, name), 'utf8')) as Counted);
    const counted = all.find(({ result }) => result.some((script) => script.url === url))!;
    const { lineLengths, data } = counted['source-map-cache'][url]!;
    compiled = counted.result.find((script) => script.url === url)!.functions;
    ofSource = ofTheSource(compiled, new Compiled(lineLengths, data));
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  /** How often each function ran and, after it, its branches. */
  const counts = (all: readonly FunctionCoverage[]) =>
    all.map(({ functionName, ranges }) => [functionName, ...ranges.map(({ count }) => count)]);

  it('keeps each function of it and each branch, run or not', () => {
    // An arrow gets its name from the compiler.
    expect(counts(ofSource).slice(2)).to.deep.equal([
      ['read', 1, 0],
      ['never', 0],
      ['', 1],
      ['unused', 0],
    ]);
  });

  it('leaves out what the compiler added, and that of the file which never runs', () => {
    const names = compiled.map(({ functionName }) => functionName);
    expect(names).to.include.members([
      '__name',
      '__export',
      '__copyProps',
      '__toCommonJS',
      'Meter',
      '<static_initializer>',
    ]);
    expect(counts(compiled)[1]).to.deep.equal(['', 1, 0]);
    expect(counts(ofSource).slice(0, 2)).to.deep.equal([
      ['', 1],
      ['', 1],
    ]);
  });
});

import { SourceMap, type SourceMapPayload } from 'node:module';

/** Offsets count the characters from the start of the compiled file. */
interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

/** What V8 counted of one function: the first range is all of it, the others are its branches. */
export interface FunctionCoverage {
  functionName: string;
  ranges: Range[];
}

/** The characters between the end of `0&&(module.exports={…})` and the end of the function that tsx puts round a file. */
const AFTER_EXPORTS = ';\n}'.length;

/** Where a compiled file comes from: its source's line and column, from 0, or undefined for what the compiler added. */
export class Compiled {
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
export function ofTheSource(functions: readonly FunctionCoverage[], compiled: Compiled): FunctionCoverage[] {
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

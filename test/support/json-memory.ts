/** Prints how many times its own size the densest JSON of each shape takes that is not refused, parsed and decoded. */
import { parseJson } from '../../src/zaptec/bounded-json';
import { decode } from '../../src/zaptec/decode';

const SIZE = 1024 * 1024;

/** A part of a list, made dense or sparse by a text of so many characters. */
const SHAPES: Record<string, (index: number, filler: string) => string> = {
  objects: (_index, filler) => `{},"${filler}"`,
  lists: (_index, filler) => `[],"${filler}"`,
  deep: (_index, filler) => `${'['.repeat(60)}${']'.repeat(60)},"${filler}${filler}"`,
  names: (index, filler) => `{"k${index.toString(36)}":"${filler}"}`,
  fields: (_index, filler) => `{"a":1.5,"b":"${filler}"}`,
  texts: (index, filler) => `"${index.toString(36)}${filler}"`,
  numbers: (index, filler) => `${index}.${index}5,"${filler}"`,
};

const textOf = (part: (index: number, filler: string) => string, filler: string): string => {
  const parts: string[] = [];
  for (let length = 0, index = 0; length < SIZE; index += 1) {
    parts.push(part(index, filler));
    length += parts[index]!.length + 1;
  }
  return Buffer.from(`[${parts.join(',')}]`).toString();
};

function ratioOf(shape: (index: number, filler: string) => string): number {
  for (let length = 0; ; length = Math.ceil(length * 1.3) + 1) {
    const text = textOf(shape, ' '.repeat(length));
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    try {
      const parsed = parseJson(text);
      const decoded = decode(parsed);
      globalThis.gc?.();
      const ratio = (process.memoryUsage().heapUsed - before) / text.length;
      // Both are still in use.
      if (parsed === decoded) throw new Error('decode made no copy');
      return ratio;
    } catch (error) {
      if (length > SIZE) throw error;
    }
  }
}

process.stdout.write(
  JSON.stringify(Object.fromEntries(Object.entries(SHAPES).map(([name, shape]) => [name, ratioOf(shape)]))),
);

import { expect } from 'chai';

const SIZE = 1_000_000;
/** Time for one parser and one text, in ms. */
const MOST_MS = 50;
/** Counting each branch for the coverage slows a loop down that much. */
const SLOWER = (process.env['IS_COUNTED'] ?? process.env['NODE_V8_COVERAGE']) ? 4 : 1;
/** A busy machine may stop the process for a moment, but not every time. */
const TRIES = 5;

/** Each class of character, also as it stands between others. */
const CLASSES = [
  ...Array.from('0aZ_ \t\n/\\|.,;:-+e"\'{[(<$%&?#=@\0\u00e9\u{1f50c}'),
  '0.', '.0', '1,', '{}', '[]', '{"a":', '","', '\\"', '; ', ' x', '/.', '${', '$(', '%2', '=&', '-0', '|{', '://', '\r\n',
]; // prettier-ignore

/** What may stand before and after such characters so that a parser goes on with them. */
const FRAMES = [
  ['', ''],
  ['-', 'x'],
  ['1.', 'x'],
] as const;

/** How a parser that may throw takes a text. */
export type Parsers = Readonly<Record<string, (text: string) => unknown>>;

const shown = (text: string): string => JSON.stringify(text.slice(0, 12));

/** As a text comes from a socket: not as the sum of its parts. */
const flat = (text: string): string => Buffer.from(text).toString();

/**
 * On a busy machine the process waits for its turn; what all its threads used is more than that where it does not. To ask
 * for the latter takes longer than most parsers, and the first time it matters only where the time was too long.
 */
function msOf(parse: (text: string) => unknown, text: string, isAgain = false): number {
  const from = performance.now();
  const used = isAgain ? process.cpuUsage() : undefined;
  try {
    parse(text);
  } catch {
    // An error that names the text is an answer as well.
  }
  const ms = performance.now() - from;
  if (!used) return ms;
  const { user, system } = process.cpuUsage(used);
  return Math.min(ms, (user + system) / 1000);
}

/** Of each class in each frame. */
const longTexts = (): string[] =>
  CLASSES.flatMap((part) => {
    const run = part.repeat(Math.ceil(SIZE / part.length));
    return FRAMES.map(([head, tail]) => flat(head + run + tail));
  });

/** To make them takes longer than to read them: each is made once for all parsers of a suite. */
let made: readonly string[] | undefined;

/** A test for each parser: a text of a megabyte, of whichever characters, keeps it for less than 50 ms. */
export function itStaysFast(parsers: Parsers): void {
  after(() => (made = undefined));
  for (const [name, parse] of Object.entries(parsers)) {
    it(`keep ${name} for less than ${MOST_MS} ms`, () => {
      made ??= longTexts();
      for (const text of made) {
        let ms = msOf(parse, text);
        for (let tries = 1; ms >= MOST_MS * SLOWER && tries < TRIES; tries += 1)
          ms = Math.min(ms, msOf(parse, text, true));
        expect(ms, `${name} of ${shown(text)}…`).to.be.lessThan(MOST_MS * SLOWER);
      }
    }).timeout(120_000);
  }
}

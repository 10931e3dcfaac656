/**
 * Changes the code of a room in thousands of small ways, and counts how many of them the specs of the room find:
 *
 *   npm run mutation -- src/phases                       measures a room
 *   npm run mutation -- src/energy/surplus/levels.ts     measures a part of one: a file, a folder or several of them
 *   npm run mutation -- src/api --sample 150 --seed 1    measures mutants drawn at random: some minutes in place of hours
 *   npm run mutation -- src/current --except src/current/governor
 *
 * Fails below the goal of the room; with a sample, where the whole 95 % interval of the score lies below it. The report is
 * in `.stryker/`, a folder that git ignores.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOMS } from './mutation/rooms';

const ROOT = path.join(__dirname, '..');
const OUTPUT = '.stryker';
/** What the specs of `src` read: everything else need not be copied. */
const NEEDED = ['src', 'nodes', 'simulator', 'bench', 'test', 'data', 'docs', 'package.json', 'tsconfig.json'];

function specsIn(place: string): string[] {
  if (statSync(path.join(ROOT, place)).isFile()) return [place];
  const files = readdirSync(path.join(ROOT, place), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.spec.ts')).map((file) => path.join(place, file));
}

const normalize = (part: string): string => path.normalize(part).replace(/\/$/, '');
const filesOf = (part: string): string => (part.endsWith('.ts') ? part : `${part}/**/*.ts`);

function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      except: { type: 'string', multiple: true, default: [] },
    },
  });
  const size = values.sample === undefined ? undefined : Number(values.sample);
  if (size !== undefined && !(Number.isInteger(size) && size > 0))
    throw new Error('--sample takes how many mutants to draw: a whole number above 0');
  return { parts: positionals.map(normalize), except: values.except.map(normalize), size, seed: values.seed };
}

async function main(args: string[]): Promise<void> {
  const { parts, except, size, seed } = readArguments(args);
  const isOf = (name: string) => parts.every((part) => part === name || part.startsWith(`${name}/`));
  const [roomName, room] = (parts.length > 0 && Object.entries(ROOMS).find(([name]) => isOf(name))) || [];
  if (!room) throw new Error(`Name one of the rooms, or files or folders in it: ${Object.keys(ROOMS).join(', ')}`);
  // For every process that Stryker starts.
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import tsx`;
  // The fuzzing of a decoder finds a mutant early or not at all.
  process.env['FUZZ'] ??= '300';
  // Read by a spec that has to work on less data then.
  process.env['MUTATION'] = 'yes';
  const { Stryker } = await import('@stryker-mutator/core');
  const name = (parts.length === 1 ? parts.join() : `${roomName}-parts`).replaceAll('/', '-');
  const options = {
    testRunner: 'mocha',
    plugins: ['./scripts/mutation/mocha-plugin.ts', './scripts/mutation/sample-plugin.ts'],
    specs: room.specs.flatMap(specsIn).filter((file) => !room.without?.includes(file)),
    mutate: [...parts.map(filesOf), ...except.map((part) => `!${filesOf(part)}`)],
    coverageAnalysis: 'perTest' as const,
    // A constant of the top level would need a new process and every spec: most of the time, for few mutants.
    ignoreStatic: true,
    concurrency: Number(process.env['MUTATION_JOBS'] ?? 2),
    // A busy machine must not look like an endless loop.
    timeoutMS: 20_000,
    // Nor must it end the run without a change, which some rooms need minutes for.
    dryRunTimeoutMinutes: 30,
    sampling: { size, seed, goal: room.goal },
    thresholds: { high: 95, low: room.goal, break: size === undefined ? room.goal : null },
    ignorePatterns: ['/*', ...NEEDED.map((entry) => `!/${entry}`)],
    tempDirName: `${OUTPUT}/sandbox-${name}`,
    // The sample comes first: the progress then counts what it has left.
    reporters: [...(size === undefined ? [] : ['sample']), 'progress-append-only', 'clear-text', 'json', 'html'],
    // With a sample the table would count too much of what no test reaches.
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: size === undefined },
    jsonReporter: { fileName: `${OUTPUT}/${name}.json` },
    htmlReporter: { fileName: `${OUTPUT}/${name}.html` },
    warnings: { unknownOptions: false, preprocessorErrors: true, unserializableOptions: true, slow: true },
    allowConsoleColors: false,
  };
  await new Stryker(options).runMutationTest();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

/**
 * Changes the code of a room in thousands of small ways, and counts how many of them the specs of the room find:
 *
 *   npm run mutation -- src/phases                       measures a room
 *   npm run mutation -- src/energy/surplus/levels.ts     measures a part of one: a file, a folder or several of them
 *
 * Fails below the goal of the room. The report is in `.stryker/`, a folder that git ignores.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
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

async function main(given: readonly string[]): Promise<void> {
  const parts = given.map((part) => path.normalize(part).replace(/\/$/, ''));
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
    plugins: ['./scripts/mutation/mocha-plugin.ts'],
    specs: room.specs.flatMap(specsIn).filter((file) => !room.without?.includes(file)),
    mutate: parts.map((part) => (part.endsWith('.ts') ? part : `${part}/**/*.ts`)),
    coverageAnalysis: 'perTest' as const,
    // A constant of the top level would need a new process and every spec: most of the time, for few mutants.
    ignoreStatic: true,
    concurrency: Number(process.env['MUTATION_JOBS'] ?? 2),
    // A busy machine must not look like an endless loop.
    timeoutMS: 20_000,
    thresholds: { high: 95, low: room.goal, break: room.goal },
    ignorePatterns: ['/*', ...NEEDED.map((entry) => `!/${entry}`)],
    tempDirName: `${OUTPUT}/sandbox-${name}`,
    reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
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

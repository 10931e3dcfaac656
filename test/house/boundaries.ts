import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Which parts of the house a file may use, by the first pattern that fits it; data is for everybody. */
const RULES: readonly { files: RegExp; may: RegExp; packages?: RegExp; why: string }[] = [
  {
    files: /^src\//,
    may: /^(src|data)\/|^package\.json$/,
    packages: /^(?!@?node-red)/,
    why: 'src is the client: no Node-RED, no nodes, no simulator',
  },
  {
    files: /^simulator\/page\/[\w-]+\.ts$/,
    may: /^simulator\/(page\/|rest\/control\/live-types$)/,
    packages: /^uplot$/,
    why: 'the page runs in the browser: it shares the shape of what it is told and nothing else',
  },
  {
    files: /^simulator\//,
    may: /^(simulator|data)\/|^package\.json$/,
    packages: /^(?!@?node-red)/,
    why: 'the simulator is written independently: nothing of ours, no Node-RED',
  },
  {
    files: /^nodes\/(?:[\w-]+\/editor\.ts|shared\/editor\/)/,
    may: /^nodes\/shared\/(editor\/|properties$|migrations$|overview$)/,
    packages: /^$/,
    why: 'a dialog runs in the browser: it shares the properties, their migrations and the shape of the overview with the runtime and nothing else',
  },
  { files: /^nodes\/connection\//, may: /^(src|simulator|data)\/|^nodes\/(connection|shared)\//, why: 'nodes use src' },
  { files: /^nodes\/shared\//, may: /^(src|data)\/|^nodes\/shared\//, why: 'what nodes share knows none of them' },
  {
    files: /^nodes\//,
    may: /^(src|data)\/|^nodes\/(\1|shared)\//,
    why: 'a node uses src and what nodes share; only the connection may load the simulator',
  },
];

/** The specifiers of every `import`, `export … from`, `require()` and `import()` of a file. */
const specifiersOf = (text: string): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

const withoutExtension = (file: string): string => file.replace(/\.(?:[cm]?[jt]s|d\.ts)$/, '');

function broken(file: string, specifier: string): string | undefined {
  const rule = RULES.find(({ files }) => files.test(file));
  if (!rule) return undefined;
  if (!specifier.startsWith('.')) {
    const fine = specifier.startsWith('node:')
      ? rule.packages?.source !== '^$'
      : (rule.packages?.test(specifier) ?? true);
    return fine ? undefined : rule.why;
  }
  const target = withoutExtension(path.posix.join(path.posix.dirname(file), specifier));
  const [, own = ''] = /^nodes\/([\w-]+)\//.exec(file) ?? [];
  const may = new RegExp(rule.may.source.replace('\\1', own));
  return may.test(target) ? undefined : rule.why;
}

/** Every import below `root` that crosses a wall of the house, with the reason why it may not. */
export function brokenBoundaries(root: string): string[] {
  return ['src', 'simulator', 'nodes'].flatMap((part) =>
    readdirSync(path.join(root, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .map((file) => path.posix.join(part, file.split(path.sep).join('/')))
      .flatMap((file) =>
        specifiersOf(readFileSync(path.join(root, file), 'utf8')).flatMap((specifier) => {
          const why = broken(file, specifier);
          return why ? [`${file} imports ${specifier}: ${why}`] : [];
        }),
      ),
  );
}

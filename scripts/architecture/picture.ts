/** What each part imports, by name. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** A module of dependency-cruiser's JSON report, as far as it is used here. */
export interface CruisedModule {
  source: string;
  dependencies: { resolved: string }[];
}

/** The parts of the picture: files of src itself, and otherwise folders. Other files of the simulator are left out. */
const PART = /^(src\/[^/]+\.ts$|simulator\/index\.ts$|(?:src|nodes|simulator)\/[^/]+(?=\/))/;
const START = '<!-- made by npm run architecture -->';
const END = '<!-- end -->';

/** The parts that the modules belong to, and what each part imports of the others. */
export function partsOf(modules: readonly CruisedModule[]): Imports {
  const imports = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    const from = PART.exec(source)?.[0];
    if (from === undefined) continue;
    const targets = imports.get(from) ?? new Set();
    imports.set(from, targets);
    for (const { resolved } of dependencies) {
      const to = PART.exec(resolved)?.[0];
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return imports;
}

/**
 * Leaves out each arrow that follows from others: with a → b and b → c there is no a → c.
 * @throws Error when parts import each other in a circle
 */
export function reduced(imports: Imports): Imports {
  const reachable = new Map<string, ReadonlySet<string>>();
  const visit = (part: string, path: readonly string[]): ReadonlySet<string> => {
    if (path.includes(part)) throw new Error(`These import each other: ${[...path, part].join(' → ')}`);
    const known = reachable.get(part);
    if (known) return known;
    const all = new Set<string>();
    for (const next of imports.get(part) ?? [])
      for (const each of [next, ...visit(next, [...path, part])]) all.add(each);
    reachable.set(part, all);
    return all;
  };
  return new Map(
    [...imports].map(([part, targets]) => {
      const implied = new Set([...targets].flatMap((target) => [...visit(target, [part])]));
      return [part, new Set([...targets].filter((target) => !implied.has(target)))];
    }),
  );
}

/** A mermaid flowchart. The order of its lines depends on the names alone. */
export function mermaid(imports: Imports): string {
  const sorted = [...imports.keys()].sort();
  const folders = [...new Set(sorted.map((part) => part.split('/')[0] ?? ''))];
  const boxes = folders.flatMap((folder) => [
    `  subgraph ${folder}`,
    ...sorted.filter((part) => part.startsWith(`${folder}/`)).map((part) => `    ${id(part)}["${part.split('/')[1]}"]`),
    '  end',
  ]);
  const arrows = sorted.flatMap((part) =>
    [...(imports.get(part) ?? [])].sort().map((target) => `  ${id(part)} --> ${id(target)}`),
  );
  return ['```mermaid', 'flowchart TB', ...boxes, ...arrows, '```'].join('\n');
}

/** Mermaid allows only plain names, and `end` and `default` are words of its language. */
const id = (part: string): string => part.replace(/\.ts$/, '').replace(/\W/g, '_');

/**
 * The page with the picture between its two markers.
 * @throws Error when a marker is missing
 */
export function withPicture(page: string, picture: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`The page has no place for the picture: ${START} and then ${END}`);
  return `${page.slice(0, start + START.length)}\n\n${picture}\n\n${page.slice(end)}`;
}

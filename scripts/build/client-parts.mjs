/** How the build divides the client into files that are loaded when they are needed. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The files that the client is made of, and which of them each loads: `now` with itself, `later` when something in it is
 * first used. So a flow without a strategy does not compile any. Each source is in one of them: with two copies of the
 * clock or of the limiter there would be two clocks and two limits.
 */
const PARTS = {
  'src/client': { now: ['src/core'], later: ['src/account', 'src/diagnostics', 'src/energy'] },
  'src/diagnostics': { now: ['src/account', 'src/core'], later: [] },
  'src/account': { now: ['src/core'], later: ['src/diagnostics'] },
  'src/energy': { now: ['src/core'], later: [] },
  'src/core': { now: [], later: [] },
};

/** What each part that is loaded later asks of `src/core`. */
const SAME_BUILD = 'src/errors/same-build.ts';

/** Which part each source of the client belongs to, and what imports what. */
async function sourcesOfClient(root, libraries) {
  const output = { write: false, metafile: true, outdir: '.' };
  const options = { ...output, bundle: true, platform: 'node', format: 'cjs', absWorkingDir: root };
  const graph = async (...plugins) => {
    const entryPoints = ['src/client.ts', SAME_BUILD];
    const { metafile } = await build({ ...options, entryPoints, plugins: [...plugins, libraries] });
    return metafile.inputs;
  };
  const isLater = ({ path: name, kind }) => kind === 'require-call' || name.startsWith('./diagnostics/');
  const withoutLater = {
    name: 'without-later',
    setup: (esbuild) =>
      esbuild.onResolve({ filter: /^\./ }, (one) => (isLater(one) ? { path: one.path, external: true } : undefined)),
  };
  const [all, core] = await Promise.all([graph(), graph(withoutLater)]);
  const partOf = (file) => {
    if (file === 'src/client.ts') return 'src/client';
    if (/^src\/(?:energy|billing)\/|node_modules\/luxon\//.test(file)) return 'src/energy';
    if (file.startsWith('src/diagnostics/')) return 'src/diagnostics';
    return file in core ? 'src/core' : 'src/account';
  };
  const imports = Object.entries(all).flatMap(([from, source]) => source.imports.map(({ path: to }) => ({ from, to })));
  return {
    partOf,
    imports: imports.filter(({ to }) => to in all && partOf(to) !== 'src/client'),
    stamp: await stampOf(root, Object.keys(all)),
  };
}

/** Another one for other sources. */
async function stampOf(root, files) {
  const sources = await Promise.all(files.sort().map((file) => readFile(path.join(root, file))));
  return hash('sha256', Buffer.concat(sources), 'base64url').slice(0, 8);
}

/** The names that each of some sources exports. */
async function namesOf(root, files) {
  const options = { write: false, metafile: true, format: 'esm', outdir: '.', logLevel: 'error' };
  const { metafile } = await build({ ...options, entryPoints: files, absWorkingDir: root });
  return new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
}

/**
 * What esbuild needs to make each part, which exports whatever other parts import of its sources: its entry, and a plugin
 * for what is elsewhere. `start` stands before the program: an upgrade may have replaced the part since `src/core` was
 * loaded, and the two would not fit.
 * @param libraries a plugin that says which libraries are no part of the client
 */
export async function partsOfClient(root, libraries) {
  const { partOf, imports, stamp } = await sourcesOfClient(root, libraries);
  const crossing = imports.filter(({ from, to }) => partOf(from) !== partOf(to));
  const names = await namesOf(root, [...new Set([SAME_BUILD, ...crossing.map(({ to }) => to)])]);
  const entryOf = (part) => {
    if (part === 'src/client') return { entryPoints: [path.join(root, 'src/client.ts')] };
    const files = [...names.keys()].filter((file) => partOf(file) === part).sort();
    const lines = files.map((file) => `export { ${names.get(file).join(', ')} } from './${file}';`);
    return { stdin: { contents: lines.join('\n'), resolveDir: root, sourcefile: `${part}.js` } };
  };
  const isLater = (part) => Object.values(PARTS).some(({ later }) => later.includes(part));
  return Object.keys(PARTS).map((part) => ({
    part,
    entry: entryOf(part),
    elsewhere: elsewhere(root, part, partOf, names),
    define: { BUILD: JSON.stringify(stamp) },
    start: isLater(part) ? `require("./core.js").mustBeSameBuild("${stamp}");` : '',
  }));
}

/** What a part imports of others: what it may need later becomes getters, and a call of `require` stays where it is. */
const elsewhere = (root, part, partOf, names) => ({
  name: 'elsewhere',
  setup(esbuild) {
    const isResolved = Symbol('resolved');
    const addressOf = (file) => `./${path.basename(partOf(file))}.js`;
    esbuild.onResolve({ filter: /^(?:\.|luxon$)/, namespace: 'file' }, async ({ path: name, pluginData, ...one }) => {
      if (pluginData === isResolved || one.kind === 'entry-point') return undefined;
      const { resolveDir, kind } = one;
      const found = await esbuild.resolve(name, { resolveDir, kind, pluginData: isResolved });
      const file = path.relative(root, found.path).split(path.sep).join('/');
      const other = partOf(file);
      if (found.external || other === part) return found;
      if (PARTS[part].now.includes(other)) return { path: addressOf(file), external: true };
      if (!PARTS[part].later.includes(other))
        throw new Error(`${part} must not import ${other}, as it does with ${file}`);
      return { path: file, namespace: kind === 'require-call' ? 'whole' : 'later' };
    });
    esbuild.onLoad({ filter: /^/, namespace: 'whole' }, ({ path: file }) => ({
      contents: `module.exports = require('${addressOf(file)}');`,
    }));
    esbuild.onLoad({ filter: /^/, namespace: 'later' }, ({ path: file }) => {
      const getters = names.get(file).map((name) => `get ${name}() { return require('${addressOf(file)}').${name}; }`);
      return { contents: `module.exports = { ${getters.join(', ')} };` };
    });
    for (const namespace of ['whole', 'later']) {
      esbuild.onResolve({ filter: /^/, namespace }, ({ path: address }) => ({ path: address, external: true }));
    }
  },
});

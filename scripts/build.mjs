/**
 * Builds dist: types by tsc; the nodes, the client, the simulator, the dialogs and the simulator's page by esbuild, each as
 * one file or a few; then texts and icons beside them.
 * Works in a folder of its own and swaps it in at the end, so that a failed build leaves the last good one alone.
 *
 *   node scripts/build.mjs    (does nothing if dist is up to date; delete dist to have it built in any case)
 */
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { minify } from 'terser';
import { bundlePage } from '../simulator/page/bundle.mjs';
import { partsOfClient } from './build/client-parts.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIST = path.join(ROOT, 'dist');
const SOURCES = [
  'src',
  'nodes',
  'simulator',
  'data',
  'scripts/build.mjs',
  'scripts/build',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

const read = (...parts) => readFile(path.join(ROOT, ...parts), 'utf8');
const log = (text) => process.stderr.write(`build: ${text}\n`);

/** The newest change below a path. Folders count too, which is how a deleted file is noticed. */
async function newest(target) {
  if (!existsSync(target)) return 0;
  const { mtimeMs } = await stat(target);
  const entries = await readdir(target, { recursive: true }).catch(() => []);
  const times = await Promise.all(entries.map(async (entry) => (await stat(path.join(target, entry))).mtimeMs));
  return times.reduce((latest, time) => Math.max(latest, time), mtimeMs);
}

/** The folder itself carries the time of its build, so the package needs no marker file. */
async function upToDate() {
  const { nodes } = JSON.parse(await read('package.json'))['node-red'];
  // Somebody may have deleted a part of it.
  if (!Object.values(nodes).every((file) => existsSync(path.join(ROOT, file)))) return false;
  const times = await Promise.all(SOURCES.map((source) => newest(path.join(ROOT, source))));
  return Math.max(...times) < (await stat(DIST)).mtimeMs;
}

/** The form of a node. `<!-- include x.html -->` stands for rows that several nodes have, in nodes/shared/editor. */
async function formOf(name, type) {
  const form = await read('nodes', name, 'editor.html');
  const [before = '', ...parts] = form.split('<!-- include ');
  const rows = parts.map(async (part) => {
    const [file = '', rest = ''] = part.split(' -->', 2);
    return (await read('nodes/shared/editor', file)).replaceAll('{{type}}', type).trim() + rest;
  });
  return [before, ...(await Promise.all(rows))].join('').trim();
}

/** One style for all dialogs and the sidebar: it comes with the connection, which no node does without. */
async function styleOfDialogs() {
  const style = (await read('nodes/shared/editor/dialog.css')) + (await read('nodes/connection/editor.css'));
  const { code } = await transform(style, { loader: 'css', charset: 'utf8', minifyWhitespace: true });
  return code.trim();
}

/** A node's html: form and script inline, since a script with an address would load too late (grey nodes). */
async function writeDialog(name, type, target) {
  const bundle = await build({
    entryPoints: [path.join(ROOT, 'nodes', name, 'editor.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    minify: true,
    logLevel: 'warning',
  });
  const minified = bundle.outputFiles[0].text.trim();
  // The scorecard of the flow library reads `required: true`.
  const script = minified.replace(/:!([01])(?=[,}])/g, (_, not) => (not === '0' ? ':true' : ':false'));
  const parts = [
    ...(name === 'connection' ? [`<style>\n${await styleOfDialogs()}\n</style>`] : []),
    `<script type="text/html" data-template-name="${type}">\n${await formOf(name, type)}\n</script>`,
    `<script type="text/javascript">\n${script}\n</script>`,
  ];
  await writeFile(path.join(target, `${name}.html`), parts.join('\n\n') + '\n');
}

/** Catalogues are copied; help is written in markdown and wrapped in the tag that the editor looks for. */
async function writeTexts(name, type, target) {
  const locales = path.join(ROOT, 'nodes', name, 'locales');
  for (const language of await readdir(locales)) {
    const into = path.join(target, 'locales', language);
    await mkdir(into, { recursive: true });
    const catalogue = JSON.parse(await readFile(path.join(locales, language, `${name}.json`), 'utf8'));
    await writeFile(path.join(into, `${name}.json`), JSON.stringify(catalogue));
    const help = await readFile(path.join(locales, language, 'help.md'), 'utf8');
    const wrapped = `<script type="text/markdown" data-help-name="${type}">\n${help.trim()}\n</script>\n`;
    await writeFile(path.join(into, `${name}.html`), wrapped);
  }
}

/** As in `nodes/shared/language/runtime-texts.ts`. */
const keyOf = (english) => hash('sha1', english, 'base64url').slice(0, 6);

/**
 * The texts of the run time in each language, once for all nodes: `keys.json` has what stands for the English texts, and
 * the file of each language its own in the same order. With the English ones in each, they would be a seventh of the
 * package.
 */
async function writeRuntimeTexts(dist) {
  const from = path.join(ROOT, 'nodes/shared/locales');
  const target = path.join(dist, 'nodes/shared/locales');
  await mkdir(target, { recursive: true });
  const languages = await readdir(from);
  const catalogues = await Promise.all(
    languages.map(async (file) => [file, JSON.parse(await readFile(path.join(from, file), 'utf8'))]),
  );
  const english = Object.keys(Object.assign({}, ...catalogues.map(([, texts]) => texts)));
  const keys = english.map(keyOf);
  if (new Set(keys).size < keys.length) throw new Error('two texts of the run time have the same key: make it longer');
  await writeFile(path.join(target, 'keys.json'), JSON.stringify(keys));
  for (const [file, texts] of catalogues) {
    await writeFile(path.join(target, file), JSON.stringify(english.map((text) => texts[text] ?? text)));
  }
}

async function writeEditor(dist) {
  const { nodes } = JSON.parse(await read('package.json'))['node-red'];
  for (const [type, file] of Object.entries(nodes)) {
    const name = path.basename(file, '.js');
    const target = path.join(dist, 'nodes', name);
    await mkdir(target, { recursive: true });
    await writeDialog(name, type, target);
    await writeTexts(name, type, target);
    const icons = path.join(ROOT, 'nodes', name, 'icons');
    if (existsSync(icons)) await cp(icons, path.join(target, 'icons'), { recursive: true });
  }
}

/** The simulator's page, one file. */
async function writePage(dist) {
  const target = path.join(dist, 'simulator/page');
  await mkdir(target, { recursive: true });
  await writeFile(path.join(target, 'index.html'), await bundlePage());
}

/** A library that only the simulator needs is bundled with the file that uses it: it is no dependency of the package. */
const BUNDLED = { 'simulator/bus/websocket': 'ws' };

/** What `ws` would load beside itself to be a little faster. */
const WITHOUT_ADDONS = { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' };

async function bundleLibraries(dist) {
  for (const [file, library] of Object.entries(BUNDLED)) {
    await build({
      entryPoints: [path.join(ROOT, `${file}.ts`)],
      outfile: path.join(dist, `${file}.js`),
      bundle: true,
      platform: 'node',
      charset: 'utf8',
      target: 'node20',
      format: 'cjs',
      minify: true,
      define: WITHOUT_ADDONS,
      banner: { js: `/*!\n${library}\n\n${(await read('node_modules', library, 'LICENSE')).trim()}\n*/` },
      logLevel: 'warning',
    });
  }
}

/** Without names, which `shortenNames` makes short: esbuild would take those of functions and methods too. */
const COMPACT = { minifyWhitespace: true, minifySyntax: true, charset: 'utf8', target: 'node20' };

/** A variable that gives its name to the function or the class in it; and some that do not, which does no harm. */
const NAMES_ITS_VALUE = /(?<![\w$])[\w$]+(?==(?:async\b|function\b|class\b|\((?:[^()]|\([^()]*\))*\)=>|[\w$]+=>))/g;
const PRIVATE = /#[\w$]+/g;

/**
 * Makes the names of variables short, which saves a tenth of a program when packed. Nothing else changes: functions,
 * classes, methods and fields keep their names, so that a stack says where something happened.
 */
async function shortenNames(file) {
  const code = await readFile(file, 'utf8');
  const reserved = code.match(NAMES_ITS_VALUE) ?? [];
  const mangle = { toplevel: true, keep_fnames: true, keep_classnames: true, reserved };
  const { code: short } = await minify(code, { compress: false, mangle, format: { ascii_only: true } });
  // Terser knows no option for private names. It changes no order, so each is put back where it stood.
  const privates = code.match(PRIVATE) ?? [];
  if ((short.match(PRIVATE) ?? []).length !== privates.length) throw new Error(`${file}: private names`);
  await writeFile(
    file,
    short.replace(PRIVATE, () => privates.shift()),
  );
}

/** Time zones and days of 23 and 25 hours need a library; it is part of the program, and no dependency of the package. */
const INCLUDED = { luxon: 'node_modules/luxon/LICENSE.md' };

/**
 * Each is one file, which Node.js opens faster than the many that it is made of, and half as large when packed; the client
 * is a few (`build/client-parts.mjs`).
 */
const PROGRAMS = ['src/client', 'simulator/index', 'simulator/cli/main'];

/** Sources with a program for Redis, whose comments and indents are in a text, and so no comments to esbuild. */
const SCRIPT = /cluster[\\/][\w-]+-script\.ts$/;
const COMMENT_OR_INDENT = /^ *--.*\n|^ +/gm;

const REQUIRE = /\brequire\("(\.[^"]+)"\)/g;

/** Requires each file once: esbuild does it for each source that imports something of it, a hundred times for the client. */
async function requireOnce(file) {
  const code = await readFile(file, 'utf8');
  const names = [...code.matchAll(REQUIRE)].map(([, name]) => name);
  const often = [...new Set(names)].filter((name) => names.indexOf(name) < names.lastIndexOf(name));
  if (often.length === 0) return;
  const functions = often.map(
    (name, index) => `var file$${index},get$${index}=()=>file$${index}??=require("${name}");`,
  );
  const rest = code.replace(REQUIRE, (call, name) => (often.includes(name) ? `get$${often.indexOf(name)}()` : call));
  await writeFile(file, `"use strict";${functions.join('')}${rest}`);
}

/** What a program does not hold in itself: libraries, and what is a file of its own in dist. */
const apart = (program) => ({
  name: 'apart',
  setup(esbuild) {
    const included = new RegExp(`node_modules.(?:${Object.keys(INCLUDED).join('|')}).`);
    esbuild.onLoad({ filter: included }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, 'utf8'), { ...COMPACT, minify: true });
      return { contents: code };
    });
    esbuild.onLoad({ filter: SCRIPT }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(COMMENT_OR_INDENT, ''),
      loader: 'ts',
    }));
    const own = new Set([...Object.keys(BUNDLED), ...PROGRAMS].map((file) => path.join(ROOT, file)));
    esbuild.onResolve({ filter: /^/ }, ({ path: name, resolveDir, kind }) => {
      if (kind === 'entry-point' || name in INCLUDED) return undefined;
      if (!name.startsWith('.')) return { path: name, external: true };
      const file = path.join(resolveDir, name.replace(/\.js$/, ''));
      if (!own.has(file)) return undefined;
      const relative = path.relative(path.join(ROOT, path.dirname(program)), file);
      return { path: `${relative.startsWith('.') ? '' : './'}${relative}.js`, external: true };
    });
  },
});

async function bundlePrograms(dist) {
  for (const { part, entry, elsewhere, define, start } of await partsOfClient(ROOT, apart('src/client'))) {
    await bundle(dist, part, { ...entry, define, plugins: [elsewhere, apart(part)] });
    const file = path.join(dist, `${part}.js`);
    const code = await readFile(file, 'utf8');
    // After the directive, which counts only where it stands first.
    await writeFile(
      file,
      code.replace(/^"use strict";/m, (directive) => directive + start),
    );
  }
  for (const program of PROGRAMS.filter((name) => name !== 'src/client')) {
    await bundle(dist, program, { entryPoints: [path.join(ROOT, `${program}.ts`)], plugins: [apart(program)] });
  }
  await chmod(path.join(dist, 'simulator/cli/main.js'), 0o755);
}

/** The types of all sources, checked. The programs are made by esbuild, at the same time. */
async function writeTypes(types) {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--noEmitOnError', '--outDir', types];
  const child = spawn(process.execPath, [tsc, ...options], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('the types are not right');
}

/** What several files of dist may hold, because what the start uses of it keeps no state. */
const STATELESS = new Set(['nodes/shared/register-node.ts', 'nodes/shared/guard.ts', 'nodes/shared/properties.ts']);

/**
 * What Node-RED loads at every start: a file for each type of node, which registers it. Their calls of `require` lead to
 * one file with all the rest, which the first node or the first question of the editor loads.
 */
async function bundleNodes(dist) {
  const { nodes } = JSON.parse(await read('package.json'))['node-red'];
  const names = Object.values(nodes).map((file) => path.basename(file, '.js'));
  const later = new Set();
  const starts = await Promise.all(names.map((name) => bundleNode(dist, `nodes/${name}/${name}`, later)));
  const all = [...later].sort().map((file) => `exports['${file}'] = () => require('./${file}');`);
  const rest = await bundle(dist, 'nodes/nodes', {
    stdin: { contents: all.join('\n'), resolveDir: path.join(ROOT, 'nodes'), sourcefile: 'nodes.js' },
    plugins: [apart('nodes/nodes')],
  });
  const files = [...starts.flat(), ...rest].filter((file) => !STATELESS.has(file));
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice !== undefined) throw new Error(`${twice} would be there twice in a process`);
}

/** @param later gets what the file requires later, as a path below nodes. @returns what is in the file */
async function bundleNode(dist, program, later) {
  const toTheRest = {
    name: 'to-the-rest',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^\./, namespace: 'file' }, ({ path: name, resolveDir, kind }) => {
        const file = path.join(resolveDir, name);
        // An import of the client that nothing of the start uses is left out.
        if (file === path.join(ROOT, 'src/client')) return { path: name, external: true, sideEffects: false };
        if (kind !== 'require-call') return undefined;
        const key = path.relative(path.join(ROOT, 'nodes'), file).split(path.sep).join('/');
        later.add(key);
        return { path: `rest:${key}`, external: true };
      });
    },
  };
  const sources = await bundle(dist, program, {
    entryPoints: [path.join(ROOT, `${program}.ts`)],
    plugins: [toTheRest],
  });
  const file = path.join(dist, `${program}.js`);
  const code = await readFile(file, 'utf8');
  await writeFile(file, code.replace(/require\("rest:([^"]+)"\)/g, 'require("../nodes.js")["$1"]()'));
  return sources;
}

/** Makes one file of dist. @returns the sources that are in it */
async function bundle(dist, program, options) {
  const outfile = path.join(dist, `${program}.js`);
  const { metafile } = await build({
    outfile,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    ...COMPACT,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  await requireOnce(outfile);
  await shortenNames(outfile);
  const [{ inputs }] = Object.values(metafile.outputs);
  const included = Object.entries(INCLUDED).filter(([name]) =>
    Object.keys(inputs).some((file) => file.includes(`node_modules/${name}/`)),
  );
  for (const [name, file] of included) {
    const license = `/*!\n${name}\n\n${(await read(file)).trim()}\n*/\n`;
    await writeFile(outfile, license + (await readFile(outfile, 'utf8')));
  }
  return Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}

/** One file of types for each entry: no one can import what no entry leads to. */
async function bundleTypes(types, dist) {
  for (const entry of ['src/client', 'simulator/index']) {
    const bundle = await rollup({
      input: path.join(types, `${entry}.d.ts`),
      plugins: [dts({ respectExternal: true })],
      external: (name) => !/^[./]/.test(name),
    });
    const { output } = await bundle.generate({ format: 'es' });
    await bundle.close();
    // Two spaces, as in the sources: the printer of TypeScript has no setting for it, and the package is small.
    const code = output[0].code.replaceAll(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
    await writeFile(path.join(dist, `${entry}.d.ts`), code);
  }
}

/**
 * ES module entries. They hand on what the CommonJS modules export and hold no code of their own: with two copies of the
 * client there would be two limiters for one account.
 */
async function writeModules(dist) {
  const require = createRequire(path.join(dist, 'index.js'));
  for (const [name, file] of Object.entries({ client: './src/client.js', simulator: './simulator/index.js' })) {
    const names = Object.keys(require(file)).filter((key) => key !== '__esModule');
    const lines = [`import module from '${file}';`, `export const { ${names.sort().join(', ')} } = module;`];
    await writeFile(path.join(dist, `${name}.mjs`), lines.join('\n') + '\n');
    await writeFile(path.join(dist, `${name}.d.mts`), `export * from '${file}';\n`);
  }
}

async function main() {
  if (await upToDate()) return log('dist is up to date');
  const started = new Date();
  const staging = path.join(ROOT, 'node_modules/.cache', `zaptec-build-${process.pid}`);
  const types = `${staging}-types`;
  // An error is told after the rest, which must not go on writing.
  const typing = Promise.allSettled([writeTypes(types)]);
  try {
    await bundleNodes(staging);
    await writeEditor(staging);
    await writeRuntimeTexts(staging);
    await writePage(staging);
    await bundleLibraries(staging);
    await bundlePrograms(staging);
    await writeModules(staging);
    const [typed] = await typing;
    if (typed.status === 'rejected') throw typed.reason;
    await bundleTypes(types, staging);
    await rm(DIST, { recursive: true, force: true });
    await rename(staging, DIST);
    await utimes(DIST, started, started);
  } finally {
    await typing;
    for (const folder of [staging, types]) await rm(folder, { recursive: true, force: true });
  }
  return log(`done in ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s`);
}

try {
  await main();
} catch (error) {
  log(`failed: ${error.message}`);
  process.exitCode = 1;
}

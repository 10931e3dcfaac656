/**
 * Builds dist: tsc for everything that runs in Node.js, esbuild for the dialogs and the simulator's page, then texts and icons beside them.
 * Works in a folder of its own and swaps it in at the end, so that a failed build leaves the last good one alone.
 *
 *   node scripts/build.mjs [--force] [--editor-only]
 */
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { bundlePage } from '../simulator/page/bundle.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIST = path.join(ROOT, 'dist');
const SOURCES = [
  'src',
  'nodes',
  'simulator',
  'data',
  'scripts/build.mjs',
  'package.json',
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
  // After `--editor-only` there may be dialogs with no node behind them.
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

/** A node's html: style, form and script inline, since a script with an address would load too late (grey nodes). */
async function writeDialog(name, type, target) {
  const bundle = await build({
    entryPoints: [path.join(ROOT, 'nodes', name, 'editor.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  const own = path.join('nodes', name, 'editor.css');
  const style = [await read('nodes/shared/editor/dialog.css'), existsSync(path.join(ROOT, own)) ? await read(own) : ''];
  const css = await transform(style.join(''), { loader: 'css', charset: 'utf8', minifyWhitespace: true });
  const parts = [
    `<style>\n${css.code.trim()}\n</style>`,
    `<script type="text/html" data-template-name="${type}">\n${await formOf(name, type)}\n</script>`,
    `<script type="text/javascript">\n${bundle.outputFiles[0].text.trim()}\n</script>`,
  ];
  await writeFile(path.join(target, `${name}.html`), parts.join('\n\n') + '\n');
}

/** Catalogues are copied; help is written in markdown and wrapped in the tag that the editor looks for. */
async function writeTexts(name, type, target) {
  const locales = path.join(ROOT, 'nodes', name, 'locales');
  for (const language of await readdir(locales)) {
    const into = path.join(target, 'locales', language);
    await mkdir(into, { recursive: true });
    await cp(path.join(locales, language, `${name}.json`), path.join(into, `${name}.json`));
    const help = await readFile(path.join(locales, language, 'help.md'), 'utf8');
    const wrapped = `<script type="text/markdown" data-help-name="${type}">\n${help.trim()}\n</script>\n`;
    await writeFile(path.join(into, `${name}.html`), wrapped);
  }
}

/** The texts of the run time in each language, once for all nodes. */
async function writeRuntimeTexts(dist) {
  const from = path.join(ROOT, 'nodes/shared/locales');
  if (existsSync(from)) await cp(from, path.join(dist, 'nodes/shared/locales'), { recursive: true });
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

/**
 * Libraries that only the simulator needs, and only sometimes, are bundled with the file that uses them: they are no
 * dependencies of the package.
 */
const BUNDLED = { 'simulator/tls/certificate': 'node-forge', 'simulator/bus/websocket': 'ws' };

/** What `ws` would load beside itself to be a little faster. */
const WITHOUT_ADDONS = { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' };

/** The license of a library. `node-forge` may be used under either of two: the first, BSD, stands between two lines. */
async function licenseOf(library) {
  const text = await read('node_modules', library, 'LICENSE');
  const [whole, first = whole] = text.split(/^-{40,}$/m);
  return first.trim();
}

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
      banner: { js: `/*!\n${library}\n\n${await licenseOf(library)}\n*/` },
      logLevel: 'warning',
    });
  }
}

/** Time zones and days of 23 and 25 hours need a library; it is bundled, and is no dependency of the package. */
async function bundleCalendar(dist) {
  const license = await read('node_modules/luxon/LICENSE.md');
  await build({
    entryPoints: [path.join(ROOT, 'src/energy/calendar.ts')],
    outfile: path.join(dist, 'src/energy/calendar.js'),
    bundle: true,
    // Errors are told apart by their class: there must be one of it.
    external: ['../errors/zaptec-error'],
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    banner: { js: `/*!\nluxon\n\n${license.trim()}\n*/` },
    logLevel: 'warning',
  });
}

async function compile(dist) {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--noEmitOnError', '--outDir', dist];
  execFileSync(process.execPath, [tsc, ...options], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  const command = path.join(dist, 'simulator/cli/main.js');
  if (existsSync(command)) await chmod(command, 0o755);
}

/** Comments stay in the types, where editors show them; in the programs they would be a third of the package. */
async function removeComments(dist) {
  const files = await readdir(dist, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const target = path.join(dist, file);
    const { code } = await transform(await readFile(target, 'utf8'), { charset: 'utf8', target: 'node20' });
    await writeFile(target, code);
  }
}

/** Types that no entry of the package leads to would be a twentieth of it, and nobody can import them. */
async function removeInternalTypes(dist) {
  const reached = new Set();
  const follow = async (file) => {
    if (reached.has(file) || !existsSync(file)) return;
    reached.add(file);
    for (const [, to] of (await readFile(file, 'utf8')).matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
      const base = path.join(path.dirname(file), to.replace(/\.js$/, ''));
      await follow(`${base}.d.ts`);
      await follow(path.join(base, 'index.d.ts'));
    }
  };
  for (const entry of ['src/client.d.ts', 'simulator/index.d.ts']) await follow(path.join(dist, entry));
  for (const file of await readdir(dist, { recursive: true })) {
    const target = path.join(dist, file);
    if (file.endsWith('.d.ts') && !reached.has(target)) await rm(target);
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

async function main(flags) {
  if (flags.includes('--editor-only')) return writeEditor(DIST);
  if (!flags.includes('--force') && (await upToDate())) return log('dist is up to date');
  const started = new Date();
  const staging = path.join(ROOT, 'node_modules/.cache', `zaptec-build-${process.pid}`);
  try {
    await compile(staging);
    await removeComments(staging);
    await removeInternalTypes(staging);
    await writeEditor(staging);
    await writeRuntimeTexts(staging);
    await writePage(staging);
    await bundleLibraries(staging);
    await bundleCalendar(staging);
    await writeModules(staging);
    await rm(DIST, { recursive: true, force: true });
    await rename(staging, DIST);
    await utimes(DIST, started, started);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return log(`done in ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  log(`failed: ${error.message}`);
  process.exitCode = 1;
}

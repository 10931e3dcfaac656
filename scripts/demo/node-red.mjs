import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installDashboard } from './dashboard.mjs';
import { DemoError } from './demo-error.mjs';
import { dashboardOf, simulatorsOf } from './flows.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const START_MS = 60_000;
const STOP_MS = 10_000;
const SIMULATOR_MS = 5_000;

/**
 * Starts Node-RED in a process of its own with a new user directory, so that the demonstration always begins the same way
 * and never changes the user's flows.
 * @param show whether the log of Node-RED goes to stdout; otherwise it goes to stderr
 * @param keep a folder that stays, in the place of the new user directory: flows that are in it run instead of the
 *   demonstration
 * @param flows what runs
 * @param dashboard whether the FlowFuse dashboard is installed
 */
export async function startDemo({ port, host, show, keep, flows, dashboard = false }) {
  const listen = await usablePort(port, host);
  const userDir = keep === undefined ? await mkdtemp(path.join(tmpdir(), 'zaptec-demonstration-')) : path.resolve(keep);
  const removed = () => (keep === undefined ? rm(userDir, { recursive: true, force: true }) : undefined);
  const running = await prepare(userDir, { isKept: keep !== undefined, flows, dashboard }).catch(async (error) => {
    await removed();
    throw error;
  });
  const red = createRequire(import.meta.url).resolve('node-red/red.js');
  const args = [red, '--userDir', userDir, '--settings', path.join(userDir, 'settings.js'), '--port', String(listen)];
  const child = spawn(process.execPath, [...args, '-D', `uiHost=${host}`, path.join(userDir, 'flows.json')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 0)));
  const expected = simulatorsOf(running);
  const pages = new Map();
  const simulators = deferred();
  const started = deferred();
  let tail = [];
  const follow = (stream) =>
    createInterface({ input: stream }).on('line', (line) => {
      tail = [...tail.slice(-20), line];
      (show ? process.stdout : process.stderr).write(`${line}\n`);
      if (line.includes('Started flows')) started.resolve();
      const [, name, page] = /\[zaptec-connection:(.*?)\] The simulator of the Zaptec cloud: (\S+)/.exec(line) ?? [];
      if (page) pages.set(name, { name, page, baseUrl: new URL(page).origin });
      if (expected.every((one) => pages.has(one))) simulators.resolve();
    });
  follow(child.stdout);
  follow(child.stderr);

  const stop = async () => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(kill);
    await removed();
  };
  const failed = Promise.race([
    exited.then((code) => `it ended with code ${code}`),
    new Promise((resolve) => setTimeout(resolve, START_MS, `no start within ${START_MS / 1000} s`).unref()),
  ]).then((why) => {
    throw new DemoError(`Node-RED did not start: ${why}. Its last lines:\n${tail.join('\n')}`);
  });
  // Flows of the user's own may not use all of their simulators.
  const up = started.promise.then(() => (keep === undefined ? simulators.promise : soon(simulators.promise)));
  failed.catch(() => undefined);
  try {
    await Promise.race([up, failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${listen}`;
  const below = dashboard ? dashboardOf(running) : undefined;
  return {
    url,
    /** Those in use, in the order of the flows: `{name, page, baseUrl}`. */
    simulators: expected.flatMap((name) => pages.get(name) ?? []),
    dashboard: below === undefined ? undefined : `${url}${below}`,
    ended: exited,
    stop,
  };
}

/** Makes the user directory ready. @returns the flows that will run: those that are in it already, or the given ones */
async function prepare(userDir, { isKept, flows, dashboard }) {
  const modules = path.join(userDir, 'node_modules');
  const { name } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const settings = {
    flowFile: 'flows.json',
    // Node-RED encrypts what is kept with a secret of its own.
    ...(isKept ? {} : { credentialSecret: false }),
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false }, palette: { allowInstall: isKept } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
  };
  const packed = JSON.stringify({ name: 'zaptec-demonstration', private: true });
  try {
    await mkdir(modules, { recursive: true });
    const files = {
      'package.json': packed,
      'settings.js': `module.exports = ${JSON.stringify(settings, null, 2)};\n`,
      'flows.json': JSON.stringify(flows, null, 4),
    };
    for (const [file, text] of Object.entries(files)) {
      await unlessThere(writeFile(path.join(userDir, file), text, { flag: 'wx' }));
    }
    if (isKept) await listPackage(path.join(userDir, 'package.json'), name);
    // Before the link: npm removes what it has not installed itself.
    if (dashboard) await installDashboard(userDir);
    await unlessThere(symlink(ROOT, path.join(modules, name), 'junction'));
    return await readJson(path.join(userDir, 'flows.json'));
  } catch (error) {
    if (error instanceof DemoError) throw error;
    throw new DemoError(`The folder ${userDir} cannot be used (${error.code}): choose one that can be written`);
  }
}

/** Lists this package among those of the folder, so that npm leaves it there when the editor installs another. */
async function listPackage(file, name) {
  const packed = await readJson(file);
  const source = `file:${ROOT}`;
  if (packed.dependencies?.[name] === source) return;
  const dependencies = { ...packed.dependencies, [name]: source };
  await writeFile(file, JSON.stringify({ ...packed, dependencies }, null, 2));
}

async function readJson(file) {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DemoError(`${file} is not JSON: ${error.message}`);
  }
}

async function unlessThere(made) {
  try {
    await made;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

/** Undefined where it takes longer. */
function soon(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, SIMULATOR_MS).unref())]);
}

/** @returns the port, or a free one for 0. @throws DemoError when the port is in use */
function usablePort(port, host) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      const remedy = 'stop the program that listens there, or choose another port with npm start -- --port 1890';
      reject(new DemoError(`Port ${port} on ${host} cannot be used (${error.code}): ${remedy}`));
    });
    probe.listen(port, host, () => {
      const { port: found } = probe.address();
      probe.close(() => resolve(found));
    });
  });
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

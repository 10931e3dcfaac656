import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.join(__dirname, '..');
const PACKAGE = 'node-red-contrib-zaptec';
const START_LIMIT_MS = 120_000;
/** Linux counts the CPU time of a process in hundredths of a second. */
const TICK_MS = 10;

export interface Child {
  /** From the start of the process until its flows run, ms. */
  startedMs: number;
  /** Memory in use, bytes. */
  rss(): number;
  /** CPU time of the process, ms. */
  cpuMs(): number;
  /** The rest of the next line of its output that begins with a text. */
  nextLine(beginning: string): Promise<string>;
  stop(): Promise<void>;
}

interface Start {
  /** Whether the built package is installed. */
  withPackage: boolean;
  flow?: readonly object[];
  credentials?: object;
  /** Files for the `nodes` folder of the user directory. */
  nodes?: Record<string, string>;
}

/** Node-RED in a process of its own, on a free port, as a user runs it. */
export async function startNodeRed({ withPackage, flow = [], credentials = {}, nodes = {} }: Start): Promise<Child> {
  if (!existsSync(path.join(ROOT, 'dist/nodes')))
    throw new Error('The folder dist is missing: run npm run build first');
  const userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-bench-'));
  prepare(userDir, withPackage, flow, credentials);
  for (const [name, text] of Object.entries(nodes)) writeFileSync(path.join(userDir, 'nodes', name), text);
  const red = createRequire(__filename).resolve('node-red/red.js');
  const startedAt = performance.now();
  const child = spawn(process.execPath, [red, '--userDir', userDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(userDir, { recursive: true, force: true });
  };
  const lines = createInterface({ input: child.stdout });
  const startedMs = await new Promise<number>((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error('Node-RED did not start')), START_LIMIT_MS);
    lines.on('line', (line) => {
      if (!line.includes('Started flows')) return;
      clearTimeout(timeout);
      resolve(performance.now() - startedAt);
    });
  });
  const nextLine = (beginning: string) =>
    new Promise<string>((resolve) => {
      const onLine = (line: string) => {
        if (!line.startsWith(beginning)) return;
        lines.off('line', onLine);
        resolve(line.slice(beginning.length));
      };
      lines.on('line', onLine);
    });
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    startedMs,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))?.[1]) * 1024,
    cpuMs: () => {
      // The fields follow the last bracket: the name of the process, in brackets, may hold any character.
      const [utime = 0, stime = 0] = (proc('stat').split(') ').at(-1) ?? '').split(' ').slice(11, 13).map(Number);
      return (utime + stime) * TICK_MS;
    },
    nextLine,
    stop,
  };
}

function prepare(userDir: string, withPackage: boolean, flow: readonly object[], credentials: object): void {
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: 0,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
  };
  const dependencies = withPackage ? { [PACKAGE]: '*' } : {};
  mkdirSync(path.join(userDir, 'node_modules'));
  mkdirSync(path.join(userDir, 'nodes'));
  if (withPackage) symlinkSync(ROOT, path.join(userDir, 'node_modules', PACKAGE), 'junction');
  writeFileSync(path.join(userDir, 'package.json'), JSON.stringify({ name: 'bench', private: true, dependencies }));
  writeFileSync(path.join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  writeFileSync(path.join(userDir, 'flows.json'), JSON.stringify(flow));
  writeFileSync(path.join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

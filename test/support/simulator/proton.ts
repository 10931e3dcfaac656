import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CLIENT = path.join(__dirname, 'proton-client.py');
/** Debian's Python first: a Python of the user may come before it, and does not see Debian's packages. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const TIMEOUT_MS = 15_000;

/** What proton-client.py has to do; the names are explained there. */
interface Task {
  url: string;
  host: string;
  address: string;
  user: string;
  password: string;
  login: 'plain' | 'cbs';
  now: number;
  count: number;
  prefetch?: number;
  abort?: boolean;
  trust?: string;
}

/** What it saw; errors are AMQP conditions. */
interface Seen {
  /** Type and value of each status code. */
  statuses: [string, number][];
  messages: string[];
  errors: string[];
}

/** A Python that has Qpid Proton. Where there is none, CI fails, and a machine of a developer skips the test. */
export async function protonOrSkip(test: Mocha.Context): Promise<string> {
  const found = await findProton();
  if (found !== undefined) return found;
  const reason = 'Qpid Proton for Python is missing: apt-get install python3-qpid-proton';
  if (process.env.CI) throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return test.skip();
}

async function findProton(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    if (
      await run(python, ['-c', 'import proton']).then(
        () => true,
        () => false,
      )
    )
      return python;
  }
  return undefined;
}

export async function runProton(python: string, task: Task): Promise<Seen> {
  const { stdout } = await run(python, [CLIENT, JSON.stringify(task)], { timeout: TIMEOUT_MS });
  return JSON.parse(stdout) as Seen;
}

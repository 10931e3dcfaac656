import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Decision } from '../../../src/client';
import { program } from '../program';
import type { WriterOptions } from './writer';

/** A process of its own that requests a current. */
export function writer(options: WriterOptions): ChildProcess {
  const script = program(join(__dirname, 'writer.ts'));
  return spawn(process.execPath, [script, JSON.stringify(options)], { stdio: 'pipe' });
}

/** Its first decision. */
export function decisionOf(child: ChildProcess): Promise<Decision> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    createInterface({ input: child.stdout! }).once('line', (line) => resolve(JSON.parse(line) as Decision));
  });
}

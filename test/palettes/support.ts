import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../simulator/index';
import type { FlowNode, NodeRed } from '../editor/fixture/node-red';
import { ROOT } from '../package/support';
import { accountOf } from '../support/node-red/harness';

const SOON_MS = 60_000;

/** A program of the system that serves the tests. */
export interface Program {
  /** Asks it to end, or kills it as a power cut does. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * Starts a program of the system, and waits until it can be used.
 * @param debian the package of Debian that brings it
 */
export async function startProgram(
  debian: string,
  command: string,
  args: readonly string[],
  { env = {}, ready }: { env?: Record<string, string>; ready: () => Promise<unknown> },
): Promise<Program> {
  const child: ChildProcess = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = new Promise<never>((_, reject) =>
    child.once('error', () => reject(new Error(`${command} cannot be started: apt-get install ${debian}`))),
  );
  failed.catch(() => undefined);
  await Promise.race([
    failed,
    until(command, () =>
      ready().then(
        () => true as const,
        () => undefined,
      ),
    ),
  ]);
  return {
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Looks again until there is something: another process cannot call us. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + SOON_MS;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`${what} has not come`);
}

/** Deploys an example with the connection to a simulator, and with what its note asks for. */
export async function deployExample(
  red: NodeRed,
  cloud: Simulator,
  name: string,
  change: (node: FlowNode) => object = () => ({}),
): Promise<void> {
  const flow = JSON.parse(readFileSync(path.join(ROOT, `examples/${name}.json`), 'utf8')) as FlowNode[];
  const id = flow.find(({ type }) => type === 'zaptec-connection')!.id;
  const own = { [id]: { cloud: 'custom', baseUrl: cloud.baseUrl } };
  const [account] = Object.values(accountOf(cloud));
  await red.deploy(
    flow.map((node) => ({ ...node, ...own[node.id], ...change(node) })),
    { [id]: account },
  );
}

/** Presses the button of an inject node as soon as it is there. */
export const press = (red: NodeRed, id: string): Promise<true> =>
  until(`the button ${id}`, async () =>
    (await red.admin(`/inject/${id}`, { method: 'POST' })).ok ? (true as const) : undefined,
  );

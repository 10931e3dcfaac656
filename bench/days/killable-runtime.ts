import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VirtualClock } from '../../test/support/virtual-clock';
import type { Arrival, RunnableFlow, Runtime } from './runtime';

/** What a process is asked to start with. */
export interface Start {
  flow: RunnableFlow;
  now: number;
  /** Where the contexts are. */
  dir: string;
  /** Whether contexts are on the disk; in the memory, as in a new Node-RED, they end with the process. */
  isPersistent: boolean;
}

/** What a process is asked to do next. */
export interface Step {
  inputs: [id: string, payload: unknown][];
  ms: number;
}

/** A write to the disk that has begun is over after so long, in real ms. */
const WRITTEN_MS = 300;
const sleep = setTimeout;

/**
 * A Node-RED in a process of its own, with its contexts on the disk as Node-RED writes them by default, every 30 s, or in
 * the memory. Its clock goes on step by step with the one here. It can be killed with -9, so that nothing of it is left but its files.
 */
export class KillableRuntime implements Runtime {
  readonly #flow: RunnableFlow;
  readonly #clock: VirtualClock;
  readonly #dir = mkdtempSync(path.join(tmpdir(), 'zaptec-days-'));
  #child: ChildProcess | undefined;
  readonly #isPersistent: boolean;
  #inputs: [string, unknown][] = [];

  private constructor(flow: RunnableFlow, clock: VirtualClock, isPersistent: boolean) {
    this.#flow = flow;
    this.#clock = clock;
    this.#isPersistent = isPersistent;
  }

  static async start(flow: RunnableFlow, clock: VirtualClock, isPersistent: boolean): Promise<KillableRuntime> {
    const runtime = new KillableRuntime(flow, clock, isPersistent);
    await runtime.restart();
    return runtime;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  receive(id: string, payload: unknown): void {
    if (this.isRunning) this.#inputs.push([id, payload]);
  }

  /** The other process goes first: what it asks of the simulator is answered at the time at which the step begins. */
  async pass(ms: number): Promise<Arrival[]> {
    const inputs = this.#inputs;
    this.#inputs = [];
    const arrivals = this.#child ? await ask<Arrival[]>(this.#child, { inputs, ms } satisfies Step) : [];
    await this.#clock.leap(ms);
    return arrivals;
  }

  async restart(): Promise<void> {
    const options: ForkOptions = { execArgv: ['--import', 'tsx'], serialization: 'advanced' };
    const child = fork(path.join(__dirname, 'killable-process.ts'), options);
    this.#child = child;
    const start: Start = { flow: this.#flow, now: Date.now(), dir: this.#dir, isPersistent: this.#isPersistent };
    await ask(child, start);
  }

  /** As a power cut does it. */
  async kill(): Promise<void> {
    await new Promise((resolve) => sleep(resolve, WRITTEN_MS));
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** @throws Error if the process ends before it answers */
async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('Node-RED has ended'));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    });
    child.send(question);
  });
}

import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startNodeRed, type NodeRed } from '../../test/editor/fixture/node-red';
import type { FlowNode } from '../../test/support/node-red/builder';
import type { DEPLOYS } from './actions';
import { Questions } from './questions';

/** What the process of Node-RED holds, after a garbage collection. */
export interface Look {
  /** Bytes. */
  heap: number;
  timers: number;
  /** Sockets, files and the like. */
  handles: number;
  /** File descriptors. */
  files: number;
  /** Unhandled rejections since the start of the process. */
  rejections: number;
  resources: Record<string, number>;
}

const PROBE = pathToFileURL(path.join(__dirname, 'probe.mjs')).href;
/** An answer of the flow, or of the admin API. */
const ANSWER_MS = 60_000;
/** Node-RED knows no path of a flow that it is about to start, after a deploy as well. */
const FLOW_MS = 20_000;
const NOT_FOUND = 404;

/** A computer with a user directory and a wall clock of its own, on which Node-RED runs, ends and starts again. */
export class Machine {
  readonly userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-soak-'));
  /** The log of all lives, which survives the process. */
  readonly #log = path.join(this.userDir, 'log.txt');
  #red: NodeRed | undefined;
  #questions: Questions | undefined;
  #offMs = 0;
  #lives = 0;

  /** How often Node-RED has been started. */
  get lives(): number {
    return this.#lives;
  }

  async start(): Promise<void> {
    this.#red = await startNodeRed({
      userDir: this.userDir,
      nodeArguments: ['--import', PROBE],
      channel: true,
      env: { CLOCK_OFFSET_MS: String(this.#offMs) },
      settings: {
        fileWorkingDirectory: this.userDir,
        // Otherwise Node-RED loses what is on its way from node to node when it stops: what a node has sent counts here.
        runtimeSyncDelivery: true,
        contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
        logging: { console: { level: 'info', metrics: false, audit: false } },
      },
    });
    this.#lives += 1;
    this.#questions = new Questions(this.#red.process);
  }

  get #running(): { red: NodeRed; questions: Questions } {
    if (!this.#red || !this.#questions) throw new Error('Node-RED does not run');
    return { red: this.#red, questions: this.#questions };
  }

  /** @throws Error when Node-RED refuses the flow. */
  async deploy(nodes: readonly FlowNode[], type: (typeof DEPLOYS)[number]): Promise<void> {
    const answer = await this.#running.red.admin('/flows', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Node-RED-API-Version': 'v2',
        'Node-RED-Deployment-Type': type,
      },
      body: JSON.stringify({ flows: nodes }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!answer.ok) throw new Error(`The flow was refused: ${answer.status} ${await answer.text()}`);
  }

  async send(node: string, message: object): Promise<void> {
    const startedAt = performance.now();
    const post = () =>
      this.#running.red.admin(`/soak/${node}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    let answer = await post();
    while (answer.status === NOT_FOUND && performance.now() - startedAt < FLOW_MS) {
      await pause(100);
      answer = await post();
    }
    if (!answer.ok) throw new Error(`The message to ${node} was refused: ${answer.status}`);
  }

  /** The answer of an http-in node of the flow; undefined when there is none. */
  async get<T>(below: string): Promise<T | undefined> {
    const answer = await this.#running.red
      .admin(below, { signal: AbortSignal.timeout(ANSWER_MS) })
      .catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as T) : undefined;
  }

  /** Sets the wall clock: it is off by so many ms, also after a restart. */
  async setClock(offMs: number): Promise<void> {
    this.#offMs = offMs;
    await this.#running.questions.ask('clock', offMs);
  }

  look(): Promise<Look> {
    return this.#running.questions.ask('look');
  }

  /** @returns ms that the end took. */
  async stop(): Promise<number> {
    const startedAt = performance.now();
    const { red } = this.#running;
    await red.stop();
    this.#ended(red);
    return performance.now() - startedAt;
  }

  async kill(): Promise<void> {
    const { red } = this.#running;
    await red.kill();
    this.#ended(red);
  }

  #ended(red: NodeRed): void {
    appendFileSync(this.#log, red.log());
    this.#red = this.#questions = undefined;
  }

  /** The log of all lives. */
  log(): string {
    const earlier = existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
    return earlier + (this.#red?.log() ?? '');
  }

  /** A file of the user directory; empty while it does not exist. */
  file(name: string): string {
    const file = path.join(this.userDir, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  remove(): void {
    rmSync(this.userDir, { recursive: true, force: true });
  }
}

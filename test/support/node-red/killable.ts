import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startNodeRed, type NodeRed } from '../../editor/fixture/node-red';
import type { Message } from './harness';

/** The context is on the disk after so long at most, s. */
const FLUSH_S = 1;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A Node-RED of its own with the context on the disk, to be killed with -9 and started again. It ends with the suite that
 * asks for it. The other process cannot call us: what its flows do is seen in answers and in files.
 */
export class KillableNodeRed {
  #userDir = '';
  #red: NodeRed | undefined;
  #isOver = false;

  constructor() {
    before(() => {
      this.#userDir = mkdtempSync(path.join(tmpdir(), 'zaptec-killed-'));
    });
    after(async () => {
      this.#isOver = true;
      await this.#red?.kill();
      rmSync(this.#userDir, { recursive: true, force: true });
    });
  }

  async start(): Promise<void> {
    this.#red = await startNodeRed({
      userDir: this.#userDir,
      settings: {
        fileWorkingDirectory: this.#userDir,
        contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: FLUSH_S } } },
      },
    });
  }

  async deploy(...flow: Parameters<NodeRed['deploy']>): Promise<void> {
    await this.#running.deploy(...flow);
  }

  /** As a power cut does it. */
  async kill(): Promise<void> {
    await this.#running.kill();
  }

  /** Waits until what the nodes keep is on the disk. */
  async flushed(): Promise<void> {
    await pause(2.5 * FLUSH_S * 1_000);
  }

  async restart(): Promise<void> {
    await this.flushed();
    await this.kill();
    await this.start();
  }

  /** The answer of a flow to a request; waits until the flow has been started. */
  async get(where: string): Promise<Response> {
    return await this.#fetch(where, {});
  }

  /** The same with a body; the answer is JSON. */
  async post(where: string, body: object): Promise<Message> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#fetch(where, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Message;
  }

  /** The JSON lines that a file node has written to a file. */
  lines(file: string): Message[] {
    try {
      const text = readFileSync(path.join(this.#userDir, file), 'utf8');
      return text.split('\n').flatMap((line) => (/[\]}]$/.test(line) ? [JSON.parse(line) as Message] : []));
    } catch {
      return [];
    }
  }

  /** Waits for the first line that fits, or for the one of this number. */
  async line(file: string, wanted: number | ((line: Message) => boolean)): Promise<Message> {
    while (!this.#isOver) {
      const lines = this.lines(file);
      const found = typeof wanted === 'number' ? lines[wanted] : lines.find(wanted);
      if (found) return found;
      await pause(50);
    }
    throw new Error(`${file} has no such line\n${this.#running.log()}`);
  }

  get #running(): NodeRed {
    if (!this.#red) throw new Error('Node-RED has not been started');
    return this.#red;
  }

  async #fetch(where: string, request: RequestInit): Promise<Response> {
    while (!this.#isOver) {
      const answer = await fetch(`${this.#running.url}${where}`, request);
      if (answer.ok) return answer;
      await pause(100);
    }
    throw new Error(`No flow answers ${where}\n${this.#running.log()}`);
  }
}

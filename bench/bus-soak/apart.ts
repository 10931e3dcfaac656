import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answers, Ready } from './listener';

/** The listener in its own process, asked one thing at a time. */
export class Apart {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async open(ready: Ready): Promise<Apart> {
    // JSON would make null of undefined.
    const options: ForkOptions = { execArgv: ['--import', 'tsx'], serialization: 'advanced' };
    const listener = fork(join(__dirname, 'listener.ts'), options);
    const opened = once(listener, 'message');
    listener.send(ready);
    await opened;
    return new Apart(listener);
  }

  async ask<Question extends keyof Answers>(question: Question): Promise<Answers[Question]> {
    const gone = new AbortController();
    const onExit = () => gone.abort(new Error(`The listener is gone and cannot be asked for ${question}`));
    this.#process.once('exit', onExit);
    try {
      const told = once(this.#process, 'message', { signal: gone.signal });
      this.#process.send(question);
      const [answer] = (await told) as [Answers[Question]];
      return answer;
    } finally {
      this.#process.off('exit', onExit);
    }
  }

  async close(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.disconnect();
    await gone;
  }
}

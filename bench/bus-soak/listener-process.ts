import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answers, CloudAccess } from './listener';

/** The listener in a child process, which answers one question at a time. */
export class ListenerProcess {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async open(access: CloudAccess): Promise<ListenerProcess> {
    // JSON would turn undefined into null.
    const options: ForkOptions = { execArgv: ['--import', 'tsx'], serialization: 'advanced' };
    const listener = fork(join(__dirname, 'listener.ts'), options);
    const opened = once(listener, 'message');
    listener.send(access);
    await opened;
    return new ListenerProcess(listener);
  }

  /** @throws Error when the child process has ended. */
  async ask<Question extends keyof Answers>(question: Question): Promise<Answers[Question]> {
    const exited = new AbortController();
    const onExit = () => exited.abort(new Error(`The listener has ended and cannot be asked for ${question}`));
    this.#process.once('exit', onExit);
    try {
      const answered = once(this.#process, 'message', { signal: exited.signal });
      this.#process.send(question);
      const [answer] = (await answered) as [Answers[Question]];
      return answer;
    } finally {
      this.#process.off('exit', onExit);
    }
  }

  async close(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

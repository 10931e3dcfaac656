import type { ChildProcess } from 'node:child_process';

interface Question {
  id: number;
  name: string;
  value: unknown;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

/** Asks a child process over its channel, and gets one answer to each question. */
export class Questions {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, result, error }: Answer) => {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(result);
      else pending?.reject(new Error(error));
    });
    child.on('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('The process has ended'));
      this.#pending.clear();
    });
  }

  /** @throws Error when the process ends before it answers, or answers with an error. */
  ask<T>(name: string, value?: unknown): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      const id = (this.#asked += 1);
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, name, value } satisfies Question, (error) => {
        if (error) reject(error);
      });
    }) as Promise<T>;
  }
}

/** In the child process: answers the questions of its parent. */
export function answerQuestions(answers: Readonly<Record<string, (value: never) => unknown>>): void {
  process.on('message', ({ id, name, value }: Question) => {
    Promise.resolve()
      .then(() => answers[name]!(value as never))
      .then(
        (result) => process.send?.({ id, result } satisfies Answer),
        (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answer),
      );
  });
}

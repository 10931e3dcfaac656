import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A little JSON that must outlive a kill or a power cut: it is on the disk when `save` returns. Meant for values that are
 * written once a minute at most, so that waiting for the disk does no harm. A disk that cannot be written is no reason to
 * leave a fuse unguarded: then the value lasts as long as the process.
 */
export class DurableFile {
  readonly #directory: string;
  readonly #path: string;

  /** @param name without an ending. */
  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#path = join(directory, `${name}.json`);
  }

  /** Undefined where there is no file, or none that can be read. */
  load(): unknown {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** @param value undefined: nothing is to be kept any more. */
  save(value: object | undefined): void {
    try {
      if (value) this.#write(JSON.stringify(value));
      else rmSync(this.#path, { force: true });
    } catch {
      // The value lasts as long as the process.
    }
  }

  /** Under another name first: a kill in the middle leaves the old file whole. */
  #write(text: string): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const file = openSync(`${this.#path}.new`, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${this.#path}.new`, this.#path);
  }
}

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A little JSON that must outlive a kill or a power cut: it is on the disk when `save` returns. Meant for what is written
 * once a minute at most, so that waiting for the disk does no harm. A disk that cannot be written is no reason to leave
 * a fuse unguarded: then it lasts as long as the process.
 */
export class DurableFile {
  readonly #directory: string;
  readonly #path: string;

  /** @param name without an ending. */
  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#path = join(directory, `${name}.json`);
  }

  /** Undefined where there is nothing, or nothing that can be read. */
  load(): unknown {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8'));
    } catch {
      return undefined;
    }
  }

  /** @param value undefined: there is nothing to be kept any more. */
  save(value: object | undefined): void {
    try {
      if (value) this.#write(JSON.stringify(value));
      else rmSync(this.#path, { force: true });
    } catch {
      // See above.
    }
  }

  /** Under another name first: a kill in the middle leaves the old one whole. */
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

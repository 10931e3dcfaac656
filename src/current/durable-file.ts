import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** Values that could not be written, by path: they last as long as the process. */
const unwritten = new Map<string, { text: string | undefined }>();

/**
 * A little JSON that must outlive a kill or a power cut: it is on the disk when `save` returns. Meant for values that are
 * written once a minute at most, so that waiting for the disk does no harm. A disk that cannot be written is no reason to
 * leave a fuse unguarded: then the value lasts as long as the process, and `problem` says so.
 */
export class DurableFile {
  readonly #directory: string;
  readonly #path: string;
  #problem: string | undefined;
  #isLost = false;

  /** @param name without an ending. */
  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#path = join(directory, `${name}.json`);
  }

  /** Why the value would not outlive the process, for people; undefined where it would. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** There may have been a value when `load` was called last, which nobody can read. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Undefined where there is no file, or none that can be read. Finds out as well whether it can be written. */
  load(): unknown {
    const kept = unwritten.get(this.#path);
    const value = kept ? parsed(kept.text) : this.#read();
    try {
      this.#tryToWrite();
    } catch (error) {
      this.#fail('cannot be written', error);
      this.#isLost ||= kept === undefined;
    }
    return value;
  }

  /** @param value undefined: nothing is to be kept any more. */
  save(value: object | undefined): void {
    const text = value && JSON.stringify(value);
    try {
      if (text === undefined) rmSync(this.#path, { force: true });
      else this.#write(text);
      unwritten.delete(this.#path);
      this.#problem = undefined;
    } catch (error) {
      unwritten.set(this.#path, { text });
      this.#fail('cannot be written', error);
      this.#spoil();
    }
  }

  #read(): unknown {
    this.#problem = undefined;
    this.#isLost = false;
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      this.#isLost = true;
      this.#fail('cannot be read', error);
      return undefined;
    }
  }

  #fail(what: string, error: unknown): void {
    const code = codeOf(error) ?? 'it is cut short or empty';
    this.#problem = phrase`${this.#path} ${what} (${code}): after a restart the first raise waits 15 minutes. Remedy: Make room and make the directory writable, and remove what lies in the place of the file`;
  }

  /** What the file says is no longer true: the next process must notice that. Cutting a file needs no room on the disk. */
  #spoil(): void {
    try {
      truncateSync(this.#path, 0);
    } catch {
      // There is no file, or it cannot be written either, which the next process notices.
    }
  }

  #tryToWrite(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const trial = `${this.#path}.new`;
    closeSync(openSync(trial, 'w', 0o600));
    rmSync(trial, { force: true });
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

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** The code of an error of the file system. */
function codeOf(error: unknown): string | undefined {
  const code = isObject(error) ? error['code'] : undefined;
  return typeof code === 'string' ? code : undefined;
}

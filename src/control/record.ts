import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../api/shape';
import { isUsable, PHASES, perPhase } from './currents';
import type { Currents } from './current-types';
import type { WriteRecord } from './governor-events';

/**
 * The last write to one installation or charger, on the disk before it is sent: after a kill nothing may be raised too
 * early. Written at most once a minute, so that waiting for the disk does no harm. A disk that cannot be written is no
 * reason to leave a fuse unguarded: then the record lasts as long as the process.
 */
export class RecordFile {
  readonly #directory: string;
  readonly #path: string;
  readonly #subject: string;

  /** @param subject what it is about, usable as the name of a file. */
  constructor(directory: string, subject: string) {
    this.#directory = directory;
    this.#subject = subject;
    this.#path = join(directory, `${subject}.json`);
  }

  load(): WriteRecord | undefined {
    try {
      return recordFrom(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  save(record: WriteRecord | undefined): void {
    try {
      if (record) this.#write(JSON.stringify(jsonOf(this.#subject, record)));
      else rmSync(this.#path, { force: true });
    } catch {
      // See above.
    }
  }

  /** Under another name first: a kill in the middle leaves the old record whole. */
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

export function jsonOf(subject: string, { sentAt, doneAt, early, currents, base }: WriteRecord): object {
  return { subject, at: sentAt, ...(Number.isFinite(doneAt) ? { doneAt } : {}), early, currents, base };
}

/** Lenient: what is not understood is left out; without a time and currents there is no record. */
export function recordFrom(value: unknown): WriteRecord | undefined {
  if (!isObject(value)) return undefined;
  const { at, doneAt, early } = value;
  const currents = currentsFrom(value['currents']);
  if (typeof at !== 'number' || !Number.isFinite(at) || !currents) return undefined;
  return {
    sentAt: at,
    doneAt: typeof doneAt === 'number' && Number.isFinite(doneAt) ? doneAt : -Infinity,
    early: Array.isArray(early) ? early.filter((time) => typeof time === 'number' && Number.isFinite(time)) : [],
    currents,
    base: currentsFrom(value['base']) ?? currents,
  };
}

function currentsFrom(value: unknown): Currents | undefined {
  if (!isObject(value) || PHASES.some((phase) => typeof value[phase] !== 'number')) return undefined;
  const currents = perPhase((phase) => value[phase] as number);
  return isUsable(currents) ? currents : undefined;
}

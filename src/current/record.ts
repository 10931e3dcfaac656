import { isUsable, PHASES, perPhase } from './currents';
import type { Currents } from './types';
import { DurableFile } from './durable-file';
import type { WriteRecord } from './governor/events';
import { isObject } from '../zaptec/json';

/**
 * The last write to one installation or charger, on the disk before it is sent: after a kill nothing may be raised too
 * early.
 */
export class RecordFile {
  readonly #file: DurableFile;
  readonly #subject: string;

  /** @param subject what it is about, usable as the name of a file. */
  constructor(directory: string, subject: string) {
    this.#subject = subject;
    this.#file = new DurableFile(directory, subject);
  }

  load(): WriteRecord | undefined {
    return recordFrom(this.#file.load());
  }

  save(record: WriteRecord | undefined): void {
    this.#file.save(record && jsonOf(this.#subject, record));
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

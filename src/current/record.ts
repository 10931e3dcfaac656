import { clock } from '../time/clock';
import { isObject, present } from '../zaptec/json';
import { isUsable, PHASES, perPhase } from './currents';
import { DurableFile } from './durable-file';
import type { WriteRecord } from './governor/events';
import type { Currents } from './types';

/**
 * The last write to one installation or charger, on the disk before it is sent: after a kill nothing may be raised too
 * early. Times are wall times, since no other clock outlives the process.
 */
export class RecordFile {
  readonly #file: DurableFile;
  readonly #target: string;
  #isLost = false;

  /** @param target the installation or charger, usable as the name of a file. */
  constructor(directory: string, target: string) {
    this.#target = target;
    this.#file = new DurableFile(directory, target);
  }

  /** Why the record would not outlive the process, for people. */
  get problem(): string | undefined {
    return this.#file.problem;
  }

  /** A write may have been recorded that nobody can read. */
  get isLost(): boolean {
    return this.#isLost;
  }

  load(): WriteRecord | undefined {
    const value = this.#file.load();
    const record = recordFrom(value);
    this.#isLost = this.#file.isLost || (value !== undefined && !record);
    return record;
  }

  save(record: WriteRecord | undefined): void {
    this.#file.save(record && jsonOf(this.#target, record));
  }
}

/** What several machines have in common. */
interface SharedKeeper {
  /** Whether this machine may write now, and what the last one has written. */
  lock(): Promise<{ granted: boolean; record: WriteRecord | undefined }>;
  unlock(): Promise<void>;
}

/** Where the record of the last write is kept. */
interface RecordStore {
  /** Why a record would not outlive the process, for people; undefined where it would. */
  readonly problem?: string | undefined;
  /** There may have been a record when `load` was called, which nobody can read. */
  readonly isLost?: boolean;
  load(): WriteRecord | undefined;
  save(record: WriteRecord | undefined): void;
}

/** Keeps the record of the last write for a governor, in times of `clock.steady()`. */
export interface RecordKeeper extends RecordStore {
  /** Among several machines only one writes at a time. */
  readonly shared?: SharedKeeper | undefined;
}

/**
 * @param file of this machine; undefined: nothing outlives the process.
 * @param shared among several machines. Both hold wall times.
 */
export function recordKeeper(
  file: RecordStore | undefined,
  shared?: SharedKeeper & Pick<RecordStore, 'save'>,
): RecordKeeper {
  /** A record is converted once: after a wall clock was set, the same record would seem to be another one. */
  const converted = new WeakMap<WriteRecord, WriteRecord>();
  const steadyOf = (wall: WriteRecord | undefined) => {
    if (!wall) return undefined;
    const steady = converted.get(wall) ?? convertTimes(wall, (at) => clock.steadyFromWall(at));
    converted.set(wall, steady);
    return steady;
  };
  return {
    get problem() {
      return file?.problem;
    },
    get isLost() {
      return file?.isLost ?? false;
    },
    load: () => steadyOf(file?.load()),
    save(steady) {
      const wall = steady && convertTimes(steady, (at) => clock.steadyToWall(at));
      if (wall) converted.set(wall, steady);
      file?.save(wall);
      shared?.save(wall);
    },
    shared: shared && {
      unlock: () => shared.unlock(),
      async lock() {
        const { granted, record } = await shared.lock();
        return { granted, record: steadyOf(record) };
      },
    },
  };
}

/** The same record with each of its times converted. */
export function convertTimes(record: WriteRecord, convert: (at: number) => number): WriteRecord {
  const { sentAt, doneAt, early } = record;
  return { ...record, sentAt: convert(sentAt), doneAt: convert(doneAt), early: early.map(convert) };
}

export function jsonOf(target: string, { sentAt, doneAt, ...others }: WriteRecord): object {
  return { subject: target, at: sentAt, ...(Number.isFinite(doneAt) ? { doneAt } : {}), ...others };
}

/** Lenient: fields that are not understood are left out; without a time and currents there is no record. */
export function recordFrom(value: unknown): WriteRecord | undefined {
  if (!isObject(value)) return undefined;
  const { at, doneAt, early, setBy } = value;
  const currents = currentsFrom(value['currents']);
  if (typeof at !== 'number' || !Number.isFinite(at) || !currents) return undefined;
  return present<WriteRecord>({
    sentAt: at,
    doneAt: typeof doneAt === 'number' && Number.isFinite(doneAt) ? doneAt : -Infinity,
    early: Array.isArray(early) ? early.filter((time) => typeof time === 'number' && Number.isFinite(time)) : [],
    currents,
    base: currentsFrom(value['base']) ?? currents,
    before: currentsFrom(value['before']),
    setBy: typeof setBy === 'string' ? setBy : undefined,
  });
}

function currentsFrom(value: unknown): Currents | undefined {
  if (!isObject(value) || PHASES.some((phase) => typeof value[phase] !== 'number')) return undefined;
  const currents = perPhase((phase) => value[phase] as number);
  return isUsable(currents) ? currents : undefined;
}

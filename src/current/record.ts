import type { BootTime } from '../time/boot';
import { clock } from '../time/clock';
import { isObject, present } from '../zaptec/json';
import { currentsFrom } from './currents';
import { DurableFile } from './durable-file';
import type { RestoredRecord, WriteRecord } from './governor/events';

/**
 * The last write to one installation or charger, on the disk before it is sent: after a kill nothing may be raised too
 * early. Times are wall times, since no other clock outlives the computer's restart; until then `boot` shows how old they are
 * whatever the wall clock is set to.
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

  load(): FiledRecord | undefined {
    const value = this.#file.load();
    const record = recordFrom(value);
    this.#isLost = this.#file.isLost || (value !== undefined && !record);
    const boot = isObject(value) ? bootTimeFrom(value['boot']) : undefined;
    return record && present<FiledRecord>({ ...record, boot });
  }

  save(record: FiledRecord | undefined): void {
    this.#file.save(record && jsonOf(this.#target, record));
  }
}

/** A record in wall times, for another process. */
interface FiledRecord extends WriteRecord {
  /** When it was sent, by a clock that nobody can set. */
  boot?: BootTime | undefined;
}

/** Where the record of the last write is kept. */
interface RecordStore {
  /** Why a record would not outlive the process, for people; undefined where it would. */
  readonly problem?: string | undefined;
  /** There may have been a record when `load` was called, which nobody can read. */
  readonly isLost?: boolean;
  load(): FiledRecord | undefined;
  save(record: FiledRecord | undefined): void;
}

/** Keeps the record of the last write for a governor, in times of `clock.steady()`. */
export interface RecordKeeper extends RecordStore {
  load(): RestoredRecord | undefined;
  save(record: WriteRecord | undefined): void;
}

/** @param file in wall times; undefined: nothing outlives the process. */
export function recordKeeper(file: RecordStore | undefined): RecordKeeper {
  return {
    get problem() {
      return file?.problem;
    },
    get isLost() {
      return file?.isLost ?? false;
    },
    load() {
      const filed = file?.load();
      if (!filed) return undefined;
      const { boot, ...wall } = filed;
      const sentAt = boot && clock.steadyFromBoot(boot);
      if (sentAt !== undefined) return convertTimes(wall, (at) => at + sentAt - wall.sentAt);
      const dated = restored(wall, clock.steadyToWall(clock.steady()));
      return { ...dated, ...convertTimes(dated, (at) => clock.steadyFromWall(at)) };
    },
    save(steady) {
      if (!steady) return file?.save(undefined);
      const wall = convertTimes(steady, (at) => clock.steadyToWall(at));
      file?.save({ ...wall, boot: clock.steadyToBoot(steady.sentAt) });
    },
  };
}

/**
 * A record as the next process finds it. One of a time that is yet to come is of before the wall clock was set back: when it
 * was written nobody knows, so that it counts as sent now, and may not be the last write to have acted.
 * @param now by the clock of the record.
 */
export function restored(record: WriteRecord, now: number): RestoredRecord {
  const aheadMs = record.sentAt - now;
  if (aheadMs <= 0) return record;
  const moved = convertTimes(record, (at) => at - aheadMs);
  return { ...moved, doneAt: Math.min(moved.doneAt, now - 1), isUndated: true };
}

/** The same record with each of its times converted. */
export function convertTimes(record: WriteRecord, convert: (at: number) => number): WriteRecord {
  const { sentAt, doneAt, early } = record;
  return { ...record, sentAt: convert(sentAt), doneAt: convert(doneAt), early: early.map(convert) };
}

function bootTimeFrom(value: unknown): BootTime | undefined {
  if (!isObject(value)) return undefined;
  const { id, ms } = value;
  return typeof id === 'string' && typeof ms === 'number' ? { id, ms } : undefined;
}

function jsonOf(target: string, { sentAt, doneAt, ...others }: FiledRecord): object {
  return { subject: target, at: sentAt, ...(Number.isFinite(doneAt) ? { doneAt } : {}), ...others };
}

/** Lenient: fields that are not understood are left out; without a time and currents there is no record. */
export function recordFrom(value: unknown): WriteRecord | undefined {
  if (!isObject(value)) return undefined;
  const { at, doneAt, early, setBy, id, baseId } = value;
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
    id: typeof id === 'string' ? id : undefined,
    baseId: typeof baseId === 'string' ? baseId : undefined,
  });
}

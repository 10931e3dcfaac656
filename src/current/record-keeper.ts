import { clock } from '../time/clock';
import type { WriteRecord } from './governor/events';
import { convertTimes } from './record';

/** What several machines have in common. */
interface SharedKeeper {
  /** Whether this machine may write now, and what the last one has written. */
  lock(): Promise<{ granted: boolean; record: WriteRecord | undefined }>;
  unlock(): Promise<void>;
}

/** Where the record of the last write is kept. */
interface RecordStore {
  load(): WriteRecord | undefined;
  save(record: WriteRecord | undefined): void;
}

/** Keeps the record of the last write for a governor, in times of `clock.steady()`, and tells who else may write. */
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
    const steady = converted.get(wall) ?? convertTimes(wall, (at) => clock.fromWall(at));
    converted.set(wall, steady);
    return steady;
  };
  return {
    load: () => steadyOf(file?.load()),
    save(steady) {
      const wall = steady && convertTimes(steady, (at) => clock.toWall(at));
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

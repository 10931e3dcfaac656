import type { ZaptecError } from '../../errors/zaptec-error';
import { Backoff } from '../../time/backoff';
import { Compliance } from '../compliance';
import { KnownCurrent } from '../known-current';
import { Pacing, type WriteTimes } from '../pacing';
import { Setpoints } from '../setpoints';
import { isSame } from '../currents';
import type { Currents, RequestSettings } from '../types';
import type { Effect, RestoredRecord, Write, WriteRecord } from './events';
import { OneOffWrites } from './one-off-writes';

/** A decision `unchanged` needs a reading younger than this, in ms. */
export const TRUSTED_MS = 10 * 60_000;
/** A refusal counts for so long, unless the installation changes in the cloud, in ms. */
const REFUSED_MS = 60 * 60_000;
/** Where a limit is to hold, it is looked again so soon, whatever was refused, in ms. */
const LIMIT_REFUSED_MS = 5 * 60_000;
/** The same write that was refused alone is tried again so soon at first, and so late at last, in ms. */
const WRITE_AGAIN_MS = { first: 30_000, last: LIMIT_REFUSED_MS } as const;
/** After a lost answer the cloud gets so long to act, in ms. */
export const ACTING_MS = 2_000;
/** The same raise may be sent once more so long after it failed, in ms: that is one write and not two. */
export const SAME_WRITE_MS = 120_000;

/** A write under way, and the requests that it covers. */
export interface PendingWrite {
  write: Write;
  early: boolean;
  counted: boolean;
  serial: number;
  /** What was known to be set when it was decided. */
  from: Currents;
  /** While absent the write waits to leave, and may be recalled. */
  sentAt: number | undefined;
  before: { times: WriteTimes; record: WriteRecord | undefined };
}

/**
 * All that a governor knows, and what it wants to be done next. Nobody but the governor sees it. Times are ms of
 * `clock.steady()`: no pace, limit or wait depends on a wall clock that anybody may set.
 */
export class GovernorState {
  readonly setpoints = new Setpoints();
  readonly pacing: Pacing;
  readonly known = new KnownCurrent();
  readonly oneOffs = new OneOffWrites();
  readonly compliance = new Compliance();
  /** Tries to read and to write, each with its own back-off. */
  readonly reads = new Backoff<ZaptecError>(2_000, 5 * 60_000);
  readonly writes = new Backoff<ZaptecError>(500, 30_000);
  /** What the wall clock will show at a time, ISO 8601 with Z. */
  readonly iso: (at: number) => string;
  record: WriteRecord | undefined;
  /** While the record is that of the last process, whose age the wall clock alone shows. */
  restored: { isUndated: boolean } | undefined;
  /** What counts without a target, in A. */
  base: Currents | undefined;
  /** Who has set the base, for people. */
  setBy: string | undefined;
  /** What was set before the first target, as far as is known, in A. */
  before: Currents | undefined;
  /** The last target, withdrawn for a reason that is not known yet. */
  left: RequestSettings | undefined;
  /** The node whose withdrawn target gives back what was set before, which waits or is under way. */
  restoring: { settings: RequestSettings; reportedUntil?: number } | undefined;
  /** A */
  maxCurrent = Infinity;
  /** Why no write can act at present. */
  refusal: { error: ZaptecError; at: number; fingerprint: string } | undefined;
  /** Currents that the cloud refused, while nothing says that it would refuse others. */
  refusedCurrents: Currents | undefined;
  readonly refusedWrites = new Backoff<ZaptecError>(WRITE_AGAIN_MS.first, WRITE_AGAIN_MS.last);
  /** The last reading failed for a reason that only a person can mend. */
  isReadRefused = false;
  /** How old the last reading may have been when it was asked for, in ms. */
  readingAgeMs = 0;
  fingerprint = '';
  pendingWrite: PendingWrite | undefined;
  /** A write that may have acted or not. */
  lostWrite: PendingWrite | undefined;
  /** When a lost write is to be read back. */
  readBackAt = -Infinity;
  /** After a reading that contradicts a write which is too young, the next one is not asked for before. */
  noReadBefore = -Infinity;
  isReading = false;
  /** The known current is of no use until it is read again. */
  mustRead = false;
  nextReadAt = Infinity;
  /** When observations of the chargers came last. */
  observedAt = -Infinity;
  /** Observations that contradict a limit have had the current read, and do so still. */
  isAlarmed = false;
  /** What was set last, by the process before this one or by another machine, while nothing was known here. */
  writeBefore: WriteRecord | undefined;
  /** A write of another machine, or of the process before this one, of which nobody knows whether it acted. */
  unproven: WriteRecord | undefined;
  /** Another machine may write until then. */
  busyUntil = -Infinity;
  /** What failed a moment ago may be sent once more. */
  retrying: { currents: Currents; until: number } | undefined;
  wakeAt = Infinity;
  effects: Effect[] = [];

  /** @param record what the last process left behind, in times of this one. */
  constructor(restored: RestoredRecord | undefined, iso: (at: number) => string) {
    if (restored) {
      const { isUndated = false, ...record } = restored;
      this.record = record;
      this.restored = { isUndated };
    }
    const { record } = this;
    this.pacing = new Pacing(record);
    if (record && record.sentAt > record.doneAt) {
      this.known.suspect(record.currents, record.sentAt);
      this.unproven = record;
    } else {
      this.writeBefore = record;
    }
    this.iso = iso;
  }

  do(...effects: readonly Effect[]): void {
    this.effects.push(...effects);
  }

  /** Whether anything is to be kept true or given back. */
  get isLive(): boolean {
    return this.setpoints.isLive || this.restoring !== undefined;
  }

  wake(at: number): void {
    this.wakeAt = Math.min(this.wakeAt, at);
  }

  /** From when on a reading shows what there is now: the cloud may answer with what it kept for a while. */
  get readableAt(): number {
    return this.known.countsFrom(this.pacing.times.sentAt) + this.readingAgeMs;
  }

  /**
   * Asks for a reading, unless one is under way or has just failed.
   * @param fresh past every cache.
   * @returns when the reading is asked for, as far as is known.
   */
  read(fresh: boolean, now: number, from = -Infinity): number {
    const at = Math.max(from, this.reads.at, this.noReadBefore, this.readableAt);
    if (this.isReading) return now;
    if (now >= at) {
      this.isReading = true;
      this.nextReadAt = Infinity;
      this.do({ do: 'read', fresh });
    } else {
      this.wake(at);
    }
    return at;
  }

  keep(record: WriteRecord | undefined): void {
    this.record = record;
    this.do({ do: 'record', record });
  }

  refuse(error: ZaptecError, now: number): void {
    this.refusal = { error, at: now, fingerprint: this.fingerprint };
  }

  /** Until when the refusal counts. */
  get refusedUntil(): number {
    if (!this.refusal) return -Infinity;
    return this.refusal.at + (this.setpoints.isLimited ? LIMIT_REFUSED_MS : REFUSED_MS);
  }

  /** One write was refused, and only it: others may get through. */
  refuseWrite(currents: Currents, error: ZaptecError, now: number): void {
    this.refusedCurrents = currents;
    this.refusedWrites.failed(error, now);
  }

  /** Why these currents are not sent again yet. */
  refusalOf(currents: Currents, now: number): ZaptecError | undefined {
    const { refusedCurrents, refusedWrites } = this;
    if (!refusedCurrents || !isSame(refusedCurrents, currents) || now >= refusedWrites.at) return undefined;
    return refusedWrites.error;
  }

  /** The cloud accepts writes. */
  acceptWrites(): void {
    this.refusedCurrents = undefined;
    this.refusedWrites.succeeded();
  }

  /** Somebody may have mended the cause of a refusal: before the next write it is read again. */
  doubtRefusal(): void {
    this.acceptWrites();
    if (!this.refusal) return;
    this.refusal = undefined;
    this.mustRead = true;
  }

  /** From when on a write may be tried. */
  get writeAt(): number {
    return Math.max(this.writes.at, this.busyUntil);
  }

  /** Why nothing can be read at present. */
  get readError(): ZaptecError | undefined {
    return this.reads.tries > 0 ? this.reads.error : undefined;
  }

  /** What would be one write and not two. */
  sameWrite(now: number): Currents | undefined {
    return this.retrying && now < this.retrying.until ? this.retrying.currents : undefined;
  }
}

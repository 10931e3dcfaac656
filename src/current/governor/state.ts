import type { ZaptecError } from '../../errors/zaptec-error';
import { KnownCurrent } from '../known-current';
import type { Currents } from '../types';
import { Compliance } from '../compliance';
import type { Effect, Write, WriteRecord } from './events';
import { Pacing, type Paced } from '../pacing';
import { OneOffWrites } from './one-off-writes';
import { Backoff } from '../../time/backoff';
import { Setpoints } from '../setpoints';

/** `unchanged` needs a reading younger than this, in ms. */
export const TRUSTED_MS = 10 * 60_000;
/** A refusal is believed so long, unless what the cloud tells of the installation changes, in ms. */
const REFUSED_MS = 60 * 60_000;

/** After a lost answer the cloud gets so long to act, in ms. */
export const ACTING_MS = 2_000;
/** The same raise may be sent once more so long after it failed, in ms: that is one write and not two. */
export const SAME_WRITE_MS = 120_000;

/** A write under way, and the wishes that it covers. */
export interface PendingWrite {
  write: Write;
  early: boolean;
  counted: boolean;
  serial: number;
  /** What was believed to be set when it was decided. */
  from: Currents;
  /** While absent it waits to leave, and may be recalled. */
  sentAt: number | undefined;
  before: { paced: Paced; record: WriteRecord | undefined };
}

/** All that a governor knows, and what it wants to be done next. Nobody but the governor sees it. */
export class GovernorState {
  readonly book = new Setpoints();
  readonly pacing: Pacing;
  readonly belief = new KnownCurrent();
  readonly shots = new OneOffWrites();
  readonly following = new Compliance();
  /** Tries to read and to write, each with its own back-off. */
  readonly reads = new Backoff<ZaptecError>(2_000, 5 * 60_000);
  readonly writes = new Backoff<ZaptecError>(500, 30_000);
  record: WriteRecord | undefined;
  /** What counts without a target, in A. */
  base: Currents | undefined;
  /** A */
  maxCurrent = Infinity;
  refusal: { error: ZaptecError; until: number; fingerprint: string } | undefined;
  fingerprint = '';
  flight: PendingWrite | undefined;
  /** A write whose fate nobody knows. */
  lost: PendingWrite | undefined;
  readBackAt = -Infinity;
  /** What contradicted a write that is too young is not asked for again before. */
  notBefore = -Infinity;
  reading = false;
  /** What is believed is of no use until it is looked at. */
  mustLook = false;
  lookAt = Infinity;
  /** What failed a moment ago may be sent once more. */
  retrying: { currents: Currents; until: number } | undefined;
  wakeAt = Infinity;
  effects: Effect[] = [];

  /** @param record what the last process has left behind. */
  constructor(record: WriteRecord | undefined) {
    this.record = record;
    this.pacing = new Pacing(record);
  }

  /** A clock that was set back makes nothing wait for longer. */
  notAfter(now: number): void {
    const { pacing, book, belief, reads, writes, shots, refusal, retrying } = this;
    for (const part of [pacing, book, belief, reads, writes, shots]) part.notAfter(now);
    if (refusal) refusal.until = Math.min(refusal.until, now + REFUSED_MS);
    if (retrying) retrying.until = Math.min(retrying.until, now + SAME_WRITE_MS);
    this.readBackAt = Math.min(this.readBackAt, now + ACTING_MS);
    this.notBefore = Math.min(this.notBefore, KnownCurrent.settledAt(now));
    if (this.lookAt < Infinity) this.lookAt = Math.min(this.lookAt, KnownCurrent.settledAt(now));
  }

  do(...effects: readonly Effect[]): void {
    this.effects.push(...effects);
  }

  wake(at: number): void {
    this.wakeAt = Math.min(this.wakeAt, at);
  }

  keep(record: WriteRecord | undefined): void {
    this.record = record;
    this.do({ do: 'record', record });
  }

  refuse(error: ZaptecError, now: number): void {
    this.refusal = { error, until: now + REFUSED_MS, fingerprint: this.fingerprint };
  }

  /** Somebody may have mended what it was about: before the next write it is looked at again. */
  doubtRefusal(): void {
    if (!this.refusal) return;
    this.refusal = undefined;
    this.mustLook = true;
  }

  /** What would be one write and not two. */
  sameWrite(now: number): Currents | undefined {
    return this.retrying && now < this.retrying.until ? this.retrying.currents : undefined;
  }
}

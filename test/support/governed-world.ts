import { zaptecError } from '../../src/errors/zaptec-error';
import { everyPhase, isAbove, isSame, lowest } from '../../src/current/currents';
import type { Currents, CurrentRequest, Decision, RequestSettings } from '../../src/current/types';
import { Governor } from '../../src/current/governor/governor';
import type { Effect, GovernorEvent, Outcome, Write, WriteRecord } from '../../src/current/governor/events';
import { convertTimes, restored } from '../../src/current/record';

export const MAX = 25;
export const MINUTE = 60_000;
const INTERVAL = 15 * MINUTE;

/** A slow cloud acts so long after it was asked, ms. */
const LATE_MS = 34_000;

const MADE_UP = zaptecError('NETWORK', 'made up');

/** How the next requests end. */
export type Fate =
  | 'ok'
  | 'rejected'
  | 'failed'
  | 'lost-acted'
  | 'lost-not-acted'
  | 'blocked'
  | 'refused'
  | 'governed-elsewhere'
  | 'acts-late'
  | 'acts-twice';

export interface Sent {
  at: number;
  /** What the cloud had. */
  before: Currents;
  /** What the governor knew of. */
  known: Currents;
  currents: Currents;
  /** Whether it counts for those that come after it. */
  counts: boolean;
  acted: boolean;
  limit: Currents;
}

/** A cloud that has one current, two clocks that a test moves, and the governor between them. */
export class GovernedWorld {
  /** The time that the process has been running, ms. */
  now = Date.UTC(2026, 4, 4, 10);
  /** How far the wall clock is ahead of `now`, ms. */
  wallLeadMs = 0;
  cloud = everyPhase(MAX);
  maxCurrent = MAX;
  fates: Fate[] = [];
  /** How many readings from now on fail. */
  unread = 0;
  /** They fail for good, as after a 404. */
  unreadForGood = false;
  refusal: ReturnType<typeof zaptecError> | undefined;
  fingerprint = 'a';
  readonly sent: Sent[] = [];
  /** Each report in its order, those for the status alone too. */
  readonly told: (Decision & { by: string; at: number; callers: readonly number[] })[] = [];
  readonly answers = new Map<number, { ok: boolean; sent?: boolean; error?: { code: string } }>();
  reads = 0;
  /** Whether each reading went past every cache. */
  readonly readsFresh: boolean[] = [];
  /** How many writes were called back before they left. */
  recalls = 0;
  /** On the disk, in wall times. */
  record: WriteRecord | undefined;
  /** The cloud answers a reading with a state that it kept for so long, in ms. */
  readingAgeMs = 0;
  /** Requests are answered so much later, in ms. */
  latency = 0;
  governor = this.#startGovernor();
  #serial = 0;
  #wallLeadOfRecordMs = 0;
  readonly limits = new Map<string, Currents>();
  #pending: { at: number; run: () => GovernorEvent }[] = [];
  #queue: Write[] = [];
  #lateActs: { at: number; currents: Currents }[] = [];
  #paused = false;

  do(event: GovernorEvent): void {
    this.#run(this.governor.handle(event, this.now));
    this.#settle();
  }

  /** @returns the serial of the request. */
  request(by: string, ampere: number | Currents, over: Partial<CurrentRequest> = {}): number {
    const currents = typeof ampere === 'number' ? everyPhase(ampere) : ampere;
    const serial = ++this.#serial;
    const request = { ...settings(by), ...over, currents };
    if (request.role === 'limit') this.limits.set(by, currents);
    else this.limits.delete(by);
    this.do({ type: 'request', serial, request });
    return serial;
  }

  arm(by: string, over: Partial<RequestSettings> = {}): void {
    this.do({ type: 'arm', settings: { ...settings(by), ...over } });
  }

  withdraw(by: string): void {
    this.limits.delete(by);
    this.do({ type: 'withdraw', by });
  }

  /** @returns the key of the write in `answers`. */
  writeOnce(currents?: Currents): number {
    const key = ++this.#serial;
    this.do({ type: 'one-off', key, hasOthers: currents === undefined, currents });
    return key;
  }

  /** Somebody else sets a value. */
  foreign(currents: Currents): void {
    this.cloud = lowest(currents, everyPhase(this.maxCurrent));
  }

  /**
   * A kill at this moment: whatever was under way is lost, and every request too. The next process knows the wall clock
   * alone, so that a leap forward since the last write can only have been time that passed.
   */
  restart(): void {
    this.#pending = [];
    this.#queue = [];
    this.limits.clear();
    const sleptMs = Math.max(0, this.wallLeadMs - this.#wallLeadOfRecordMs);
    for (const sent of this.sent) sent.at -= sleptMs;
    this.governor = this.#startGovernor();
  }

  /** Somebody sets the wall clock, or the computer has slept: a runner tells the governor of leaps forward alone. */
  setWallClock(byMs: number): void {
    this.wallLeadMs += byMs;
    if (byMs > 0) this.do({ type: 'clock-leap' });
  }

  get wallNow(): number {
    return this.now + this.wallLeadMs;
  }

  /** From now on writes wait for their permit, as after a 429. */
  pause(): void {
    this.#paused = true;
  }

  /** What still waits leaves. */
  resume(): void {
    this.#paused = false;
    for (let write = this.#queue.shift(); write; write = this.#queue.shift()) this.#leave(write);
    this.#settle();
  }

  /** Lets time pass, ticking whenever the governor asks for it. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let steps = 0; ; steps += 1) {
      if (steps > 10_000) throw new Error('it ticks in circles');
      const pendingAt = Math.min(Infinity, ...this.#pending.map(({ at }) => at));
      const lateAt = Math.min(Infinity, ...this.#lateActs.map(({ at }) => at));
      const next = Math.min(this.governor.wakeAt, pendingAt, lateAt);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      if (lateAt <= this.now) this.#actLate();
      else if (pendingAt <= this.now) this.#settle();
      else this.do({ type: 'tick' });
    }
    this.now = end;
  }

  get limit(): Currents {
    return lowest(everyPhase(Infinity), ...this.limits.values());
  }

  get reports(): GovernedWorld['told'] {
    return this.told.filter(({ statusOnly }) => !statusOnly);
  }

  /** What the status alone shows. */
  get shown(): GovernedWorld['told'] {
    return this.told.filter(({ statusOnly }) => statusOnly);
  }

  decisions(by: string): string[] {
    return this.reports.filter((report) => report.by === by).map(({ decision }) => decision);
  }

  last(by: string): Decision | undefined {
    return this.reports.filter((report) => report.by === by).at(-1);
  }

  #run(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'report')
        this.told.push({ ...effect.decision, by: effect.by, callers: effect.callers, at: this.now });
      else if (effect.do === 'answer') this.answers.set(effect.key, effect.result);
      else if (effect.do === 'record') this.#save(effect.record);
      else if (effect.do === 'read') this.#read(effect.fresh);
      else if (effect.do === 'recall') this.#recall(effect.write);
      else if (this.#paused) this.#queue.push(effect.write);
      else this.#leave(effect.write);
    }
  }

  #startGovernor(): Governor {
    const lead = this.wallLeadMs;
    const record =
      this.record &&
      restored(
        convertTimes(this.record, (at) => at - lead),
        this.now,
      );
    return new Governor(record, (at) => new Date(at + this.wallLeadMs).toISOString());
  }

  #save(record: WriteRecord | undefined): void {
    this.record = record && convertTimes(record, (at) => at + this.wallLeadMs);
    this.#wallLeadOfRecordMs = this.wallLeadMs;
  }

  #recall(recalled: Write): void {
    this.recalls += 1;
    this.#queue = this.#queue.filter((write) => write !== recalled);
  }

  #read(fresh: boolean): void {
    this.reads += 1;
    this.readsFresh.push(fresh);
    const fails = this.unread > 0;
    if (fails) this.unread -= 1;
    const { readingAgeMs } = this;
    const reading = {
      currents: this.cloud,
      maxCurrent: this.maxCurrent,
      at: this.now - readingAgeMs,
      ageMs: readingAgeMs,
      refusal: this.refusal,
      fingerprint: this.fingerprint,
    };
    this.#later(() =>
      fails ? { type: 'read-failed', error: MADE_UP, final: this.unreadForGood } : { type: 'reading', reading },
    );
  }

  #leave(write: Write): void {
    const fate = this.fates.shift() ?? 'ok';
    const { currents } = write;
    this.#run(this.governor.handle({ type: 'sent', write }, this.now));
    const acted = fate === 'ok' || fate === 'lost-acted' || fate === 'acts-twice';
    const actsLate = fate === 'acts-late' || fate === 'acts-twice';
    const known = this.governor.applied ?? this.cloud;
    const sent = {
      at: this.now,
      before: this.cloud,
      known,
      currents,
      counts: fate !== 'rejected' && fate !== 'refused' && fate !== 'governed-elsewhere',
      acted: acted || actsLate,
      limit: this.limit,
    };
    this.sent.push(sent);
    if (acted) this.foreign(currents);
    if (actsLate) this.#lateActs.push({ at: this.now + LATE_MS, currents });
    this.#later(() => ({ type: 'written', write, outcome: outcomeOf(fate) }));
  }

  #later(run: () => GovernorEvent): void {
    this.#pending.push({ at: this.now + this.latency, run });
  }

  #actLate(): void {
    const due = this.#lateActs.filter(({ at }) => at <= this.now);
    this.#lateActs = this.#lateActs.filter(({ at }) => at > this.now);
    for (const { currents } of due) this.foreign(currents);
  }

  #settle(): void {
    for (let turns = 0; ; turns += 1) {
      if (turns > 1_000) throw new Error('it goes round in circles');
      const index = this.#pending.findIndex(({ at }) => at <= this.now);
      const [due] = index < 0 ? [] : this.#pending.splice(index, 1);
      if (!due) return;
      this.#run(this.governor.handle(due.run(), this.now));
    }
  }
}

function outcomeOf(fate: Fate): Outcome {
  if (fate === 'ok') return { kind: 'done' };
  if (fate === 'blocked') return { kind: 'blocked' };
  if (fate === 'rejected' || fate === 'failed') return { kind: fate, error: MADE_UP };
  if (fate === 'refused') return { kind: 'refused', error: zaptecError('HTTP_403', 'made up', { status: 403 }) };
  if (fate === 'governed-elsewhere') return { kind: 'refused', error: zaptecError('ZAPTEC_527', 'made up') };
  return { kind: 'lost', error: MADE_UP };
}

export function settings(by: string): RequestSettings {
  return {
    by,
    role: 'target',
    intervalMs: INTERVAL,
    deadBandA: 0.5,
    lowerAtOnce: true,
    cooldownMs: MINUTE,
    foreign: 'reassert',
    dryRun: false,
  };
}

/** Raises that came too early: within the interval of any write, unless it is the very same once more after a failure. */
export function tooEarly<T extends Sent>(sent: readonly T[], than: 'before' | 'known'): T[] {
  return sent.filter((raise, index) => {
    if (!isAbove(raise.currents, raise[than])) return false;
    const earlier = sent.slice(0, index).filter(({ counts, at }) => counts && raise.at - at < INTERVAL);
    const onlyTheSame = earlier.every(({ acted, currents }) => !acted && isSame(currents, raise.currents));
    return earlier.length > 0 && !onlyTheSame;
  });
}

import { zaptecError, type ZaptecError } from '../http/errors';
import { Belief } from './belief';
import { everyPhase, isAbove, isSame, isUsable, lowest, MINIMUM_A, PHASES, roundedDown, shown } from './currents';
import type { Currents, CurrentWish, Decision, DecisionName } from './current-types';
import { Following } from './following';
import type { Effect, GovernorEvent, Outcome, Reading, Write, WriteRecord } from './governor-events';
import { Pacing, type Paced } from './pacing';
import { planOf, type Plan } from './plan';
import { Shots, type Shot } from './shots';
import { Waiting } from './waiting';
import { WishBook, type Entry, type Standing } from './wish-book';

/** `unchanged` needs a reading younger than this, in ms. */
const TRUSTED_MS = 10 * 60_000;
/** While somebody has a wish, what the cloud has is looked at so often, in ms. */
const LOOK_MS = 60 * 60_000;
/** After a lost answer the cloud gets so long to act, in ms. */
const ACTING_MS = 2_000;
/** A refusal is believed so long, unless what the cloud tells of the installation changes, in ms. */
const REFUSED_MS = 60 * 60_000;
/** The same raise may be sent once more so long after it failed, in ms: that is one write and not two. */
const SAME_WRITE_MS = 120_000;

const NO_HOLD = { raise: -Infinity, lower: -Infinity } as const;

/** A write under way, and the wishes that it covers. */
interface Flight {
  write: Write;
  early: boolean;
  counted: boolean;
  serial: number;
  sentAt: number | undefined;
  before: { paced: Paced; record: WriteRecord | undefined };
}

/**
 * The governor of one current: what is to be sent when, by the rules of design section 5. It has neither timers nor
 * I/O: events go in, effects come out, and `wakeAt` tells when it wants the next tick.
 */
export class Governor {
  readonly #book = new WishBook();
  readonly #pacing: Pacing;
  readonly #belief = new Belief();
  readonly #shots = new Shots();
  readonly #following = new Following();
  /** Tries to read and to write, each with its own back-off. */
  readonly #reads = new Waiting(2_000, 5 * 60_000);
  readonly #writes = new Waiting(500, 30_000);
  #record: WriteRecord | undefined;
  #base: Currents | undefined;
  #maxCurrent = Infinity;
  #refusal: { error: ZaptecError; until: number; fingerprint: string } | undefined;
  #fingerprint = '';
  #flight: Flight | undefined;
  /** A write whose fate nobody knows. */
  #lost: Flight | undefined;
  #readBackAt = -Infinity;
  /** What contradicted a write that is too young is not asked for again before. */
  #notBefore = -Infinity;
  #reading = false;
  /** What is believed is of no use until it is looked at. */
  #mustLook = false;
  #lookAt = Infinity;
  #retrying: { currents: Currents; until: number } | undefined;
  #wakeAt = Infinity;
  #effects: Effect[] = [];

  /** @param record what the last process has left behind. */
  constructor(record?: WriteRecord) {
    this.#record = record;
    this.#pacing = new Pacing(record);
  }

  /** When to tick next, ms since 1970; Infinity for never. */
  get wakeAt(): number {
    return this.#wakeAt;
  }

  /** Nobody wants anything, and nothing is under way. */
  get isIdle(): boolean {
    return !this.#book.isLive && this.#book.deadManAt === Infinity && this.#shots.isEmpty && !this.#flight;
  }

  get applied(): Currents | undefined {
    return this.#belief.currents;
  }

  /** @param now ms since 1970; when it goes back, nothing waits longer for that. */
  handle(event: GovernorEvent, now: number): Effect[] {
    this.#effects = [];
    for (const part of [this.#pacing, this.#book, this.#belief, this.#reads, this.#writes]) part.notAfter(now);
    this.#take(event, now);
    this.#wakeAt = Infinity;
    this.#decide(now);
    this.#wake(this.#book.deadManAt);
    return this.#effects;
  }

  #take(event: GovernorEvent, now: number): void {
    switch (event.type) {
      case 'arm':
        if (this.#book.get(event.settings.by)?.settings.role !== event.settings.role) this.#withdraw(event.settings.by);
        this.#book.arm(event.settings, now);
        this.#refusal = undefined;
        break;
      case 'wish':
        this.#wish(event.wish, event.serial, now);
        break;
      case 'withdraw':
        this.#withdraw(event.by);
        break;
      case 'shot':
        this.#shots.add({ ...event, serial: this.#book.serial }, now);
        break;
      case 'forget':
        this.#shots.remove(event.key);
        break;
      case 'reading':
        this.#reading = false;
        this.#read(event.reading, now);
        break;
      case 'unread':
        this.#reading = false;
        this.#reads.failed(event.error, now);
        if (event.final) this.#refuse(event.error, now);
        break;
      case 'sent':
        this.#sent(event.write, now);
        break;
      case 'written':
        if (this.#flight?.write === event.write) this.#written(this.#flight, event.outcome, now);
        break;
      case 'observed':
        this.#observed(event, now);
        break;
      case 'tick':
        break;
    }
  }

  #wish(wish: CurrentWish, serial: number, now: number): void {
    if (!isUsable(wish.currents)) {
      const error = zaptecError('INPUT_INVALID', 'A current of the wish is no number from 0 on');
      this.#tell(wish.by, [serial], 'refused', { requested: wish.currents, error });
      return;
    }
    const rival = this.#book.target;
    const { entry, before } = this.#book.put(wish, serial, now);
    const standing = entry.wish as Standing;
    if (before) this.#succeed(entry, standing, before);
    if (wish.role === 'target' && rival && rival.settings.by !== wish.by) this.#supersede(rival, rival.wish);
  }

  /** The same once more joins what was said; anything else takes its place. */
  #succeed(entry: Entry, standing: Standing, before: Standing): void {
    const { by } = entry.settings;
    standing.cappedAt = before.cappedAt;
    if (before.suspended === 'yielded') {
      standing.suspended = 'yielded';
      standing.state = 'settled';
      standing.asked = [];
      const reason = 'It gives way to the value that somebody else has set, until msg.reset or a deploy';
      this.#tell(by, [...before.asked, standing.serial], 'foreign-change', { requested: standing.currents, reason });
      return;
    }
    if (isSame(before.currents, standing.currents) && !before.suspended) {
      standing.asked.push(...before.asked);
      standing.since = before.since;
      if (before.state === 'waiting' && before.toldUntil !== undefined) standing.toldUntil = before.toldUntil;
    } else {
      this.#supersede(entry, before);
    }
  }

  #supersede({ settings }: Entry, wish: Standing): void {
    if (wish.state !== 'settled') this.#tell(settings.by, wish.asked, 'superseded', { requested: wish.currents });
    wish.asked = [];
    if (wish.state !== 'settled') wish.state = 'settled';
  }

  #withdraw(by: string): void {
    const gone = this.#book.remove(by);
    if (gone?.wish && gone.wish.asked.length > 0) {
      this.#tell(by, gone.wish.asked, 'superseded', { requested: gone.wish.currents, reason: 'It was taken back' });
    }
    this.#refusal = undefined;
  }

  #read(reading: Reading, now: number): void {
    this.#maxCurrent = reading.maxCurrent;
    this.#fingerprint = reading.fingerprint;
    if (!reading.currents && !reading.refusal) {
      this.#reads.failed(zaptecError('BAD_ANSWER', 'Zaptec does not tell the available current'), now);
      return;
    }
    this.#reads.succeeded();
    this.#mustLook = false;
    if (reading.refusal) this.#refuse(reading.refusal, now);
    else if (this.#refusal && this.#refusal.fingerprint !== reading.fingerprint) this.#refusal = undefined;
    if (this.#flight) return;
    const { sentAt, doneAt } = this.#pacing.now;
    switch (this.#belief.read(reading.currents, reading.at, sentAt, doneAt)) {
      case 'first':
        this.#base = this.#baseOf(this.#belief.currents as Currents);
        break;
      case 'applied':
        this.#confirmed(this.#lost, now);
        break;
      case 'not-applied':
        this.#gone(now);
        break;
      case 'foreign':
        this.#gone(now);
        this.#foreign(this.#belief.currents as Currents);
        break;
      case 'too-early':
        this.#lookAt = Belief.settledAt(doneAt);
        this.#notBefore = this.#lookAt;
        break;
      case 'useless':
        this.#reads.failed(undefined, now);
        break;
      case 'same':
        break;
    }
  }

  /** The write in doubt did not act; who waits for it hears what was heard then. */
  #gone(now: number): void {
    const shot = this.#lost?.write.shot;
    const { error } = this.#writes;
    if (shot !== undefined && error) this.#effects.push(...this.#shots.failed(shot, error, true, now));
    this.#lost = undefined;
  }

  /** What we have set under a limit is not what anybody wanted to have. */
  #baseOf(currents: Currents): Currents {
    return this.#record && isSame(this.#record.currents, currents) ? this.#record.base : currents;
  }

  /** Somebody else has set another value: a limit holds in any case, a target as its node wants it. */
  #foreign(currents: Currents): void {
    this.#base = currents;
    this.#following.reset();
    const { target } = this.#book;
    const policy = target?.settings.foreign;
    for (const { settings, wish } of this.#book.entries) {
      if (!wish || wish.suspended) continue;
      const reason = `Somebody else has set ${shown(currents)}`;
      this.#tell(settings.by, [], 'foreign-change', { requested: wish.currents, reason });
    }
    if (!target || target.wish.suspended || isSame(target.wish.currents, currents)) return;
    if (policy === 'reassert') {
      if (target.wish.state === 'settled') target.wish.state = 'waiting';
      return;
    }
    this.#supersede(target, target.wish);
    target.wish.suspended = policy === 'yield' ? 'yielded' : 'foreign';
  }

  #refuse(error: ZaptecError, now: number): void {
    this.#refusal = { error, until: now + REFUSED_MS, fingerprint: this.#fingerprint };
  }

  #sent(write: Write, now: number): void {
    const flight = this.#flight;
    if (flight?.write !== write) return;
    flight.sentAt = now;
    this.#pacing.sent(now);
    const { target } = this.#book;
    const wanted = target && !target.wish.suspended && write.shot === undefined ? target.wish.currents : this.#base;
    this.#keep({ ...this.#pacing.now, currents: write.currents, base: wanted ?? write.currents });
  }

  #keep(record: WriteRecord | undefined): void {
    this.#record = record;
    this.#effects.push({ do: 'record', record });
  }

  #written(flight: Flight, outcome: Outcome, now: number): void {
    this.#flight = undefined;
    const { write, sentAt } = flight;
    if (outcome.kind === 'done') {
      this.#belief.confirm(write.currents, now);
      this.#confirmed(flight, now);
      return;
    }
    if (outcome.kind === 'blocked') {
      if (outcome.record) this.#learn(outcome.record);
      this.#writes.failed(undefined, now);
      return;
    }
    const { error } = outcome;
    this.#writes.failed(error, now);
    if (outcome.kind === 'lost') {
      this.#lost = flight;
      this.#belief.lose(write.currents, now);
      this.#readBackAt = now + ACTING_MS;
      return;
    }
    if (outcome.kind === 'failed' && sentAt !== undefined) {
      const until = isSame(this.#retrying?.currents ?? everyPhase(-1), write.currents)
        ? (this.#retrying?.until ?? 0)
        : sentAt + SAME_WRITE_MS;
      this.#retrying = { currents: write.currents, until };
    } else if (sentAt !== undefined && (error.cause.status ?? 0) < 500) {
      this.#pacing.takeBack(flight.before.paced);
      this.#keep(flight.before.record);
    }
    if (outcome.kind === 'refused') this.#refuse(error, now);
    if (write.shot === undefined) return;
    this.#effects.push(...this.#shots.failed(write.shot, error, outcome.kind === 'refused', now));
  }

  #learn(record: WriteRecord): void {
    if (record.sentAt <= this.#pacing.now.sentAt) return;
    this.#pacing.learn(record);
    this.#record = record;
    this.#mustLook = true;
  }

  /** A write has got through. */
  #confirmed(flight: Flight | undefined, now: number): void {
    this.#lost = undefined;
    this.#retrying = undefined;
    this.#writes.succeeded();
    this.#following.reset();
    if (!flight) return;
    this.#pacing.done(flight.sentAt ?? now, flight.counted);
    const { currents, shot } = flight.write;
    if (this.#record) this.#keep({ ...this.#record, ...this.#pacing.now });
    if (shot !== undefined) {
      this.#shot(shot, currents);
      return;
    }
    this.#settle(now, flight.early ? 'lowered-early' : 'applied', flight.serial);
  }

  /** A shot is the newest wish of all, and yet it stays with nobody. */
  #shot(key: number, currents: Currents): void {
    const shot = this.#shots.get(key);
    const carried = shot?.currents === undefined;
    this.#effects.push(this.#shots.answer(key, { ok: true, sent: true }));
    if (shot?.maxCurrent !== undefined) this.#lookAt = -Infinity;
    const { target } = this.#book;
    if (carried || (target && target.wish.serial > shot.serial)) return;
    this.#base = currents;
    if (!target) return;
    this.#supersede(target, target.wish);
    target.wish.suspended = 'foreign';
  }

  #observed({ chargers, agrees }: Extract<GovernorEvent, { type: 'observed' }>, now: number): void {
    const { currents, inDoubt } = this.#belief;
    if (!currents || inDoubt || this.#flight) return;
    if (agrees) this.#belief.agree(now);
    // Observations lag; a reading tells for certain, though not more often than is decent.
    else if (agrees === false && now - this.#belief.at > TRUSTED_MS) this.#lookAt = Math.min(this.#lookAt, now);
    if (!this.#following.isBroken(currents, chargers, now)) return;
    for (const { settings, wish } of this.#book.entries) {
      if (!wish) continue;
      const reason = `The chargers take more than ${shown(currents)} for longer than a minute`;
      this.#tell(settings.by, [], 'not-following', { requested: wish.currents, reason });
    }
  }

  // --- What to do now -------------------------------------------------------------------------------------------

  #decide(now: number): void {
    for (const { settings } of this.#book.fireDeadMen(now)) {
      const safe = everyPhase(settings.deadMan?.safeA ?? 0);
      const reason = `No valid wish came in time: at most ${shown(safe)} until one comes`;
      this.#tell(settings.by, [], 'dead-man', { requested: safe, reason });
    }
    const wanted = this.#book.isLive || !this.#shots.isEmpty;
    if (!wanted || this.#flight) return;
    if (this.#isRefused(now)) return;
    const unread = this.#reads.tries > 0 ? this.#reads.error : undefined;
    const isBlind = !this.#belief.currents || this.#mustLook || this.#belief.inDoubt;
    // Who waits for one write does not wait for better times.
    if (isBlind && unread) this.#effects.push(...this.#shots.refuse(unread));
    if (!this.#belief.currents || this.#mustLook) {
      this.#lookFirst(this.#mustLook || this.#record !== undefined, now);
    } else if (this.#belief.inDoubt) {
      if (this.#isDanger(now)) this.#follow(now);
      if (!this.#hasFlown) this.#lookFirst(true, now, this.#readBackAt);
    } else {
      // Safety first; whoever waits for one write of its own comes next.
      if (isAbove(this.#belief.currents, this.#book.limit)) this.#follow(now);
      if (!this.#hasFlown) this.#shoot(now);
      if (!this.#hasFlown && this.#book.isLive) this.#follow(now);
    }
  }

  /** Asked within one turn, in which a write may have begun. */
  get #hasFlown(): boolean {
    return this.#flight !== undefined;
  }

  #isRefused(now: number): boolean {
    const refusal = this.#refusal;
    if (!refusal) return false;
    if (now >= refusal.until) {
      this.#refusal = undefined;
      this.#mustLook = true;
      return false;
    }
    this.#wake(refusal.until);
    const until = new Date(refusal.until).toISOString();
    for (const entry of this.#book.entries) {
      if (entry.wish && (entry.wish.state !== 'settled' || entry.wish.asked.length > 0)) {
        this.#finish(entry, entry.wish, 'refused', { until, error: refusal.error });
      }
    }
    this.#effects.push(...this.#shots.refuse(refusal.error));
    return true;
  }

  /** A limit may be exceeded while nobody can tell: then it is lowered again before it is known. */
  #isDanger(now: number): boolean {
    const { most } = this.#belief;
    return this.#reads.tries > 0 && now >= this.#writes.at && most !== undefined && isAbove(most, this.#book.limit);
  }

  /** Reads, unless that is under way or has just failed. @returns when, as far as is known. */
  #look(fresh: boolean, now: number, from = -Infinity): number {
    const at = Math.max(from, this.#reads.at, this.#notBefore);
    if (this.#reading) return now;
    if (now >= at) {
      this.#reading = true;
      this.#lookAt = Infinity;
      this.#effects.push({ do: 'read', fresh });
    } else {
      this.#wake(at);
    }
    return at;
  }

  /** The same where nothing can be decided before; after a failure the wishes hear that they wait. */
  #lookFirst(fresh: boolean, now: number, from = -Infinity): void {
    const at = this.#look(fresh, now, from);
    const error = this.#reads.error ?? this.#writes.error;
    if (error && !this.#reading) this.#defer(at, error, now);
  }

  /** Sends the next write that somebody waits for, or tells why it is not sent. */
  #shoot(now: number): void {
    const shot = this.#shots.next;
    if (!shot) return;
    if (now < shot.retryAt) {
      this.#wake(shot.retryAt);
      return;
    }
    const needed = shot.currents ? now - TRUSTED_MS : shot.askedAt;
    if (this.#belief.at < needed && !(this.#reads.tries > 0 && this.#reads.error)) {
      this.#look(true, now);
      return;
    }
    const unread = this.#belief.at < needed ? this.#reads.error : undefined;
    const verdict = unread ?? this.#judge(shot, now);
    if (verdict instanceof Error || verdict === 'unchanged') {
      const result =
        verdict === 'unchanged' ? { ok: true as const, sent: false } : { ok: false as const, error: verdict };
      this.#effects.push(this.#shots.answer(shot.key, result));
      this.#shoot(now);
    } else {
      this.#fly(verdict, shot.key);
    }
  }

  #judge(shot: Shot, now: number): Extract<Plan, { do: 'write' }> | 'unchanged' | ZaptecError {
    const present = this.#belief.currents as Currents;
    const most = everyPhase(shot.maxCurrent ?? this.#maxCurrent);
    const { limit, pace } = this.#book;
    const write = { do: 'write', early: false, counted: false } as const;
    if (!shot.currents) return { ...write, currents: lowest(present, limit, most) };
    const wanted = roundedDown(shot.currents);
    if (isAbove(wanted, most)) {
      return zaptecError('ABOVE_MAXIMUM', `${shown(wanted)} is more than the maximum of ${shown(most)}`);
    }
    if (isAbove(wanted, limit)) {
      return zaptecError('ABOVE_LIMIT', `${shown(wanted)} is more than the limit of ${shown(limit)} that a node keeps`);
    }
    if (isSame(wanted, present)) return shot.hasOthers ? { ...write, currents: present } : 'unchanged';
    const situation = {
      present,
      desired: wanted,
      limit,
      ...pace,
      deadBandA: 0,
      lowerAtOnce: true,
      hold: NO_HOLD,
    };
    const plan = planOf({ ...situation, retrying: this.#sameWrite(now) }, this.#pacing, now);
    if (plan.do === 'write' && isSame(plan.currents, wanted)) return plan;
    const raises = isAbove(wanted, present);
    const at = plan.do === 'wait' && !raises ? plan.until : this.#pacing.raiseAt(pace.intervalMs);
    const until = new Date(at).toISOString();
    return zaptecError(
      'TOO_SOON',
      `The current was set a moment ago, and ${shown(wanted)} may be set from ${until} on`,
    );
  }

  /** Makes the wishes true, as far as may be done now. */
  #follow(now: number): void {
    const present = (this.#belief.inDoubt ? this.#belief.most : this.#belief.currents) as Currents;
    const desired = this.#book.desired(this.#base ?? present, this.#maxCurrent);
    const plan = planOf(
      {
        present,
        desired,
        limit: this.#book.limit,
        ...this.#book.pace,
        retrying: this.#sameWrite(now),
        hold: this.#book.silence(now),
      },
      this.#pacing,
      now,
    );
    switch (plan.do) {
      case 'nothing':
        if (now - this.#belief.at > TRUSTED_MS && this.#isAsked) {
          this.#lookFirst(true, now);
          return;
        }
        this.#settle(now, 'unchanged', this.#book.serial);
        break;
      case 'drop':
        if (now - this.#belief.at > TRUSTED_MS && this.#isAsked) {
          this.#lookFirst(true, now);
          return;
        }
        this.#settle(now, 'dropped', this.#book.serial);
        break;
      case 'wait':
        this.#wake(plan.until);
        this.#defer(plan.until, undefined, now);
        break;
      case 'write':
        if (now >= this.#writes.at) {
          this.#fly(plan);
          return;
        }
        this.#wake(this.#writes.at);
        this.#defer(this.#writes.at, this.#writes.error, now);
        break;
    }
    const lookAt = Math.min(this.#lookAt, this.#belief.at + LOOK_MS);
    if (now >= lookAt) this.#look(true, now);
    else this.#wake(lookAt);
  }

  get #isAsked(): boolean {
    return this.#book.entries.some(({ wish }) => wish !== undefined && wish.state !== 'settled');
  }

  #sameWrite(now: number): Currents | undefined {
    return this.#retrying && now < this.#retrying.until ? this.#retrying.currents : undefined;
  }

  #fly({ currents, early, counted }: Extract<Plan, { do: 'write' }>, shot?: number): void {
    const present = this.#belief.most as Currents;
    const write: Write = { currents, urgent: isAbove(present, currents), ...(shot === undefined ? {} : { shot }) };
    const before = { paced: this.#pacing.now, record: this.#record };
    this.#flight = { write, early, counted, serial: this.#book.serial, sentAt: undefined, before };
    this.#effects.push({ do: 'write', write });
  }

  // --- What to tell ---------------------------------------------------------------------------------------------

  /** What is true now concerns every wish that was not told so yet, up to `serial`. */
  #settle(now: number, decision: DecisionName, serial: number): void {
    const present = this.#belief.currents as Currents;
    const desired = this.#book.desired(this.#base ?? present, this.#maxCurrent);
    const rest = isAbove(desired, present) && decision === 'lowered-early';
    const raiseAt = Math.max(this.#pacing.raiseAt(this.#book.pace.intervalMs), this.#book.silence(now).raise);
    const owner = this.#book.target;
    for (const entry of this.#book.entries) {
      const { wish } = entry;
      if (!wish || wish.suspended || wish.since > serial) continue;
      const isOpen = wish.state !== 'settled' || wish.asked.length > 0;
      if (entry === owner) this.#tellCap(entry, wish);
      if (entry.settings.role === 'target' && entry !== owner) continue;
      const again =
        entry === owner && wish.state === 'settled' && decision === 'applied' && wish.cappedAt === undefined;
      if (!isOpen && !again) continue;
      if (rest) {
        this.#answer(entry, wish, decision, { until: new Date(raiseAt).toISOString() });
        wish.state = 'waiting';
        wish.toldUntil = raiseAt;
      } else {
        this.#finish(entry, wish, decision);
      }
    }
    if (owner && !owner.wish.suspended && owner.wish.state === 'settled') this.#base = owner.wish.currents;
  }

  /** It waits, and hears so once for each time that it is to wait for. */
  #defer(until: number, error: ZaptecError | undefined, now: number): void {
    const { target } = this.#book;
    for (const entry of this.#book.entries) {
      const { wish, settings } = entry;
      if (!wish || wish.state === 'settled' || wish.suspended) continue;
      if (settings.role === 'target' && entry !== target) continue;
      const isNews = Math.abs((wish.toldUntil ?? -Infinity) - until) > 1_000;
      if (wish.asked.length === 0 && !isNews) continue;
      const silence = this.#book.silence(now);
      const silent = until === silence.raise || until === silence.lower;
      this.#answer(entry, wish, 'deferred', {
        until: new Date(until).toISOString(),
        ...(silent ? { reason: 'A limit that was just deployed has not said anything yet' } : {}),
        ...(error ? { reason: error.message, error } : {}),
      });
      wish.state = 'waiting';
      wish.toldUntil = until;
    }
  }

  #finish(entry: Entry, wish: Standing, decision: DecisionName, more: Partial<Decision> = {}): void {
    this.#answer(entry, wish, decision, more);
    wish.state = 'settled';
    delete wish.toldUntil;
  }

  #answer({ settings }: Entry, wish: Standing, decision: DecisionName, more: Partial<Decision> = {}): void {
    const asked = wish.asked;
    wish.asked = [];
    const reason = more.reason ?? remark(wish.currents);
    this.#tell(settings.by, asked, decision, { requested: wish.currents, ...(reason ? { reason } : {}), ...more });
  }

  /** More is wanted than may be set: told once for each value that it is held at. */
  #tellCap({ settings }: Entry, wish: Standing): void {
    const most = everyPhase(this.#maxCurrent);
    const bound = lowest(wish.currents, roundedDown(this.#book.limit), roundedDown(most));
    if (!isAbove(wish.currents, bound)) {
      wish.cappedAt = undefined;
      return;
    }
    if (wish.cappedAt && isSame(wish.cappedAt, bound)) return;
    wish.cappedAt = bound;
    const why = isAbove(wish.currents, most) ? `the maximum of ${shown(most)}` : 'the limit of another node';
    this.#tell(settings.by, [], 'capped', { requested: wish.currents, reason: `Held at ${shown(bound)} by ${why}` });
  }

  #tell(by: string, asked: readonly number[], decision: DecisionName, more: Partial<Decision>): void {
    const applied = this.#belief.currents;
    const told: Decision = { decision, ...(applied ? { applied } : {}), ...more };
    this.#effects.push({ do: 'tell', by, asked, decision: told });
  }

  #wake(at: number): void {
    this.#wakeAt = Math.min(this.#wakeAt, at);
  }
}

/** What people should know about the value that they chose (`zaptec-api.md` 7.3, `users-and-peers.md` B 9 and 12). */
function remark(currents: Currents): string | undefined {
  const least = Math.min(...PHASES.map((phase) => currents[phase]));
  if (least > 0 && least < MINIMUM_A) return `Below ${MINIMUM_A} A nothing flows: this pauses`;
  if (PHASES.some((phase) => currents[phase] !== least)) return `The lowest phase counts: ${least} A`;
  return undefined;
}

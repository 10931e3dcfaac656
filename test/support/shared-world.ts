import type { SharedWrite } from '../../src/cluster/shared-current';
import { ANNOUNCED_MS, LEAVES_MS, presumed } from '../../src/cluster/shared-current';
import { everyPhase, highest, lowest } from '../../src/current/currents';
import type {
  Effect,
  GovernorEvent,
  LastingValues,
  Outcome,
  Write,
  WriteRecord,
} from '../../src/current/governor/events';
import { Governor } from '../../src/current/governor/governor';
import { convertTimes, restored } from '../../src/current/record';
import {
  lastingText,
  limitTextOf,
  otherLimitOf,
  otherLimitsOf,
  recordOf,
  writeOf,
} from '../../src/current/shared-values';
import type { Currents, CurrentRequest } from '../../src/current/types';
import { zaptecError } from '../../src/errors/zaptec-error';
import { MAX, settings, type Sent } from './governed-world';

const SYNC_MS = 1_000;
const GRACE_MS = 3_000;
const LONGEST_WAIT_MS = 45_000;
const MADE_UP = zaptecError('NETWORK', 'made up');

export type SharedFate = 'ok' | 'rejected' | 'failed' | 'lost-acted' | 'lost-not-acted';

interface StoredLimit {
  machine: number;
  session: number;
  by: string;
  at: number;
  value: string;
}

/** A limit of a machine, and what the others may still take for it. */
interface LiveLimit {
  machine: number;
  currents: Currents;
  at: number;
  before: Currents;
}

/** What the script of Redis keeps, by the clock of the world. */
class SharedStore {
  rev = 0;
  graceUntil = -Infinity;
  record: SharedWrite | undefined;
  announced: (SharedWrite & { machine: number; session: number; firstAt: number }) | undefined;
  limits = new Map<string, StoredLimit>();

  expire(now: number): void {
    const { announced } = this;
    if (!announced || now < announced.at + ANNOUNCED_MS) return;
    this.announced = undefined;
    this.merge({ ...presumed(announced), doneAt: this.record?.doneAt }, false);
  }

  merge(given: SharedWrite, isOwn: boolean, isNewest = false): void {
    const old = this.record;
    const isSame = old?.id === given.id;
    const isLate = old !== undefined && !isSame && given.at <= old.at;
    if (isLate && !isNewest) return;
    const write = isLate ? movedTo(given, old.at + 1) : { ...given };
    this.rev += 1;
    const isDone = [old, write].some((one) => one?.doneAt !== undefined && one.doneAt >= one.at);
    const at = Math.max(old?.at ?? -Infinity, write.at);
    if (!isSame && old?.doneAt !== undefined) write.doneAt = Math.max(write.doneAt ?? old.doneAt, old.doneAt);
    this.record = isSame && !isOwn ? { ...write, at, doneAt: isDone ? at : (old.doneAt ?? write.doneAt) } : write;
  }
}

/** One machine: a governor with a clock of its own, and its way to Redis. */
class WorldMachine {
  readonly index: number;
  readonly #world: SharedWorld;
  /** Its clock less that of the world, in ms. */
  readonly #offsetMs: number;
  /** Its wall clock was set forward by so much since it wrote its record, in ms. */
  #clockSetMs = 0;
  governor: Governor;
  isOnline = true;
  /** Until then it is not running. */
  isDownUntil = -Infinity;
  hasJoined = false;
  session = 0;
  /** On its disk, by the clock of the world. */
  record: WriteRecord | undefined;
  /** When the last write of anybody left that this machine knows of. */
  #seen = -1;
  #digest = '';
  #pending: { at: number; run: () => void }[] = [];
  #queue: { write: Write; id: string }[] = [];
  #finished: { id: string; record: WriteRecord | undefined } | undefined;
  #view: { record: SharedWrite | undefined; announced: SharedWrite | undefined } = {
    record: undefined,
    announced: undefined,
  };

  constructor(world: SharedWorld, index: number) {
    this.#world = world;
    this.index = index;
    this.#offsetMs = (index - 1) * 3_600_000;
    this.governor = this.#start();
  }

  get now(): number {
    return this.#world.now + this.#offsetMs;
  }

  get isDown(): boolean {
    return this.isDownUntil !== -Infinity;
  }

  get nextAt(): number {
    if (this.isDown) return this.isDownUntil;
    const wakeAt = this.governor.wakeAt - this.#offsetMs;
    return Math.min(wakeAt, ...this.#pending.map(({ at }) => at));
  }

  do(event: GovernorEvent): void {
    if (this.isDown) return;
    for (const effect of this.governor.handle(event, this.now)) this.#run(effect);
    this.#publish();
  }

  tick(): void {
    if (this.isDown && this.#world.now >= this.isDownUntil) this.#begin();
    if (this.isDown) return;
    for (let due = this.#due(); due; due = this.#due()) due.run();
    if (this.governor.wakeAt <= this.now) this.do({ type: 'tick' });
  }

  withdraw(by: string): void {
    const key = `${this.index}|${by}`;
    if (this.isOnline && this.#world.store.limits.delete(key)) this.#world.store.rev += 1;
    this.do({ type: 'withdraw', by });
  }

  kill(clockSetMs: number, downMs: number): void {
    this.#clockSetMs += clockSetMs;
    this.#pending = [];
    this.#queue = [];
    this.#finished = undefined;
    this.session += 1;
    this.#seen = -1;
    this.#digest = '';
    this.hasJoined = false;
    this.#view = { record: undefined, announced: undefined };
    this.isDownUntil = this.#world.now + downMs;
    this.tick();
  }

  #begin(): void {
    this.isDownUntil = -Infinity;
    this.governor = this.#start();
  }

  loseRedis(): void {
    if (!this.isOnline) return;
    this.isOnline = false;
    this.#seen = -1;
    const { announced } = this.#view;
    if (!announced) return;
    this.#view = { record: presumed(announced), announced: undefined };
    this.#tell();
  }

  findRedis(): void {
    this.isOnline = true;
    this.sync();
  }

  /** What was waiting for its permit leaves. */
  resume(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#leave(next.write, next.id);
  }

  sync(): void {
    const { store, now } = this.#world;
    if (!this.isOnline || this.isDown) return;
    store.expire(now);
    this.hasJoined = true;
    this.#publish();
    const finished = this.#finished;
    this.#finished = undefined;
    if (finished) {
      const isNewest = store.announced?.id === finished.id;
      if (isNewest) {
        store.announced = undefined;
        store.rev += 1;
      }
      if (finished.record) store.merge(this.#worldly(writeOf(finished.record, finished.id)), true, isNewest);
    }
    const { announced } = store;
    const isWaiting = this.#queue.some(({ id }) => id === announced?.id);
    if (announced && isWaiting && now >= announced.at + SYNC_MS && now < announced.firstAt + LONGEST_WAIT_MS) {
      announced.at = now;
      store.rev += 1;
    }
    const isMissing = this.record && (!store.record || this.record.sentAt > store.record.at + 2_000);
    this.#look();
    // Only when the machine has seen what there is it says what it knows.
    if (isMissing && this.record) store.merge(writeOf(this.record, `file-${this.index}-${this.session}`), false);
    this.#look();
  }

  #look(): void {
    const { store } = this.#world;
    if (this.#seen === store.rev) return;
    this.#seen = store.rev;
    const isOwn = store.announced?.machine === this.index && store.announced.session === this.session;
    this.#view = { record: store.record, announced: isOwn ? undefined : store.announced };
    this.#tell();
  }

  #tell(): void {
    const { record, announced } = this.#view;
    const own = (limit: StoredLimit) => limit.machine === this.index && limit.session === this.session;
    const limits = [...this.#world.store.limits.values()]
      .filter((limit) => !own(limit))
      .map(({ machine, session, by, at, value }) => ({
        ...{ machine: String(machine), session: String(session), by, value },
        at: at + this.#offsetMs,
      }));
    const local = record && recordOf(record);
    this.do({
      type: 'shared',
      limits: otherLimitsOf({ record: undefined, announced: undefined, limits }),
      record: local && convertTimes(local, (at) => at + this.#offsetMs),
      busyUntil: announced ? announced.at + this.#offsetMs + ANNOUNCED_MS : -Infinity,
    });
  }

  #publish(): void {
    const { store } = this.#world;
    const limits = this.governor.sharing.limits.map(limitTextOf);
    const digest = JSON.stringify(limits);
    if (!this.isOnline || digest === this.#digest) return;
    this.#digest = digest;
    store.rev += 1;
    for (const [key, { machine, session }] of store.limits) {
      if (machine === this.index && session === this.session) store.limits.delete(key);
    }
    for (const { by, at, value } of limits) {
      const limit = { machine: this.index, session: this.session, by, at: at - this.#offsetMs, value };
      store.limits.set(`${this.index}|${by}`, limit);
    }
  }

  /** Redis was emptied: everything is to be announced again. */
  forgetPublished(): void {
    this.#digest = '';
    this.#seen = -1;
  }

  #start(): Governor {
    const local = (at: number) => at + this.#offsetMs - this.#clockSetMs;
    const record = this.record && restored(convertTimes(this.record, local), this.now);
    this.#clockSetMs = 0;
    if (record) this.record = convertTimes(record, (at) => at - this.#offsetMs);
    return new Governor(record, (at) => new Date(at).toISOString());
  }

  #due(): { run: () => void } | undefined {
    const index = this.#pending.findIndex(({ at }) => at <= this.#world.now);
    return index < 0 ? undefined : this.#pending.splice(index, 1)[0];
  }

  #later(run: () => void, ms = this.#world.latency): void {
    this.#pending.push({ at: this.#world.now + ms, run });
  }

  #run(effect: Effect): void {
    if (effect.do === 'record') this.record = effect.record && convertTimes(effect.record, (at) => at - this.#offsetMs);
    else if (effect.do === 'read') this.#read();
    else if (effect.do === 'write') this.#later(() => this.#announce(effect.write, effect.lasting), 0);
    else if (effect.do === 'recall') this.#recall(effect.write);
  }

  #recall(write: Write): void {
    const found = this.#queue.find((one) => one.write === write);
    this.#queue = this.#queue.filter((one) => one !== found);
    if (found) this.#finish(found.id, undefined);
  }

  #read(): void {
    const reading = {
      currents: this.#world.shown,
      maxCurrent: MAX,
      at: this.now,
      refusal: undefined,
      fingerprint: 'a',
    };
    this.#later(() => this.#onRead(reading, false));
  }

  #onRead(reading: Extract<GovernorEvent, { type: 'reading' }>['reading'], wasBusy: boolean): void {
    this.sync();
    if (this.isOnline && this.#view.announced) this.#later(() => this.#onRead(reading, true), 500);
    else if (wasBusy) this.#read();
    else this.do({ type: 'reading', reading });
  }

  #announce(write: Write, lasting: LastingValues): void {
    const world = this.#world;
    const { store } = world;
    const blocked = (until: number) => {
      this.do({ type: 'written', write, outcome: { kind: 'blocked', until: until + this.#offsetMs } });
    };
    const id = `write-${++world.writes}`;
    if (!this.isOnline) {
      if (write.raises && !this.hasJoined) blocked(world.now + 15 * 60_000);
      else this.#enqueue(write, id);
      return;
    }
    store.expire(world.now);
    const isUpToDate = this.#seen === store.rev && this.hasJoined;
    this.sync();
    const { announced } = store;
    const isOwn = announced?.machine === this.index && announced.session === this.session;
    if (!isUpToDate) blocked(world.now);
    else if (announced && !isOwn) blocked(announced.at + ANNOUNCED_MS);
    else if (write.raises && world.now < store.graceUntil) blocked(store.graceUntil);
    else {
      const value = lastingText({ ...lasting, id });
      const { index: machine, session } = this;
      store.announced = {
        ...{ id, at: world.now, doneAt: undefined, early: [], value },
        ...{ machine, session, firstAt: world.now },
      };
      store.rev += 1;
      this.#enqueue(write, id);
    }
  }

  #enqueue(write: Write, id: string): void {
    if (this.#world.isPaused) this.#queue.push({ write, id });
    else this.#leave(write, id);
  }

  #leave(write: Write, id: string): void {
    const world = this.#world;
    const { currents } = write;
    world.oneAfterTheOther();
    const { announced } = world.store;
    const leavesBefore =
      announced?.id === id ? Math.min(announced.at + LEAVES_MS, announced.firstAt + LONGEST_WAIT_MS) : undefined;
    const isTooLate = leavesBefore === undefined ? this.isOnline : world.now >= leavesBefore;
    if (isTooLate) {
      this.#end(write, id, { kind: 'rejected', error: MADE_UP });
      return;
    }
    this.do({ type: 'sent', write, id });
    const fate = world.fates.shift() ?? 'ok';
    const acted = fate === 'ok' || fate === 'lost-acted';
    const sent = {
      ...{ at: world.now, before: world.cloud, known: this.governor.applied ?? world.cloud, currents, acted },
      ...{ counts: fate !== 'rejected', limit: world.limitFor(this.index), machine: this.index, online: this.isOnline },
      isUninformed: world.isUninformed,
    };
    world.sent.push(sent);
    if (sent.counts) world.lastId = id;
    if (acted) world.set(currents);
    this.#later(() => this.#end(write, id, outcomeOf(fate)));
  }

  #end(write: Write, id: string, outcome: Outcome): void {
    this.do({ type: 'written', write, outcome });
    const record = this.record?.id === id ? this.record : undefined;
    this.#finish(id, record && convertTimes(record, (at) => at + this.#offsetMs));
  }

  #finish(id: string, record: WriteRecord | undefined): void {
    this.#finished = { id, record };
    this.sync();
  }

  #worldly(write: SharedWrite): SharedWrite {
    const { at, doneAt, early } = write;
    return {
      ...write,
      at: at - this.#offsetMs,
      doneAt: doneAt === undefined ? undefined : doneAt - this.#offsetMs,
      early: early.map((time) => time - this.#offsetMs),
    };
  }
}

/** Machines whose clocks differ by hours, one cloud, and one Redis, in a time that a test moves. */
export class SharedWorld {
  now = Date.UTC(2026, 4, 4, 10);
  cloud = everyPhase(MAX);
  /** So long the cloud answers with what was set before, in ms. */
  lagMs = 0;
  #before = { currents: this.cloud, until: -Infinity };
  store = new SharedStore();
  fates: SharedFate[] = [];
  /** Answers of the cloud come so much later, in ms. */
  latency = 0;
  isPaused = false;
  writes = 0;
  /** The last write that counts. */
  lastId: string | undefined;
  /** @property isUninformed Redis was emptied, and the machines have not announced again what they had written. */
  readonly sent: (Sent & { machine: number; online: boolean; isUninformed: boolean })[] = [];
  #informedAt = -Infinity;
  readonly limits = new Map<string, LiveLimit>();
  readonly machines: readonly WorldMachine[];
  #serial = 0;
  #syncAt = this.now;

  constructor(count: number) {
    this.machines = Array.from({ length: count }, (_, index) => new WorldMachine(this, index));
  }

  set(currents: Currents): void {
    this.#before = { currents: this.cloud, until: this.now + this.lagMs };
    this.cloud = currents;
  }

  /** What the cloud answers with. */
  get shown(): Currents {
    return this.now < this.#before.until ? this.#before.currents : this.cloud;
  }

  /** All limits of all machines, be they gone. */
  get limit(): Currents {
    return lowest(everyPhase(Infinity), ...[...this.limits.values()].map(({ currents }) => currents));
  }

  /** What a machine must know of them: those of the others reach it within a second. */
  limitFor(machine: number): Currents {
    const known = [...this.limits.values()].map(({ machine: owner, currents, at, before }) =>
      owner === machine || this.now - at >= SYNC_MS ? currents : highest(currents, before),
    );
    return lowest(everyPhase(Infinity), ...known);
  }

  request(machine: number, by: string, currents: Currents, over: Partial<CurrentRequest> = {}): void {
    const request = { ...settings(by), ...over, currents };
    if (this.machines[machine]?.isDown) return;
    if (request.role === 'limit') this.#limit(machine, by, currents);
    this.machines[machine]?.do({ type: 'request', serial: ++this.#serial, request });
    this.#settle();
  }

  withdraw(machine: number, by: string): void {
    if (this.machines[machine]?.isDown) return;
    this.limits.delete(`${machine}|${by}`);
    this.machines[machine]?.withdraw(by);
    this.#settle();
  }

  /**
   * @param clockSetMs its wall clock is set forward by so much before it starts again; back where that is negative
   * @param downMs it starts so much later
   */
  kill(machine: number, clockSetMs = 0, downMs = 0): void {
    // Where Redis does not know the last write of a machine, only its own clock shows how old that is.
    const isLost = this.isUninformed || !this.#isKnownToRedis(machine);
    this.machines[machine]?.kill(isLost ? Math.min(0, clockSetMs) : clockSetMs, this.isUninformed ? 0 : downMs);
    // Of what a machine has said to nobody, nobody knows.
    for (const [key, limit] of this.limits) {
      if (limit.machine !== machine) continue;
      const stored = this.store.limits.get(key);
      const currents = stored && otherLimitOf(stored)?.currents;
      if (currents) limit.currents = currents;
      else this.limits.delete(key);
    }
  }

  #limit(machine: number, by: string, currents: Currents): void {
    const key = `${machine}|${by}`;
    const last = this.limits.get(key);
    const isLastKnown = last !== undefined && this.now - last.at >= SYNC_MS;
    const before = isLastKnown ? last.currents : last ? highest(last.currents, last.before) : everyPhase(Infinity);
    this.limits.set(key, { machine, currents, at: this.now, before });
  }

  redis(isThere: boolean): void {
    for (const machine of this.machines)
      if (isThere) machine.findRedis();
      else machine.loseRedis();
    this.#settle();
  }

  get isUninformed(): boolean {
    return this.now <= this.#informedAt;
  }

  /**
   * The limits of machines that are gone are carried over by those that know them. Emptied twice within a second, Redis may
   * lose a write of between: its machine takes the older one that another announces for the same. A write that no
   * machine knows but one that is not running, or has not asked Redis since its start, is lost as well.
   */
  empty(): void {
    if (this.isUninformed || !this.#isKnownToOneThere) return;
    const { limits } = this.store;
    this.store = new SharedStore();
    this.store.rev = ++this.writes * 1_000_000;
    this.store.limits = limits;
    this.store.graceUntil = this.now + GRACE_MS;
    this.#informedAt = this.now + SYNC_MS;
    for (const machine of this.machines) machine.forgetPublished();
  }

  get #isKnownToOneThere(): boolean {
    const { lastId } = this;
    return (
      lastId === undefined || this.machines.some((one) => !one.isDown && one.hasJoined && one.record?.id === lastId)
    );
  }

  #isKnownToRedis(machine: number): boolean {
    const { record, isOnline } = this.machines[machine]!;
    const { record: last, announced } = this.store;
    if (!record) return true;
    const isThere = [last, announced].some((one) => one !== undefined && one.id === record.id);
    return isOnline && (isThere || (last !== undefined && last.at > record.sentAt));
  }

  resume(): void {
    this.isPaused = false;
    for (const machine of this.machines) machine.resume();
    this.#settle();
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = Math.min(this.#syncAt, ...this.machines.map((machine) => machine.nextAt));
      if (next > end) break;
      this.now = Math.max(this.now, next);
      if (this.#syncAt <= this.now) {
        this.#syncAt = this.now + SYNC_MS;
        for (const machine of this.machines) machine.sync();
      }
      this.#settle();
    }
    this.now = Math.max(this.now, end);
  }

  /** No two writes leave in the same millisecond. */
  oneAfterTheOther(): void {
    if (this.sent.at(-1)?.at === this.now) this.now += 1;
  }

  #settle(): void {
    for (let turns = 0; this.machines.some(({ nextAt }) => nextAt <= this.now); turns += 1) {
      if (turns > 1_000) throw new Error('it goes round in circles');
      for (const machine of this.machines) machine.tick();
    }
  }
}

function movedTo(write: SharedWrite, at: number): SharedWrite {
  const isDone = write.doneAt !== undefined && write.doneAt >= write.at;
  return { ...write, at, doneAt: isDone ? at : write.doneAt };
}

function outcomeOf(fate: SharedFate): Outcome {
  if (fate === 'ok') return { kind: 'done' };
  if (fate === 'rejected' || fate === 'failed') return { kind: fate, error: MADE_UP };
  return { kind: 'lost', error: MADE_UP };
}

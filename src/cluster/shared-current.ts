import { randomUUID } from 'node:crypto';
import { clock } from '../time/clock';
import type { CurrentConnection, CurrentMode } from './current-connection';
import type { AgedWrite, CurrentAnswer, CurrentQuestion } from './current-script';

/** What the other machines have changed is asked for so often, in ms. */
const SYNC_MS = 1_000;
/** And so often while this machine waits to write, in ms. */
const BUSY_SYNC_MS = 250;
/** Nobody else writes so long after a machine last announced a write, unless that machine says how it ended, in ms. */
export const ANNOUNCED_MS = 60_000;
/** A write must leave within so long after it was last announced, in ms: a machine that is stopped meanwhile sends nothing. */
export const LEAVES_MS = 5_000;
/** While it waits for its permit it is announced anew so often, in ms. */
const RENEW_MS = 1_000;
/** And for so long, in ms: then it is decided anew. */
const LONGEST_WAIT_MS = 45_000;
/** Two measurements of the same time may differ by so much, in ms. */
const ALIKE_MS = 2_000;

/** A write of any machine; times are ms of `clock.steady()`. */
export interface SharedWrite {
  id: string;
  at: number;
  doneAt: number | undefined;
  early: readonly number[];
  /** JSON that the cluster does not look into. */
  value: string;
}

/** A limit of any machine. */
export interface SharedLimit {
  by: string;
  /** When its node got its last value, ms of `clock.steady()`. */
  at: number;
  value: string;
}

/** A limit of another machine, or of this one before it was started again. */
export interface LimitOfOther extends SharedLimit {
  machine: string;
  session: string;
}

/** What the other machines have in common with this one about a current. */
export interface SharedView {
  record: SharedWrite | undefined;
  /** The write that another machine may send now. */
  announced: SharedWrite | undefined;
  limits: readonly LimitOfOther[];
}

/** Whether a write may leave now. */
export type Grant =
  /** @property isValid asked immediately before the write leaves. */
  | { kind: 'granted'; isValid: () => boolean }
  /** Not before `until`, ms of `clock.steady()`. */
  | { kind: 'wait'; until: number }
  /** Redis is away. */
  | { kind: 'away' };

const NOTHING: SharedView = { record: undefined, announced: undefined, limits: [] };

/** What the machines of an account share about one current. Asks Redis only while it is in use. */
export class SharedCurrent {
  readonly #connection: CurrentConnection;
  readonly #name: string;
  readonly #onView: (view: SharedView) => void;
  readonly #stopListening: () => void;
  #view = NOTHING;
  #rev: string | undefined;
  #hasJoined = false;
  #limits: readonly SharedLimit[] = [];
  #digest = '';
  #mustSendLimits = true;
  #gone: string[] = [];
  #carried: readonly LimitOfOther[] = [];
  #epoch: string | undefined;
  #record: SharedWrite | undefined;
  #mustSendRecord = false;
  /** How a write ended, until Redis knows it. */
  #finished: { id: string; record: SharedWrite | undefined } | undefined;
  /** The write that this machine would send; times of `clock.steady()`. */
  #announced: { id: string; askedAt: number; renewedAt: number } | undefined;
  #isActive = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  /** One question after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param name of the current, usable in a key */
  constructor(connection: CurrentConnection, name: string, onView: (view: SharedView) => void) {
    this.#connection = connection;
    this.#name = name;
    this.#onView = onView;
    this.#stopListening = connection.listen((mode) => this.#onMode(mode));
  }

  get mode(): CurrentMode {
    return this.#connection.mode;
  }

  /** Redis has answered about this current since the start. */
  get hasJoined(): boolean {
    return this.#hasJoined;
  }

  get view(): SharedView {
    return this.#view;
  }

  /** The limits of this machine. From the first call on it learns those of the others. */
  publish(limits: readonly SharedLimit[], isActive: boolean): void {
    const digest = JSON.stringify(limits);
    const wasActive = this.#isActive;
    this.#isActive = isActive;
    if (digest !== this.#digest) {
      this.#limits = limits;
      this.#digest = digest;
      this.#mustSendLimits = true;
    } else if (wasActive || !isActive) {
      return;
    }
    this.#sync();
  }

  /** A node of this machine wants nothing any more, whichever of its processes has announced the limit. */
  withdraw(by: string): void {
    const wasAnnounced = this.#view.limits.some(
      (limit) => limit.by === by && limit.machine === this.#connection.machine,
    );
    if (this.#hasJoined && !wasAnnounced) return;
    this.#gone.push(by);
    this.#sync();
  }

  /** The newest write that this machine knows of, if any: Redis may have lost it. */
  know(record: SharedWrite | undefined): void {
    this.#record = record;
  }

  /** Asks what has changed. */
  async refresh(): Promise<void> {
    await this.#ask({});
  }

  /** Asks for the right to write, and says what for. */
  async announce(write: { id: string; raises: boolean; value: string }): Promise<Grant> {
    await this.#connection.settled();
    const now = clock.steady();
    const announced = { id: write.id, askedAt: now, renewedAt: now };
    this.#announced = announced;
    const answer = await this.#ask({ announce: write });
    this.#schedule();
    if (answer?.granted) return { kind: 'granted', isValid: () => mayLeave(announced, clock.steady()) };
    if (this.#announced === announced) this.#announced = undefined;
    if (!answer) return { kind: 'away' };
    return { kind: 'wait', until: clock.steady() + Math.min(ANNOUNCED_MS, answer.wait ?? 0) };
  }

  /** @param record absent where the write was never sent, or had no effect for certain */
  finish(id: string, record: SharedWrite | undefined): void {
    if (this.#announced?.id === id) this.#announced = undefined;
    if (record) this.#record = record;
    this.#finished = { id, record };
    this.#sync();
  }

  /** Removes the limit of a machine. @throws nothing; @returns whether Redis has taken it. */
  async remove(machine: string, by: string): Promise<boolean> {
    return (await this.#ask({ remove: { machine, by } })) !== undefined;
  }

  /** How long ago each machine was there, in ms; undefined where Redis is away. */
  async machines(): Promise<ReadonlyMap<string, number> | undefined> {
    const answer = await this.#ask({ look: true });
    return answer && new Map(listOf(answer.machines).map(({ machine, age }) => [machine, age]));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#stopListening();
  }

  #sync(): void {
    void this.#ask({});
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || !(this.#isActive || this.#announced || this.#finished)) return;
    const waitMs = this.#announced === undefined ? SYNC_MS : BUSY_SYNC_MS;
    this.#timer = setTimeout(() => this.#sync(), waitMs).unref();
  }

  #onMode(mode: CurrentMode): void {
    if (mode === 'alone') this.#onAlone();
    if (mode !== 'shared' && this.#isActive) this.#sync();
  }

  /** Nobody will say any more how an announced write ended. */
  #onAlone(): void {
    // What Redis has afterwards may be another state with the same number.
    this.#rev = undefined;
    this.#mustSendLimits = true;
    this.#mustSendRecord = this.#record !== undefined;
    this.#presume();
  }

  /** The write that another machine has announced may have been sent, and Redis will not say so any more. */
  #presume(): void {
    const { announced } = this.#view;
    if (!announced) return;
    this.#view = { ...this.#view, record: presumed(announced), announced: undefined };
    this.#onView(this.#view);
  }

  #ask(wanted: Pick<CurrentQuestion, 'announce' | 'remove' | 'look'>): Promise<CurrentAnswer | undefined> {
    const asked = this.#queue.then(() => this.#askNow(wanted));
    this.#queue = asked.catch(() => undefined);
    return asked;
  }

  async #askNow(wanted: Pick<CurrentQuestion, 'announce' | 'remove' | 'look'>): Promise<CurrentAnswer | undefined> {
    if (this.#isClosed) return undefined;
    const connection = this.#connection;
    const now = clock.steady();
    // A question that reaches Redis when it comes back may be older than a write that this machine has sent alone: the
    // others must not learn of its limits before they learn of that write.
    const isShared = connection.mode !== 'alone';
    const limits = isShared && this.#mustSendLimits ? this.#limits : undefined;
    const gone = this.#gone;
    this.#gone = [];
    const carried = isShared ? this.#carried : [];
    const record = isShared && this.#mustSendRecord ? this.#record : undefined;
    const finished = isShared ? this.#finished : undefined;
    const digest = this.#digest;
    const announced = wanted.announce ? undefined : this.#announced;
    const renewed = announced && isToRenew(announced, now) ? announced : undefined;
    const asked = await connection.ask(this.#name, {
      ...wanted,
      machine: connection.machine,
      session: connection.session,
      joined: this.#hasJoined,
      seen: this.#rev,
      digest,
      ...(renewed ? { renew: renewed.id } : {}),
      ...(limits ? { limits: limits.map(({ by, at, value }) => ({ by, age: now - at, value })) } : {}),
      ...(gone.length > 0 ? { gone } : {}),
      ...(carried.length > 0 ? { carried: carried.map(({ at, ...limit }) => ({ ...limit, age: now - at })) } : {}),
      ...(record ? { record: agedOf(record, now) } : {}),
      ...(finished ? { finish: { id: finished.id, record: finished.record && agedOf(finished.record, now) } } : {}),
    });
    this.#schedule();
    if (!asked) {
      this.#gone.push(...gone);
      return undefined;
    }
    const { answer, askedAt, answeredAt } = asked;
    if (answer.twin === true) {
      // A copy of this machine is there, with the same directory: from now on this one has an id of its own.
      connection.machine = randomUUID();
      this.#hasJoined = false;
      this.#mustSendLimits = true;
      this.#rev = undefined;
      this.#gone.push(...gone);
      return { ...answer, wait: 0 };
    }
    this.#hasJoined = true;
    if (renewed && answer.renewed) renewed.renewedAt = askedAt;
    if (limits && digest === this.#digest) this.#mustSendLimits = false;
    if (record === this.#record) this.#mustSendRecord = false;
    if (finished === this.#finished) this.#finished = undefined;
    if (carried === this.#carried) this.#carried = [];
    this.#noteEpoch(answer.rev);
    if (answer.state) this.#take(answer.state, { askedAt, answeredAt });
    if (answer.known === false) this.#mustSendLimits = true;
    // Redis was emptied: what it has lost goes there at once.
    if (this.#mustSendLimits || this.#mustSendRecord || this.#carried.length > 0) this.#sync();
    return answer;
  }

  /** A new epoch shows that Redis was emptied: nobody but the others knows the limits of a machine that is gone. */
  #noteEpoch(rev: string): void {
    const [epoch] = rev.split(':');
    if (this.#epoch !== undefined && this.#epoch !== epoch) {
      this.#carried = joined(this.#view.limits, this.#carried);
      this.#presume();
    }
    this.#epoch = epoch;
    this.#rev = rev;
  }

  #take(state: NonNullable<CurrentAnswer['state']>, times: { askedAt: number; answeredAt: number }): void {
    const { machine } = this.#connection;
    const { announced } = state;
    const isOwn = announced?.machine === machine && announced.id === this.#announced?.id;
    const record = state.record && writeFrom(state.record, times.answeredAt);
    this.#view = {
      record,
      announced: announced && !isOwn ? writeFrom(announced, times.answeredAt) : undefined,
      limits: listOf(state.limits).map(({ age, ...limit }) => ({ ...limit, at: times.askedAt - age })),
    };
    // While Redis has announced that very write, its end says whether it counts.
    const isUnderWay = isOwn && announced.id === this.#record?.id;
    this.#mustSendRecord = this.#record !== undefined && !isUnderWay && isNewer(this.#record, record);
    this.#onView(this.#view);
  }
}

/** How an announced write counts of which nobody says how it ended: as sent at the last moment at which it may have left. */
export function presumed(announced: SharedWrite): SharedWrite {
  return { ...announced, at: announced.at + LEAVES_MS };
}

function mayLeave({ askedAt, renewedAt }: { askedAt: number; renewedAt: number }, now: number): boolean {
  return now < renewedAt + LEAVES_MS && now < askedAt + LONGEST_WAIT_MS;
}

function isToRenew({ askedAt, renewedAt }: { askedAt: number; renewedAt: number }, now: number): boolean {
  return now >= renewedAt + RENEW_MS && now < askedAt + LONGEST_WAIT_MS;
}

/** Whether Redis does not know the write, or takes it for older than it is. */
function isNewer(known: SharedWrite, stored: SharedWrite | undefined): boolean {
  if (!stored) return true;
  return known.at > stored.at + ALIKE_MS;
}

/** What was not handed over before Redis was emptied again is not forgotten. */
function joined(limits: readonly LimitOfOther[], before: readonly LimitOfOther[]): readonly LimitOfOther[] {
  const names = new Set(limits.map(({ machine, by }) => `${machine}|${by}`));
  return [...limits, ...before.filter(({ machine, by }) => !names.has(`${machine}|${by}`))];
}

function agedOf({ id, at, doneAt, early, value }: SharedWrite, now: number): AgedWrite {
  const doneAge = doneAt === undefined ? undefined : now - doneAt;
  return { id, age: now - at, doneAge, early: early.map((time) => now - time), value };
}

function writeFrom({ id, age, doneAge, early, value }: AgedWrite, now: number): SharedWrite {
  const doneAt = doneAge === undefined ? undefined : now - doneAge;
  return { id, at: now - age, doneAt, early: listOf(early).map((time) => now - time), value };
}

/** Lua has no empty lists: one comes as an object. */
function listOf<T>(list: readonly T[] | Record<string, never> | undefined): readonly T[] {
  return Array.isArray(list) ? (list as readonly T[]) : [];
}

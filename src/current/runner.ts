import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { Answer } from '../http/cache';
import { clock } from '../time/clock';
import { present, type JsonObject } from '../zaptec/json';
import type { CurrentShare, WriteGrant } from './current-share';
import type {
  Effect,
  GovernorEvent,
  LastingValues,
  OneOffResult,
  Outcome,
  Reading,
  SharedNews,
  Write,
  WriteRecord,
} from './governor/events';
import { Governor } from './governor/governor';
import type { Neighbour } from './neighbour';
import { asZaptecError, isFinal, outcomeOf } from './outcome';
import type { RecordKeeper } from './record';
import type { CurrentTarget } from './target';
import type { Currents, CurrentRequest, Decision, GovernorView, LeftPause, RequestSettings } from './types';

interface PendingOneOff {
  others: JsonObject;
  answer: Answer<unknown> | undefined;
  attempts: number;
  resolve: (answer: Answer<unknown> | undefined) => void;
  reject: (error: ZaptecError) => void;
}

type Listener = (decision: Decision) => void;

type Granted = Extract<WriteGrant, { kind: 'granted' }>;

const LATE =
  'The write has waited too long: in the meantime another machine, or another account of this Node-RED, may have written';

/** Somebody else has set another current. */
export interface ForeignChange {
  /** ISO 8601 with Z. */
  at: string;
  /** What was set then, as far as it is known. */
  applied: Currents | undefined;
}

const MOST_FOREIGN_CHANGES = 50;

/** A leap of the wall clock is noticed so late at most, in ms: a timer does not run while the computer sleeps. */
const LONGEST_WAIT_MS = 60_000;
/** A wall clock that gains less than this against the time that the process ran was only corrected, in ms. */
const LEAP_MS = 10_000;

/** Gives a governor its clock, its requests and its memory. */
export class GovernorRunner {
  readonly #target: CurrentTarget;
  readonly #keeper: RecordKeeper;
  /** With the other machines of the account, where there may be some. */
  readonly #share: CurrentShare | undefined;
  /** With the other accounts of the process. */
  readonly #neighbour: Neighbour | undefined;
  #sharedNews: SharedNews | undefined;
  #neighbourNews: SharedNews | undefined;
  readonly #governor: Governor;
  readonly #closing = new AbortController();
  /** Requests that wait for their first decision, by serial. */
  readonly #callers = new Map<number, Listener>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #oneOffs = new Map<number, PendingOneOff>();
  readonly #writes = new Map<Write, AbortController>();
  readonly #foreignChanges: ForeignChange[] = [];
  #lastSerial = 0;
  #wallLeadMs = wallLeadMs();
  #timer: NodeJS.Timeout | undefined;
  /** The last write, of whichever machine. */
  #record: WriteRecord | undefined;

  constructor(target: CurrentTarget, keeper: RecordKeeper, share?: CurrentShare, neighbour?: Neighbour) {
    this.#target = target;
    this.#keeper = keeper;
    this.#share = share;
    this.#neighbour = neighbour;
    const record = keeper.load();
    this.#record = record;
    if (record) share?.know(record);
    if (record) neighbour?.know(record);
    share?.listen((news) => this.#onNews((this.#sharedNews = news)));
    neighbour?.listen((news) => this.#onNews((this.#neighbourNews = news)));
    const lostAt = keeper.isLost ? clock.steady() : undefined;
    this.#governor = new Governor(record, (at) => clock.steadyIso(at), lostAt);
  }

  /** What the cloud has, as far as is known. */
  get applied(): Currents | undefined {
    return this.#governor.applied;
  }

  /** Why the last write would be forgotten at a restart, for people; undefined where it would not. */
  get recordProblem(): string | undefined {
    return this.#keeper.problem;
  }

  /** What a target has left behind; undefined where that is no pause. */
  get leftPause(): LeftPause | undefined {
    return this.#governor.leftPause(clock.steady());
  }

  /** What it works on, for people. */
  get view(): GovernorView {
    const { applied, requests, raiseAt } = this.#governor;
    return present<GovernorView>({
      applied,
      raiseAt: raiseAt > clock.steady() ? clock.steadyToWall(raiseAt) : undefined,
      requests,
    });
  }

  get isIdle(): boolean {
    return this.#governor.isIdle;
  }

  /** The latest changes by somebody else, the latest last. */
  get foreignChanges(): readonly ForeignChange[] {
    return this.#foreignChanges;
  }

  arm(settings: RequestSettings): void {
    this.#handle({ type: 'arm', settings });
  }

  /** @returns the first decision about the request. */
  request(request: CurrentRequest): Promise<Decision> {
    const serial = ++this.#lastSerial;
    // Its node may have had a limit before this machine was started again.
    if (request.role === 'target' && !request.deadMan) this.#share?.withdraw(request.by);
    return new Promise((resolve) => {
      this.#callers.set(serial, resolve);
      this.#handle({ type: 'request', request, serial });
    });
  }

  withdraw(by: string): void {
    this.#share?.withdraw(by);
    this.#handle({ type: 'withdraw', by });
  }

  /** What was withdrawn was withdrawn for good: its node may give back what was set before. */
  release(by: string): void {
    this.#handle({ type: 'release', by });
  }

  /** Later decisions about the requests of a node. @returns a function that ends the listening. */
  listen(by: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(by) ?? new Set();
    this.#listeners.set(by, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(by) === listeners) this.#listeners.delete(by);
    };
  }

  /** Fresh observations of the chargers. */
  observe(chargers: readonly Currents[], agrees: boolean | undefined): void {
    this.#handle({ type: 'observed', chargers, agrees });
  }

  /**
   * One write that leaves no setpoint behind.
   * @param currents absent: the present ones go along with `others`.
   * @returns undefined when nothing had to be sent.
   * @throws ZaptecError `TOO_SOON`, `ABOVE_LIMIT`, `ABOVE_MAXIMUM` …
   */
  write(
    currents: Currents | undefined,
    others: JsonObject,
    signal?: AbortSignal,
  ): Promise<Answer<unknown> | undefined> {
    const key = ++this.#lastSerial;
    const { maxCurrent } = others;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#oneOffs.delete(key);
        this.#handle({ type: 'cancel-one-off', key });
        reject(zaptecError('ABORTED', 'The request was given up'));
      };
      if (signal?.aborted) {
        giveUp();
        return;
      }
      signal?.addEventListener('abort', giveUp, { once: true });
      const end = () => signal?.removeEventListener('abort', giveUp);
      this.#oneOffs.set(key, {
        others,
        answer: undefined,
        attempts: 0,
        resolve: (answer) => {
          end();
          resolve(answer);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
      this.#handle({
        type: 'one-off',
        key,
        hasOthers: Object.keys(others).length > 0,
        currents,
        maxCurrent: typeof maxCurrent === 'number' ? maxCurrent : undefined,
      });
    });
  }

  /** The limits of the other machines, and the way to remove one; undefined where no Redis is configured. */
  get share(): CurrentShare | undefined {
    return this.#share;
  }

  close(): void {
    this.#closing.abort();
    this.#share?.close();
    this.#neighbour?.close();
    for (const write of this.#writes.values()) write.abort();
    clearTimeout(this.#timer);
    const error = zaptecError('ABORTED', 'The account was closed');
    for (const oneOff of this.#oneOffs.values()) oneOff.reject(error);
    for (const resolve of this.#callers.values()) resolve({ decision: 'refused', error });
    this.#oneOffs.clear();
    this.#callers.clear();
    this.#listeners.clear();
  }

  #handle(event: GovernorEvent): void {
    if (this.#closing.signal.aborted) return;
    if (this.#hasWallClockLeapt()) this.#apply({ type: 'clock-leap' });
    this.#apply(event);
    const { sharing } = this.#governor;
    this.#share?.publish(sharing);
    this.#neighbour?.publish(sharing.limits);
    clearTimeout(this.#timer);
    const waitMs = Math.ceil(this.#governor.wakeAt - clock.steady());
    if (waitMs === Infinity) return;
    this.#timer = setTimeout(() => this.#handle({ type: 'tick' }), Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS));
    this.#timer.unref();
  }

  /** Other machines, or other accounts of the process, have changed something. */
  #onNews({ record }: SharedNews): void {
    const all = [this.#sharedNews, this.#neighbourNews].filter((news) => news !== undefined);
    const busyUntil = Math.max(...all.map((news) => news.busyUntil));
    this.#handle({ type: 'shared', limits: all.flatMap(({ limits }) => limits), record, busyUntil });
  }

  /** Forward only: a wall clock that is set back says nothing about the age of what is known. */
  #hasWallClockLeapt(): boolean {
    const leadMs = wallLeadMs();
    if (leadMs - this.#wallLeadMs < LEAP_MS) return false;
    this.#wallLeadMs = leadMs;
    return true;
  }

  #apply(event: GovernorEvent): void {
    const effects = this.#governor.handle(event, clock.steady());
    if (event.type === 'reading' && effects.some(isForeignChange)) this.#noteForeignChange();
    for (const effect of effects) this.#run(effect);
  }

  #noteForeignChange(): void {
    this.#foreignChanges.push({ at: clock.iso(), applied: this.applied });
    this.#foreignChanges.splice(0, this.#foreignChanges.length - MOST_FOREIGN_CHANGES);
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'record':
        this.#record = effect.record;
        this.#keeper.save(effect.record);
        this.#share?.know(effect.record);
        this.#neighbour?.know(effect.record);
        break;
      case 'read':
        void this.#read(effect.fresh);
        break;
      case 'write':
        void this.#write(effect.write, effect.lasting);
        break;
      case 'recall':
        this.#writes.get(effect.write)?.abort();
        break;
      case 'report':
        this.#report(effect.by, effect.callers, effect.decision);
        break;
      case 'answer':
        this.#answer(effect.key, effect.result);
        break;
    }
  }

  async #read(fresh: boolean): Promise<void> {
    let event: GovernorEvent;
    try {
      event = { type: 'reading', reading: await this.#readSettled(fresh) };
    } catch (thrown) {
      const error = asZaptecError(thrown);
      event = { type: 'read-failed', error, final: isFinal(error) };
    }
    this.#handle(event);
  }

  /** While another machine writes, a reading may show what was set before or after. */
  async #readSettled(fresh: boolean): Promise<Reading> {
    const { signal } = this.#closing;
    const reading = await this.#target.read(fresh, signal);
    const wasBusy = this.#share ? await this.#share.settled(signal) : false;
    return wasBusy ? this.#target.read(true, signal) : reading;
  }

  async #write(write: Write, lasting: LastingValues): Promise<void> {
    const recalled = new AbortController();
    this.#writes.set(write, recalled);
    const grant = await this.#grant(write, lasting);
    const isBlocked = grant?.kind === 'blocked';
    const outcome: Outcome = isBlocked ? grant : await this.#send(write, grant, recalled.signal);
    this.#writes.delete(write);
    this.#handle({ type: 'written', write, outcome });
    this.#neighbour?.end();
    if (!grant || isBlocked) return;
    this.#share?.finish(grant.id, this.#record?.id === grant.id ? this.#record : undefined);
  }

  /** Undefined where nobody else may write. */
  async #grant(write: Write, lasting: LastingValues): Promise<WriteGrant | undefined> {
    const here = this.#neighbour?.grant();
    if (here?.kind === 'blocked' || !this.#share) return here;
    const grant = await this.#share.announce(write.raises, lasting);
    if (grant.kind === 'blocked' || !here) return grant;
    return { ...grant, isValid: () => grant.isValid() && here.isValid() };
  }

  async #send(write: Write, grant: Granted | undefined, signal: AbortSignal): Promise<Outcome> {
    let sent = false;
    const oneOff = write.oneOff === undefined ? undefined : this.#oneOffs.get(write.oneOff);
    try {
      const answer = await this.#target.send(write.currents, oneOff?.others ?? {}, {
        lane: write.urgent || oneOff ? 'command' : 'message',
        signal,
        beforeSend: () => {
          if (grant?.isValid() === false) throw zaptecError('EXPIRED', LATE);
          sent = true;
          if (oneOff) oneOff.attempts += 1;
          this.#neighbour?.begin();
          this.#handle({ type: 'sent', write, id: grant?.id });
        },
      });
      if (oneOff) oneOff.answer = answer;
      return { kind: 'done' };
    } catch (thrown) {
      return outcomeOf(thrown, sent);
    }
  }

  #report(by: string, serials: readonly number[], decided: Decision): void {
    const { problem } = this.#keeper;
    const decision = problem === undefined ? decided : { ...decided, recordProblem: problem };
    const callers = serials.map((serial) => this.#callers.get(serial)).filter((caller) => caller !== undefined);
    for (const serial of serials) this.#callers.delete(serial);
    const receivers = callers.length > 0 ? callers : [...(this.#listeners.get(by) ?? [])];
    for (const receive of receivers) {
      try {
        receive(decision);
      } catch {
        // A listener must not stop the governor; nodes guard their own callbacks.
      }
    }
  }

  #answer(key: number, result: OneOffResult): void {
    const oneOff = this.#oneOffs.get(key);
    this.#oneOffs.delete(key);
    if (!oneOff) return;
    if (!result.ok) oneOff.reject(result.error);
    else oneOff.resolve(result.sent ? (oneOff.answer ?? confirmedByReading(oneOff)) : undefined);
  }
}

/** The answer was lost, but a reading shows that the write acted. */
function confirmedByReading({ attempts }: PendingOneOff): Answer<unknown> {
  return { data: null, meta: { source: 'rest', time: clock.iso(), ageMs: 0, attempts } };
}

/** Each node with a setpoint gets a report of the same change. */
function isForeignChange(effect: Effect): boolean {
  return effect.do === 'report' && effect.decision.decision === 'foreign-change';
}

/** How far the wall clock has got ahead of the time that this process has been running. */
function wallLeadMs(): number {
  return clock.now() - clock.steady();
}

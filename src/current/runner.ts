import type { Answer } from '../http/cache';
import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { Currents, CurrentRequest, Decision, RequestSettings } from './types';
import { Governor } from './governor/governor';
import type { Effect, GovernorEvent, Outcome, OneOffResult, Write, WriteRecord } from './governor/events';
import { asZaptecError, isFinal, outcomeOf } from './outcome';
import type { CurrentTarget } from './target';
import type { JsonObject } from '../zaptec/json';

/** What several machines have in common. */
interface SharedKeeper {
  /** Whether this machine may write now, and what the last one has written. */
  lock(): Promise<{ granted: boolean; record: WriteRecord | undefined }>;
  unlock(): Promise<void>;
}

/** Where the record of the last write is kept, and who else may write. */
export interface Keeper {
  load(): WriteRecord | undefined;
  save(record: WriteRecord | undefined): void;
  /** Among several machines only one writes at a time. */
  readonly shared?: SharedKeeper | undefined;
}

interface PendingShot {
  others: JsonObject;
  answer: Answer<unknown> | undefined;
  attempts: number;
  resolve: (answer: Answer<unknown> | undefined) => void;
  reject: (error: ZaptecError) => void;
}

type Listener = (decision: Decision) => void;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Gives a governor its clock, its requests and its memory. */
export class GovernorRunner {
  readonly #subject: CurrentTarget;
  readonly #keeper: Keeper;
  readonly #governor: Governor;
  readonly #closing = new AbortController();
  readonly #asked = new Map<number, Listener>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #shots = new Map<number, PendingShot>();
  readonly #writes = new Map<Write, AbortController>();
  #lastSerial = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(subject: CurrentTarget, keeper: Keeper) {
    this.#subject = subject;
    this.#keeper = keeper;
    this.#governor = new Governor(keeper.load());
  }

  /** What the cloud has, as far as is known. */
  get applied(): Currents | undefined {
    return this.#governor.applied;
  }

  get isIdle(): boolean {
    return this.#governor.isIdle;
  }

  arm(settings: RequestSettings): void {
    this.#handle({ type: 'arm', settings });
  }

  wish(wish: CurrentRequest): Promise<Decision> {
    const serial = ++this.#lastSerial;
    return new Promise((resolve) => {
      this.#asked.set(serial, resolve);
      this.#handle({ type: 'wish', wish, serial });
    });
  }

  withdraw(by: string): void {
    this.#handle({ type: 'withdraw', by });
  }

  listen(by: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(by) ?? new Set();
    this.#listeners.set(by, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(by) === listeners) this.#listeners.delete(by);
    };
  }

  /** Fresh observations of its chargers. */
  observe(chargers: readonly Currents[], agrees: boolean | undefined): void {
    this.#handle({ type: 'observed', chargers, agrees });
  }

  /**
   * One write that leaves no wish behind.
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
      const given = () => {
        this.#shots.delete(key);
        this.#handle({ type: 'forget', key });
        reject(zaptecError('ABORTED', 'The request was given up'));
      };
      if (signal?.aborted) {
        given();
        return;
      }
      signal?.addEventListener('abort', given, { once: true });
      const end = () => signal?.removeEventListener('abort', given);
      this.#shots.set(key, {
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
        type: 'shot',
        key,
        hasOthers: Object.keys(others).length > 0,
        ...(currents ? { currents } : {}),
        ...(typeof maxCurrent === 'number' ? { maxCurrent } : {}),
      });
    });
  }

  close(): void {
    this.#closing.abort();
    for (const write of this.#writes.values()) write.abort();
    clearTimeout(this.#timer);
    const error = zaptecError('ABORTED', 'The account was closed');
    for (const shot of this.#shots.values()) shot.reject(error);
    for (const answer of this.#asked.values()) answer({ decision: 'refused', error });
    this.#shots.clear();
    this.#asked.clear();
    this.#listeners.clear();
  }

  #handle(event: GovernorEvent): void {
    if (this.#closing.signal.aborted) return;
    for (const effect of this.#governor.handle(event, Date.now())) this.#run(effect);
    clearTimeout(this.#timer);
    const waitMs = this.#governor.wakeAt - Date.now();
    if (waitMs === Infinity) return;
    this.#timer = setTimeout(() => this.#handle({ type: 'tick' }), Math.min(Math.max(waitMs, 0), LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'record':
        this.#keeper.save(effect.record);
        break;
      case 'read':
        void this.#read(effect.fresh);
        break;
      case 'write':
        void this.#write(effect.write);
        break;
      case 'recall':
        this.#writes.get(effect.write)?.abort();
        break;
      case 'tell':
        this.#tell(effect.by, effect.asked, effect.decision);
        break;
      case 'answer':
        this.#answer(effect.key, effect.result);
        break;
    }
  }

  async #read(fresh: boolean): Promise<void> {
    let event: GovernorEvent;
    try {
      event = { type: 'reading', reading: await this.#subject.read(fresh, this.#closing.signal) };
    } catch (thrown) {
      const error = asZaptecError(thrown);
      event = { type: 'unread', error, final: isFinal(error) };
    }
    this.#handle(event);
  }

  async #write(write: Write): Promise<void> {
    const recalled = new AbortController();
    this.#writes.set(write, recalled);
    const outcome = await this.#locked(write, recalled.signal);
    this.#writes.delete(write);
    this.#handle({ type: 'written', write, outcome });
  }

  /** Among several machines only one writes at a time, and none behind the back of another. */
  async #locked(write: Write, signal: AbortSignal): Promise<Outcome> {
    const { shared } = this.#keeper;
    if (!shared) return this.#send(write, signal);
    try {
      const { granted, record } = await shared.lock();
      if (!granted) return { kind: 'blocked', record };
    } catch {
      return { kind: 'rejected', error: zaptecError('REDIS_UNAVAILABLE', 'The shared record is out of reach') };
    }
    try {
      return await this.#send(write, signal);
    } finally {
      await shared.unlock().catch(() => undefined);
    }
  }

  async #send(write: Write, signal: AbortSignal): Promise<Outcome> {
    let sent = false;
    const shot = write.shot === undefined ? undefined : this.#shots.get(write.shot);
    try {
      const answer = await this.#subject.send(write.currents, shot?.others ?? {}, {
        lane: write.urgent || shot ? 'command' : 'message',
        signal,
        beforeSend: () => {
          sent = true;
          if (shot) shot.attempts += 1;
          this.#handle({ type: 'sent', write });
        },
      });
      if (shot) shot.answer = answer;
      return { kind: 'done' };
    } catch (thrown) {
      return outcomeOf(thrown, sent);
    }
  }

  #tell(by: string, asked: readonly number[], decision: Decision): void {
    const callers = asked.map((serial) => this.#asked.get(serial)).filter((caller) => caller !== undefined);
    for (const serial of asked) this.#asked.delete(serial);
    const heard = callers.length > 0 ? callers : [...(this.#listeners.get(by) ?? [])];
    for (const hear of heard) {
      try {
        hear(decision);
      } catch {
        // Whoever listens must not stop the governor; nodes guard their own callbacks.
      }
    }
  }

  #answer(key: number, result: OneOffResult): void {
    const shot = this.#shots.get(key);
    this.#shots.delete(key);
    if (!shot) return;
    if (!result.ok) shot.reject(result.error);
    else shot.resolve(result.sent ? (shot.answer ?? this.#confirmed(shot)) : undefined);
  }

  /** The answer was lost, but a reading shows that it acted. */
  #confirmed({ attempts }: PendingShot): Answer<unknown> {
    return { data: null, meta: { source: 'rest', time: new Date().toISOString(), ageMs: 0, attempts } };
  }
}

import type { Answer, AnswerMeta, CallOptions } from '../http/cache';
import { isZaptecError, zaptecError, type ZaptecError } from '../http/errors';
import type { Lane } from '../http/lanes';
import type { RawObservation } from '../state/observations';
import { COMMANDS, type CommandName } from './commands';
import type { LiveStates } from './live';
import type { Turns } from './turns';
import { Watch } from './watch';
import { wishFacts, type WishFacts } from './wish-facts';
import { fulfilment, remaining, verdictOf, type Fulfilment, type WishReason } from './wish-rules';

/** When a command is looked for in the state, in ms after its answer: the cloud keeps a state for 15 s. */
const LOOKS_MS = [3_000, 19_000, 35_000];
/** After a refusal: at once, and when the answer cannot be that of the cloud's cache any more, in ms. */
const LOOKS_AFTER_REFUSAL_MS = [0, 16_000];
/** Where a live feed tells, nobody asks before that, in ms. */
const PUSH_PATIENCE_MS = 15_000;
/** The cloud's own cache of a state, in ms: a younger answer may be from before the command. */
const CLOUD_CACHE_MS = 15_000;

export type WishResult = 'changed' | 'unchanged' | 'accepted' | 'unconfirmed';

/** What became of a wish. */
export interface Fulfilled {
  /**
   * `changed`: the charger shows it. `unchanged`: it was so already, or the command could not have an effect.
   * `accepted`: sent, and there is no state to see it by (restart, upgrade). `unconfirmed`: sent, but not seen.
   */
  result: WishResult;
  /** Why nothing changed, or what the charger waits for now. */
  reason?: WishReason;
  /** How many times the command was sent; 0 when there was no need to. */
  attempts: number;
  /** Where the last look at the charger came from. */
  source: AnswerMeta['source'] | 'store' | 'push';
  /** When that was, ISO 8601 with Z. */
  time: string;
}

export interface WishOptions {
  signal?: AbortSignal | undefined;
  /** Of the reads that look for the change; the command itself has its own. */
  lane?: Lane;
  /** Called as soon as nothing is left to be sent for the moment: it waits for its turn, or for the charger. */
  onWait?: (() => void) | undefined;
}

/** What wishes need of a client. */
export interface Door {
  /** @throws ZaptecError `READ_ONLY` */
  check(chargerId: string, command: CommandName): void;
  state(chargerId: string, options: CallOptions): Promise<Answer<RawObservation[]>>;
  send(chargerId: string, command: CommandName, options: CallOptions): Promise<Answer<unknown>>;
}

/** A look at a charger. */
interface Look {
  facts: WishFacts;
  source: Fulfilled['source'];
  time: string;
  ageMs: number;
}

/** One wish on its way. */
interface Errand {
  chargerId: string;
  command: CommandName;
  options: WishOptions;
  watch: Watch;
  /** When the cloud was last asked for the state, ms since 1970. */
  readAt: number;
}

/**
 * Commands as wishes: what is so already is a success, only what can work is sent, and what was sent is looked for. A
 * wish is fulfilled once and not guarded: who pauses a charger afterwards may do so.
 */
export class Wishes {
  readonly #door: Door;
  readonly #turns: Turns;
  readonly #live: LiveStates;

  constructor(door: Door, turns: Turns, live: LiveStates) {
    this.#door = door;
    this.#turns = turns;
    this.#live = live;
  }

  /** @throws ZaptecError `OFFLINE`, `READ_ONLY`, `ZAPTEC_528` where the state does not explain it … */
  async wish(chargerId: string, command: CommandName, options: WishOptions): Promise<Fulfilled> {
    this.#door.check(chargerId, command);
    const work = async (superseded: boolean): Promise<Fulfilled> => {
      if (superseded) return { result: 'unconfirmed', reason: 'superseded', attempts: 0, ...seenNow('store') };
      // Before the command: a push may be faster than the answer.
      const watch = new Watch(this.#live, chargerId);
      try {
        return await this.#fulfil({ chargerId, command, options, watch, readAt: -Infinity });
      } finally {
        watch.close();
      }
    };
    return this.#turns.take(chargerId, command, work, options.onWait);
  }

  async #fulfil(errand: Errand): Promise<Fulfilled> {
    const before = await this.#before(errand);
    const verdict = before ? verdictOf(errand.command, before.facts) : { do: 'send' as const };
    if (verdict.do === 'refuse') throw offline(errand.command);
    if (before && verdict.do === 'nothing') return told('unchanged', before, 0, verdict.reason);
    return this.#send(errand, before?.facts);
  }

  /**
   * What is known, the store first. Only an old answer that something can be done is good enough: that there is nothing
   * to do, or nobody to do it, must be news. Undefined when the cloud fails to tell: then the command is the question.
   */
  async #before(errand: Errand): Promise<Look | undefined> {
    try {
      const known = this.#store(errand, 'store') ?? (await this.#read(errand, { lane: 'message' }));
      if (known.ageMs < CLOUD_CACHE_MS || verdictOf(errand.command, known.facts).do === 'send') return known;
      return await this.#read(errand, { lane: 'message', refresh: true });
    } catch (error) {
      if (isZaptecError(error) && isOutage(error)) return undefined;
      throw error;
    }
  }

  async #send(errand: Errand, before: WishFacts | undefined): Promise<Fulfilled> {
    const { chargerId, command, options } = errand;
    let attempts: number;
    try {
      ({ attempts } = (await this.#door.send(chargerId, command, { signal: options.signal, lane: 'command' })).meta);
    } catch (error) {
      if (!isZaptecError(error) || error.code !== 'ZAPTEC_528') throw error;
      return this.#refused(errand, before, error);
    }
    if (!COMMANDS[command].confirmable) return { result: 'accepted', attempts, ...seenNow('rest') };
    const { seen, last } = await this.#watch(errand, LOOKS_MS, (now) => fulfilment(command, before, now));
    if (last && seen !== 'no') return told('changed', last, attempts, remaining(command, last.facts));
    return { result: 'unconfirmed', attempts, ...seenNow('rest') };
  }

  /** 528: the charger may be so already, the command may have acted all the same, or it is a refusal. */
  async #refused(errand: Errand, before: WishFacts | undefined, error: ZaptecError): Promise<Fulfilled> {
    const { command } = errand;
    const { attempts } = error.cause;
    if (command === 'deauthorize') {
      // It is told to be refused and works (HA#346).
      const { seen, last } = await this.#watch(errand, LOOKS_MS, (now) => fulfilment(command, before, now));
      if (last && seen === 'yes') return told('changed', last, attempts);
      throw error;
    }
    const explained = (now: WishFacts): Fulfilment => (verdictOf(command, now).do === 'nothing' ? 'yes' : 'no');
    const { last } = await this.#watch(errand, LOOKS_AFTER_REFUSAL_MS, explained);
    const verdict = last && verdictOf(command, last.facts);
    if (!last || verdict?.do !== 'nothing') throw error;
    // Sent again because an answer was lost: the first one has acted.
    return told(attempts > 1 ? 'changed' : 'unchanged', last, attempts, verdict.reason);
  }

  /** Looks at the charger until it shows what is looked for: whenever it tells something, and at the given times. */
  async #watch(
    errand: Errand,
    looks: readonly number[],
    judge: (now: WishFacts) => Fulfilment,
  ): Promise<{ seen: Fulfilment; last: Look | undefined }> {
    const startedAt = Date.now();
    errand.options.onWait?.();
    let last = this.#store(errand, 'push');
    for (const afterMs of looks) {
      while (Date.now() < startedAt + afterMs) {
        if (last && judge(last.facts) === 'yes') return { seen: 'yes', last };
        await errand.watch.next(startedAt + afterMs, errand.options.signal);
        last = this.#store(errand, 'push') ?? last;
      }
      if (!this.#isWorthReading(errand, afterMs)) continue;
      last = (await this.#readAgain(errand)) ?? last;
      if (last && judge(last.facts) === 'yes') return { seen: 'yes', last };
    }
    return { seen: last ? judge(last.facts) : 'no', last };
  }

  /** Not while a feed will tell, nor while the cloud would only repeat what it said before the command. */
  #isWorthReading({ chargerId, readAt }: Errand, afterMs: number): boolean {
    if (afterMs === 0) return true;
    if (afterMs < PUSH_PATIENCE_MS && this.#live.observations(chargerId)) return false;
    return Date.now() - readAt >= CLOUD_CACHE_MS;
  }

  async #readAgain(errand: Errand): Promise<Look | undefined> {
    try {
      const read = await this.#read(errand, { lane: errand.options.lane ?? 'message', refresh: true });
      // The store has this answer too, and perhaps something newer.
      return this.#store(errand, 'push') ?? read;
    } catch (error) {
      if (isZaptecError(error) && error.code !== 'ABORTED') return undefined;
      throw error;
    }
  }

  async #read(errand: Errand, options: CallOptions): Promise<Look> {
    const { chargerId } = errand;
    const { data, meta } = await this.#door.state(chargerId, { ...options, signal: errand.options.signal });
    const { source, time, ageMs } = meta;
    errand.readAt = Date.now() - ageMs;
    return { facts: wishFacts(chargerId, data), source, time, ageMs };
  }

  #store({ chargerId }: Errand, source: 'store' | 'push'): Look | undefined {
    const raw = this.#live.observations(chargerId);
    return raw && { facts: wishFacts(chargerId, raw), ageMs: 0, ...seenNow(source) };
  }
}

/** The cloud fails to tell, which says nothing of what it would do. */
function isOutage({ cause: { retryable, status = 0 } }: ZaptecError): boolean {
  return retryable || status >= 500;
}

const seenNow = <S extends Fulfilled['source']>(source: S) => ({ source, time: new Date().toISOString() });

function told(result: WishResult, look: Look, attempts: number, reason?: WishReason): Fulfilled {
  const { source, time } = look;
  return { result, ...(reason === undefined ? {} : { reason }), attempts, source, time };
}

function offline(command: CommandName): ZaptecError {
  return zaptecError('OFFLINE', `${command} was not sent: the charger is offline`);
}

import { randomUUID } from 'node:crypto';
import { clock } from '../time/clock';
import { answerOf } from './answer';
import { claimKeys } from './feed-keys';
import type { ClaimAnswer, ClaimQuestion } from './claim-script';
import { atExit, shareRedis, type RedisShare } from './process-redis';

const CLAIM_SHAPE = { began: 'string', results: 'object' } as const;
/** A machine that has claimed a session reports it at once; one that was killed keeps the claim so long, in ms. */
const LEASE_MS = 10_000;
/** A claim that was granted so long ago is no longer relied upon, in ms. */
const SURE_MS = LEASE_MS / 2;
const RETRY_MS = 1_000;
/** Whether Redis still knows what this machine has reported is asked so often, in ms. */
const LOOK_MS = 1_500;
/** Where Redis is away for so long, in ms, a session is reported all the same. */
const ALONE_MS = 3_000;
const MOST_AT_ONCE = 200;
const MOST_KEPT = 5_000;

/**
 * Which finished sessions of an account this machine is to report, where each is reported once by all machines together:
 * by the first that asks. A machine that is killed between its report and the note of it lets another one report the
 * session again, and so does a Redis that is away. One that was emptied gets the notes again from the machines.
 */
export class SessionClaims {
  readonly #redisUrl: string;
  readonly #accountId: string;
  readonly #machine = randomUUID();
  readonly #onDecided: () => void;
  readonly #decided = new Map<string, boolean>();
  readonly #waiting = new Set<string>();
  /** To be noted. */
  readonly #reported = new Set<string>();
  /** Reported by this machine, the oldest first. */
  readonly #own = new Set<string>();
  #began: string | undefined;
  /** Since when Redis does not answer, ms of `clock.steady()`. */
  #failingSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  /** Redis is back: it may have been emptied. */
  #mustLook = false;
  readonly #onReady = () => {
    this.#mustLook = true;
    this.#askWithin(0);
  };
  #share: RedisShare | undefined;
  #forgetFarewell: (() => void) | undefined;
  #closed = false;

  /** @param onDecided called when `isOurs` has an answer that it did not have. */
  constructor(redisUrl: string, accountId: string, onDecided: () => void) {
    this.#redisUrl = redisUrl;
    this.#accountId = accountId;
    this.#onDecided = onDecided;
  }

  /** Whether this machine reports the session; undefined until that is known. */
  isOurs(session: string): boolean | undefined {
    const decided = this.#decided.get(session);
    if (decided !== undefined || this.#closed) return decided;
    this.#waiting.add(session);
    this.#askWithin(0);
    return undefined;
  }

  /** This machine has reported the session. */
  reported(session: string): void {
    this.#reported.add(session);
    this.#own.add(session);
    dropOldest(this.#own);
    this.#askWithin(0);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#forgetFarewell?.();
    this.#noteReported();
    this.#share?.redis.off('ready', this.#onReady);
    this.#share?.leave();
  }

  #noteReported(): void {
    const reported = [...this.#reported];
    if (reported.length > 0) void this.#send({ reported }).catch(() => undefined);
  }

  #send(question: Pick<ClaimQuestion, 'wanted' | 'reported'>): Promise<string> {
    const whole: ClaimQuestion = { machine: this.#machine, lease: LEASE_MS, ...question };
    this.#share ??= this.#open();
    this.#forgetFarewell ??= atExit(() => this.#noteReported());
    const { redis, prefix } = this.#share;
    return redis.zaptecClaim(...claimKeys(prefix, this.#accountId), JSON.stringify(whole));
  }

  #open(): RedisShare {
    const share = shareRedis(this.#redisUrl);
    share.redis.on('ready', this.#onReady);
    return share;
  }

  #askWithin(ms: number): void {
    if (this.#closed || this.#asking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
    this.#timer.unref();
  }

  async #ask(): Promise<void> {
    const wanted = [...this.#waiting].slice(0, MOST_AT_ONCE);
    const reported = [...this.#reported].slice(0, MOST_AT_ONCE);
    if (wanted.length + reported.length === 0 && !this.#mustLook) return;
    // Later questions go after those of now, so that one that is taken does not hold up the others.
    for (const session of wanted) this.#waiting.delete(session);
    for (const session of wanted) this.#waiting.add(session);
    const askedAt = clock.now();
    this.#asking = true;
    try {
      const answer = answerOf<ClaimAnswer>(await this.#send({ wanted, reported }), CLAIM_SHAPE);
      this.#failingSince = undefined;
      for (const session of reported) this.#reported.delete(session);
      this.#noteAgain(answer.began);
      // A machine that was frozen meanwhile asks again: its claim may have ended.
      if (clock.now() - askedAt < SURE_MS) this.#take(answer.results);
    } catch {
      this.#onFailure();
    }
    this.#asking = false;
    const isPending = this.#waiting.size + this.#reported.size > 0;
    const hasMore = this.#waiting.size > wanted.length || this.#reported.size > 0;
    this.#mustLook = !isPending && this.#own.size > 0;
    if (isPending) this.#askWithin(hasMore && this.#failingSince === undefined ? 0 : RETRY_MS);
    else if (this.#mustLook) this.#askWithin(LOOK_MS);
  }

  /** Redis that was emptied has lost what was reported. */
  #noteAgain(began: string): void {
    const isEmptied = this.#began !== undefined && this.#began !== began;
    this.#began = began;
    if (isEmptied) for (const session of this.#own) this.#reported.add(session);
  }

  #take(results: ClaimAnswer['results']): void {
    for (const [session, result] of Object.entries(results))
      if (result !== 'taken') this.#decide(session, result === 'mine');
    this.#onDecided();
  }

  #onFailure(): void {
    this.#failingSince ??= clock.steady();
    if (clock.steady() - this.#failingSince < ALONE_MS) return;
    for (const session of this.#waiting) this.#decide(session, true);
    this.#onDecided();
  }

  #decide(session: string, isOurs: boolean): void {
    this.#waiting.delete(session);
    this.#decided.set(session, isOurs);
    dropOldest(this.#decided);
  }
}

function dropOldest(kept: Set<string> | Map<string, boolean>): void {
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size > MOST_KEPT) kept.delete(oldest);
}

import { randomUUID } from 'node:crypto';
import { clock } from '../time/clock';
import { claimKeys } from './feed-keys';
import type { ClaimAnswer, ClaimQuestion } from './claim-script';
import { atExit, shareRedis, type RedisShare } from './process-redis';

/** A machine that has claimed a session reports it at once; one that was killed keeps the claim so long, in ms. */
const LEASE_MS = 10_000;
/** A claim that was granted so long ago is no longer relied upon, in ms. */
const SURE_MS = LEASE_MS / 2;
const RETRY_MS = 1_000;
/** Where Redis is away for so long, in ms, a session is reported all the same. */
const ALONE_MS = 3_000;
const MOST_AT_ONCE = 200;
const MOST_KEPT = 5_000;

/**
 * Which finished sessions of an account this machine is to report, where each is reported once by all machines together:
 * by the first that asks. A machine that is killed between its report and the note of it lets another one report the
 * session again, and so does a Redis that is away.
 */
export class SessionClaims {
  readonly #redisUrl: string;
  readonly #accountId: string;
  readonly #machine = randomUUID();
  readonly #onDecided: () => void;
  readonly #decided = new Map<string, boolean>();
  readonly #waiting = new Set<string>();
  readonly #reported = new Set<string>();
  /** Since when Redis does not answer, ms of `clock.steady()`. */
  #failingSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
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
    this.#askWithin(0);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#forgetFarewell?.();
    this.#noteReported();
    this.#share?.leave();
  }

  #noteReported(): void {
    const reported = [...this.#reported];
    if (reported.length > 0) void this.#send({ reported }).catch(() => undefined);
  }

  #send(question: Pick<ClaimQuestion, 'wanted' | 'reported'>): Promise<string> {
    const whole: ClaimQuestion = { machine: this.#machine, lease: LEASE_MS, ...question };
    this.#share ??= shareRedis(this.#redisUrl);
    this.#forgetFarewell ??= atExit(() => this.#noteReported());
    const { redis, prefix } = this.#share;
    return redis.zaptecClaim(...claimKeys(prefix, this.#accountId), JSON.stringify(whole));
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
    if (wanted.length + reported.length === 0) return;
    // Later questions go after those of now, so that one that is taken does not hold up the others.
    for (const session of wanted) this.#waiting.delete(session);
    for (const session of wanted) this.#waiting.add(session);
    const askedAt = clock.now();
    this.#asking = true;
    try {
      const answer = JSON.parse(await this.#send({ wanted, reported })) as ClaimAnswer;
      this.#failingSince = undefined;
      for (const session of reported) this.#reported.delete(session);
      // A machine that was frozen meanwhile asks again: its claim may have ended.
      if (clock.now() - askedAt < SURE_MS) this.#take(answer);
    } catch {
      this.#onFailure();
    }
    this.#asking = false;
    const hasMore = this.#waiting.size > wanted.length || this.#reported.size > 0;
    if (this.#waiting.size + this.#reported.size > 0)
      this.#askWithin(hasMore && this.#failingSince === undefined ? 0 : RETRY_MS);
  }

  #take(answer: ClaimAnswer): void {
    for (const [session, result] of Object.entries(answer))
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
    const [oldest] = this.#decided.keys();
    if (oldest !== undefined && this.#decided.size > MOST_KEPT) this.#decided.delete(oldest);
  }
}

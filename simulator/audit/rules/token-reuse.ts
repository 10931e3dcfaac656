import { HOUR, MINUTE, SECOND } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { RuleObserver, RuleContext, AuditedRequest } from '../rule';
import { SlidingWindow } from '../sliding-window';
import { Findings } from '../findings';
import { many } from '../wording';

const LIFETIME_S = 86_399;
/** The part of a token's lifetime after which it may be renewed. */
const RENEWAL_PART = 0.9;
/** Logins with a token that is still valid, because a program may restart. */
const NEEDLESS_PER_HOUR = 2;
const FAILURES_APART_MS = 10 * MINUTE;
/** One login a second (docs/zaptec-api.md, "Identity provider"). */
const APART_MS = SECOND;

/** "Ensure you handle tokens securely and refresh them as needed according to the token's expiry time." */
export class TokenReuse implements RuleObserver {
  readonly #findings = new Findings();
  readonly #needless = new SlidingWindow<RequestRecord>(NEEDLESS_PER_HOUR, HOUR);
  readonly #context: RuleContext;
  #logins = 0;
  #last: RequestRecord | undefined;
  #failure: RequestRecord | undefined;
  /**
   * Valid until `renewAt`, unless a token was refused since; `refused` is the number of refused tokens at the login.
   */
  #token: { renewAt: number; refused: number } | undefined;
  readonly #broken = { early: 0, failed: 0, hasty: 0 };

  constructor(context: RuleContext) {
    this.#context = context;
  }

  onArrival({ record, call }: AuditedRequest): void {
    if (call.endpoint !== 'token') return;
    this.#logins += 1;
    if (this.#last && record.at - this.#last.at < APART_MS) this.#report('hasty', this.#last, record);
    this.#last = record;
  }

  onAnswer({ record, call }: AuditedRequest): void {
    if (call.endpoint !== 'token') return;
    if (record.status === 200 && !record.corrupted) this.#succeeded(record);
    if (record.status === 400) this.#failed(record);
  }

  verdict() {
    const { early, failed, hasty } = this.#broken;
    return this.#findings.verdict(
      () => `${many(this.#logins, 'login')}, none of which was needless.`,
      () =>
        `Of ${many(this.#logins, 'login')} ${early} went beyond the ${NEEDLESS_PER_HOUR} an hour that may come while a token is still good, ${failed} repeated one that had failed within 10 min, and ${hasty} came less than 1 s after the one before.`,
    );
  }

  #succeeded(record: RequestRecord): void {
    const refused = this.#context.refusedTokens(record.userAgent);
    if (this.#token && record.at < this.#token.renewAt && refused === this.#token.refused) {
      const tooMany = this.#needless.add(record);
      if (tooMany) this.#report('early', ...tooMany);
    }
    const lifetimeS = record.tokenLifetimeS ?? LIFETIME_S;
    this.#token = { renewAt: record.at + lifetimeS * SECOND * RENEWAL_PART, refused };
    this.#failure = undefined;
  }

  /** Repeated tries with a wrong password get an account locked. */
  #failed(record: RequestRecord): void {
    const before = this.#failure;
    if (before && record.at - before.at <= FAILURES_APART_MS) this.#report('failed', before, record);
    this.#failure = record;
  }

  #report(how: 'early' | 'failed' | 'hasty', ...records: readonly RequestRecord[]): void {
    this.#broken[how] += 1;
    this.#findings.add(...records);
  }
}

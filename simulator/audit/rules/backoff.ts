import { MINUTE, SECOND } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { RuleObserver, RuleContext, AuditedRequest } from '../rule';
import { Findings } from '../findings';
import { ExpiringMap } from '../expiring-map';
import { many } from '../wording';

/** `Retry-After: 1`, less a margin for the network. */
const PAUSE_MS = 950;
/** ms after a refusal in which requests may arrive that the client sent before it received the refusal. */
const IN_FLIGHT_MS = 150;
const REFUSALS = 3;
/** ms; longer gaps need not grow. */
const LONG_GAP_MS = 14 * SECOND;

/** One call that is refused repeatedly. */
interface RefusedCall {
  refusals: number;
  /** The newest tries, at most three. */
  readonly tries: RequestRecord[];
}

/** "For handling rate-limited responses … implement retry logic with exponential backoff." */
export class Backoff implements RuleObserver {
  readonly #findings = new Findings();
  readonly #calls = new ExpiringMap<RefusedCall>(10 * MINUTE, 10_000);
  readonly #context: RuleContext;
  #refusal: RequestRecord | undefined;
  #graceUntil = -Infinity;
  #pauseUntil = -Infinity;
  #refusals = 0;
  readonly #broken = { pause: 0, gaps: 0 };

  constructor(context: RuleContext) {
    this.#context = context;
  }

  onArrival({ record, call }: AuditedRequest): void {
    // The login has a limit of its own.
    if (call.endpoint === 'token') return;
    // Sent before the client received the refusal: neither too early nor a retry.
    if (record.at <= this.#graceUntil) return;
    if (this.#refusal && record.at < this.#pauseUntil) this.#report('pause', this.#refusal, record);
    const refused = this.#calls.get(call.key, record.at);
    if (!refused) return;
    // A try without an answer says nothing about the limit: the gaps begin anew.
    if (refused.tries.at(-1)?.status === 0) refused.tries.length = 0;
    refused.tries.push(record);
    if (refused.tries.length > REFUSALS) refused.tries.shift();
  }

  onAnswer({ record, call }: AuditedRequest): void {
    if (call.endpoint === 'token') return;
    if (record.status !== 429) this.#calls.delete(call.key);
    else {
      this.#onRefusal(record);
      this.#onRepeat(record, call.key);
    }
  }

  verdict() {
    const { pause, gaps } = this.#broken;
    return this.#findings.verdict(
      () => `${many(this.#refusals, 'request was', 'requests were')} refused (429), and the client waited each time.`,
      () =>
        `After ${many(this.#refusals, 'refusal')} (429) ${many(pause, 'request')} came within the second to wait, and ${many(gaps, 'time')} the same call was refused ${REFUSALS} times or more without growing gaps.`,
    );
  }

  #onRefusal(record: RequestRecord): void {
    const now = this.#context.now();
    this.#refusals += 1;
    // Further refusals extend the pause, but only the first allows for requests in flight.
    if (now >= this.#pauseUntil) this.#graceUntil = now + IN_FLIGHT_MS;
    this.#pauseUntil = now + PAUSE_MS;
    this.#refusal = record;
  }

  #onRepeat(record: RequestRecord, key: string): void {
    const refused = this.#calls.getOrAdd(key, record.at, () => ({ refusals: 0, tries: [record] }));
    if (refused.tries.at(-1) !== record) return;
    refused.refusals += 1;
    const [first, second, third] = refused.tries;
    if (refused.refusals < REFUSALS || !first || !second || !third) return;
    const [gapBefore, gap] = [second.at - first.at, third.at - second.at];
    // After such a long gap the client started the call anew.
    if (gapBefore < LONG_GAP_MS && gap <= gapBefore) this.#report('gaps', first, second, third);
  }

  #report(how: 'pause' | 'gaps', ...records: readonly RequestRecord[]): void {
    this.#broken[how] += 1;
    this.#findings.add(...records);
  }
}

import { MINUTE } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { RuleObserver, AuditedRequest } from '../rule';
import { hasFailed } from '../repeat-tracker';
import { SlidingWindow } from '../sliding-window';
import { Findings } from '../findings';
import { ExpiringMap } from '../expiring-map';
import { many } from '../wording';

/** Once is enough; a person who sees no effect may repeat it. */
const MAX_PER_MINUTE = 3;

interface Writes {
  readonly window: SlidingWindow<RequestRecord>;
  last: RequestRecord | undefined;
}

/** A command or a priority that is in force already gains nothing by being sent again. */
export class RepeatedWrites implements RuleObserver {
  readonly #findings = new Findings();
  readonly #writes = new ExpiringMap<Writes>(MINUTE, 10_000);
  #count = 0;

  onArrival({ record, call }: AuditedRequest): void {
    if (call.endpoint !== 'charger-command' && call.endpoint !== 'session-priority') return;
    this.#count += 1;
    const writes = this.#writes.getOrAdd(call.key, record.at, () => ({
      window: new SlidingWindow<RequestRecord>(MAX_PER_MINUTE, MINUTE),
      last: undefined,
    }));
    const isRetry = writes.last !== undefined && hasFailed(writes.last);
    writes.last = record;
    if (isRetry) return;
    const tooMany = writes.window.add(record);
    if (tooMany) this.#findings.add(...tooMany);
  }

  verdict() {
    return this.#findings.verdict(
      () => `${many(this.#count, 'command')} and priorities, none of which was repeated without need.`,
      () =>
        `The same command or priority was sent more than ${MAX_PER_MINUTE} times within a minute, ${many(this.#findings.count, 'time')} too often.`,
    );
  }
}

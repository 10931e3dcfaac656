import { HOUR, MINUTE } from '../../durations';
import type { RequestRecord } from '../../request-record';
import type { RuleObserver, RuleContext, AuditedRequest } from '../rule';
import { RepeatTracker } from '../repeat-tracker';
import { SlidingWindow } from '../sliding-window';
import { currentsIn, type Currents } from '../currents';
import { Findings } from '../findings';
import { ExpiringMap } from '../expiring-map';
import { duration, JITTER_MS, many } from '../wording';

const INTERVAL_MS = 15 * MINUTE;
/** Early lowerings in an hour: lowering protects a fuse, but does not need several writes in 15 minutes. */
const MAX_EARLY_LOWERINGS = 6;
const EPSILON_A = 0.001;

interface InstallationWrites {
  readonly repeats: RepeatTracker;
  readonly lowerings: SlidingWindow<RequestRecord>;
  /** The newest write that may have taken effect; `known` are the currents after it. */
  effective?: RequestRecord;
  known: Currents;
  /** The newest write; its outcome is not known yet. */
  last?: { record: RequestRecord; wanted: Currents; body: string };
}

/** "Zaptec recommends updating installation current settings no more than once every 15 minutes." */
export class CurrentInterval implements RuleObserver {
  readonly #findings = new Findings();
  readonly #installations = new ExpiringMap<InstallationWrites>(HOUR, 10_000);
  readonly #context: RuleContext;
  #writes = 0;
  #soonest = Infinity;

  constructor(context: RuleContext) {
    this.#context = context;
  }

  onArrival({ record, call: { endpoint, id } }: AuditedRequest): void {
    if (endpoint !== 'installation-update') return;
    const wanted = currentsIn(record.body);
    if (!wanted) return;
    this.#writes += 1;
    const written = this.#installations.getOrAdd(id, record.at, newWrites);
    conclude(written);
    const body = JSON.stringify(record.body);
    const sameAgain = written.last?.body === body;
    written.last = { record, wanted, body };
    // The same write repeated after a failure counts as one.
    if (written.repeats.isRetry(record) && sameAgain) return;
    this.#check(written, record, wanted, this.#context.currentOf(id) ?? written.known);
  }

  verdict() {
    return this.#findings.verdict(
      () =>
        this.#soonest === Infinity
          ? `${many(this.#writes, 'write')} to installations, and no current was raised soon after another write.`
          : `${many(this.#writes, 'write')} to installations; a current was raised ${duration(this.#soonest)} after the previous write or later, where Zaptec asks for ${duration(INTERVAL_MS)}.`,
      () =>
        `Of ${many(this.#writes, 'write')} to installations ${this.#findings.count} came too early: a raise less than ${duration(INTERVAL_MS)} after the previous write${this.#soonest < INTERVAL_MS ? ` (as soon as ${duration(this.#soonest)})` : ''}, or more than ${MAX_EARLY_LOWERINGS} early lowerings in an hour.`,
    );
  }

  #check(written: InstallationWrites, record: RequestRecord, wanted: Currents, before: Currents): void {
    const { effective } = written;
    if (!effective) return;
    const gap = record.at - effective.at;
    const changes = wanted.map((value, phase) => (value ?? NaN) - (before[phase] ?? NaN));
    const raises = changes.some((change) => change > EPSILON_A);
    if (raises) this.#soonest = Math.min(this.#soonest, gap);
    if (gap >= INTERVAL_MS - JITTER_MS) return;
    if (raises) this.#findings.add(effective, record);
    else if (changes.some((change) => change < -EPSILON_A)) {
      const tooMany = written.lowerings.add(record);
      if (tooMany) this.#findings.add(...tooMany);
    }
  }
}

/** The last write becomes the effective one, unless it was refused. */
function conclude(written: InstallationWrites): void {
  const { last } = written;
  if (!last || (last.record.status >= 400 && last.record.status < 500)) return;
  written.effective = last.record;
  written.known = [0, 1, 2].map((phase) => last.wanted[phase] ?? written.known[phase]);
}

const newWrites = (): InstallationWrites => ({
  repeats: new RepeatTracker(),
  lowerings: new SlidingWindow(MAX_EARLY_LOWERINGS, HOUR - JITTER_MS),
  known: [],
});

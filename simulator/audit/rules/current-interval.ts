import type { RequestRecord } from '../../request-record';
import type { Observer, RuleContext, Seen } from '../rule';
import { Asks } from '../repeat-tracker';
import { Burst } from '../sliding-window';
import { currentsIn, type Currents } from '../currents';
import { Findings } from '../findings';
import { Recent } from '../expiring-map';
import { duration, HOUR, JITTER_MS, many, MINUTE } from '../wording';

const INTERVAL_MS = 15 * MINUTE;
/** Lowering is a matter of safety, but not several times every quarter of an hour. */
const EARLY_LOWERINGS = 6;
const EPSILON_A = 0.001;

interface Written {
  readonly asks: Asks;
  readonly lowerings: Burst<RequestRecord>;
  /** The newest that may have had an effect, and the currents after it. */
  acted?: RequestRecord;
  known: Currents;
  /** The newest of all, whose fate is not known yet. */
  last?: { record: RequestRecord; wanted: Currents; body: string };
}

/** "Zaptec recommends updating installation current settings no more than once every 15 minutes." */
export class CurrentInterval implements Observer {
  readonly #findings = new Findings();
  readonly #installations = new Recent<Written>(HOUR, 10_000);
  readonly #context: RuleContext;
  #writes = 0;
  #soonest = Infinity;

  constructor(context: RuleContext) {
    this.#context = context;
  }

  onArrival({ record, call: { endpoint, id } }: Seen): void {
    if (endpoint !== 'installation-update') return;
    const wanted = currentsIn(record.body);
    if (!wanted) return;
    this.#writes += 1;
    const written = this.#installations.touch(id, record.at, newWritten);
    settle(written);
    const body = JSON.stringify(record.body);
    const sameAgain = written.last?.body === body;
    written.last = { record, wanted, body };
    // The same once more after a failure is one write and not two.
    if (written.asks.isRetry(record) && sameAgain) return;
    this.#judge(written, record, wanted, this.#context.currentOf(id) ?? written.known);
  }

  verdict() {
    return this.#findings.verdict(
      () =>
        this.#soonest === Infinity
          ? `${many(this.#writes, 'write')} to installations, and no current was raised soon after another write.`
          : `${many(this.#writes, 'write')} to installations; a current was raised ${duration(this.#soonest)} after the write before or later, where ${duration(INTERVAL_MS)} are asked for.`,
      () =>
        `Of ${many(this.#writes, 'write')} to installations ${this.#findings.count} came too early: a raise less than ${duration(INTERVAL_MS)} after the write before${this.#soonest < INTERVAL_MS ? ` (as soon as ${duration(this.#soonest)})` : ''}, or more than ${EARLY_LOWERINGS} early lowerings in an hour.`,
    );
  }

  #judge(written: Written, record: RequestRecord, wanted: Currents, before: Currents): void {
    const { acted } = written;
    if (!acted) return;
    const gap = record.at - acted.at;
    const changes = wanted.map((value, phase) => (value ?? NaN) - (before[phase] ?? NaN));
    const raises = changes.some((change) => change > EPSILON_A);
    if (raises) this.#soonest = Math.min(this.#soonest, gap);
    if (gap >= INTERVAL_MS - JITTER_MS) return;
    if (raises) this.#findings.add(acted, record);
    else if (changes.some((change) => change < -EPSILON_A)) {
      const tooMany = written.lowerings.add(record);
      if (tooMany) this.#findings.add(...tooMany);
    }
  }
}

/** The last write becomes an earlier one, unless it was refused: what never happened disturbs nobody. */
function settle(written: Written): void {
  const { last } = written;
  if (!last || (last.record.status >= 400 && last.record.status < 500)) return;
  written.acted = last.record;
  written.known = [0, 1, 2].map((phase) => last.wanted[phase] ?? written.known[phase]);
}

const newWritten = (): Written => ({ asks: new Asks(), lowerings: new Burst(EARLY_LOWERINGS, HOUR), known: [] });

import { clock } from '../time/clock';
import type { Attempt } from './attempt';
import type { Lane } from './lanes';

const MINUTE_MS = 60_000;
/** The rate of requests is that of the last so many minutes. */
const KEPT_MINUTES = 15;
const MOST_FAILURES = 20;
/** There are a few users of an account for each node; labels beyond that count as one. */
const MOST_LABELS = 1_000;

/** One try of a request, without its headers and bodies. */
export interface RequestRecord {
  /** The id of the node that caused it, or `feed`, `current`, `login`, `editor` or `other`. */
  by: string;
  lane: Lane | 'login';
  method: string;
  /** Below the base URL, with its query, which may be private. */
  path: string;
  /** The path as a template. */
  label: string;
  /** Undefined where no answer came. */
  status: number | undefined;
  /** Zaptec's code in the body of an error. */
  zaptecCode?: number | undefined;
  kind: Attempt['kind'];
  /** From sending to the answer, in ms. */
  ms: number;
  /** 1 for the first try. */
  attempt: number;
}

/** A request that did not succeed. */
export interface FailedRequest extends Pick<RequestRecord, 'by' | 'method' | 'label'> {
  /** `429`, `ZAPTEC_528`, `timeout` … */
  outcome: string;
  /** By `clock.steady()`. */
  at: number;
}

/** How many requests an account has sent of late, and for whom. */
export interface Usage {
  /** Over so many minutes, 1 to 15. */
  minutes: number;
  requests: number;
  /** The heaviest first. */
  callers: { by: string; requests: number }[];
}

/** Counts the requests of an account by who caused them, and keeps the last ones that failed. */
export class RequestJournal {
  readonly #startedAt = clock.steady();
  /** By minute of `clock.steady()`. */
  readonly #minutes = new Map<number, Map<string, number>>();
  readonly #failures: FailedRequest[] = [];
  readonly #listeners = new Set<(record: RequestRecord) => void>();

  add(record: RequestRecord): void {
    const { by, method, label, status } = record;
    this.#count(by);
    if (status === undefined || status >= 300) {
      this.#failures.push({ by, method, label, outcome: outcomeOf(record), at: clock.steady() });
      this.#failures.splice(0, this.#failures.length - MOST_FAILURES);
    }
    for (const listener of this.#listeners) {
      try {
        listener(record);
      } catch {
        // Whoever looks on must not stop a request.
      }
    }
  }

  /** The latest last. */
  get failures(): readonly FailedRequest[] {
    return this.#failures;
  }

  get usage(): Usage {
    this.#forget();
    const callers = new Map<string, number>();
    for (const counts of this.#minutes.values()) {
      for (const [by, requests] of counts) callers.set(by, (callers.get(by) ?? 0) + requests);
    }
    const sorted = [...callers].map(([by, requests]) => ({ by, requests }));
    sorted.sort((one, other) => other.requests - one.requests || one.by.localeCompare(other.by));
    const ageMinutes = Math.ceil((clock.steady() - this.#startedAt) / MINUTE_MS);
    return {
      minutes: Math.min(Math.max(1, ageMinutes), KEPT_MINUTES),
      requests: sorted.reduce((sum, { requests }) => sum + requests, 0),
      callers: sorted,
    };
  }

  /** @returns a function that ends it. */
  listen(listener: (record: RequestRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #count(by: string): void {
    this.#forget();
    const minute = minuteNow();
    const counts = this.#minutes.get(minute) ?? new Map<string, number>();
    this.#minutes.set(minute, counts);
    const label = counts.has(by) || counts.size < MOST_LABELS ? by : 'other';
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }

  #forget(): void {
    const oldest = minuteNow() - KEPT_MINUTES;
    for (const minute of this.#minutes.keys()) if (minute <= oldest) this.#minutes.delete(minute);
  }
}

/** What became of a try, in one word. */
export function outcomeOf({ status, zaptecCode, kind }: Pick<RequestRecord, 'status' | 'zaptecCode' | 'kind'>): string {
  if (zaptecCode !== undefined) return `ZAPTEC_${zaptecCode}`;
  return status === undefined ? kind : String(status);
}

function minuteNow(): number {
  return Math.floor(clock.steady() / MINUTE_MS);
}

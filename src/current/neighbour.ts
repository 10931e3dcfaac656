import { randomUUID } from 'node:crypto';
import { ANNOUNCED_MS } from '../cluster/shared-current';
import { clock } from '../time/clock';
import type { WriteGrant } from './current-share';
import type { OtherLimit, SharedNews, WriteRecord } from './governor/events';

/** By cloud and current. */
const groups = new Map<string, Set<Neighbour>>();

/**
 * A governor among those of the same current in other accounts of the process. Zaptec counts the writes of an
 * installation, whoever sends them (docs/zaptec-api.md, "Installation settings"): so they keep each other's limits, and the
 * write of one counts for all. Alone, it does nothing.
 */
export class Neighbour {
  readonly #key: string;
  readonly #accountId: string;
  readonly #group: Set<Neighbour>;
  #limits: readonly OtherLimit[] = [];
  #limitsText = '[]';
  #record: WriteRecord | undefined;
  /** Since when a write of its own is on the way, ms of `clock.steady()`. */
  #writingSince: number | undefined;
  /** When the last write of the others was sent that its governor knows of. */
  #knownAt = -Infinity;
  #isDue = false;
  #onNews: (news: SharedNews) => void = () => undefined;

  /** @param key of the current, the same in each account. */
  constructor(key: string, accountId: string) {
    this.#key = key;
    this.#accountId = accountId;
    this.#group = groups.get(key) ?? new Set();
    groups.set(key, this.#group.add(this));
  }

  /** From now on the listener gets what the others have and change, never before this call has returned. */
  listen(onNews: (news: SharedNews) => void): void {
    this.#onNews = onNews;
    this.#schedule();
  }

  publish(limits: readonly OtherLimit[]): void {
    const text = JSON.stringify(limits);
    if (text === this.#limitsText) return;
    this.#limitsText = text;
    this.#limits = limits;
    this.#notify();
  }

  /** @param record of the last write, whoever sent it. */
  know(record: WriteRecord | undefined): void {
    this.#record = record;
    this.#notify();
  }

  /** Whether a write may leave; undefined where there is nobody to ask. */
  grant(): WriteGrant | undefined {
    if (this.#others.length === 0) return undefined;
    const until = this.#busyUntil;
    if (until > clock.steady()) return { kind: 'blocked', until };
    // What the others have sent while this one waited for its turn was not taken into account.
    return { kind: 'granted', id: randomUUID(), isValid: () => (this.#newest?.sentAt ?? -Infinity) <= this.#knownAt };
  }

  /** Its own write leaves. */
  begin(): void {
    this.#writingSince = clock.steady();
    this.#notify();
  }

  /** Its own write has ended, in whatever way. */
  end(): void {
    if (this.#writingSince === undefined) return;
    this.#writingSince = undefined;
    this.#notify();
  }

  close(): void {
    this.#onNews = () => undefined;
    this.#group.delete(this);
    if (this.#group.size === 0) groups.delete(this.#key);
    this.#notify();
  }

  get #others(): Neighbour[] {
    return [...this.#group].filter((other) => other.#accountId !== this.#accountId);
  }

  get #newest(): WriteRecord | undefined {
    let newest: WriteRecord | undefined;
    for (const record of this.#others.map((other) => other.#record)) {
      if (record && (!newest || isNewer(record, newest))) newest = record;
    }
    return newest;
  }

  get #busyUntil(): number {
    return Math.max(...this.#others.map((other) => (other.#writingSince ?? -Infinity) + ANNOUNCED_MS));
  }

  #notify(): void {
    for (const other of this.#others) other.#schedule();
  }

  /** Not at once: the governor that has news is in the middle of its work. */
  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void Promise.resolve().then(() => {
      this.#isDue = false;
      const record = this.#newest;
      this.#knownAt = record?.sentAt ?? -Infinity;
      const limits = this.#others.flatMap((other) => other.#limits);
      this.#onNews({ limits, record, busyUntil: this.#busyUntil });
    });
  }
}

function isNewer(one: WriteRecord, other: WriteRecord): boolean {
  return one.sentAt === other.sentAt ? one.doneAt > other.doneAt : one.sentAt > other.sentAt;
}

import type { Api } from '../api';
import type { Store } from '../state/store';
import { Backoff } from '../time/backoff';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';

const DAY_MS = 24 * 3_600_000;
/** Messages about unlisted chargers make the list be read again, at most every so many ms. */
const UNLISTED_MS = 600_000;
const MOST_UNLISTED = 1_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;

/** Which chargers belong to an installation; read at the start, daily, and when a message names a new one. */
export class ChargerList {
  ids: ReadonlySet<string> = new Set();
  readonly #installationId: string;
  readonly #store: Store;
  readonly #api: () => Api;
  readonly #onChange: () => void;
  readonly #stopping = new AbortController();
  readonly #retries = new Backoff(FIRST_RETRY_MS, LONGEST_RETRY_MS);
  /** By charger, when a message first named it, ms of `clock.now()`. */
  readonly #unlisted = new Map<string, number>();
  #again = new AbortController();
  /** ms of `clock.steady()` */
  #readAt = -Infinity;
  /** How old the list is that was read last, ms of `clock.now()`: it may have come from the cache. */
  #listedAt = -Infinity;
  #wasTried = false;

  constructor(installationId: string, store: Store, api: () => Api, onChange: () => void) {
    this.#installationId = installationId;
    this.#store = store;
    this.#api = api;
    this.#onChange = onChange;
  }

  start(): void {
    // The chargers that a memory knows are there at once.
    const isOurs = (id: string) => this.#store.charger(id)?.installationId === this.#installationId;
    this.#take([...this.#store.ids].filter(isOurs));
    void this.#run();
  }

  /** The list was read, or could not be. */
  get wasTried(): boolean {
    return this.#wasTried;
  }

  /** Each unlisted charger makes the list be read once after it was first named, though not at once after a read. */
  unlisted(chargerId: string): void {
    if (this.#unlisted.has(chargerId) || this.#unlisted.size > MOST_UNLISTED) return;
    this.#unlisted.set(chargerId, clock.now());
    this.#again.abort();
  }

  close(): void {
    this.#stopping.abort();
    this.#again.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let refresh = false; !signal.aborted;) {
      try {
        await this.#read(refresh);
        this.#retries.succeeded();
      } catch {
        this.#retries.failed(undefined, clock.steady());
      }
      this.#wasTried = true;
      const failed = this.#retries.tries > 0;
      if (failed) this.#onChange();
      refresh = await this.#untilDue(failed ? this.#retries.at : this.#readAt + DAY_MS);
    }
  }

  /**
   * @param at ms of `clock.steady()`; an unlisted charger makes the list due earlier, but not as often as messages come.
   * @returns whether an unlisted charger is the reason.
   */
  async #untilDue(at: number): Promise<boolean> {
    const { signal } = this.#stopping;
    for (;;) {
      this.#again = new AbortController();
      const isAwaited = [...this.#unlisted.values()].some((heardAt) => heardAt > this.#listedAt);
      const soonAt = isAwaited ? Math.max(this.#readAt + UNLISTED_MS, this.#retries.at) : Infinity;
      const waitMs = Math.min(at, soonAt) - clock.steady();
      if (waitMs <= 0 || signal.aborted) return soonAt <= at;
      await sleep(waitMs, this.#again.signal);
    }
  }

  async #read(refresh: boolean): Promise<void> {
    const { signal } = this.#stopping;
    const { data, meta } = await this.#api().installations.chargers(this.#installationId, {
      lane: 'background',
      refresh,
      signal,
    });
    if (signal.aborted) return;
    this.#readAt = clock.steady();
    this.#listedAt = clock.now() - meta.ageMs;
    this.#wasTried = true;
    this.#store.know(data);
    this.#take(data.map(({ id }) => id));
  }

  #take(ids: readonly string[]): void {
    this.ids = new Set(ids);
    this.#onChange();
  }
}

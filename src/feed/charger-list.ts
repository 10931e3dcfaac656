import type { Api } from '../api';
import type { KnownCharger, Store } from '../state/store';
import { Backoff } from '../time/backoff';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';

const DAY_MS = 24 * 3_600_000;
/** A message about an unlisted charger makes the list be read again, at most every so many ms. */
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
  readonly #unlisted = new Set<string>();
  #again = new AbortController();
  /** ms of `clock.steady()` */
  #readAt = -Infinity;
  #wasTried = false;

  constructor(installationId: string, store: Store, api: () => Api, onChange: () => void) {
    this.#installationId = installationId;
    this.#store = store;
    this.#api = api;
    this.#onChange = onChange;
  }

  start(): void {
    // The chargers that a memory knows are there at once.
    const remembered = [...this.#store.ids].map((id) => this.#store.charger(id));
    this.#take(remembered.filter((charger) => charger?.installationId === this.#installationId));
    void this.#run();
  }

  /** The list was read, or could not be. */
  get wasTried(): boolean {
    return this.#wasTried;
  }

  /** Each unlisted charger makes the list be read only once. */
  unlisted(chargerId: string): void {
    if (this.#unlisted.has(chargerId) || this.#unlisted.size > MOST_UNLISTED) return;
    this.#unlisted.add(chargerId);
    if (clock.steady() - this.#readAt > UNLISTED_MS) this.#again.abort();
  }

  close(): void {
    this.#stopping.abort();
    this.#again.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const refresh = this.#again.signal.aborted;
      this.#again = new AbortController();
      try {
        await this.#read(refresh);
        this.#retries.succeeded();
      } catch {
        this.#retries.failed(undefined, clock.steady());
      }
      this.#wasTried = true;
      const failed = this.#retries.tries > 0;
      if (failed) this.#onChange();
      await sleep(failed ? this.#retries.at - clock.steady() : DAY_MS, this.#again.signal);
    }
  }

  async #read(refresh: boolean): Promise<void> {
    const { signal } = this.#stopping;
    const { data } = await this.#api().installations.chargers(this.#installationId, {
      lane: 'background',
      refresh,
      signal,
    });
    if (signal.aborted) return;
    this.#readAt = clock.steady();
    this.#wasTried = true;
    this.#store.know(data);
    this.#take(data);
  }

  #take(chargers: readonly (KnownCharger | undefined)[]): void {
    this.ids = new Set(chargers.flatMap((charger) => (charger ? [charger.id] : [])));
    this.#onChange();
  }
}

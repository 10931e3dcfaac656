import type { KnownCharger, Store } from '../state/store';
import type { Api } from '../api';
import { sleep } from '../time/sleep';
import { clock } from '../time/clock';

const DAY_MS = 24 * 3_600_000;
/** A message about an unknown charger makes the list be read again, at most so often, in ms. */
const UNKNOWN_CHARGER_MS = 600_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 600_000;

/** Which chargers belong to an installation; read at the start, daily, and when a message names an unknown one. */
export class ChargerList {
  ids: ReadonlySet<string> = new Set();
  readonly #installationId: string;
  readonly #store: Store;
  readonly #api: () => Api;
  readonly #onChange: () => void;
  readonly #stopping = new AbortController();
  readonly #unknownChargers = new Set<string>();
  #again = new AbortController();
  #readAt = -Infinity;
  #wasTried = false;

  constructor(installationId: string, store: Store, api: () => Api, onChange: () => void) {
    this.#installationId = installationId;
    this.#store = store;
    this.#api = api;
    this.#onChange = onChange;
  }

  start(): void {
    // What a memory knows is there at once.
    const remembered = [...this.#store.ids].map((id) => this.#store.charger(id));
    this.#take(remembered.filter((charger) => charger?.installationId === this.#installationId));
    void this.#run();
  }

  /** The list was read, or could not be. */
  get wasTried(): boolean {
    return this.#wasTried;
  }

  /** Each stranger is asked about once. */
  onUnknownCharger(chargerId: string): void {
    if (this.#unknownChargers.has(chargerId) || this.#unknownChargers.size > 1_000) return;
    this.#unknownChargers.add(chargerId);
    if (clock.now() - this.#readAt > UNKNOWN_CHARGER_MS) this.#again.abort();
  }

  close(): void {
    this.#stopping.abort();
    this.#again.abort();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      const refresh = this.#again.signal.aborted;
      this.#again = new AbortController();
      try {
        await this.#read(refresh);
        failures = 0;
      } catch {
        failures += 1;
      }
      this.#wasTried = true;
      if (failures > 0) this.#onChange();
      const retry = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
      await sleep(failures > 0 ? retry : DAY_MS, this.#again.signal);
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
    this.#readAt = clock.now();
    this.#wasTried = true;
    this.#store.know(data);
    this.#take(data);
  }

  #take(chargers: readonly (KnownCharger | undefined)[]): void {
    this.ids = new Set(chargers.flatMap((charger) => (charger ? [charger.id] : [])));
    this.#onChange();
  }
}

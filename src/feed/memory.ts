import type { FeedMemory } from './types';
import type { ChargerHub } from './charger-hub';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';
import { isObject } from '../zaptec/json';

/** A session must not be lost by a power cut a little later, in ms. */
const URGENT_MS = 1_000;
/** Values are read again anyway, in ms. */
const CALM_MS = 60_000;
/** The feed starts without a memory that does not answer by then, in ms. */
const LOAD_MS = 5_000;

/** Keeps last values, sessions and checkpoints over a restart. The feed works without, so a memory may fail. */
export class Memory {
  readonly #hub: ChargerHub;
  readonly #memories = new Set<FeedMemory>();
  readonly #closing = new AbortController();
  #restored: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** ms of `clock.steady()` */
  #savesAt = Infinity;

  constructor(hub: ChargerHub) {
    this.#hub = hub;
    hub.onUpdate = (urgent) => this.#saveWithin(urgent ? URGENT_MS : CALM_MS);
  }

  /** Reads it once in the life of the account: later the account knows more. Never rejects. */
  async use(memory: FeedMemory | undefined): Promise<void> {
    if (memory) {
      this.#memories.add(memory);
      this.#restored ??= Promise.race([this.#restore(memory), sleep(LOAD_MS, this.#closing.signal)]);
    }
    await this.#restored;
  }

  /** Saves at once, for the last time through this memory. */
  leave(memory: FeedMemory | undefined): void {
    if (!memory) return;
    this.#save(memory);
    this.#memories.delete(memory);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#memories.clear();
    this.#closing.abort();
  }

  async #restore(memory: FeedMemory): Promise<void> {
    try {
      const dumped = await memory.load();
      if (!isObject(dumped)) return;
      this.#hub.store.restore(dumped['store']);
      if (isObject(dumped['store'])) this.#hub.detector.restore(dumped['store']['charged']);
      this.#hub.ledger.restore(dumped['ledger']);
      if (isObject(dumped['ledger'])) this.#hub.outbox.restore(dumped['ledger']['outbox']);
      this.#hub.checkpoints.restore(dumped['history']);
    } catch {
      // The feed starts as if for the first time.
    }
  }

  #saveWithin(ms: number): void {
    if (this.#memories.size === 0) return;
    const at = clock.steady() + ms;
    if (at >= this.#savesAt) return;
    this.#savesAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#savesAt = Infinity;
      // One is enough: all of them remember the same account.
      const latest = [...this.#memories].at(-1);
      if (latest) this.#save(latest);
    }, ms);
    this.#timer.unref();
  }

  #save(memory: FeedMemory): void {
    try {
      const { store, detector, ledger, checkpoints, outbox } = this.#hub;
      const values = { ...(store.dump() as object), charged: detector.dump() };
      const sessions = { ...(ledger.dump() as object), outbox: outbox.dump() };
      memory.save({ store: values, ledger: sessions, history: checkpoints.dump() });
    } catch {
      // The feed goes on without a memory.
    }
  }
}

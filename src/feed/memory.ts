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
  readonly #accountId: string;
  /** With the number of feeds that use each. */
  readonly #memories = new Map<FeedMemory, number>();
  readonly #closing = new AbortController();
  #restored: Promise<void> = Promise.resolve();
  /** As of when the account knows what its memories know, ms of `clock.now()`. */
  #knownAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** ms of `clock.steady()` */
  #savesAt = Infinity;

  /** @param accountId of the memory of another account only the sessions count: its connection has changed its account. */
  constructor(hub: ChargerHub, accountId: string) {
    this.#hub = hub;
    this.#accountId = accountId;
    hub.onUpdate = (urgent) => this.#saveWithin(urgent ? URGENT_MS : CALM_MS);
  }

  /** Reads it, unless the account knows as much already: later the account knows more. Never rejects. */
  async use(memory: FeedMemory | undefined): Promise<void> {
    if (memory) {
      const users = this.#memories.get(memory) ?? 0;
      this.#memories.set(memory, users + 1);
      if (users === 0) this.#restored = this.#restored.then(() => this.#restoreInTime(memory));
    }
    await this.#restored;
  }

  /** After its last user: saves at once, for the last time through this memory. */
  leave(memory: FeedMemory | undefined): void {
    const users = memory && this.#memories.get(memory);
    if (!memory || users === undefined) return;
    if (users > 1) {
      this.#memories.set(memory, users - 1);
      return;
    }
    this.#save(memory);
    this.#memories.delete(memory);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#memories.clear();
    this.#closing.abort();
  }

  #restoreInTime(memory: FeedMemory): Promise<void> {
    return Promise.race([this.#restore(memory), sleep(LOAD_MS, this.#closing.signal)]);
  }

  async #restore(memory: FeedMemory): Promise<void> {
    try {
      const dumped = await memory.load();
      if (!isObject(dumped)) return;
      const { account = this.#accountId, savedAt = 0 } = dumped;
      if (!(typeof savedAt === 'number' && clock.fromWall(savedAt) > this.#knownAt)) return;
      this.#knownAt = clock.fromWall(savedAt);
      if (account === this.#accountId) this.#restoreValues(dumped);
      this.#restoreSessions(dumped);
    } catch {
      // The feed starts as if for the first time.
    }
  }

  #restoreValues({ store, positions }: Record<string, unknown>): void {
    this.#hub.store.restore(store);
    if (isObject(store)) this.#hub.detector.restore(store['charged']);
    this.#hub.positions.restore(positions);
  }

  /** No session is reported again, or passed over, because the connection has changed its account. */
  #restoreSessions({ ledger, history }: Record<string, unknown>): void {
    this.#hub.ledger.restore(ledger);
    if (isObject(ledger)) this.#hub.outbox.restore(ledger['outbox']);
    this.#hub.checkpoints.restore(history);
  }

  #saveWithin(ms: number): void {
    if (this.#memories.size === 0) return;
    const at = clock.steady() + ms;
    if (at >= this.#savesAt) return;
    this.#savesAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#savesAt = Infinity;
      // Whichever connection comes first after a restart must know everything.
      for (const memory of this.#memories.keys()) this.#save(memory);
    }, ms);
    this.#timer.unref();
  }

  #save(memory: FeedMemory): void {
    try {
      const { store, detector, ledger, checkpoints, outbox, positions } = this.#hub;
      this.#knownAt = clock.now();
      const shared = positions.dump();
      memory.save({
        account: this.#accountId,
        savedAt: clock.wall(this.#knownAt),
        store: { ...(store.dump() as object), charged: detector.dump() },
        ledger: { ...(ledger.dump() as object), outbox: outbox.dump() },
        history: checkpoints.dump(),
        ...(shared === undefined ? {} : { positions: shared }),
      });
    } catch {
      // The feed goes on without a memory.
    }
  }
}

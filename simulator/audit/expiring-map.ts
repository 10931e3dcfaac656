const WRITES_PER_SWEEP = 512;

/** A map that deletes entries which were not written for a time, and the oldest entries above a capacity. */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, { value: V; at: number }>();
  readonly #spanMs: number;
  readonly #capacity: number;
  #writes = 0;

  /** @param capacity the map holds more entries only until the next sweep. */
  constructor(spanMs: number, capacity = 20_000) {
    this.#spanMs = spanMs;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, now: number): V | undefined {
    const entry = this.#entries.get(key);
    return entry && now - entry.at <= this.#spanMs ? entry.value : undefined;
  }

  /** Returns the value, or adds one; either way it counts as written now. */
  getOrAdd(key: string, now: number, make: () => V): V {
    const value = this.get(key, now) ?? make();
    this.set(key, now, value);
    return value;
  }

  set(key: string, now: number, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: now });
    this.#writes += 1;
    // Not at each write: V8 walks over all deleted entries at the front of a map to find the first one.
    if (this.#writes % WRITES_PER_SWEEP === 0) this.#sweep(now);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  *values(): IterableIterator<V> {
    for (const { value } of this.#entries.values()) yield value;
  }

  #sweep(now: number): void {
    for (const [key, { at }] of this.#entries) {
      if (now - at <= this.#spanMs && this.#entries.size <= this.#capacity) return;
      this.#entries.delete(key);
    }
  }
}

import { Ledger, type LedgerEntry } from '../../src/state/ledger';
import type { RawObservation } from '../../src/zaptec/observations';
import { Store } from '../../src/state/store';
import { timeSource } from './time-source';

/** A ledger and its store at a time that the test sets. */
export class LedgerSetup {
  store!: Store;
  ledger!: Ledger;
  readonly #time = timeSource(() => this.now);

  /** @param now ms since 1970 */
  constructor(public now: number) {
    this.forget();
  }

  /** A restart after an orderly end. */
  restart(): void {
    const [values, sessions] = [this.store.dump(), this.ledger.dump()].map(
      (dump) => JSON.parse(JSON.stringify(dump)) as unknown,
    );
    this.forget();
    this.store.restore(values);
    this.ledger.restore(sessions);
  }

  receive(message: RawObservation): LedgerEntry[] {
    const change = this.store.put(message, 'push');
    return change ? this.ledger.onChange(change) : this.ledger.onLate(message);
  }

  /** A start with nothing kept. */
  forget(): void {
    this.store = new Store(this.#time);
    this.ledger = new Ledger(this.store, this.#time);
  }
}

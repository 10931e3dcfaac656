import { Ledger, type LedgerEntry } from '../../src/state/ledger';
import type { RawObservation } from '../../src/zaptec/observations';
import { Store } from '../../src/state/store';

/** A ledger and its store at a time of one's own. */
export class LedgerDesk {
  store!: Store;
  ledger!: Ledger;

  /** @param now ms since 1970 */
  constructor(public now: number) {
    this.empty();
  }

  /** As it goes on after an orderly end. */
  restart(): void {
    const [values, sessions] = [this.store.dump(), this.ledger.dump()].map(
      (dump) => JSON.parse(JSON.stringify(dump)) as unknown,
    );
    this.empty();
    this.store.restore(values);
    this.ledger.restore(sessions);
  }

  hear(message: RawObservation): LedgerEntry[] {
    const change = this.store.put(message, 'push');
    return change ? this.ledger.onChange(change) : this.ledger.onLate(message);
  }

  /** As it begins with nothing kept. */
  empty(): void {
    this.store = new Store(() => this.now);
    this.ledger = new Ledger(this.store, () => this.now);
  }
}

/** The number of a message as the SDK gives it: 64 bits in two halves. */
export interface SequenceNumber {
  readonly high: number;
  readonly low: number;
}

const PARTITION_BITS = 16;
const HALF = 2 ** 32;

/**
 * Notices that numbers are left out between the messages of one link. The bus numbers messages without gaps, in a
 * partitioned topic within each partition, which the highest 16 bits name (docs/service-bus.md, "Lifetime and consumers"):
 * what this receiver does not get, another one does, or a filter keeps it back.
 */
export class SequenceGaps {
  readonly #last = new Map<number, number>();

  /** @returns whether numbers are missing between the highest one before and this one. */
  skipped({ high, low }: SequenceNumber): boolean {
    const partition = high >>> PARTITION_BITS;
    const number = (high & (2 ** PARTITION_BITS - 1)) * HALF + (low >>> 0);
    const last = this.#last.get(partition);
    // A message that was not completed comes again, with the number that it had.
    if (last !== undefined && number <= last) return false;
    this.#last.set(partition, number);
    return last !== undefined && number > last + 1;
  }
}

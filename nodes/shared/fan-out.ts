import { type ErrorCode, zaptecError, type ZaptecError } from '../../src/client';
import { asError } from './errors';

/** Enough to keep every permit of the account busy; more would only fill queues. */
const AT_ONCE = 10;

/** What became of one item; a failure does not hide the others. */
export type ItemResult<I, R> = { item: I; value: R } | { item: I; error: ZaptecError };

/** Whether the same failure awaits every other item as well, so that going on would only repeat it. */
function concernsAll({ code }: ZaptecError): boolean {
  return CONCERNS_ALL.has(code);
}

const CONCERNS_ALL: ReadonlySet<ErrorCode> = new Set([
  'AUTH_INVALID',
  'AUTH_MISSING',
  'AUTH_UNAVAILABLE',
  'ABORTED',
  'READ_ONLY',
  'CONFIG_INVALID',
  'BASE_URL_INVALID',
]);

/**
 * Does the same to many items, a few at a time, and keeps the order and every single failure.
 * Rejects only when nothing can be said about any item: the account is refused, or the node was closed.
 * @param work may call `startNext` when it needs no more permits and only waits: the next item is begun, and its own
 *   result still counts.
 */
export async function fanOut<I, R>(
  items: readonly I[],
  work: (item: I, startNext: () => void) => Promise<R>,
  signal: AbortSignal,
): Promise<ItemResult<I, R>[]> {
  const results: ItemResult<I, R>[] = [];
  const running: Promise<void>[] = [];
  let next = 0;
  const one = async (index: number, startNext: () => void) => {
    const item = items[index] as I;
    try {
      results[index] = { item, value: await work(item, startNext) };
    } catch (thrown) {
      const error = asError(thrown);
      if (concernsAll(error)) {
        next = items.length;
        throw error;
      }
      results[index] = { item, error };
    } finally {
      startNext();
    }
  };
  const worker = async () => {
    while (next < items.length) {
      if (signal.aborted) throw zaptecError('ABORTED', 'The node was closed');
      const index = next++;
      await new Promise<void>((startNext) => {
        const item = one(index, startNext);
        // Awaited below, but it may reject before that.
        item.catch(() => undefined);
        running.push(item);
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  await Promise.all(running);
  return results;
}

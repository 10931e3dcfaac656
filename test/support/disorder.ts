import type { RawObservation } from '../../src/zaptec/observations';

/**
 * The messages in another order, in which only those of one id keep theirs, with some of them delivered twice.
 * @param random whole numbers from 0.
 */
export function disordered(messages: readonly RawObservation[], random: () => number): RawObservation[] {
  const queues = [...new Set(messages.map(({ stateId }) => stateId))].map((id) =>
    messages.filter(({ stateId }) => stateId === id),
  );
  const order: RawObservation[] = [];
  const filled = () => queues.filter((queue) => queue.length > 0);
  for (let left = filled(); left.length > 0; left = filled()) {
    const next = left[random() % left.length]?.shift();
    if (next === undefined) continue;
    order.push(next);
    if (random() % 3 === 0) order.push(next);
    const again = order[random() % order.length];
    if (random() % 5 === 0 && again) order.push(again);
  }
  return order;
}

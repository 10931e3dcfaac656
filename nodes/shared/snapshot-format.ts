import { agesOf, isObject, type Snapshot, type ValueTime } from '../../src/client';
import type { Facts, Item } from './message';

const PHASES = ['phase1', 'phase2', 'phase3'] as const;

/** What is known of a charger beside its snapshot. */
export interface SnapshotOrigin {
  /** When each observation was measured. */
  times: Iterable<ValueTime>;
  /** A command that is not confirmed. */
  pending: string | undefined;
}

/**
 * A message about the state of a charger in the form that its node asks for.
 * @param item its payload is a snapshot, with whatever else the message says (the event and its warnings).
 */
export function formatted(item: Item, format: string, { times, pending }: SnapshotOrigin): Item {
  const payload = item.payload as Snapshot;
  const { lastSeen, agesMs } = agesOf(payload, times);
  const seen = lastSeen === undefined ? {} : { lastSeen };
  const facts: Facts = { ...item.facts, ...seen, ...(pending === undefined ? {} : { pending }) };
  if (format === 'ages') return { ...item, facts, payload: { ...payload, ...seen, agesMs } };
  return { ...item, facts, payload: format === 'flat' ? { ...flat(payload), ...seen } : payload };
}

/**
 * One value for each name: `currentA1` to `currentA3`, `voltageV1` to `voltageV3`, and observations beside the others
 * under Zaptec's names, which begin with a capital. Lists become text with commas; objects, such as a finished session,
 * have no place in it.
 */
export function flat({ currentA, voltageV, observations, ...others }: Snapshot): Record<string, unknown> {
  const whole: Record<string, unknown> = {
    ...others,
    ...byPhase('currentA', currentA),
    ...byPhase('voltageV', voltageV),
    ...observations,
  };
  return Object.fromEntries(
    Object.entries(whole).flatMap(([name, value]) => {
      if (Array.isArray(value)) return [[name, value.map(textOf).join(',')]];
      return typeof value === 'object' ? [] : [[name, value]];
    }),
  );
}

function byPhase(name: string, values: Snapshot['currentA'] = {}): Record<string, number> {
  return Object.fromEntries(
    PHASES.flatMap((phase, index) => {
      const value = values[phase];
      return value === undefined ? [] : [[`${name}${String(index + 1)}`, value]];
    }),
  );
}

/** A word, or a warning by its name. */
function textOf(item: unknown): string {
  return isObject(item) ? String(item['name']) : String(item);
}

import { highest, isSame, lowest, PHASES } from './currents';
import type { CombineRule, Currents, RequestSettings } from './types';

/** The target of one node among those of others. */
interface Rival {
  settings: Pick<RequestSettings, 'combine' | 'priority'>;
  setpoint: { currents: Currents; serial: number; suspended?: unknown };
}

/** What the targets of several nodes are together. */
export interface CombinedTarget<T extends Rival> {
  currents: Currents;
  /** Those whose value counts, on one phase at least. */
  owners: readonly T[];
  rule: CombineRule;
}

/** The rule that the nodes agree on; where they do not agree the lowest target counts. */
export function ruleOf(targets: readonly Rival[]): CombineRule {
  const rules = new Set(targets.map(({ settings }) => settings.combine ?? 'newest'));
  const [rule = 'newest'] = rules;
  return rules.size > 1 ? 'lowest' : rule;
}

/** The targets that have a say: a newer one silences those before it where the newest counts. */
export function contendersOf<T extends Rival>(targets: readonly T[]): readonly T[] {
  const newest = ruleOf(targets) === 'newest' ? targets.reduce<T | undefined>(newer, undefined) : undefined;
  return newest ? [newest] : targets;
}

/** Undefined where no target has a say; one that is suspended has none. */
export function combined<T extends Rival>(targets: readonly T[]): CombinedTarget<T> | undefined {
  const rule = ruleOf(targets);
  const counting = contendersOf(targets).filter(({ setpoint }) => !setpoint.suspended);
  const [first, ...others] = counting;
  if (!first) return undefined;
  if (rule === 'newest' || rule === 'priority') {
    // Where the newest counts it is the only contender.
    const winner = others.reduce(prior, first);
    return { currents: winner.setpoint.currents, owners: [winner], rule };
  }
  const each = counting.map(({ setpoint }) => setpoint.currents);
  const currents = (rule === 'highest' ? highest : lowest)(first.setpoint.currents, ...each);
  return { currents, owners: counting.filter(({ setpoint }) => touches(setpoint.currents, currents)), rule };
}

function newer<T extends Rival>(one: T | undefined, other: T): T {
  return one && one.setpoint.serial > other.setpoint.serial ? one : other;
}

/** The higher priority, as the stack level of a charging profile in OCPP; the newer of two that are equal. */
function prior<T extends Rival>(one: T, other: T): T {
  const [first, second] = [one.settings.priority ?? 0, other.settings.priority ?? 0];
  return first === second ? newer(one, other) : first > second ? one : other;
}

/** Whether the value of a node is the combined one on any phase. */
function touches(own: Currents, currents: Currents): boolean {
  return PHASES.some((phase) => isSame({ ...own, [phase]: currents[phase] }, own));
}

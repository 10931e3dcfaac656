import { isSame, shown } from '../currents';
import { namesOf, type RequestedEntry, type Setpoints } from '../setpoints';
import type { CombineRule, CountingTarget, Currents } from '../types';
import type { GovernorState } from './state';
import { phrase } from '../../errors/phrase';

const RULES: Readonly<Record<CombineRule, string>> = {
  newest: 'the newest target',
  highest: 'the highest target',
  lowest: 'the lowest target',
  priority: 'the target of the highest priority',
};

/** Why a target that counts does not do so on every phase; undefined where it does. */
export function remarkOfOthers({ setpoints }: GovernorState, by: string, currents: Currents): string | undefined {
  const { combined } = setpoints;
  const own = combined?.owners.find(({ settings }) => settings.by === by);
  if (!combined || !own || isSame(currents, combined.currents)) return undefined;
  return reasonOf(countingFor(own, combined));
}

/** What counts in the place of a target. */
export function countingFor(target: RequestedEntry, combined: NonNullable<Setpoints['combined']>): CountingTarget {
  const others = combined.owners.filter((owner) => owner !== target);
  return { by: namesOf(others), currents: combined.currents, rule: combined.rule };
}

/** For people. */
export function reasonOf({ by, currents, rule }: CountingTarget): string {
  return phrase`${shown(currents)} by ${by} counts, ${RULES[rule]}`;
}

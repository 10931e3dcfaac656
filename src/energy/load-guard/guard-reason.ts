import type { Calendar } from '../calendar';
import type { ActiveOverride } from '../override';
import type { LoadGuardCode, LoadGuardDecision } from './guard-decision';
import type { LoadGuardSettings } from './guard-settings';
import { shownAmperes } from './phases';
import { phrase } from '../../errors/phrase';

type Facts = Omit<LoadGuardDecision, 'reason'>;

interface Words {
  facts: Facts;
  settings: LoadGuardSettings;
  /** `12.3/8/16 A` */
  limit: string;
  /** `L1 27.3 A` of each phase with this code. */
  phases: (code: LoadGuardCode) => string;
  /** `until 12:15` */
  until: string;
  raiseAt: string;
}

/** One sentence for each code, where the fuse is guarded. */
const FUSE: { readonly [C in LoadGuardCode]: (words: Words) => string } = {
  starts: ({ facts }) =>
    facts.awaitsCars === true ? 'Waits for what the cars take' : 'Waits for the first value of the meter',
  holds: ({ limit, settings }) => phrase`At most ${limit} for the cars, below the fuse of ${settings.fuseA} A`,
  raised: ({ limit, raiseAt }) => phrase`${limit} are free for the cars${raiseAt}`,
  lowered: ({ limit, phases, settings }) =>
    phrase`${phases('lowered')} with a fuse of ${settings.fuseA} A: at most ${limit} for the cars`,
  waits: ({ limit, facts }) =>
    phrase`At most ${limit} for the cars: more is free, but the current had to be lowered early ${facts.earlyLowerings} times within the hour`,
  overload: ({ limit, phases, settings }) =>
    phrase`${phases('overload')} with a fuse of ${settings.fuseA} A, without the cars too: at most ${limit} for the cars`,
  unknown: ({ limit, phases, settings }) =>
    phrase`${phases('unknown')} not known for more than ${settings.holdS} s: at most ${limit} for the cars`,
  'override-on': ({ until }) => phrase`Switched on by message${until}`,
  'override-off': ({ until }) => phrase`No current for the cars, by message${until}`,
};

/** And where a capacity tariff is. */
const TARIFF: Partial<typeof FUSE> = {
  holds: ({ limit, facts }) => phrase`At most ${limit} for the cars; ${budget(facts)}`,
  raised: ({ limit, facts, raiseAt }) => phrase`${limit} are free for the cars${raiseAt}; ${budget(facts)}`,
  lowered: ({ limit, facts }) =>
    phrase`At most ${limit} for the cars, so that the mean power stays low; ${budget(facts)}`,
  overload: ({ limit, facts }) => phrase`At most ${limit} for the cars: the house uses it all; ${budget(facts)}`,
  unknown: ({ limit, settings }) =>
    phrase`The power of the connection is not known for more than ${settings.holdS} s: at most ${limit} for the cars`,
};

/** Why the limit is what it is, in words and numbers. */
export function reasonOf(
  facts: Facts,
  settings: LoadGuardSettings,
  calendar: Calendar,
  override: ActiveOverride | undefined,
): string {
  const { code, limit, raiseAt } = facts;
  const sentence = (settings.mode === 'tariff' ? TARIFF[code] : undefined) ?? FUSE[code];
  return sentence({
    facts,
    settings,
    limit: limit ? shownAmperes(limit) : 'nothing',
    phases: (which) => phasesWith(facts, which),
    until: override?.until === undefined ? '' : phrase` until ${calendar.when(override.until, facts.until)}`,
    raiseAt: raiseAt === undefined ? '' : phrase`, not before ${calendar.clock(raiseAt)}`,
  });
}

function phasesWith({ phases }: Facts, code: LoadGuardCode): string {
  const shown = phases.flatMap((phase, index) => {
    if (phase.code !== code) return [];
    return [phase.totalA === undefined ? `L${index + 1}` : phrase`L${index + 1} has ${rounded(phase.totalA, 1)} A`];
  });
  return shown.length > 0 ? shown.join(', ') : 'The current is';
}

function budget({ tariff }: Facts): string {
  if (!tariff) return '';
  const { usedKwh, boundKw, leftKw } = tariff;
  return phrase`${rounded(usedKwh, 2)} kWh used, ${rounded(leftKw, 1)} kW left of a mean of ${rounded(boundKw, 1)} kW`;
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

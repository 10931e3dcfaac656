import type { Calendar } from '../calendar';
import { phrase } from '../../errors/phrase';

/** Why a plan says on or off; part of the payload. */
export type PlanCode =
  | 'cheap'
  | 'in-time'
  | 'late'
  | 'no-prices'
  | 'waiting'
  | 'too-dear'
  | 'done'
  | 'full'
  | 'no-car'
  | 'over'
  | 'override-on'
  | 'override-off';

interface ReasonFacts {
  now: number;
  deadline: number;
  needKwh: number;
  needMs: number;
  isHours: boolean;
  /** Some price or value of the second series is known for the time of the plan. */
  hasPrices: boolean;
  segments: readonly { start: number; end: number; estimated: boolean }[];
  override: { until: number | undefined } | undefined;
}

interface Words {
  /** `11.4 kWh` or `2.5 hours` */
  rest: string;
  /** `07:00`, with the day where it is not the next one. */
  by: string;
  /** `02:15`, or undefined where no time is planned. */
  next: string | undefined;
  until: string;
  /** A remark on prices that stand in for unknown ones. */
  guess: string;
  hasPrices: boolean;
  /** A remark on prices that are missing. */
  missing: string;
}

const HOUR = 3_600_000;

const withoutPrices = ({ rest, by }: Words): string =>
  phrase`Charges without prices to be ready by ${by}, ${rest} to go`;

/** One sentence for each code. */
const SENTENCES: { readonly [C in PlanCode]: (words: Words) => string } = {
  cheap: ({ rest, by, guess }) => phrase`Charges in one of the cheapest times before ${by}, ${rest} to go${guess}`,
  'in-time': (words) =>
    words.hasPrices
      ? phrase`Charges whatever the price: ${words.rest} to go, and no time to lose before ${words.by}`
      : withoutPrices(words),
  late: ({ rest, by }) => phrase`Charges after ${by}, its time, until the missing ${rest} are there`,
  'no-prices': withoutPrices,
  waiting: ({ rest, by, next, guess, hasPrices }) => {
    if (!hasPrices) {
      return next === undefined
        ? phrase`Prices are missing: waits as long as is safe, ${rest} to go by ${by}`
        : phrase`Prices are missing: waits as long as is safe, until ${next}, ${rest} to go by ${by}`;
    }
    return next === undefined
      ? phrase`Waits for a cheaper time, ${rest} to go by ${by}${guess}`
      : phrase`Waits for a cheaper time, from ${next}, ${rest} to go by ${by}${guess}`;
  },
  'too-dear': ({ rest, by, next }) =>
    next === undefined
      ? phrase`The price is above the highest one, ${rest} to go by ${by}`
      : phrase`The price is above the highest one, from ${next}, ${rest} to go by ${by}`,
  done: ({ by }) => phrase`Has what it is to have by ${by}`,
  full: () => 'The car has ended charging by itself: it is full, or has reached its own limit',
  'no-car': ({ rest, by, next, missing }) =>
    next === undefined
      ? phrase`No car is connected; it would charge ${rest} by ${by}${missing}`
      : phrase`No car is connected; it would charge ${rest} by ${by}, from ${next}${missing}`,
  over: () => 'The time of this plan, which was for once, has passed',
  'override-on': ({ until }) => phrase`Switched on by message${until}`,
  'override-off': ({ until }) => phrase`Switched off by message${until}`,
};

/** Why the plan says what it says, in one sentence. */
export function reasonOf(code: PlanCode, facts: ReasonFacts, calendar: Calendar): string {
  const { deadline, needKwh, needMs, isHours, hasPrices, segments, override, now } = facts;
  const next = segments.find(({ end }) => end > now);
  return SENTENCES[code]({
    rest: isHours ? phrase`${rounded(needMs / HOUR)} hours` : `${rounded(needKwh)} kWh`,
    by: calendar.when(deadline, now),
    next: next === undefined || next.start <= now ? undefined : calendar.when(next.start, now),
    until: override?.until === undefined ? '' : phrase` until ${calendar.when(override.until, now)}`,
    guess: segments.some(({ estimated }) => estimated) ? '; prices not known yet count as those of the day before' : '',
    hasPrices,
    missing: hasPrices ? '' : '; prices are missing',
  });
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

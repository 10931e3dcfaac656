import { HOUR, QUARTER } from '../../durations';
import { hashed } from '../../prng';
import { localDay, localHour } from './local-day';
import { seasonOf, type SeasonName } from './season';

const STREAM = { day: 6, slot: 7 };
/** How long `cheap-now` and `dear-now` last. */
const NOW_MS = HOUR;
/** The prices of those two, per kWh. */
const CHEAP = 0.05;
const DEAR = 0.45;

interface Market {
  seed: number;
  season: SeasonName;
  /** World time, ms. */
  now: number;
}

/** How the prices of a day go, per kWh. */
const PATTERNS = {
  /** guess: the shape of day-ahead prices, with two peaks, a cheap night and the sun at noon. */
  market: dayAhead,
  /** The same with a noon at which electricity is given away. */
  negative: (market: Market, time: number) => dayAhead(market, time) - 0.35 * bell(localHour(time), 13, 8),
  flat: () => 0.2,
  /** So that a flow can be seen to act at once: cheap for an hour from now on, and dear at all other times. */
  'cheap-now': ({ now }: Market, time: number) => (isSoon(now, time) ? CHEAP : DEAR),
  'dear-now': ({ now }: Market, time: number) => (isSoon(now, time) ? DEAR : CHEAP),
} as const satisfies Record<string, (market: Market, time: number) => number>;

export type PricePattern = keyof typeof PATTERNS;

export const PATTERN_NAMES = Object.keys(PATTERNS) as [PricePattern, ...PricePattern[]];

/** The price at a time, per kWh, in whole 0.0001. */
export function priceAt(market: Market, pattern: PricePattern, time: number): number {
  return Math.round(PATTERNS[pattern](market, time) * 10_000) / 10_000;
}

function dayAhead({ seed, season }: Market, time: number): number {
  const { price, noonDip } = seasonOf(season);
  const hour = localHour(time);
  const peaks = 0.08 * bell(hour, 8, 5) + 0.14 * bell(hour, 18.5, 6) - 0.07 * bell(hour, 3, 10);
  const ofDay = 0.8 + 0.4 * hashed(seed + STREAM.day, localDay(time));
  const ofSlot = 0.02 * (hashed(seed + STREAM.slot, Math.floor(time / QUARTER)) - 0.5);
  return (price + peaks - noonDip * bell(hour, 13, 8)) * ofDay + ofSlot;
}

/** 1 at the middle, falling to both sides. */
const bell = (hour: number, middle: number, width: number): number => Math.exp(-((hour - middle) ** 2) / width);

/** The quarter of an hour that runs, and those of the hour after it. */
const isSoon = (now: number, time: number): boolean => time > now - QUARTER && time < now + NOW_MS;

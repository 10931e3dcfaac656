/** What the time of the year does to a house; hours are those of the local day. */
interface Season {
  sunrise: number;
  sunset: number;
  /** W of the sun on a clear noon. */
  peakW: number;
  /** The consumption of the house as a factor. */
  house: number;
  /** The level of prices for electricity, per kWh. */
  price: number;
  /** How far the sun lowers prices around noon, per kWh. */
  noonDip: number;
}

/** guess: a house at 55 to 60 degrees north with 8 kW of panels. `any` does not change with the year. */
const SEASONS = {
  any: { sunrise: 5, sunset: 20, peakW: 7000, house: 1, price: 0.2, noonDip: 0.08 },
  winter: { sunrise: 8.5, sunset: 15.5, peakW: 2200, house: 1.5, price: 0.32, noonDip: 0.01 },
  spring: { sunrise: 6, sunset: 19, peakW: 6300, house: 1.1, price: 0.2, noonDip: 0.08 },
  summer: { sunrise: 3.5, sunset: 21.5, peakW: 7200, house: 0.85, price: 0.14, noonDip: 0.14 },
  autumn: { sunrise: 6.5, sunset: 17.5, peakW: 4200, house: 1.1, price: 0.24, noonDip: 0.04 },
} as const satisfies Record<string, Season>;

export type SeasonName = keyof typeof SEASONS;

export const SEASON_NAMES = Object.keys(SEASONS) as [SeasonName, ...SeasonName[]];

export const isSeason = (text: string): text is SeasonName => Object.hasOwn(SEASONS, text);

export const seasonOf = (name: SeasonName): Season => SEASONS[name];

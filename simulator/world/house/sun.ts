import { MINUTE } from '../../durations';
import { hashed } from '../../prng';
import { localDay, localHour } from './local-day';
import { smoothNoise } from './noise';
import { seasonOf, type SeasonName } from './season';

const STREAM = { clouds: 4, forecast: 5 };
/** The mean of what clouds leave of the sun. */
const MEAN_CLOUDS = 0.65;
/** How far a forecast of a day may be wrong. guess. */
const FORECAST_ERROR = 0.2;

/** W that the panels of one house bring at a time, with its clouds. */
export function sunAt(seed: number, season: SeasonName, time: number): number {
  return (
    clearAt(season, time) * overcastOf(seed, time) * (0.3 + 0.7 * smoothNoise(seed + STREAM.clouds, time, 8 * MINUTE))
  );
}

/** The same as a forecast has it: without the clouds of minutes, and too high or too low for the whole day. */
export function forecastAt(seed: number, season: SeasonName, time: number): number {
  const error = 1 + FORECAST_ERROR * (2 * hashed(seed + STREAM.forecast, localDay(time)) - 1);
  return clearAt(season, time) * overcastOf(seed, time) * MEAN_CLOUDS * error;
}

function clearAt(season: SeasonName, time: number): number {
  const { sunrise, sunset, peakW } = seasonOf(season);
  const day = (localHour(time) - sunrise) / (sunset - sunrise);
  return day <= 0 || day >= 1 ? 0 : peakW * Math.sin(Math.PI * day) ** 1.3;
}

/** What the clouds of the whole day leave, 0 to 1. */
function overcastOf(seed: number, time: number): number {
  return Math.min(1, 0.55 + 0.65 * hashed(seed + STREAM.clouds, localDay(time)));
}

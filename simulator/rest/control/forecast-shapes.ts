/** The mean power of the sun in a span of time, W; times in ms since 1970. */
export interface ForecastSlot {
  start: number;
  end: number;
  watts: number;
}

const HOUR = 3_600_000;

const iso = (time: number): string => new Date(time).toISOString();

/** The same forecast in the forms in which services give it. */
const SHAPES = {
  rows: (slots: readonly ForecastSlot[]) =>
    slots.map(({ start, end, watts }) => ({ start: iso(start), end: iso(end), watts })),
  solcast: (slots: readonly ForecastSlot[]) => ({
    forecasts: slots.map(({ start, end, watts }) => ({
      pv_estimate: watts / 1_000,
      period_end: iso(end),
      period: `PT${(end - start) / 60_000}M`,
    })),
  }),
  'forecast.solar': (slots: readonly ForecastSlot[]) => ({
    result: {
      watts: Object.fromEntries(slots.map(({ start, watts }) => [iso(start), watts])),
      watt_hours_period: Object.fromEntries(
        slots.map(({ start, end, watts }) => [iso(start), Math.round((watts * (end - start)) / HOUR)]),
      ),
    },
  }),
} as const satisfies Record<string, (slots: readonly ForecastSlot[]) => unknown>;

export type ForecastShape = keyof typeof SHAPES;

export const FORECAST_SHAPES = Object.keys(SHAPES) as [ForecastShape, ...ForecastShape[]];

export const shapedForecast = (shape: ForecastShape, slots: readonly ForecastSlot[]): unknown => SHAPES[shape](slots);

/** A price per kWh for a span of time, ms since 1970. */
export interface PriceSlot {
  start: number;
  end: number;
  price: number;
}

/** The prices of a day; those of a day that is not published are missing. */
export interface PriceDays {
  today: readonly PriceSlot[];
  tomorrow: readonly PriceSlot[] | undefined;
}

const iso = (time: number): string => new Date(time).toISOString();
const all = ({ today, tomorrow = [] }: PriceDays): PriceSlot[] => [...today, ...tomorrow];
const perMwh = (price: number): number => Math.round(price * 100_000) / 100;

/** The same prices in the forms in which services and nodes give them. */
const SHAPES = {
  rows: (days: PriceDays) =>
    all(days).map(({ start, end, price }) => ({ start: iso(start), end: iso(end), value: price })),
  /** Of today alone: numbers say nothing of their day. */
  numbers: ({ today }: PriceDays) => today.map(({ price }) => price),
  tibber: ({ today, tomorrow = [] }: PriceDays) => {
    const rows = (slots: readonly PriceSlot[]) =>
      slots.map(({ start, price }) => ({ total: price, startsAt: iso(start) }));
    const priceInfo = { today: rows(today), tomorrow: rows(tomorrow) };
    return { data: { viewer: { homes: [{ currentSubscription: { priceInfo } }] } } };
  },
  'nord-pool': (days: PriceDays) => ({
    currency: 'EUR',
    multiAreaEntries: all(days).map(({ start, end, price }) => ({
      deliveryStart: iso(start),
      deliveryEnd: iso(end),
      entryPerArea: { NO1: perMwh(price) },
    })),
  }),
  awattar: (days: PriceDays) => ({
    object: 'list',
    data: all(days).map(({ start, end, price }) => ({
      start_timestamp: start,
      end_timestamp: end,
      marketprice: perMwh(price),
      unit: 'Eur/MWh',
    })),
  }),
  'energi-data-service': (days: PriceDays) => ({
    records: all(days).map(({ start, price }) => ({
      TimeUTC: iso(start).slice(0, 19),
      PriceArea: 'DK1',
      DayAheadPriceDKK: perMwh(price),
    })),
  }),
  octopus: (days: PriceDays) => ({
    results: all(days)
      .reverse()
      .map(({ start, end, price }) => ({ value_inc_vat: price, valid_from: iso(start), valid_to: iso(end) })),
  }),
} as const satisfies Record<string, (days: PriceDays) => unknown>;

export type PriceShape = keyof typeof SHAPES;

export const SHAPE_NAMES = Object.keys(SHAPES) as [PriceShape, ...PriceShape[]];

export const shaped = (shape: PriceShape, days: PriceDays): unknown => SHAPES[shape](days);

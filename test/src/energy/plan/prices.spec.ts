import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { Calendar } from '../../../../src/energy/calendar';
import { parsePrices, type PriceSlot } from '../../../../src/energy/plan/prices';
import { draws } from '../../../support/draws';

const FIXTURES = path.join(__dirname, '../../../fixtures/prices');
const HOUR = 3_600_000;
const OSLO = new Calendar('Europe/Oslo');
const NOW = Date.UTC(2026, 4, 4, 10);
/** Midnight in Oslo. */
const START = Date.UTC(2026, 4, 3, 22);
const ZONES = ['Europe/Oslo', 'Europe/London', 'America/New_York'];
/** Noon of days of 23 and of 25 hours, by zone. */
const SHORT = [Date.UTC(2026, 2, 29, 12), Date.UTC(2026, 2, 29, 12), Date.UTC(2026, 2, 8, 17)];
const LONG = [Date.UTC(2026, 9, 25, 12), Date.UTC(2026, 9, 25, 12), Date.UTC(2026, 10, 1, 17)];

const fixture = (file: string): unknown => JSON.parse(readFileSync(path.join(FIXTURES, file), 'utf8'));

/** In order, without gaps in itself and without overlaps, and all of it finite. */
function expectSound(slots: readonly PriceSlot[]): void {
  slots.forEach(({ start, end, price }, index) => {
    expect([start, end, price].every(Number.isFinite)).to.equal(true);
    expect(end).to.be.greaterThan(start);
    expect(start).to.be.at.least(slots[index - 1]?.end ?? -Infinity);
  });
}

describe('the prices', () => {
  for (const file of readdirSync(FIXTURES)) {
    it(`are read from the shape of ${file}`, () => {
      const slots = parsePrices(fixture(file), NOW, OSLO);
      expect(slots).to.deep.equal(
        [0.5, 0.25, -0.1, 0.75].map((price, hour) => ({
          start: START + hour * HOUR,
          end: START + (hour + 1) * HOUR,
          price,
        })),
      );
      expect(parsePrices(JSON.stringify(fixture(file)), NOW, OSLO), 'as text').to.deep.equal(slots);
    });
  }

  for (const [count, minutes] of [
    [24, 60],
    [48, 30],
    [96, 15],
    [288, 5],
  ] as const) {
    it(`take ${count} numbers for the ${minutes} minutes of the local day`, () => {
      const slots = parsePrices(
        Array.from({ length: count }, (_, index) => index),
        NOW,
        OSLO,
      );
      expect(slots).to.have.lengthOf(count);
      expect(slots[0]).to.deep.equal({ start: START, end: START + minutes * 60_000, price: 0 });
      expect(slots.at(-1)?.end).to.equal(START + 24 * HOUR);
    });
  }

  ZONES.forEach((zone, index) => {
    const calendar = new Calendar(zone);
    for (const [hours, noons] of [
      [23, SHORT],
      [25, LONG],
    ] as const) {
      it(`${zone}: fill a day of ${hours} hours with as many numbers, and with 24 by the clock`, () => {
        const noon = noons[index] as number;
        const { start, end } = calendar.day(noon);
        expect((end - start) / HOUR).to.equal(hours);
        for (const each of [1, 4]) {
          const exact = parsePrices(
            Array.from({ length: hours * each }, (_, n) => n),
            noon,
            calendar,
          );
          expect([exact[0]?.start, exact.at(-1)?.end, exact.length]).to.deep.equal([start, end, hours * each]);
        }
        const byClock = parsePrices(
          Array.from({ length: 24 }, (_, n) => n),
          noon,
          calendar,
        );
        expectSound(byClock);
        expect(byClock).to.have.lengthOf(hours);
        for (const { start: at, price } of byClock) expect(calendar.minuteOfDay(at)).to.equal(price * 60);
        const quarters = parsePrices(
          Array.from({ length: 96 }, (_, n) => n),
          noon,
          calendar,
        );
        expect([quarters[0]?.start, quarters.at(-1)?.end]).to.deep.equal([start, end]);
      });
    }
  });

  it('are for each hour first and for each quarter of an hour later, in one list without ends', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => START + hour * HOUR);
    const quarters = Array.from({ length: 96 }, (_, quarter) => START + 24 * HOUR + (quarter * HOUR) / 4);
    const rows = [...hours, ...quarters].map((start) => ({ start: new Date(start).toISOString(), price: 1 }));
    const slots = parsePrices(rows, NOW, OSLO);
    expectSound(slots);
    expect(slots.reduce((sum, { start, end }) => sum + end - start, 0)).to.equal(48 * HOUR);
    // A row that is missing is a hole, and no longer row before it.
    const holed = parsePrices([...rows.slice(0, 10), ...rows.slice(12)], NOW, OSLO);
    expect(holed.reduce((sum, { start, end }) => sum + end - start, 0)).to.equal(46 * HOUR);
  });

  it('of a year for each quarter of an hour are refused unless so many are allowed', () => {
    const rows = Array.from({ length: 35_040 }, (_, quarter) => ({ start: START + (quarter * HOUR) / 4, price: 1 }));
    expect(() => parsePrices(rows, NOW, OSLO)).to.throw(/35040 rows/);
    expect(parsePrices(rows, NOW, OSLO, 40_000)).to.have.lengthOf(35_040);
  });

  it('take today and tomorrow as numbers, and 192 quarters as both days', () => {
    const day = Array.from({ length: 24 }, (_, hour) => hour);
    const slots = parsePrices({ today: day, tomorrow: day }, NOW, OSLO);
    expect(slots).to.have.lengthOf(48);
    expect(slots[24]).to.deep.equal({ start: START + 24 * HOUR, end: START + 25 * HOUR, price: 0 });
    expect(parsePrices({ today: day, tomorrow: [] }, NOW, OSLO)).to.have.lengthOf(24);
    const both = parsePrices(
      Array.from({ length: 192 }, () => 1),
      NOW,
      OSLO,
    );
    expect(both.at(-1)?.end).to.equal(START + 48 * HOUR);
  });

  it('leave out what has no price or no time, and say so when nothing is left', () => {
    const rows = [{ start: 'soon', value: 1 }, { start: NOW, value: null }, null, 7, { start: NOW, value: 2 }];
    expect(parsePrices(rows, NOW, OSLO)).to.deep.equal([{ start: NOW, end: NOW + HOUR, price: 2 }]);
    for (const nothing of [[], {}, [null], [{ start: NOW, value: NaN }], 7, null, { data: 'none' }]) {
      expect(() => parsePrices(nothing, NOW, OSLO))
        .to.throw(/cannot be read/)
        .with.property('code', 'INPUT_INVALID');
    }
    expect(() => parsePrices('no prices', NOW, OSLO)).to.throw(/no JSON/);
    expect(() => parsePrices(Array(17).fill(1), NOW, OSLO)).to.throw(/17 numbers/);
  });

  it('refuse a mixture of areas instead of taking one', () => {
    const rows = ['DK1', 'DK2'].map((PriceArea) => ({
      TimeUTC: '2026-05-04T00:00:00',
      PriceArea,
      DayAheadPriceDKK: 1,
    }));
    expect(() => parsePrices({ records: rows }, NOW, OSLO)).to.throw(/DK1, DK2/);
  });

  it('take the finer of two resolutions of ENTSO-E, and repeat what it leaves out', () => {
    const period = (resolution: string, points: [number, number][]) => ({
      timeInterval: { start: '2026-05-03T22:00Z', end: '2026-05-03T23:00Z' },
      resolution,
      Point: points.map(([position, price]) => ({ position: String(position), 'price.amount': String(price) })),
    });
    const TimeSeries = [
      { Period: period('PT60M', [[1, 9]]) },
      {
        Period: period('PT15M', [
          [1, 1],
          [4, 2],
        ]),
      },
    ];
    const slots = parsePrices({ Publication_MarketDocument: { TimeSeries } }, NOW, OSLO);
    expect(slots.map(({ price }) => price)).to.deep.equal([1, 1, 1, 2]);
  });

  const hourly = (count: number) =>
    Array.from({ length: count }, (_, hour) => ({ at: new Date(START + hour * HOUR).toISOString(), price: hour / 10 }));
  const expected = (count: number) =>
    hourly(count).map(({ price }, hour) => ({ start: START + hour * HOUR, end: START + (hour + 1) * HOUR, price }));

  for (const [name, input] of [
    [
      'Tibber with a home whose contract has ended',
      {
        data: {
          viewer: {
            homes: [
              { currentSubscription: null },
              {
                currentSubscription: {
                  priceInfo: { today: hourly(3).map(({ at, price }) => ({ startsAt: at, total: price })) },
                },
              },
            ],
          },
        },
      },
    ],
    [
      'the rating of Tibber, whose days and months are means',
      {
        currentSubscription: {
          priceRating: {
            daily: { entries: [{ time: hourly(3)[0]?.at, total: 9 }] },
            hourly: {
              currency: 'NOK',
              entries: hourly(3).map(({ at, price }) => ({
                time: at,
                total: price,
                energy: 0,
                tax: 0,
                level: 'NORMAL',
              })),
            },
          },
        },
      },
    ],
    [
      'a range of Tibber',
      {
        currentSubscription: {
          priceInfoRange: { nodes: hourly(3).map(({ at, price }) => ({ startsAt: at, total: price })) },
        },
      },
    ],
    [
      'a range of one home of Tibber',
      {
        data: {
          viewer: {
            home: {
              currentSubscription: {
                priceInfoRange: { nodes: hourly(3).map(({ at, price }) => ({ startsAt: at, total: price })) },
              },
            },
          },
        },
      },
    ],
    ['EnergyZero', { Prices: hourly(3).map(({ at, price }) => ({ readingDate: at, price })) }],
    [
      'Frank Energie',
      { data: { marketPricesElectricity: hourly(3).map(({ at, price }) => ({ from: at, marketPrice: price })) } },
    ],
    ['EasyEnergy', hourly(3).map(({ at, price }) => ({ Timestamp: at, TariffUsage: price, TariffReturn: 9 }))],
    [
      'Amber, whose starts are a second late',
      hourly(3).map(({ price }, hour) => ({
        ...{ type: 'ForecastInterval', channelType: 'general', spotPerKwh: 9, perKwh: price },
        startTime: new Date(START + hour * HOUR + 1_000).toISOString(),
        endTime: new Date(START + (hour + 1) * HOUR).toISOString(),
      })),
    ],
    [
      'the action of Home Assistant for Amber',
      {
        forecasts: hourly(3).map(({ at, price }, hour) => ({
          ...{ duration: 60, nem_date: at, per_kwh: price, spot_per_kwh: 9 },
          start_time: new Date(START + hour * HOUR + 1_000).toISOString(),
          end_time: new Date(START + (hour + 1) * HOUR).toISOString(),
        })),
      },
    ],
    [
      'the action of Home Assistant for Tibber',
      { prices: { Home: hourly(3).map(({ at, price }) => ({ start_time: at, price })) } },
    ],
    [
      'the action of Home Assistant for EnergyZero',
      { prices: hourly(3).map(({ at, price }) => ({ timestamp: at, price })) },
    ],
    [
      'EPEX Spot in Home Assistant',
      {
        state: '0.1',
        attributes: { data: hourly(3).map(({ at, price }) => ({ start_time: at, price_per_kwh: price })) },
      },
    ],
    [
      'Frank Energie in Home Assistant',
      { attributes: { prices: hourly(3).map(({ at, price }) => ({ from: at, till: at, price })) } },
    ],
    [
      'GE-Spot in Home Assistant',
      {
        attributes: {
          currency: 'SEK',
          today_interval_prices: hourly(2).map(({ at, price }) => ({ time: at, value: price })),
          tomorrow_interval_prices: hourly(3)
            .slice(2)
            .map(({ at, price }) => ({ time: at, value: price })),
        },
      },
    ],
    [
      'Energi Data Service in Home Assistant',
      { attributes: { raw_today: hourly(3).map(({ at, price }) => ({ hour: at, price })), raw_tomorrow: null } },
    ],
    [
      'PVPC in Home Assistant',
      { state: 0.1, attributes: { tariff: '2.0TD', price_01h: 0.1, price_00h: 0, price_02h: 0.2, price_ratio: 0.4 } },
    ],
    [
      'times of the day alone',
      { today: ['00:00', '01:00', '02:00'].map((time, hour) => ({ time, price: hour / 10 })) },
    ],
    [
      'a blank before the offset',
      hourly(3).map(({ price }, hour) => ({ start: `2026-05-04 0${hour}:00:00 +0200`, price })),
    ],
  ] as const) {
    it(`are read from ${name}`, () => expect(parsePrices(input, NOW, OSLO)).to.deep.equal(expected(3)));
  }

  it('are read from PVPC for tomorrow, and on the day when an hour comes twice', () => {
    const attributes = { price_23h: 1, price_next_day_00h: 2 };
    expect(parsePrices({ attributes }, NOW, OSLO).map(({ start }) => (start - START) / HOUR)).to.deep.equal([23, 24]);
    const twice = { attributes: { price_01h: 1, price_02h: 2, price_02h_d: 3, price_03h: 4 } };
    const slots = parsePrices(twice, LONG[0] as number, OSLO);
    expect(slots.map(({ start, end, price }) => [end - start, price])).to.deep.equal([
      [HOUR, 1],
      [HOUR, 2],
      [HOUR, 3],
      [HOUR, 4],
    ]);
  });

  it('of tomorrow have the times of tomorrow, where the rows name the time of the day alone', () => {
    const day = [
      { time: '22:00', price: 1 },
      { time: '23:00', price: 2 },
    ];
    const slots = parsePrices({ today: day, tomorrow: day }, NOW, OSLO);
    expect(slots.map(({ start }) => (start - START) / HOUR)).to.deep.equal([22, 23, 46, 47]);
  });

  it('say what is wrong with their rows', () => {
    for (const [rows, text] of [
      [[{ slot: 1, price: 2 }], /Its rows have no start, only slot, price/],
      [[{ start: '04.05.2026 00:00', price: 2 }], /A row has the start "04\.05\.2026 00:00", which is no time/],
      [[{ start: NOW, cost: 2 }], /Its rows have no price, only start, cost/],
      [[{ start: NOW, price: '0,5 kr' }], /A row has the price "0,5 kr"/],
      [
        { Acknowledgement_MarketDocument: { Reason: [{ text: ['No matching data found'] }] } },
        /No matching data found/,
      ],
    ] as const) {
      expect(() => parsePrices(rows, NOW, OSLO)).to.throw(text);
    }
  });

  it('ask for times that mean the same everywhere', () => {
    for (const start of ['04.05.2026', '04.05.2026 00:00', '05/04/2026 00:00', '4.5.26']) {
      expect(() => parsePrices([{ start, price: 2 }], NOW, OSLO))
        .to.throw(`"${start}", which is no time`)
        .and.satisfies(({ message }: Error) => message.includes('ISO 8601'));
    }
  });

  const at = (hour: number): string => new Date(START + hour * HOUR).toISOString();

  for (const [own, other] of [
    ['SpotPriceDKK', 'SpotPriceEUR'],
    ['DayAheadPriceDKK', 'DayAheadPriceEUR'],
    ['NOK_per_kWh', 'EUR_per_kWh'],
    ['value_inc_vat', 'value_exc_vat'],
    ['total', 'energy'],
  ] as const) {
    it(`are in ${own} where any row has it, and a row with ${other} alone has no price`, () => {
      const rows = [3, undefined, 5].map((price, hour) => ({ from: at(hour), [own]: price ?? null, [other]: 9 }));
      expect(parsePrices(rows, NOW, OSLO).map(({ start, price }) => [(start - START) / HOUR, price])).to.deep.equal([
        [0, 3],
        [2, 5],
      ]);
      const [first, second, third] = rows;
      const days = parsePrices({ today: [second, third], tomorrow: [second, first] }, NOW, OSLO);
      expect(days.map(({ price }) => price)).to.deep.equal([3, 5]);
    });
  }

  it('are in EUR where no row has the local currency', () => {
    const rows = [1, 2].map((price, hour) => ({ HourUTC: at(hour), SpotPriceDKK: null, SpotPriceEUR: price }));
    expect(parsePrices({ records: rows }, NOW, OSLO).map(({ price }) => price)).to.deep.equal([1, 2]);
  });

  describe('with an open end', () => {
    const octopus = (from: string, to: string | null, price: number) => ({
      ...{ value_exc_vat: price - 1, value_inc_vat: price, valid_from: from, valid_to: to, payment_method: null },
    });

    it('apply for longer than any plan, from the start of a flat tariff on', () => {
      const [slot, ...others] = parsePrices({ results: [octopus('2024-01-01T00:00:00Z', null, 24)] }, NOW, OSLO);
      expect(others).to.deep.equal([]);
      expect(slot).to.include({ start: Date.UTC(2024, 0), price: 24 });
      expect(slot?.end).to.be.at.least(NOW + 8 * 24 * HOUR);
      const [later] = parsePrices({ results: [octopus('2026-07-01T00:00:00Z', null, 24)] }, NOW, OSLO);
      expect(later?.end).to.be.at.least(Date.UTC(2026, 6, 9));
    });

    it('apply until the next row starts, whatever the order', () => {
      const rows = [octopus(at(2), null, 3), octopus(at(0), null, 1), octopus(at(-9), at(0), 7)];
      const slots = parsePrices({ results: rows }, NOW, OSLO);
      expect(slots.slice(0, 2)).to.deep.equal([
        { start: START - 9 * HOUR, end: START, price: 7 },
        { start: START, end: START + 2 * HOUR, price: 1 },
      ]);
      expect(slots.at(-1)?.end).to.be.at.least(NOW + 8 * 24 * HOUR);
    });

    it('are no longer than their neighbours where the end of each row is unknown', () => {
      const rows = [0, 1].map((hour) => ({ start: at(hour), end: null, price: 1 }));
      expect(parsePrices(rows, NOW, OSLO).at(-1)?.end).to.equal(START + 2 * HOUR);
    });
  });

  for (const [title, key, names, remedy] of [
    ['payment methods', 'payment_method', ['DIRECT_DEBIT', 'NON_DIRECT_DEBIT'], /payment_method="DIRECT_DEBIT"/],
    ['channels', 'channelType', ['general', 'feedIn'], /channelType="general"/],
    ['currencies', 'currency', ['DKK', 'EUR'], /one currency/],
  ] as const) {
    it(`refuse a mixture of ${title}, and read one of them`, () => {
      const rows = names.map((name) => ({ start: at(0), [key]: name, price: 1 }));
      for (const input of [rows, { today: [rows[0]], tomorrow: [rows[1]] }]) {
        expect(() => parsePrices(input, NOW, OSLO))
          .to.throw(new RegExp(names.join(', ')))
          .and.satisfies(({ message }: Error) => remedy.test(message));
      }
      expect(parsePrices([rows[0], { start: at(1), [key]: null, price: 1 }], NOW, OSLO)).to.have.lengthOf(2);
    });
  }

  it('are of one field, one area and one payment method, in any order and with duplicates', () => {
    const keys = ['total', 'SpotPriceDKK', 'SpotPriceEUR', 'value_inc_vat', 'value_exc_vat', 'energy'] as const;
    const hour = fc.integer({ min: 0, max: 30 });
    const row = fc.record({
      hour,
      open: fc.boolean(),
      priced: fc.subarray([...keys], { minLength: 1 }),
      method: fc.constantFrom(null, null, null, 'DIRECT_DEBIT', 'NON_DIRECT_DEBIT'),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.boolean(), (raws, isText) => {
        // The price tells the field and the hour that it is of.
        const rows = [...raws, ...raws.slice(0, 2)].map(({ hour: from, open, priced, method }) => ({
          ...{ valid_from: at(from), valid_to: open ? null : at(from + 1), payment_method: method },
          ...Object.fromEntries(keys.map((key, n) => [key, priced.includes(key) ? n * 100 + from : null])),
        }));
        const methods = new Set(raws.flatMap(({ method }) => method ?? []));
        const input = isText ? JSON.stringify({ results: rows }) : { results: rows };
        if (methods.size > 1) {
          expect(() => parsePrices(input, NOW, OSLO)).to.throw(/DIRECT_DEBIT/);
          return;
        }
        const slots = raws.every(({ priced }) => priced.join() === 'value_exc_vat')
          ? []
          : parsePrices(input, NOW, OSLO);
        expectSound(slots);
        expect(new Set(slots.map(({ price }) => Math.floor(price / 100))).size).to.be.at.most(1);
        for (const { start, price } of slots) expect(price % 100).to.equal((start - START) / HOUR);
      }),
      { numRuns: draws(300) },
    );
  });

  it('are refused at once where there are far too many', () => {
    const period = (index: number) => ({
      timeInterval: { start: '2001-01-01T00:00Z', end: '2199-01-01T00:00Z' },
      resolution: index % 2 === 0 ? 'PT15M' : 'PT60M',
      Point: [{ position: '1', 'price.amount': '1' }],
    });
    const TimeSeries = Array.from({ length: 50 }, (_, index) => ({ Period: period(index) }));
    const sparse = Object.assign([], { 4_294_967_294: 1 });
    for (const input of [{ Publication_MarketDocument: { TimeSeries } }, sparse, { prices: sparse }]) {
      const before = process.cpuUsage();
      try {
        parsePrices(input, NOW, OSLO);
      } catch (error) {
        expect(error).to.have.property('code', 'INPUT_INVALID');
      }
      expect(process.cpuUsage(before).user / 1_000, 'ms of the processor').to.be.below(1_500);
    }
  });

  it('take the first of two auctions of ENTSO-E, whatever their order, and a prefix of its names', () => {
    const series = (sequence: number, price: string) => ({
      'classificationSequence_AttributeInstanceComponent.position': [String(sequence)],
      Period: [
        {
          timeInterval: [{ start: ['2026-05-03T22:00Z'], end: ['2026-05-03T23:00Z'] }],
          resolution: ['PT60M'],
          Point: [{ position: ['1'], 'price.amount': [price] }],
        },
      ],
    });
    const document = { 'ns:Publication_MarketDocument': { TimeSeries: [series(2, '9'), series(1, '5')] } };
    expect(parsePrices(document, NOW, OSLO).map(({ price }) => price)).to.deep.equal([5]);
  });

  describe('of a day of 23, 24 or 25 hours', () => {
    interface True {
      start: number;
      end: number;
      price: number;
    }
    const utc = (at: number): string => new Date(at).toISOString();
    const timeInterval = ([first]: readonly True[], last: True | undefined) => ({
      start: [utc(first?.start ?? 0).replace(':00.000', '')],
      end: [utc(last?.end ?? 0).replace(':00.000', '')],
    });
    /** The rows in any order, or in that of the time where only it tells which of two hours is meant. */
    const shapes: { [name: string]: (rows: readonly True[], calendar: Calendar, mixed: readonly True[]) => unknown } = {
      Tibber: (_, calendar, mixed) => ({
        priceInfo: { today: mixed.map(({ start, price }) => ({ startsAt: calendar.iso(start), total: price })) },
      }),
      'the portal of Nord Pool': (_, __, mixed) => ({
        multiAreaEntries: mixed.map(({ start, end, price }) => ({
          ...{ deliveryStart: utc(start), deliveryEnd: utc(end), entryPerArea: { NO1: price } },
        })),
      }),
      'ENTSO-E': (rows) => ({
        Publication_MarketDocument: {
          TimeSeries: [
            {
              Period: [
                {
                  timeInterval: [timeInterval(rows, rows.at(-1))],
                  resolution: [`PT${((rows[0] as True).end - (rows[0] as True).start) / 60_000}M`],
                  Point: rows.map(({ price }, index) => ({
                    ...{ position: [String(index + 1)], 'price.amount': [String(price)] },
                  })),
                },
              ],
            },
          ],
        },
      }),
      'Energi Data Service': (_, __, mixed) => ({
        records: mixed.map(({ start, price }) => ({ TimeUTC: utc(start).slice(0, 19), DayAheadPriceDKK: price })),
      }),
      aWATTar: (_, __, mixed) => ({
        data: mixed.map(({ start, end, price }) => ({
          start_timestamp: start,
          end_timestamp: end,
          marketprice: price,
        })),
      }),
      Octopus: (_, __, mixed) => ({
        results: mixed.map(({ start, end, price }) => ({
          valid_from: utc(start),
          valid_to: utc(end),
          value_inc_vat: price,
        })),
      }),
      'power-saver': (_, calendar, mixed) => ({
        priceData: mixed.map(({ start, price }) => ({ start: calendar.iso(start), value: price })),
      }),
      'seconds, and a decimal comma': (_, __, mixed) =>
        mixed.map(({ start, price }) => ({ start: String(start / 1_000), price: String(price).replace('.', ',') })),
      'local times without an offset': (rows, calendar) =>
        rows.map(({ start, price }) => ({ start: calendar.iso(start).slice(0, 19), price })),
    };

    for (const [name, shape] of Object.entries(shapes)) {
      it(`are those of ${name}, in three zones, for hours and quarters`, () => {
        const now = fc.constantFrom(...SHORT, ...LONG, NOW);
        fc.assert(
          fc.property(
            now,
            fc.constantFrom(...ZONES),
            fc.constantFrom(15, 60),
            fc.infiniteStream(fc.nat()),
            (at, zone, minutes, order) => {
              const calendar = new Calendar(zone);
              const { start, end } = calendar.day(at);
              const count = (end - start) / (minutes * 60_000);
              const rows = Array.from({ length: count }, (_, index) => ({
                start: start + index * minutes * 60_000,
                end: start + (index + 1) * minutes * 60_000,
                price: ((index * 7) % 13) / 4 - 0.5,
              }));
              const keyed = [...rows, ...rows.slice(0, 3)].map((row) => ({ row, key: order.next().value as number }));
              const mixed = keyed.sort((one, other) => one.key - other.key).map(({ row }) => row);
              expect(parsePrices(shape(rows, calendar, mixed), at, calendar)).to.deep.equal(rows);
            },
          ),
          { numRuns: 40 },
        );
      });
    }
  });

  it('are sound whatever comes, in any order, of any length and in three zones', () => {
    const time = fc.oneof(
      fc.integer({ min: NOW - 1e9, max: NOW + 1e9 }),
      fc.string(),
      fc.constant(null),
      fc.constant(NaN),
    );
    const row = fc.record(
      { start: time, end: time, value: fc.oneof(fc.double(), fc.string(), fc.constant(null)) },
      { requiredKeys: [] },
    );
    const input = fc.oneof(
      fc.array(row),
      fc.array(fc.double()),
      fc.anything(),
      fc.record({ today: fc.array(row), data: fc.anything() }),
    );
    fc.assert(
      fc.property(input, fc.constantFrom(...ZONES), fc.constantFrom(...SHORT, ...LONG), (prices, zone, now) => {
        let slots: PriceSlot[] = [];
        try {
          slots = parsePrices(prices, now, new Calendar(zone));
        } catch (error) {
          expect(error).to.have.property('code', 'INPUT_INVALID');
        }
        expectSound(slots);
      }),
      { numRuns: draws(500) },
    );
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { isZaptecError } from '../../../../src/errors/zaptec-error';
import { Calendar } from '../../../../src/energy/calendar';
import { parseSeries } from '../../../../src/energy/plan/series';

const OSLO = new Calendar('Europe/Oslo');
const NOON = Date.parse('2026-05-04T12:00+02:00');
const HALF_HOUR = 1_800_000;

describe('the second series', () => {
  const sun: [string, unknown][] = [
    [
      'rows of watts',
      [
        { start: '2026-05-04T12:00+02:00', end: '2026-05-04T12:30+02:00', watts: 3_000 },
        { start: '2026-05-04T12:30+02:00', watts: '2500' },
      ],
    ],
    [
      'Solcast, which names the end of a period',
      {
        forecasts: [
          { pv_estimate: 3, period_end: '2026-05-04T10:30:00.0000000Z', period: 'PT30M' },
          { pv_estimate: 2.5, period_end: '2026-05-04T11:00:00.0000000Z', period: 'PT30M' },
        ],
      },
    ],
    [
      'Solcast in Home Assistant, half-hours and hours side by side',
      {
        state: '12.3',
        attributes: {
          ...{ estimate: 12.3, dayname: 'Monday' },
          detailedForecast: [
            { period_start: '2026-05-04T12:00:00+02:00', pv_estimate: 3, pv_estimate10: 1, pv_estimate90: 4 },
            { period_start: '2026-05-04T12:30:00+02:00', pv_estimate: 2.5, pv_estimate10: 1, pv_estimate90: 4 },
          ],
          detailedHourly: [{ period_start: '2026-05-04T12:00:00+02:00', pv_estimate: 2.75 }],
        },
      },
    ],
    [
      'the energy of each period of forecast.solar, which has the time of its end',
      {
        result: {
          watt_hours_period: { '2026-05-04 13:00:00': 1_250, '2026-05-04 12:30:00': 1_500, '2026-05-04 12:00:00': 7 },
        },
      },
    ],
    [
      'forecast.solar, in local time',
      {
        result: { watts: { '2026-05-04 12:00:00': 3_000, '2026-05-04 12:30:00': 2_500 }, watt_hours: {} },
        message: {},
      },
    ],
  ];
  for (const [title, input] of sun) {
    it(`reads the sun from ${title}`, () => {
      expect(parseSeries('sun', input, NOON, OSLO)).to.deep.equal([
        { start: NOON, end: NOON + HALF_HOUR, price: 3_000 },
        { start: NOON + HALF_HOUR, end: NOON + 2 * HALF_HOUR, price: 2_500 },
      ]);
      expect(parseSeries('sun', JSON.stringify(input), NOON, OSLO), 'as text').to.deep.equal(
        parseSeries('sun', input, NOON, OSLO),
      );
    });
  }

  it('reads the sun for each hour from Solcast', () => {
    const detailedHourly = [{ period_start: '2026-05-04T12:00:00+02:00', pv_estimate: 2.75 }];
    const hour = [{ start: NOON, end: NOON + 2 * HALF_HOUR, price: 2_750 }];
    expect(parseSeries('sun', { attributes: { detailedHourly } }, NOON, OSLO)).to.deep.equal(hour);
    const forecasts = [{ period_end: '2026-05-04T11:00:00Z', period: 'PT1H', pv_estimate: 2.75 }];
    expect(parseSeries('sun', { forecasts }, NOON, OSLO)).to.deep.equal(hour);
  });

  it('names a text that is no JSON', () => {
    expect(() => parseSeries('sun', 'sunny', NOON, OSLO)).to.throw(/the text "sunny", which is no JSON.+Solcast/);
  });

  const carbon: [string, unknown][] = [
    [
      'the UK carbon intensity API',
      {
        data: [
          { from: '2026-05-04T10:00Z', to: '2026-05-04T10:30Z', intensity: { forecast: 90, actual: null } },
          { from: '2026-05-04T10:30Z', to: '2026-05-04T11:00Z', intensity: { forecast: null, actual: 110 } },
        ],
      },
    ],
    [
      'Electricity Maps',
      {
        zone: 'NO',
        forecast: [
          { carbonIntensity: 90, datetime: '2026-05-04T10:00:00.000Z' },
          { carbonIntensity: 110, datetime: '2026-05-04T10:30:00.000Z' },
        ],
      },
    ],
    [
      'rows',
      [
        { start: NOON, value: 90 },
        { start: NOON + HALF_HOUR, value: 110 },
      ],
    ],
  ];
  for (const [title, input] of carbon) {
    it(`reads CO₂ from ${title}`, () => {
      expect(parseSeries('co2', input, NOON, OSLO)).to.deep.equal([
        { start: NOON, end: NOON + HALF_HOUR, price: 90 },
        { start: NOON + HALF_HOUR, end: NOON + 2 * HALF_HOUR, price: 110 },
      ]);
    });
  }

  it('says what it expects where there is nothing in it', () => {
    for (const input of [[], {}, null, [1, 'two'], { forecasts: [{ pv_estimate: 'much' }] }, { data: {} }]) {
      expect(() => parseSeries('sun', input, NOON, OSLO)).to.throw(/second series cannot be read.+Solcast/);
    }
  });

  it('never throws anything else, whatever it gets, and never has a value that is no number', () => {
    fc.assert(
      fc.property(fc.constantFrom('sun' as const, 'co2' as const), fc.jsonValue({ maxDepth: 6 }), (kind, input) => {
        try {
          for (const { start, end, price } of parseSeries(kind, input, NOON, OSLO)) {
            expect([start, end, price].every(Number.isFinite)).to.equal(true);
          }
        } catch (error) {
          expect(isZaptecError(error)).to.equal(true);
        }
      }),
    );
  });
});

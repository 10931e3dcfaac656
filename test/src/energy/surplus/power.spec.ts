import { inspect } from 'node:util';
import { expect } from 'chai';
import { readGridPower, readPercent, readPower } from '../../../../src/energy/surplus/power';

describe('a power of a meter', () => {
  const rows: [unknown, 'W' | 'kW', number | undefined][] = [
    [1250, 'W', 1250],
    [-1.25, 'kW', -1250],
    ['1250', 'W', 1250],
    [' -300.5 ', 'W', -300.5],
    ['1.2 kW', 'W', 1200],
    ['1200W', 'kW', 1200],
    ['1,2 kW', 'W', 1200],
    [' -300,5 ', 'W', -300.5],
    ['1,234,567', 'W', undefined],
    ['1,234.5', 'W', undefined],
    [{ value: 3, unit: 'kW' }, 'W', 3000],
    [{ value: 1e-9, unit: 'kW' }, 'W', 0],
    [{ entity_id: 'sensor.grid', state: '-1250', attributes: { unit_of_measurement: 'W' } }, 'kW', -1250],
    [{ state: '1.25', attributes: { unit_of_measurement: 'kW' } }, 'W', 1250],
    [{ state: '1.25', attributes: {} }, 'kW', 1250],
    [{ state: 'unavailable', attributes: { unit_of_measurement: 'W' } }, 'W', undefined],
    [{ state: '20', attributes: { unit_of_measurement: '°C' } }, 'W', undefined],
    [{ value: '3' }, 'kW', 3000],
    [0, 'W', 0],
    [null, 'W', undefined],
    [undefined, 'W', undefined],
    ['', 'W', undefined],
    ['unavailable', 'W', undefined],
    ['kW', 'W', undefined],
    [NaN, 'W', undefined],
    [Infinity, 'W', undefined],
    [1e9, 'W', undefined],
    [true, 'W', undefined],
    [[1], 'W', undefined],
    [{ value: 3, unit: 'A' }, 'W', undefined],
    [{}, 'W', undefined],
    ['1'.repeat(10_000), 'W', undefined],
  ];
  for (const [input, unit, watts] of rows) {
    it(`is ${watts} W for ${inspect(input).slice(0, 40)} in ${unit}`, () => {
      expect(readPower(input, unit)).to.equal(watts);
    });
  }

  const ofMeters: [unknown, 'W' | 'kW', number | undefined][] = [
    ['{"value": 1.2, "unit": "kW"}', 'W', 1200],
    ['{"value": 1.2}', 'kW', 1200],
    ['{"state": "1.2", "attributes": {"unit_of_measurement": "kW"}}', 'W', 1200],
    ['{"power": -300}', 'kW', -300],
    ['{"power": ', 'W', undefined],
    [{ value: 5, unit: 'A' }, 'W', undefined],
    [{ value: 3, unit: 'MW' }, 'W', undefined],
    [{ value: 21, unit: '°C', power: 300 }, 'W', 300],
    [{ power: -2e6 }, 'W', undefined],
    [{ power_delivered: 1_001 }, 'W', undefined],
  ];
  for (const [input, unit, watts] of ofMeters) {
    it(`is ${watts} W at the grid for ${inspect(input)} in ${unit}`, () => {
      expect(readGridPower(input, unit)).to.equal(watts);
    });
  }

  it('is a level of a battery only from 0 to 100', () => {
    const levels = [0, 55, 100, '55', '55 %', 101, -1, 'full', null].map(readPercent);
    expect(levels).to.deep.equal([0, 55, 100, 55, 55, undefined, undefined, undefined, undefined]);
  });
});

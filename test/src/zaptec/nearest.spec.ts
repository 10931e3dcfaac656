import { expect } from 'chai';
import fc from 'fast-check';
import { nearestNames } from '../../../src/zaptec/nearest';

describe('the names that are nearest to a text', () => {
  for (const [text, names, nearest] of [
    ['garge', ['Carport', 'Garage', 'P001', 'P010'], ['Garage', 'Carport', 'P001']],
    ['p2', ['P10', 'P2', 'P20', 'P1'], ['P2', 'P20', 'P1']],
    ['ChargePower', ['TotalChargePower', 'ChargeMode', 'Humidity'], ['TotalChargePower', 'ChargeMode', 'Humidity']],
    ['', ['B', 'A'], ['A', 'B']],
    ['  p2 ', ['P10', 'P2', 'P20', 'P1'], ['P2', 'P20', 'P1']],
    ['q', ['P10', 'P21', 'P9', 'P2'], ['P2', 'P9', 'P10']],
    ['anything', [], []],
  ] as const) {
    it(`are, for "${text}", ${nearest.join(', ') || 'none'}`, () => {
      expect(nearestNames(text, names)).to.deep.equal(nearest);
    });
  }

  it('begin with the name itself, whatever its capitals', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 40 }), { minLength: 1 }), (names) => {
        const [name = ''] = names;
        const [first = ''] = nearestNames(name, names);
        expect(first.trim().toLowerCase()).to.equal(name.trim().toLowerCase());
      }),
    );
  });

  it('take no time that grows with a long text', () => {
    const began = performance.now();
    nearestNames(
      'a'.repeat(1e6),
      Array.from({ length: 100 }, (_, i) => `${'b'.repeat(1e5)}${i}`),
    );
    expect(performance.now() - began).to.be.below(2_000);
  });
});

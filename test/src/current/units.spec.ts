import { expect } from 'chai';
import fc from 'fast-check';
import { toAmperes, type Quantity, type Supply } from '../../../src/current/units';

const firstOf = (quantity: Quantity, supply: Supply): number => toAmperes(quantity, supply).currents.phase1;

describe('power as current', () => {
  const ROWS: [name: string, networkType: number | undefined, kw: number, ampere: number][] = [
    ['three phases TN: 3 × U × I', 4, 11.04, 16],
    ['one phase TN: U × I', 3, 3.68, 16],
    ['three phases IT: √3 × U × I', 2, 6.374, 16],
    ['one phase IT: U × I', 1, 3.68, 16],
    ['an unknown network counts as three phases TN', undefined, 11.04, 16],
  ];
  for (const [name, networkType, kw, ampere] of ROWS) {
    it(name, () => {
      expect(firstOf({ unit: 'kW', value: kw }, { networkType })).to.be.closeTo(ampere, 0.01);
      expect(firstOf({ unit: 'W', value: kw * 1000 }, { networkType })).to.be.closeTo(ampere, 0.01);
    });
  }

  it('uses the voltage of a charging charger, and says so', () => {
    const { currents, assumption } = toAmperes({ unit: 'W', value: 3 * 240 * 10 }, { networkType: 4, measuredV: 240 });
    expect(currents.phase1).to.be.closeTo(10, 1e-9);
    expect(assumption).to.equal('three phases TN, 240 V (measured)');
  });

  it('uses the lowest and the highest voltage of a charging car too, and names a network that nobody knows', () => {
    for (const volt of [180, 260]) {
      const { assumption } = toAmperes({ unit: 'W', value: 1 }, { measuredV: volt });
      expect(assumption).to.equal(`three phases TN (assumed), ${volt} V (measured)`);
    }
  });

  for (const volt of [undefined, 0, 1.257, 179.9, 260.1, 400, NaN]) {
    it(`assumes 230 V where ${volt} V was measured`, () => {
      const { assumption } = toAmperes({ unit: 'kW', value: 1 }, { networkType: 4, measuredV: volt });
      expect(assumption).to.equal('three phases TN, 230 V (assumed)');
    });
  }

  it('takes the power of each phase for itself', () => {
    const phases = { phase1: 2.3, phase2: 0, phase3: 4.6 };
    const { currents, assumption } = toAmperes({ unit: 'kW', phases }, { networkType: 4 });
    expect(currents).to.deep.equal({ phase1: 10, phase2: 0, phase3: 20 });
    expect(assumption).to.equal('230 V (assumed) on each phase');
  });

  it('leaves amperes alone and assumes nothing', () => {
    expect(toAmperes({ unit: 'A', value: 7.5 }, {})).to.deep.equal({
      currents: { phase1: 7.5, phase2: 7.5, phase3: 7.5 },
    });
    const phases = { phase1: 1, phase2: 2, phase3: 3 };
    expect(toAmperes({ unit: 'A', phases }, {})).to.deep.equal({ currents: phases });
  });

  it('never gives more current than the power holds', () => {
    const volts = fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 4, undefined),
        fc.integer({ min: 0, max: 100_000 }),
        volts,
        (net, watt, v) => {
          const ampere = firstOf({ unit: 'W', value: watt }, { networkType: net, measuredV: v });
          expect(ampere * 180).to.be.at.most(watt + 1e-6);
        },
      ),
    );
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { isTrue } from '../../../nodes/shared/message';
import { readQuantity } from '../../../nodes/update-current/input';
import { isZaptecError } from '../../../src/errors/zaptec-error';

const refusalOf = (input: unknown): string => {
  try {
    readQuantity(input, 'A');
  } catch (error) {
    if (isZaptecError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was taken');
};

describe('the current in a message', () => {
  it('resets by true and its other forms, and by nothing else', () => {
    for (const value of [true, 'true', ' TRUE ', 1, '1', 'on'])
      expect(isTrue(value), JSON.stringify(value)).to.equal(true);
    for (const value of [false, 'false', 0, '0', '', undefined, null, 2, {}]) {
      expect(isTrue(value), JSON.stringify(value)).to.equal(false);
    }
  });

  const READ: [input: unknown, wanted: unknown][] = [
    [16, { unit: 'A', value: 16 }],
    [0, { unit: 'A', value: 0 }],
    [-4, { unit: 'A', value: -4 }],
    ['16.5', { unit: 'A', value: 16.5 }],
    [' 1e1 ', { unit: 'A', value: 10 }],
    [
      { value: 4.2, unit: 'kW' },
      { unit: 'kW', value: 4.2 },
    ],
    [
      { value: '4200', unit: 'w' },
      { unit: 'W', value: 4200 },
    ],
    [{ value: 10 }, { unit: 'A', value: 10 }],
    [
      { phase1: 10, phase2: 0, phase3: '6' },
      { unit: 'A', phases: { phase1: 10, phase2: 0, phase3: 6 } },
    ],
    [
      { phase1: 1, phase2: 1, phase3: 1, unit: 'kW' },
      { unit: 'kW', phases: { phase1: 1, phase2: 1, phase3: 1 } },
    ],
  ];
  for (const [input, wanted] of READ) {
    it(`takes ${JSON.stringify(input)}`, () => expect(readQuantity(input, 'A')).to.deep.equal(wanted));
  }

  it('takes the unit of a plain number from the node', () => {
    expect(readQuantity(2600, 'W')).to.deep.equal({ unit: 'W', value: 2600 });
    expect(readQuantity({ value: 2 }, 'kW')).to.deep.equal({ unit: 'kW', value: 2 });
  });

  const REFUSED: [input: unknown, text: RegExp][] = [
    [undefined, /The value is undefined, no number/],
    [null, /The value is null, no number/],
    [NaN, /The value is NaN, no number/],
    [Infinity, /no number/],
    [true, /The value is true, no number/],
    ['', /The value is "", no number/],
    ['16 A', /The value is "16 A", no number/],
    ['unknown', /"unknown"/],
    [[16], /of type array/],
    [Buffer.from('16'), /of type object/],
    [{}, /value is undefined/],
    [{ value: 10, unit: 'mA' }, /unit is "mA", none of A, kW and W/],
    [{ phase1: 10 }, /phase1 without phase2, phase3/],
    [{ phase1: 10, phase2: 10, phase3: null }, /phase3 is null/],
    [{ phase1: 10, phase2: 10, phase3: 10, value: 10 }, /value stands beside single phases/],
  ];
  for (const [input, text] of REFUSED) {
    it(`refuses ${JSON.stringify(input)} and says why`, () => {
      expect(refusalOf(input))
        .to.match(/^INPUT_INVALID: /)
        .and.match(text)
        .and.contain('Remedy: Send a number');
    });
  }

  it('is a number or refused, whatever the message has', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          const wanted = readQuantity(input, 'A');
          const values = 'value' in wanted ? [wanted.value] : Object.values(wanted.phases);
          expect(values.every((value) => Number.isFinite(value))).to.equal(true);
        } catch (error) {
          expect(isZaptecError(error), String(error)).to.equal(true);
        }
      }),
    );
  });
});

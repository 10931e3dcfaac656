import { expect } from 'chai';
import { numberOf, withFieldTypes } from '../../../src/api/field-types';

const CHARGER = '/api/chargers/{id}';
const INSTALLATION = '/api/installation/{id}';

describe('the types of the fields of an answer', () => {
  it('are left alone where all are right, without a copy', () => {
    const charger = { id: 'a', name: 'Garage', deviceType: 4, isOnline: true, other: [1], constructor: 'x' };
    expect(withFieldTypes(CHARGER, charger)).to.equal(charger);
  });

  it('are made right where they can be, and every other field keeps its place', () => {
    const given = { before: 1, id: 5, name: true, deviceType: '4', isOnline: 'true', active: 0, after: '2' };
    const answer = withFieldTypes(CHARGER, given) as object;
    const wanted = { before: 1, id: '5', name: 'true', deviceType: 4, isOnline: true, active: false, after: '2' };
    expect(answer).to.deep.equal(wanted);
    expect(Object.keys(answer)).to.deep.equal(Object.keys(wanted));
    expect(given.id, 'the answer itself is not changed').to.equal(5);
  });

  it('are left out where a value means nothing in its place', () => {
    for (const [field, values] of [
      ['name', [null, {}, []]],
      ['deviceType', ['four', null, {}, NaN, Infinity, true]],
      ['isOnline', ['perhaps', null, 7, {}]],
    ] as const) {
      for (const value of values) {
        const answer = withFieldTypes(CHARGER, { id: 'a', [field]: value, other: undefined });
        expect(answer, field).to.deep.equal({ id: 'a', other: undefined });
      }
    }
  });

  it('keep a current that cannot be read, since its absence would mean something', () => {
    expect(withFieldTypes(INSTALLATION, { availableCurrent: '16', maxCurrent: 'many' })).to.deep.equal({
      availableCurrent: 16,
    });
    expect(withFieldTypes(INSTALLATION, { availableCurrent: 'many' })).to.deep.equal({ availableCurrent: 'many' });
  });

  it('are right in what is nested as well', () => {
    expect(withFieldTypes(INSTALLATION, { supportGroup: { id: 7, logo: 8 } })).to.deep.equal({
      supportGroup: { id: '7', logo: 8 },
    });
    const circuits = [{ id: 1, chargers: [{ id: 2 }, 'odd'] }, null];
    expect(withFieldTypes('/api/installation/{id}/hierarchy', { circuits })).to.deep.equal({
      circuits: [{ id: '1', chargers: [{ id: '2' }, 'odd'] }, null],
    });
    expect(withFieldTypes('/api/installation/{id}/hierarchy', { circuits: 'none' })).to.deep.equal({
      circuits: 'none',
    });
  });

  it('are right in lists', () => {
    for (const [endpoint, given, wanted] of [
      ['/api/chargers', { data: [{ id: 1 }], pages: '1' }, { data: [{ id: '1' }], pages: '1' }],
      ['/api/installation', { data: [{ id: 1 }] }, { data: [{ id: '1' }] }],
      ['/api/chargers/{id}/state', [{ stateId: '710', valueAsString: 1 }], [{ stateId: 710, valueAsString: '1' }]],
      ['/api/chargerFirmware/installation/{id}', [{ isUpToDate: 'false' }], [{ isUpToDate: false }]],
    ] as const) {
      expect(withFieldTypes(endpoint, given), endpoint).to.deep.equal(wanted);
    }
  });

  it('do not matter for other endpoints, nor for what is no object', () => {
    for (const endpoint of ['/api/constants', undefined])
      expect(withFieldTypes(endpoint, { id: 1 })).to.deep.equal({ id: 1 });
    for (const odd of [null, 5, 'text']) expect(withFieldTypes(CHARGER, odd)).to.equal(odd);
    expect(withFieldTypes('/api/chargers/{id}/state', { stateId: '710' })).to.deep.equal({ stateId: '710' });
  });

  it('make a number of a text that is one, and of nothing else', () => {
    expect([5, '5', ' 5.5 '].map(numberOf)).to.deep.equal([5, 5, 5.5]);
    expect(['', 'five', true, null, undefined, NaN, -Infinity, [5]].map(numberOf)).to.deep.equal(
      Array(8).fill(undefined),
    );
  });
});

import { expect } from 'chai';
import { isZaptecError } from '../../../src/errors/zaptec-error';
import { asGuid, isGuid } from '../../../src/zaptec/guid';
import { mayControl, roleOf } from '../../../src/zaptec/roles';

const ID = '0A1B2C3D-0000-4000-8000-00000000005E';

describe('an id of Zaptec', () => {
  it('is a GUID in either case, as a text alone', () => {
    for (const value of [ID, ID.toLowerCase()]) expect(isGuid(value), value).to.equal(true);
    for (const value of [` ${ID}`, `${ID}0`, ID.replaceAll('-', ''), '', 5, null, undefined, [ID], new String(ID)]) {
      expect(isGuid(value), String(value)).to.equal(false);
    }
    expect(asGuid(ID, 'charger')).to.equal(ID.toLowerCase());
  });

  for (const [value, shown] of [
    ['../admin', '"../admin"'],
    ['x'.repeat(70), `"${'x'.repeat(60)}"`],
    [5, 'number'],
    [[ID], 'object'],
    [undefined, 'undefined'],
  ] as const) {
    it(`is not ${shown}, and the error says so`, () => {
      try {
        asGuid(value, 'charger');
        expect.fail('accepted');
      } catch (error) {
        expect(isZaptecError(error) && error.code).to.equal('ID_INVALID');
        expect(isZaptecError(error) && error.message).to.match(/^charger /);
        expect(isZaptecError(error) && error.message).to.contain(`charger ${shown} is not an id of Zaptec`);
      }
    });
  }
});

describe('the role of an account', () => {
  for (const [bits, role, control] of [
    [0, 'none', false],
    [1, 'user', false],
    [2, 'owner', true],
    [3, 'owner', true],
    [4, 'service', true],
    [5, 'service', true],
    [6, 'owner', true],
    [8, 'user', false],
    [undefined, undefined, false],
    ['2', undefined, false],
    [null, undefined, false],
  ] as const) {
    it(`with the bits ${String(bits)} is ${role ?? 'not known'}, which ${control ? 'may' : 'may not'} control`, () => {
      expect(roleOf(bits)).to.equal(role);
      expect(mayControl(bits)).to.equal(control);
    });
  }
});

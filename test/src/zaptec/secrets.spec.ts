import { expect } from 'chai';
import { isDroppedField, isSecretObservation, looksLikePassword } from '../../../src/zaptec/decode/secrets';

// The decoder remembers what it found of a name, so the rules are asked here themselves.
describe('what the decoder leaves out', () => {
  it('is each field that has a secret, or a picture, in any casing', () => {
    for (const name of ['Password', 'pin', 'OcppInitialChargePointPassword', 'PropertyOcppPassword', 'LogoBase64']) {
      for (const spelled of [name, name.toUpperCase(), name.toLowerCase()]) {
        expect(isDroppedField(spelled), spelled).to.equal(true);
      }
    }
    for (const name of ['Name', 'PinCode', 'Logo', 'MyPassword', ''])
      expect(isDroppedField(name), name).to.equal(false);
  });

  it('is each text whose name ends like a password', () => {
    for (const name of ['Password', 'wifiPASSWORD', 'newpassword'])
      expect(looksLikePassword(name), name).to.equal(true);
    for (const name of ['PasswordHint', 'pass', '']) expect(looksLikePassword(name), name).to.equal(false);
  });

  it('is the value of each observation that is a secret, the id as number or text', () => {
    for (const id of [863, 864, 1140]) {
      expect([isSecretObservation(id), isSecretObservation(String(id))], String(id)).to.deep.equal([true, true]);
    }
    for (const id of [710, '710', '', null, undefined, {}]) {
      expect(isSecretObservation(id), JSON.stringify(id)).to.equal(false);
    }
  });
});

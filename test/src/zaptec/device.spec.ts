import { expect } from 'chai';
import { familyOf, modelOf } from '../../../src/zaptec/device';

describe('the family and model of a device', () => {
  const cases: [number | undefined, string | undefined, string, string | undefined][] = [
    [1, 'ZPR012345', 'Smart', 'Pro'],
    [1, 'ZPG012345', 'Smart', 'Pro'],
    [1, undefined, 'Smart', undefined],
    [1, 'XYZ012345', 'Smart', 'Home'],
    [1, 'no serial', 'Smart', undefined],
    [undefined, 'XYZ012345', 'Unknown', undefined],
    [4, 'ZAP012345', 'Apollo', 'Go'],
    [4, 'GPN012345', 'Apollo', 'Go 2'],
    [4, 'XYZ012345', 'Apollo', undefined],
    [3, undefined, 'HomeApm', 'Sense'],
    [6, undefined, 'GenericApm', undefined],
    [undefined, ' gpg012345', 'Apollo', 'Go 2'],
    [undefined, 'APM012345', 'HomeApm', 'Sense'],
    [undefined, 'ZCS012345', 'Smart', 'Pro'],
    [0, 'ZAG012345', 'Apollo', 'Go'],
    [7, undefined, 'Unknown', undefined],
    [undefined, undefined, 'Unknown', undefined],
    [undefined, '_so', 'Unknown', undefined],
  ];
  for (const [type, serial, family, model] of cases) {
    it(`of type ${type ?? '-'} and serial ${serial ?? '-'} are ${family} and ${model ?? 'unknown'}`, () => {
      expect(familyOf(type, serial)).to.equal(family);
      expect(modelOf(serial, type)).to.equal(model);
    });
  }
});

import { expect } from 'chai';
import fc from 'fast-check';
import type { DeviceFamily } from '../../../src/zaptec/device';
import { bitNames, stopsCharging, warningBit, warningNames } from '../../../src/zaptec/warnings';

describe('the masks of warnings', () => {
  const cases: [string, DeviceFamily, string[] | undefined][] = [
    ['0', 'Apollo', []],
    ['3', 'Smart', ['HUMIDITY', 'TEMPERATURE']],
    ['128', 'Smart', ['RELAY_WELDED']],
    ['128', 'Apollo', ['LOW_LEVEL_12V']],
    ['562949953421312', 'Apollo', ['RELAY_WELDED']],
    ['562949953421312', 'Smart', ['BIT_49']],
    // Above 2^53: as a number the lowest bit would be lost.
    ['36028797018963969', 'Apollo', ['HUMIDITY', 'MOTOR_SHORTED']],
    ['72057594037927936', 'Apollo', ['MID_STORAGE_ERROR_GO_GO2']],
    ['1024.000', 'Apollo', ['REBOOT']],
    ['144115188075855872', 'Smart', ['BIT_57']],
    // Without a family: common names, names of one family alone, no name where the two disagree.
    ['1', 'Unknown', ['HUMIDITY']],
    ['18014398509481984', 'Unknown', ['MOTOR']],
    ['128', 'Unknown', ['BIT_7']],
    ['', 'Smart', undefined],
    ['-1', 'Smart', undefined],
    ['0x10', 'Smart', undefined],
    ['HUMIDITY', 'Smart', undefined],
  ];
  for (const [text, family, names] of cases) {
    it(`"${text}" on ${family} is ${names?.join(', ') ?? 'no mask'}`, () => {
      expect(warningNames(text, family)).to.deep.equal(names);
    });
  }

  it('name bits by their number where no table has them', () =>
    expect(bitNames('5')).to.deep.equal(['BIT_0', 'BIT_2']));

  for (const [name, family, bit] of [
    ['HUMIDITY', 'Smart', 0],
    ['RELAY_WELDED', 'Smart', 7],
    ['RELAY_WELDED', 'Apollo', 49],
    ['LOW_LEVEL_12V', 'Apollo', 7],
    ['LOW_LEVEL_12V', 'Smart', undefined],
    ['LOW_LEVEL_12V', 'Unknown', 7],
    ['RELAY_WELDED', 'Unknown', 7],
    ['BIT_7', 'Apollo', 7],
    ['BIT_63', 'Unknown', 63],
    ['X_BIT_7', 'Apollo', undefined],
    ['BIT_7X', 'Apollo', undefined],
    ['BIT_1234', 'Apollo', undefined],
    ['NO SUCH WARNING', 'Unknown', undefined],
  ] as const) {
    it(`have ${name} of ${family} at bit ${bit ?? 'none'}`, () => expect(warningBit(name, family)).to.equal(bit));
  }

  it('lose no bit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (mask) => {
        const sum = bitNames(String(mask))?.reduce((total, name) => total + 2n ** BigInt(name.slice(4)), 0n);
        expect(sum).to.equal(mask);
      }),
    );
  });

  it('hold warnings that stop charging and others that inform', () => {
    const stop = [
      'RCD_6MA',
      'RCD_FAILURE',
      'RELAY_WELDED',
      'FPGA_UNEXPECTED_RELAY',
      'CHARGE_OVERCURRENT',
      'EMETER_LINK',
      'O_PEN',
    ];
    const inform = [
      'HUMIDITY',
      'TEMPERATURE',
      'REBOOT',
      'DISABLED',
      'NO_VOLTAGE_L2_L3',
      'MID',
      'MID_STORAGE_ERROR',
      'BIT_57',
    ];
    for (const name of stop) expect(stopsCharging(name), name).to.equal(true);
    for (const name of inform) expect(stopsCharging(name), name).to.equal(false);
  });
});

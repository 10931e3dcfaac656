import { expect } from 'chai';
import { octetString, oid, sequence, time } from '../../../simulator/tls/der';

const hex = (bytes: Buffer) => bytes.toString('hex');

describe('DER', () => {
  it('has lengths of one byte up to 127, and above the number of their bytes before them', () => {
    const headers = [0, 127, 128, 255, 256, 65_535, 65_536].map((length) => {
      const whole = octetString(Buffer.alloc(length));
      return hex(whole.subarray(0, whole.length - length));
    });
    expect(headers).to.deep.equal(['0400', '047f', '048180', '0481ff', '04820100', '0482ffff', '0483010000']);
  });

  it('has the parts of a sequence one after the other', () => {
    const parts = ['ab', 'c'].map((text) => octetString(Buffer.from(text)));
    expect(hex(sequence(...parts))).to.equal('3007' + '04026162' + '040163');
  });

  it('has object identifiers as in the standards', () => {
    // RFC 8017 and 5280; the last has a byte of zeros within.
    expect(hex(oid('1.2.840.113549.1.1.11'))).to.equal('06092a864886f70d01010b');
    expect(hex(oid('2.5.29.17'))).to.equal('0603551d11');
    expect(hex(oid('2.5.127.128.16384'))).to.equal('0607557f8100818000');
  });

  it('has the year of a time with two digits until 2049, with four afterwards', () => {
    const last = time(new Date('2049-12-31T23:59:59.999Z'));
    const first = time(new Date('2050-01-01T00:00:00Z'));
    expect([last, first].map((bytes) => [bytes[0], bytes.subarray(2).toString()])).to.deep.equal([
      [0x17, '491231235959Z'],
      [0x18, '20500101000000Z'],
    ]);
  });
});

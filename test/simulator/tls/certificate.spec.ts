import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect } from 'chai';
import { makeCertificate, serialNumber } from '../../../simulator/tls/certificate';

describe('the certificate of the simulator', () => {
  it('is a pair that a server takes, for loopback and the given names', async () => {
    const pair = await makeCertificate(['api.zaptec.example']);
    expect(() => createSecureContext(pair)).not.to.throw();
    const certificate = new X509Certificate(pair.cert);
    expect(certificate.verify(certificate.publicKey)).to.equal(true);
    expect(certificate.ca).to.equal(true);
    for (const name of ['localhost', 'api.zaptec.example']) expect(certificate.checkHost(name)).to.equal(name);
    for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).to.equal(address);
    const [from, to] = [certificate.validFrom, certificate.validTo].map((time) => Date.parse(time)) as [number, number];
    expect([from < Date.now(), to > Date.now()]).to.deep.equal([true, true]);
  });

  it('has a serial number that is positive and needs no padding, whatever the random bytes are', () => {
    for (const first of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
      const serial = serialNumber(Buffer.from([first, 0x11, 0x22]));
      expect(serial[0], String(first)).to.be.within(0x01, 0x7f);
      expect(serial.subarray(1)).to.deep.equal(Buffer.from([0x11, 0x22]));
    }
  });
});

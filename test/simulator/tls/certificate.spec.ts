import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect } from 'chai';
import sinon from 'sinon';
import { makeCertificate, serialNumber } from '../../../simulator/tls/certificate';

const DAY = 86_400_000;

const validity = ({ validFrom, validTo }: X509Certificate) => [validFrom, validTo].map((time) => Date.parse(time));

describe('the certificate of the simulator', () => {
  it('is a pair that a server takes, for loopback and the given names', async () => {
    const pair = await makeCertificate(['api.zaptec.example', '192.168.1.5']);
    expect(() => createSecureContext(pair)).not.to.throw();
    const certificate = new X509Certificate(pair.cert);
    expect(certificate.verify(certificate.publicKey)).to.equal(true);
    expect(certificate.checkPrivateKey(createPrivateKey(pair.key))).to.equal(true);
    expect(certificate.checkIssued(certificate)).to.equal(true);
    expect(certificate.ca).to.equal(true);
    expect(certificate.keyUsage, 'for servers').to.deep.equal(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.publicKey.asymmetricKeyDetails).to.include({ modulusLength: 2048 });
    for (const name of ['localhost', 'api.zaptec.example']) expect(certificate.checkHost(name)).to.equal(name);
    for (const address of ['127.0.0.1', '::1', '192.168.1.5']) expect(certificate.checkIP(address)).to.equal(address);
    expect(certificate.checkHost('other.example')).to.equal(undefined);
  });

  it('takes as many names as somebody gives', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `${'name-'.repeat(12)}${index}.example`);
    const certificate = new X509Certificate((await makeCertificate(names)).cert);
    for (const name of names) expect(certificate.checkHost(name)).to.equal(name);
  });

  for (const now of ['2026-11-29T05:00:00Z', '2049-06-01T00:00:00Z', '2061-02-28T12:00:00Z']) {
    it(`is valid from the day before the clock of the system, which shows ${now}, to 13 months later`, async () => {
      const clock = sinon.useFakeTimers({ now: Date.parse(now), toFake: ['Date'] });
      try {
        const certificate = new X509Certificate((await makeCertificate([])).cert);
        expect(validity(certificate)).to.deep.equal([clock.now - DAY, clock.now + 397 * DAY]);
      } finally {
        clock.restore();
      }
    });
  }

  it('has a serial number that is positive and needs no padding, whatever the random bytes are', () => {
    for (const first of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
      const serial = serialNumber(Buffer.from([first, 0x11, 0x22]));
      expect(serial[0], String(first)).to.be.within(0x01, 0x7f);
      expect(serial.subarray(1)).to.deep.equal(Buffer.from([0x11, 0x22]));
    }
  });
});

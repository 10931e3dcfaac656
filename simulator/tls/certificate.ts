import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

// Only the parts that a certificate needs: the whole library would double the size of the bundle. Each adds itself to the
// first.
/* eslint-disable @typescript-eslint/no-require-imports -- the parts have no types, and must come in this order */
const forge = require('node-forge/lib/forge') as typeof import('node-forge');
require('node-forge/lib/x509');
require('node-forge/lib/sha256');
/* eslint-enable @typescript-eslint/no-require-imports */
const { asn1, md, pem, pki } = forge;

const DAY_MS = 86_400_000;
const VALID_DAYS = 397;
const DNS = 2;
const IP = 7;

/** A certificate and its key, PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** A positive integer in DER: the first bit is 0, and the first byte is not, because OpenSSL refuses padding. */
export function serialNumber(bytes: Buffer): Buffer {
  const first = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.concat([Buffer.from([first]), bytes.subarray(1)]);
}

/**
 * Makes a certificate for loopback and the given names. It signs itself and may sign others, so that every trust store
 * takes it for a root. The clock is that of the system, because clients check it by theirs. The build bundles this file
 * with its library.
 */
export async function makeCertificate(names: readonly string[]): Promise<Certificate> {
  const keys = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = serialNumber(randomBytes(16)).toString('hex');
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const subject = [{ name: 'commonName', value: 'Simulator of the Zaptec cloud' }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, keyCertSign: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    {
      name: 'subjectAltName',
      altNames: [
        ...['localhost', ...names].map((value) => ({ type: DNS, value })),
        ...['127.0.0.1', '::1'].map((ip) => ({ type: IP, ip })),
      ],
    },
  ]);
  const [privateKey] = pem.decode(keys.privateKey);
  certificate.sign(pki.privateKeyFromAsn1(asn1.fromDer(privateKey?.body ?? '')), md.sha256.create());
  return { cert: pki.certificateToPem(certificate), key: keys.privateKey };
}

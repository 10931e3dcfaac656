import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

// Only the parts that a certificate needs: the whole library would double the size of the bundle. Each adds itself to the
// first.
/* eslint-disable @typescript-eslint/no-require-imports -- the parts have no types, and must come in this order */
const forge = require('node-forge/lib/forge') as typeof import('node-forge');
require('node-forge/lib/pki');
require('node-forge/lib/sha256');
/* eslint-enable @typescript-eslint/no-require-imports */
const { pki, md } = forge;

const DAY_MS = 86_400_000;
const VALID_DAYS = 397;
const DNS = 2;
const IP = 7;

/** A certificate and its key, PEM. */
export interface Certificate {
  cert: string;
  key: string;
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
  // A leading zero byte: the number is positive.
  certificate.serialNumber = `00${randomBytes(16).toString('hex')}`;
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
  certificate.sign(pki.privateKeyFromPem(keys.privateKey), md.sha256.create());
  return { cert: pki.certificateToPem(certificate), key: keys.privateKey };
}

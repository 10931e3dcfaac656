import { createHash, generateKeyPair, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import { bitString, element, integer, NULL, octetString, oid, sequence, set, time, TRUE, utf8String } from './der';

const DAY_MS = 86_400_000;
const VALID_DAYS = 397;

/** Tags of what stands for a part in its place, RFC 5280. */
const VERSION = element(0xa0);
const EXTENSIONS = element(0xa3);
const DNS_NAME = element(0x82);
const IP_ADDRESS = element(0x87);

const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), NULL);
const COMMON_NAME = oid('2.5.4.3');
const SERVER_AUTH = oid('1.3.6.1.5.5.7.3.1');

/** digitalSignature, keyEncipherment and keyCertSign, bits 0, 2 and 5 from the left. */
const KEY_USAGE = bitString(Buffer.from([0b1010_0100]), 2);

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

const commonName = (text: string) => sequence(set(sequence(COMMON_NAME, utf8String(text))));

const extension = (id: string, value: Buffer, isCritical = false) =>
  sequence(oid(id), ...(isCritical ? [TRUE] : []), octetString(value));

/** A client looks for an address among addresses only. */
function alternativeName(name: string): Buffer {
  return isIPv4(name) ? IP_ADDRESS(Buffer.from(name.split('.').map(Number))) : DNS_NAME(Buffer.from(name));
}

function extensions(names: readonly string[], publicKey: KeyObject): Buffer {
  const keyId = createHash('sha1')
    .update(publicKey.export({ type: 'pkcs1', format: 'der' }))
    .digest();
  const loopback6 = IP_ADDRESS(Buffer.from('1'.padStart(32, '0'), 'hex'));
  const alternatives = ['localhost', ...names, '127.0.0.1'].map(alternativeName);
  return sequence(
    extension('2.5.29.19', sequence(TRUE), true), // basicConstraints: may sign others
    extension('2.5.29.15', KEY_USAGE, true),
    extension('2.5.29.37', sequence(SERVER_AUTH)), // extKeyUsage
    extension('2.5.29.14', octetString(keyId)), // subjectKeyIdentifier
    extension('2.5.29.17', sequence(...alternatives, loopback6)), // subjectAltName
  );
}

/**
 * Makes a certificate for loopback and the given names. It signs itself and may sign others, so that every trust store
 * takes it for a root. The clock is that of the system, because clients check it by theirs.
 */
export async function makeCertificate(names: readonly string[]): Promise<Certificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const name = commonName('Simulator of the Zaptec cloud');
  const content = sequence(
    VERSION(integer(Buffer.from([2]))), // version 3
    integer(serialNumber(randomBytes(16))),
    SHA256_WITH_RSA,
    name,
    sequence(time(new Date(Date.now() - DAY_MS)), time(new Date(Date.now() + VALID_DAYS * DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    EXTENSIONS(extensions(names, publicKey)),
  );
  const signature = bitString(sign('sha256', content, privateKey));
  return {
    cert: new X509Certificate(sequence(content, SHA256_WITH_RSA, signature)).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

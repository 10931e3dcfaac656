import { createECDH, createHash, createHmac } from 'node:crypto';

/** The order of the curve P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
/** From 1 to the order - 1, as a private key or a nonce must be. */
const scalar = (bytes: Buffer): bigint => (numberOf(bytes) % (ORDER - 1n)) + 1n;

/** The private key of a charger's meter. It follows from the serial number, so that a run can be repeated. */
const privateKey = (deviceId: string): bigint => scalar(sha256(`meter of ${deviceId}`));

/** The uncompressed public point of a private key. */
function publicPoint(key: bigint): Buffer {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(key.toString(16).padStart(64, '0'), 'hex');
  return curve.getPublicKey();
}

/** The public key of a charger's meter: an uncompressed point of P-256, hexadecimal. */
export const publicKeyOf = (deviceId: string): string => publicPoint(privateKey(deviceId)).toString('hex');

/**
 * Signs a text with the key of a charger's meter: ECDSA over P-256 with SHA-256, in DER, hexadecimal. The nonce follows
 * from key and text, which Node.js does not offer: with a random one, a world would not be the same for the same seed.
 */
export function signatureOf(deviceId: string, text: string): string {
  const key = privateKey(deviceId);
  const digest = sha256(text);
  const nonce = scalar(createHmac('sha256', key.toString(16)).update(digest).digest());
  const r = numberOf(publicPoint(nonce).subarray(1, 33)) % ORDER;
  const s = (inverse(nonce) * (numberOf(digest) + r * key)) % ORDER;
  const body = integer(r) + integer(s);
  return `30${length(body)}${body}`;
}

/** The inverse in the field of the order, by Euclid's algorithm. */
function inverse(value: bigint): bigint {
  let [low, high] = [value, ORDER];
  let [factor, before] = [1n, 0n];
  while (low > 1n) {
    const ratio = high / low;
    [low, high] = [high % low, low];
    [factor, before] = [before - ratio * factor, factor];
  }
  return ((factor % ORDER) + ORDER) % ORDER;
}

/** A positive integer in DER: a leading zero where the first bit would make it negative. */
function integer(value: bigint): string {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const positive = parseInt(even.slice(0, 2), 16) < 0x80 ? even : `00${even}`;
  return `02${length(positive)}${positive}`;
}

const length = (hex: string): string => (hex.length / 2).toString(16).padStart(2, '0');

import { verify } from 'node:crypto';
import { present, type JsonObject } from './json';
import { curveOf, DEFAULT_ALGORITHM, isSupported, type Curve } from './ocmf-curves';
import { keyOn, publicKeyOf, readPublicKey, type PublicKey } from './ocmf-key';
import { isEnd, ocmfReadings, type OcmfReading } from './ocmf';
import { parseObject, sectionsOf, type OcmfSections } from './ocmf-sections';
import { phrase } from '../errors/phrase';

/**
 * | result        | meaning                                                                                             |
 * | ------------- | --------------------------------------------------------------------------------------------------- |
 * | `valid`       | signed with the key of the user or the charger                                                      |
 * | `consistent`  | signed with the key that the text itself has: whoever changed it could have changed that key as well |
 * | `invalid`     | changed since, signed with another key, or no OCMF                                                  |
 * | `no-key`      | signed, but there is no key                                                                         |
 * | `unsigned`    | there is no signature                                                                               |
 * | `unsupported` | this Node.js does not know the curve                                                                |
 */
export type OcmfResult = 'valid' | 'consistent' | 'invalid' | 'no-key' | 'unsigned' | 'unsupported';

export type KeySource = 'user' | 'charger' | 'record';

export interface OcmfCheck {
  result: OcmfResult;
  /** Whose key it was checked with. */
  keySource?: KeySource;
  /** Such as `ECDSA-secp256r1-SHA256`. */
  algorithm?: string;
  /** Why the result is not `valid`, for people. */
  reason?: string;
  /** kWh between the first and the last reading of the session. */
  signedKwh?: number;
  /** Whether that is the energy of the session, but for the rounding of readings; absent where one of them is not known. */
  energyMatches?: boolean;
}

/** What is known of a session and its keys: PEM, or hexadecimal or base64 of a DER key or of a point. */
export interface OcmfClaim {
  /** The OCMF text. */
  signed?: string | undefined;
  energyKwh?: number | undefined;
  /** A key that somebody entered. */
  userKey?: string | undefined;
  /** The key that the charger has sent. */
  chargerKey?: string | undefined;
}

/** guess: the names under which a text may bring its own key, which OCMF leaves to other ways. */
const OWN_KEY = ['PK', 'publicKey', 'PublicKey'] as const;

/** Readings may have two decimals, so that each is off by 5 Wh at most. */
const ROUNDING_KWH = 0.011;

/** No signature on these curves has more characters, in hexadecimal DER. */
const LONGEST_SIGNATURE = 512;
const ONE_CASE_HEX = /^(?:(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+)$/;

/**
 * Checks a signed session: its signature, over the bytes of the payload as they came, and its readings against the energy.
 * @throws ZaptecError `INPUT_INVALID` for a key of the user that is none.
 */
export function checkOcmf(claim: OcmfClaim): OcmfCheck {
  const { signed = '', energyKwh, userKey } = claim;
  const user = userKey?.trim() ? readPublicKey(userKey) : undefined;
  if (signed.trim() === '') return { result: 'unsigned', reason: 'The session has no signed text' };
  const sections = sectionsOf(signed);
  if (!sections) return invalid('The text is no OCMF');
  const signedKwh = energyOf(ocmfReadings(sections.payload));
  const isComparable = signedKwh !== undefined && energyKwh !== undefined;
  // Microwatt hours are below what a meter shows, and above what the difference of two numbers loses.
  const difference = isComparable ? Number(Math.abs(signedKwh - energyKwh).toFixed(6)) : undefined;
  return present<OcmfCheck>({
    ...checkSignature(sections, user, claim.chargerKey),
    signedKwh,
    energyMatches: difference === undefined ? undefined : difference <= ROUNDING_KWH,
  });
}

function checkSignature(sections: OcmfSections, user: PublicKey | undefined, chargerKey = ''): OcmfCheck {
  const { payload, payloadText, signatureText } = sections;
  if (signatureText === undefined) return { result: 'unsigned', reason: 'The text has no signature' };
  const signature = parseObject(signatureText);
  const { SA: algorithm = DEFAULT_ALGORITHM, SD: data } = signature ?? {};
  if (!signature || typeof data !== 'string') return invalid('The signature has no data');
  const curve = typeof algorithm === 'string' ? curveOf(algorithm) : undefined;
  if (typeof algorithm !== 'string' || !curve) return invalid('OCMF does not name the algorithm of the signature');
  const found = firstKey({ user, charger: publicKeyOf(chargerKey), record: ownKey(payload, signature) });
  if (!found) return { result: 'no-key', algorithm, reason: 'There is no public key to check the signature with' };
  const { keySource, publicKey } = found;
  if (!isSupported(curve)) {
    const reason = phrase`This Node.js was built without the curve ${curve.openssl}; use another build`;
    return { result: 'unsupported', algorithm, keySource, reason };
  }
  const reason = problemOf(payloadText, { curve, data, publicKey, encoding: signature['SE'], form: signature['SM'] });
  if (reason !== undefined) return { ...invalid(reason), algorithm, keySource };
  if (keySource !== 'record') return { result: 'valid', algorithm, keySource };
  return {
    result: 'consistent',
    algorithm,
    keySource,
    reason: 'The key is the own one of the text: it proves no origin',
  };
}

const invalid = (reason: string): OcmfCheck => ({ result: 'invalid', reason });

/** The key that proves most. */
function firstKey(keys: Record<KeySource, PublicKey | undefined>) {
  for (const keySource of ['user', 'charger', 'record'] as const) {
    const publicKey = keys[keySource];
    if (publicKey) return { keySource, publicKey };
  }
  return undefined;
}

function ownKey(payload: JsonObject, signature: JsonObject): PublicKey | undefined {
  const texts = [signature, payload].flatMap((section) => OWN_KEY.map((name) => section[name]));
  const text = texts.find((value) => typeof value === 'string');
  return typeof text === 'string' ? publicKeyOf(text) : undefined;
}

interface Signature {
  curve: Curve;
  data: string;
  publicKey: PublicKey;
  encoding: unknown;
  form: unknown;
}

/** Why a signature is not that of the payload; undefined where it is. */
function problemOf(payloadText: string, { curve, data, publicKey, encoding, form }: Signature): string | undefined {
  if (form !== undefined && form !== 'application/x-der') return 'The signature is in a form that OCMF does not name';
  const bytes = bytesOf(data, encoding);
  const pair = bytes && pairOf(bytes, curve.bytes);
  if (!pair) return 'The data of the signature are no signature';
  const key = keyOn(curve, publicKey);
  if (!key) return phrase`The key does not lie on the curve ${curve.openssl} of the signature`;
  const isSigned = verify('sha256', Buffer.from(payloadText, 'utf8'), { key, dsaEncoding: 'ieee-p1363' }, pair);
  return isSigned ? undefined : 'The signature is not that of the text and the key';
}

/** One signature has one spelling, so that no character of it can be changed. */
function bytesOf(data: string, encoding: unknown = 'hex'): Buffer | undefined {
  if (data.length > LONGEST_SIGNATURE) return undefined;
  if (encoding === 'hex') return ONE_CASE_HEX.test(data) ? Buffer.from(data, 'hex') : undefined;
  if (encoding !== 'base64') return undefined;
  const bytes = Buffer.from(data, 'base64');
  const written = bytes.toString('base64');
  return data.padEnd(written.length, '=') === written ? bytes : undefined;
}

/**
 * Both numbers of a signature one after the other, each as long as a coordinate. DER is read by hand: some meters write a
 * number with a leading 1 bit, which OpenSSL takes for a negative one; others, and the example of OCMF, leave DER out.
 */
function pairOf(bytes: Buffer, size: number): Buffer | undefined {
  const pair = fromDer(bytes);
  if (!pair) return bytes.length === 2 * size ? bytes : undefined;
  const [r, s] = pair.map((part) => fitted(part, size));
  return r && s && Buffer.concat([r, s]);
}

function fromDer(bytes: Buffer): [Buffer, Buffer] | undefined {
  const whole = elementOf(bytes, 0x30);
  const first = whole && elementOf(whole.content, 0x02);
  const second = first && elementOf(first.rest, 0x02);
  if (!second || whole.rest.length > 0 || second.rest.length > 0) return undefined;
  return [first.content, second.content];
}

function elementOf(bytes: Buffer, tag: number): { content: Buffer; rest: Buffer } | undefined {
  if (bytes[0] !== tag) return undefined;
  // None of these is longer than 255 bytes.
  const isLong = bytes[1] === 0x81;
  const length = bytes[isLong ? 2 : 1];
  const from = isLong ? 3 : 2;
  if (length === undefined || length > 255 || (!isLong && length > 127) || bytes.length < from + length)
    return undefined;
  return { content: bytes.subarray(from, from + length), rest: bytes.subarray(from + length) };
}

/** Without leading zeros, or with as many as it takes. */
function fitted(number: Buffer, size: number): Buffer | undefined {
  const significant = number.subarray(
    Math.max(
      0,
      number.findIndex((byte) => byte !== 0),
    ),
  );
  if (significant.length > size) return undefined;
  return Buffer.concat([Buffer.alloc(size - significant.length), significant]);
}

/** Between the first and the last good reading of one quantity. */
function energyOf(readings: readonly OcmfReading[]): number | undefined {
  const good = readings.filter(({ status, errors = '' }) => status === 'G' && !errors.includes('E'));
  const begin = good.find(({ type, value }) => type === 'B' && value !== undefined);
  const end = good.findLast(
    (reading) => isEnd(reading) && reading.value !== undefined && reading.quantity === begin?.quantity,
  );
  if (begin?.value === undefined || end?.value === undefined) return undefined;
  return Number((end.value - begin.value).toFixed(6));
}

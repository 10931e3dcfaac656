import { createPublicKey, type KeyObject } from 'node:crypto';
import { zaptecError } from '../errors/zaptec-error';
import { curvesOfSize, type Curve } from './ocmf-curves';
import { phrase } from '../errors/phrase';

/** Longer than any public key that OCMF names, in PEM too. */
const LONGEST = 4_096;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[0-9a-z+/_-]+={0,2}$/i;
/** The first byte of a point by its form: both coordinates, or one and the sign of the other. */
const WHOLE_POINT = 4;
const HALF_POINTS: ReadonlySet<number | undefined> = new Set([2, 3]);
const SEQUENCE = 0x30;
const EC_PUBLIC_KEY = '06072a8648ce3d0201';

/** A public key as somebody wrote it; a bare point does not say on which curve it lies. */
export type PublicKey = { key: KeyObject } | { point: Buffer };

/**
 * Reads a public key of a meter: PEM, or hexadecimal or base64 of either a `SubjectPublicKeyInfo` in DER or a point.
 * @throws ZaptecError `INPUT_INVALID`
 */
export function readPublicKey(text: string): PublicKey {
  const found = publicKeyOf(text);
  if (found) return found;
  throw zaptecError('INPUT_INVALID', phrase`publicKey "${text.trim().slice(0, 20)}…" is no public key of a meter`, {
    remedy: 'Use PEM, or the hexadecimal or base64 form of a DER key or of a point',
  });
}

/** The same, but undefined where it is none. Never throws. */
export function publicKeyOf(text: string): PublicKey | undefined {
  const trimmed = text.length > LONGEST ? '' : text.trim();
  if (trimmed.startsWith('-----BEGIN')) return imported(trimmed);
  const plain = trimmed.replace(/[\s:]/g, '').replace(/^0x/i, '');
  const bytes = HEX.test(plain)
    ? Buffer.from(plain, 'hex')
    : BASE64.test(plain)
      ? Buffer.from(plain, 'base64')
      : Buffer.alloc(0);
  if (bytes[0] === SEQUENCE) {
    const der = imported(bytes);
    if (der) return der;
  }
  return pointOf(bytes);
}

/** Whether and how a key can be used on a curve; undefined where it is of another one. */
export function keyOn(curve: Curve, publicKey: PublicKey): KeyObject | undefined {
  if ('point' in publicKey) return onCurve(curve, publicKey.point);
  return publicKey.key.asymmetricKeyDetails?.namedCurve === curve.openssl ? publicKey.key : undefined;
}

function imported(source: string | Buffer): PublicKey | undefined {
  try {
    const key =
      typeof source === 'string'
        ? createPublicKey(source)
        : createPublicKey({ key: source, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? { key } : undefined;
  } catch {
    return undefined;
  }
}

/** A point of any form; one without its first byte has both coordinates. */
function pointOf(bytes: Buffer): PublicKey | undefined {
  const isWhole = bytes[0] === WHOLE_POINT && bytes.length % 2 === 1;
  if (isWhole && curvesOfSize((bytes.length - 1) / 2).length > 0) return { point: bytes };
  if (HALF_POINTS.has(bytes[0]) && curvesOfSize(bytes.length - 1).length > 0) return { point: bytes };
  if (curvesOfSize(bytes.length / 2).length === 0) return undefined;
  return { point: Buffer.concat([Buffer.from([WHOLE_POINT]), bytes]) };
}

/** Undefined for a point that does not lie on it. */
function onCurve(curve: Curve, point: Buffer): KeyObject | undefined {
  const bytes = point[0] === WHOLE_POINT ? (point.length - 1) / 2 : point.length - 1;
  if (bytes !== curve.bytes) return undefined;
  const algorithm = sequence(Buffer.from(EC_PUBLIC_KEY + curve.oid, 'hex'));
  const bits = Buffer.concat([Buffer.from([0x03, point.length + 1, 0]), point]);
  const found = imported(sequence(Buffer.concat([algorithm, bits])));
  return found && 'key' in found ? found.key : undefined;
}

function sequence(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([SEQUENCE, content.length]), content]);
}

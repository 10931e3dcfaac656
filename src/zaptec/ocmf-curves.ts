import { getCurves } from 'node:crypto';

/** A curve as OCMF, OpenSSL and ASN.1 name it. */
export interface Curve {
  /** The name in OpenSSL and Node.js. */
  openssl: string;
  /** The object identifier in DER, hexadecimal. */
  oid: string;
  /** Bytes of a coordinate. */
  bytes: number;
}

const CURVES = {
  secp192k1: { openssl: 'secp192k1', oid: '06052b8104001f', bytes: 24 },
  secp192r1: { openssl: 'prime192v1', oid: '06082a8648ce3d030101', bytes: 24 },
  secp256k1: { openssl: 'secp256k1', oid: '06052b8104000a', bytes: 32 },
  secp256r1: { openssl: 'prime256v1', oid: '06082a8648ce3d030107', bytes: 32 },
  secp384r1: { openssl: 'secp384r1', oid: '06052b81040022', bytes: 48 },
  brainpool256r1: { openssl: 'brainpoolP256r1', oid: '06092b2403030208010107', bytes: 32 },
  brainpool384r1: { openssl: 'brainpoolP384r1', oid: '06092b240303020801010b', bytes: 48 },
} as const satisfies Record<string, Curve>;

/** What a text without an algorithm was signed with. */
export const DEFAULT_ALGORITHM = 'ECDSA-secp256r1-SHA256';

/** The signature algorithms that OCMF names, with the spelling that meters have for two of them. */
const ALGORITHMS: ReadonlyMap<string, Curve> = new Map(
  Object.entries(CURVES).flatMap(([name, curve]) =>
    [name, curve.openssl.startsWith('brainpool') ? curve.openssl : name].map((spelled): [string, Curve] => [
      `ECDSA-${spelled}-SHA256`,
      curve,
    ]),
  ),
);

/** The curve of an algorithm; undefined for one that OCMF does not name. */
export function curveOf(algorithm: string): Curve | undefined {
  return ALGORITHMS.get(algorithm);
}

/** The curves on which a point may lie, whose coordinates have so many bytes. */
export function curvesOfSize(bytes: number): Curve[] {
  return Object.values(CURVES).filter((curve) => curve.bytes === bytes);
}

/** Whether the OpenSSL of this Node.js knows the curve: some builds leave out the small and the Brainpool ones. */
export function isSupported({ openssl }: Curve): boolean {
  return getCurves().includes(openssl);
}

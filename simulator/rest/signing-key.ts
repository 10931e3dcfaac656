import { createHash, generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';

const ALGORITHM = 'ES256';

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs JSON web tokens with a key of this run. guess: ES256, because an RSA key takes long to make. */
export class SigningKey {
  static readonly algorithm = ALGORITHM;
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  /** The public key, for clients that check tokens. */
  get jwk(): JsonWebKey {
    const jwk = this.#pair.publicKey.export({ format: 'jwk' });
    const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 20);
    return { ...jwk, use: 'sig', alg: ALGORITHM, kid };
  }

  /** A signed token with these claims. */
  sign(claims: object): string {
    const head = { alg: ALGORITHM, kid: this.jwk['kid'], typ: 'at+jwt' };
    const text = `${base64(head)}.${base64(claims)}`;
    const key = { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
  }
}

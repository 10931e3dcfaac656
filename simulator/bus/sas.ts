import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of a shared access signature. */
interface Sas {
  /** The decoded resource URI that the token is valid for. */
  resource: string;
  keyName: string;
  signature: string;
  /** s since 1970; text, because the text was signed. */
  expiry: string;
  signed: string;
}

/** Far longer than the names of Service Bus allow. */
const LONGEST = 10_000;
const PREFIX = 'SharedAccessSignature ';

/** Undefined: the text is no shared access signature. */
function parse(token: string): Sas | undefined {
  if (token.length > LONGEST || !token.startsWith(PREFIX)) return undefined;
  const fields = new Map(
    token
      .slice(PREFIX.length)
      .split('&')
      .map((field): [string, string] => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)];
      }),
  );
  const [sr, sig, se, skn] = ['sr', 'sig', 'se', 'skn'].map((name) => fields.get(name));
  if (sr === undefined || sig === undefined || se === undefined || skn === undefined) return undefined;
  try {
    return {
      resource: decodeURIComponent(sr),
      keyName: decodeURIComponent(skn),
      signature: decodeURIComponent(sig),
      expiry: se,
      // The signature covers the encoded resource.
      signed: `${sr}\n${se}`,
    };
  } catch {
    return undefined;
  }
}

/** The key that a token says it was signed with. */
export const keyNameOf = (token: unknown): string | undefined =>
  typeof token === 'string' ? parse(token)?.keyName : undefined;

/** Compares secrets in a time that reveals nothing about them. */
export const isSame = (given: Buffer, right: Buffer): boolean =>
  given.length === right.length && timingSafeEqual(given, right);

/** Why a token is not valid for an audience; undefined: it is valid. `now` is ms since 1970. */
export function refusalOf(
  token: unknown,
  wanted: { audience: string; keyName: string; key: string; now: number },
): string | undefined {
  const sas = typeof token === 'string' ? parse(token) : undefined;
  if (!sas) return 'InvalidToken: no shared access signature.';
  if (sas.keyName.toLowerCase() !== wanted.keyName.toLowerCase()) return 'InvalidSignature: the key name is unknown.';
  if (!covers(sas.resource, wanted.audience)) return 'InvalidAudience: the token is for another resource.';
  const right = createHmac('sha256', wanted.key).update(sas.signed).digest();
  if (!isSame(Buffer.from(sas.signature, 'base64'), right)) {
    return 'InvalidSignature: The token has an invalid signature.';
  }
  if (!(Number(sas.expiry) * 1000 > wanted.now)) return 'ExpiredToken: The token is expired.';
  return undefined;
}

/** A token for a namespace or an entity is valid for everything below it. */
function covers(resource: string, audience: string): boolean {
  const plain = (uri: string) =>
    uri
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, '')
      .replace(/(?<!\/)\/+$/, '');
  const [outer, inner] = [plain(resource), plain(audience)];
  return inner === outer || inner.startsWith(`${outer}/`);
}

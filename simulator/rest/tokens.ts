import { createHash, randomBytes } from 'node:crypto';
import type { SimulatorClock } from '../clock';
import type { SimulatorAccount } from '../accounts';
import { SigningKey } from './signing-key';

/** The length of a real token, characters: the whole answer of the login has about 1,374 (docs/zaptec-api.md, "Token request"). */
const LENGTH = 1300;

/** What a login asked for. */
export interface Grant {
  lifetimeS: number;
  /** The address of the cloud as the client wrote it. */
  issuer: string;
  scope: string;
}

/** The access tokens that are valid. They are random also in a seeded run, because a token is not part of the world. */
export class Tokens {
  readonly key = new SigningKey();
  readonly #clock: SimulatorClock;
  readonly #valid = new Map<string, { account: SimulatorAccount; expiresAt: number }>();

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** A JWT. guess: its claims, but for the subject and the expiry. */
  issue(account: SimulatorAccount, { lifetimeS, issuer, scope }: Grant): string {
    const now = this.#clock.now();
    for (const [token, { expiresAt }] of this.#valid) if (expiresAt <= now) this.#valid.delete(token);
    const claims = {
      iss: issuer,
      sub: subjectOf(account),
      iat: Math.floor(now / 1000),
      exp: Math.floor(now / 1000 + lifetimeS),
      ...(scope === '' ? {} : { scope }),
      jti: '',
    };
    // The id makes the token as long as a real one: three characters of it are four of the token.
    const missing = LENGTH - this.key.sign(claims).length;
    const jti = randomBytes(LENGTH)
      .toString('base64url')
      .slice(0, Math.max(32, Math.floor(missing * 0.75)));
    const token = this.key.sign({ ...claims, jti });
    this.#valid.set(token, { account, expiresAt: now + lifetimeS * 1000 });
    return token;
  }

  /** The account of a valid token. */
  accountOf(token: string | undefined): SimulatorAccount | undefined {
    const found = token === undefined ? undefined : this.#valid.get(token);
    return found && found.expiresAt > this.#clock.now() ? found.account : undefined;
  }

  revokeAll(): void {
    this.#valid.clear();
  }
}

/** An id of the account that is the same in every run. */
function subjectOf({ username }: SimulatorAccount): string {
  const hex = createHash('sha256').update(username).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The token of an Authorization header. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)\s*$/i.exec(header ?? '')?.[1];

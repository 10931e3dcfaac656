import { randomBytes } from 'node:crypto';
import type { SimulatorClock } from '../clock';
import type { SimulatorAccount } from '../accounts';

/** The access tokens that are valid. They are random also in a seeded run, because a token is not part of the world. */
export class Tokens {
  readonly #clock: SimulatorClock;
  readonly #valid = new Map<string, { account: SimulatorAccount; expiresAt: number }>();

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  issue(account: SimulatorAccount, lifetimeS: number): string {
    const now = this.#clock.now();
    for (const [token, { expiresAt }] of this.#valid) if (expiresAt <= now) this.#valid.delete(token);
    const token = randomBytes(48).toString('base64url');
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

/** The token of an Authorization header. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)\s*$/i.exec(header ?? '')?.[1];

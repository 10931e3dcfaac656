import type { Api } from '../api';
import { clock } from '../time/clock';

/** A name is read once a day, whether or not the account may read it, in ms. */
const READ_EVERY_MS = 24 * 3_600_000;
const MOST = 10_000;

/** Names of those who charge: messages have only their ids (docs/zaptec-api.md, "Session tracking"). */
export class UserNames {
  readonly #api: () => Api;
  readonly #signal: AbortSignal;
  readonly #names = new Map<string, string>();
  /** By user, when the name was asked for, ms of `clock.steady()`. */
  readonly #askedAt = new Map<string, number>();

  constructor(api: () => Api, signal: AbortSignal) {
    this.#api = api;
    this.#signal = signal;
  }

  get(userId: string): string | undefined {
    return this.#names.get(userId);
  }

  /** Reads the name soon, unless that was tried within a day. Never throws. */
  want(userId: string, installationId: string): void {
    const now = clock.steady();
    if (now - (this.#askedAt.get(userId) ?? -Infinity) < READ_EVERY_MS || this.#askedAt.size >= MOST) return;
    this.#askedAt.set(userId, now);
    const options = { lane: 'background', signal: this.#signal } as const;
    this.#api()
      .sessions.userName({ userId, installationId }, options)
      .then((name) => name !== undefined && this.#names.set(userId, name))
      .catch(() => undefined);
  }
}

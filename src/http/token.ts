import { LOGIN_FAILED } from '../errors/codes';
import { redact } from '../errors/redact';
import { isZaptecError, zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { Backoff } from '../time/backoff';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';
import { parseJson } from '../zaptec/bounded-json';
import { isObject, type JsonObject } from '../zaptec/json';
import type { Attempt } from './attempt';
import { PacedQueue } from './job-queue';
import { delayBefore } from './retry';
import type { WireRequest } from './transport';
import { phrase } from '../errors/phrase';

/**
 * The login takes one request a second and answers 503 to more (docs/zaptec-api.md, "Identity provider" and
 * "Rate limits"); evcc keeps 1.1 s.
 */
const LOGIN_SPACING_MS = 1_100;
const LOGIN_TRIES = 3;
/** After logins that failed, nothing is sent for a while, in ms. */
const REST_MS = { first: 2_000, longest: 30_000 };
/** The login service is asked to rest for longer than this, in ms: callers get the error at once instead of waiting. */
const LONGEST_RETRY_WAIT_MS = 10_000;
/** However long the login service asks for, it is tried again after this, in ms. */
const LONGEST_REST_MS = 15 * 60_000;
/**
 * guess: so long after a refusal, in ms, the same password may be tried once more: it may have been mended at Zaptec, and
 * one wrong try an hour locks no account.
 */
const REFUSED_MS = 3_600_000;
/** A token is renewed so long before it runs out, or a tenth of its life where that is shorter. */
const RENEW_BEFORE_MS = 60_000;
/** Used only when the answer does not say: the shorter of two that are known (docs/zaptec-api.md, "Token request"). */
const UNSTATED_LIFETIME_S = 3_600;

/** Of a text of the login service so much is looked at, and so much is shown: secrets are removed in between. */
const LONGEST_READ = 10_000;
const LONGEST_DETAIL = 200;

/** Whether a password that Zaptec has called wrong is tried once more: not at all, once an hour, or now. */
export type Retrial = 'never' | 'hourly' | 'now';

export interface Credentials {
  username: string;
  password: string;
}

/** How a login is sent. */
export interface LoginTransport {
  send(request: WireRequest): Promise<Attempt>;
}

interface Token {
  text: string;
  /** By `clock.now()`. */
  renewAt: number;
}

/** All logins of one account pass this queue, also those with an old and a new password. */
export function loginQueue(): PacedQueue {
  return new PacedQueue(LOGIN_SPACING_MS);
}

/**
 * The token of one account with one password: one login however many calls wait for the token, and renewed before the
 * token runs out. After Zaptec has called the password wrong, only those log in who ask for it, because more would lock the
 * account.
 */
export class TokenSource {
  readonly #url: string;
  readonly #credentials: Credentials;
  readonly #transport: LoginTransport;
  readonly #logins: PacedQueue;
  readonly #closed = new AbortController();
  #token: Token | undefined;
  #earlier: string | undefined;
  #login: Promise<string> | undefined;
  #refused: ZaptecError | undefined;
  /** When the password was called wrong last, by `clock.steady()`. */
  #refusedAt = -Infinity;
  /** How long the login service asks to be left alone, in ms. */
  #restMs = 0;
  readonly #failures = new Backoff<ZaptecError>(REST_MS.first, REST_MS.longest);

  constructor(baseUrl: string, credentials: Credentials, transport: LoginTransport, logins: PacedQueue) {
    this.#url = `${baseUrl}/oauth/token`;
    this.#credentials = credentials;
    this.#transport = transport;
    this.#logins = logins;
  }

  /** The token, if there is one that need not be renewed yet. */
  get current(): string | undefined {
    return this.#token && clock.now() < this.#token.renewAt ? this.#token.text : undefined;
  }

  /** Zaptec has called this password wrong. */
  get isRefused(): boolean {
    return this.#refused !== undefined;
  }

  /** What no text of a server may show: user name, password, the token and the one before it. */
  get secrets(): (string | undefined)[] {
    const { username, password } = this.#credentials;
    return [username, password, this.#token?.text, this.#earlier];
  }

  /**
   * @throws ZaptecError `AUTH_INVALID`, `AUTH_UNAVAILABLE`, `NETWORK`, `BAD_ANSWER`, `HTTP_…`
   */
  async get(retrial: Retrial = 'never'): Promise<string> {
    const { current } = this;
    if (current !== undefined) return current;
    if (this.#refused && !this.#mayTry(retrial)) throw this.#refused;
    if (this.#failures.error && clock.steady() < this.#failures.at) throw this.#failures.error;
    this.#login ??= this.#logIn().finally(() => (this.#login = undefined));
    return this.#login;
  }

  #mayTry(retrial: Retrial): boolean {
    return retrial === 'now' || (retrial === 'hourly' && clock.steady() - this.#refusedAt >= REFUSED_MS);
  }

  /** After a 401: this token is of no use, whatever its age. A newer one stays. */
  invalidate(token: string): void {
    if (this.#token?.text !== token) return;
    this.#earlier = token;
    this.#token = undefined;
  }

  close(): void {
    this.#closed.abort();
  }

  async #logIn(): Promise<string> {
    try {
      const token = await this.#tryLogins();
      this.#earlier = this.#token?.text ?? this.#earlier;
      this.#token = token;
      this.#refused = undefined;
      this.#failures.succeeded();
      return token.text;
    } catch (error) {
      const [now, restMs] = [clock.steady(), this.#restMs];
      this.#restMs = 0;
      if (!isZaptecError(error)) throw error;
      if (error.code === 'AUTH_INVALID') [this.#refused, this.#refusedAt] = [error, now];
      else this.#failures.failed(error, now, restMs);
      throw error;
    }
  }

  async #tryLogins(): Promise<Token> {
    for (let tries = 1, gap = 0; ; tries += 1) {
      let [askedAt, sentAt] = [clock.now(), clock.steady()];
      const attempt = await this.#logins.run(() => {
        [askedAt, sentAt] = [clock.now(), clock.steady()];
        return this.#send();
      });
      if (attempt.kind === 'answer' && attempt.status === 200) {
        return this.#read(attempt.text, askedAt, clock.steady() - sentAt);
      }
      const retryAfterMs = attempt.kind === 'answer' ? (attempt.retryAfterMs ?? 0) : 0;
      if (tries >= LOGIN_TRIES || !isOutage(attempt) || retryAfterMs > LONGEST_RETRY_WAIT_MS) {
        this.#restMs = Math.min(retryAfterMs, LONGEST_REST_MS);
        throw this.#failure(attempt, tries);
      }
      gap = Math.max(LOGIN_SPACING_MS, delayBefore(tries, gap, retryAfterMs));
      await sleep(gap, this.#closed.signal);
      if (this.#closed.signal.aborted) throw zaptecError('ABORTED', 'The login was given up');
    }
  }

  #send(): Promise<Attempt> {
    const form = new URLSearchParams({
      grant_type: 'password',
      username: this.#credentials.username,
      password: this.#credentials.password,
      // Zaptec demanded this scope after its change of identity provider (docs/zaptec-api.md, "Scope").
      scope: 'offline_access',
    });
    return this.#transport.send({ method: 'POST', url: this.#url, body: form.toString(), signal: this.#closed.signal });
  }

  /** @param tripMs from the request to its answer. */
  #read(text: string, askedAt: number, tripMs: number): Token {
    const answer = parse(text);
    const token = answer?.access_token;
    if (typeof token !== 'string' || token === '') {
      throw zaptecError('BAD_ANSWER', 'The login answered 200 without a token', {
        name: LOGIN_FAILED,
        status: 200,
        attempts: 1,
      });
    }
    const stated = Number(answer?.expires_in);
    const lifetimeMs = (stated > 0 ? stated : UNSTATED_LIFETIME_S) * 1000;
    const goodMs = lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 10);
    if (goodMs <= tripMs) {
      const lives = phrase`${lifetimeMs / 1000} s, and the login took ${Math.round(tripMs) / 1000} s`;
      throw zaptecError('BAD_ANSWER', phrase`The token of ${this.#url} is of no use: it lives for ${lives}`, {
        name: LOGIN_FAILED,
        status: 200,
        attempts: 1,
      });
    }
    return { text: token, renewAt: askedAt + goodMs };
  }

  #failure(attempt: Attempt, attempts: number): ZaptecError {
    if (attempt.kind !== 'answer') {
      const code = attempt.kind === 'aborted' ? 'ABORTED' : attempt.kind === 'timeout' ? 'TIMEOUT' : 'NETWORK';
      return zaptecError(code, phrase`The login at ${this.#url} did not get through: ${attempt.reason}`, { attempts });
    }
    const { status } = attempt;
    const body = parse(attempt.text);
    const detail = redact(textOf(body?.error_description) || textOf(body?.error), this.secrets).slice(
      0,
      LONGEST_DETAIL,
    );
    if (status === 400 && body?.error === 'invalid_grant') {
      return zaptecError('AUTH_INVALID', phrase`Zaptec refused user name and password: ${detail}`, {
        status,
        attempts,
      });
    }
    if (isOutage(attempt)) {
      return zaptecError('AUTH_UNAVAILABLE', phrase`The login service ${this.#url} answered ${status}`, {
        status,
        attempts,
      });
    }
    return zaptecError(`HTTP_${status}`, phrase`The login answered ${status} ${detail}`.trim(), {
      name: LOGIN_FAILED,
      status,
      attempts,
    });
  }
}

function isOutage(attempt: Attempt): boolean {
  if (attempt.kind === 'answer') return attempt.status >= 500 || attempt.status === 429;
  return attempt.kind === 'unreachable' || attempt.kind === 'dropped' || attempt.kind === 'timeout';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_READ) : '';
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

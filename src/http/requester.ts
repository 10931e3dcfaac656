import { zaptecError } from '../errors/zaptec-error';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';
import { attemptError, type Attempt } from './attempt';
import type { CallBackoff } from './call-backoff';
import type { Health } from './health';
import type { RequestJournal, RequestRecord } from './journal';
import { LANES, type Lane } from './lanes';
import type { RequestLimiter } from './limiter';
import { delayBefore, mayRetry, MOST_TRIES, TOTAL_MS } from './retry';
import type { Retrial, TokenSource } from './token';
import type { WireRequest } from './transport';
import { phrase } from '../errors/phrase';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query, below the base URL; ids in it have been checked. */
  path: string;
  body?: unknown;
  lane: Lane;
  repeatable: boolean;
  /** The path as a template, for errors. */
  label: string;
  /** Which role Zaptec demands, for errors. */
  role?: string | undefined;
  signal?: AbortSignal | undefined;
  /** The largest answer that is read, in bytes; by default 4 MB. */
  largestAnswer?: number | undefined;
  /** Who causes it, for the journal. */
  by?: string | undefined;
  /** A person wants a newer value: that earns a refused password a try, if the last one was an hour ago. */
  refresh?: boolean | undefined;
  /** Not sent a second time, whatever comes back: the caller tries again by itself. */
  once?: boolean | undefined;
  /** Called with the permit held, right before the request is sent. */
  beforeSend?: (() => void) | undefined;
  /** Called with the permit held: false when a duplicate has been answered meanwhile. */
  stillNeeded?: (() => boolean) | undefined;
}

/** What one request needs of its account. */
export interface Sender {
  readonly baseUrl: string;
  readonly limiter: RequestLimiter;
  readonly health: Health;
  readonly backoff: CallBackoff;
  readonly journal: RequestJournal;
  readonly transport: { send(request: WireRequest): Promise<Attempt> };
  logIn(tokens: Tokens, retrial: Retrial): Promise<string>;
}

export type Tokens = Pick<TokenSource, 'current' | 'get' | 'invalidate' | 'isRefused' | 'secrets'>;

export interface Reply {
  status: number;
  /** The body as it came; empty for 204. */
  text: string;
  attempts: number;
}

/** So many tokens may run out while one request waits for its turn: further ones are of no use either. */
const MOST_OLD_TOKENS = 3;

/**
 * Sends one request until it has an answer or may not be sent again: token, permit, HTTP, retry.
 * @returns undefined when `stillNeeded` said no.
 * @throws ZaptecError `EXPIRED` when it has waited for a token and a permit for too long …
 */
export async function request(account: Sender, tokens: Tokens, call: Call): Promise<Reply | undefined> {
  const turn = new Turn(LANES[call.lane].maxWaitMs, call.signal);
  try {
    return await send(account, tokens, call, turn);
  } finally {
    turn.end();
  }
}

async function send(account: Sender, tokens: Tokens, call: Call, turn: Turn): Promise<Reply | undefined> {
  let oldTokens = 0;
  let attempts = 0;
  let firstSentAt = 0;
  let lastSentAt = 0;
  let lastGapMs = 0;
  let loggedInAgain = false;
  const isRead = call.method === 'GET';
  /** Reads wait for each other, and so do commands, which have no body: every one of the same path means the same. */
  const key = isRead || call.body === undefined ? call.path : undefined;
  /** Why the last try failed. */
  let failure: Error | undefined;

  for (;;) {
    if (tokens.current === undefined) {
      const login = account.logIn(tokens, call.refresh ? 'hourly' : 'never');
      await turn.wait(withSignal(login, turn.signal), call, failure);
    }
    let token = '';
    let sentAt = 0;
    let dropped: 'not-needed' | 'token-old' | 'too-soon' | undefined;
    const permitted = account.limiter.run({ lane: call.lane, attempt: attempts + 1, signal: turn.signal }, () => {
      sentAt = clock.steady();
      const { current } = tokens;
      if (call.stillNeeded?.() === false) dropped = 'not-needed';
      else if (current === undefined) dropped = 'token-old';
      else if (key !== undefined && sentAt < account.backoff.notBefore(key)) dropped = 'too-soon';
      if (dropped || current === undefined) return undefined;
      token = current;
      turn.end();
      attempts += 1;
      call.beforeSend?.();
      return account.transport.send({
        method: call.method,
        url: account.baseUrl + call.path,
        headers: { Authorization: phrase`Bearer ${token}` },
        body: call.body,
        freshSocket: !call.repeatable,
        largestAnswer: call.largestAnswer,
        signal: call.signal,
      });
    });
    const attempt = await turn.wait(permitted, call, failure);
    if (dropped === 'not-needed') return undefined;
    if (dropped === 'too-soon') {
      await sleep(Math.ceil(account.backoff.notBefore(call.path) - clock.steady()), call.signal);
      if (call.signal?.aborted) throw givenUp();
      continue;
    }
    if (dropped === 'token-old') {
      oldTokens += 1;
      if (oldTokens > MOST_OLD_TOKENS) throw useless(call, oldTokens);
      continue;
    }
    if (!attempt) throw givenUp();

    report(account, attempt, sentAt);
    account.journal.add(recordOf(call, attempt, { attempt: attempts, ms: clock.steady() - sentAt }));
    if (key !== undefined && attempt.kind === 'answer') {
      // A command that fails with 5xx was mostly refused by the charger, which is an answer.
      if (attempt.status === 429 || (isRead && attempt.status >= 500)) account.backoff.failed(key, sentAt);
      else account.backoff.succeeded(key);
    }
    if (attempt.kind === 'answer' && attempt.status >= 200 && attempt.status < 300) {
      return { status: attempt.status, text: attempt.text, attempts };
    }
    if (attempt.kind === 'answer' && attempt.status === 401 && !loggedInAgain) {
      loggedInAgain = true;
      tokens.invalidate(token);
      turn.begin();
      continue;
    }
    firstSentAt ||= sentAt;
    if (lastSentAt > 0) lastGapMs = sentAt - lastSentAt;
    lastSentAt = sentAt;
    const retryAfterMs = attempt.kind === 'answer' ? (attempt.retryAfterMs ?? 0) : 0;
    // After a 429 the limiter holds everybody back; an urgent request waits there, ahead of the others.
    const wait = delayBefore(attempts, lastGapMs, call.lane === 'command' && attempts === 1 ? 0 : retryAfterMs);
    const tooLate = clock.steady() + wait - firstSentAt > TOTAL_MS || wait > LANES[call.lane].maxWaitMs;
    failure = attemptError(attempt, call, attempts, tokens.secrets);
    if (call.once || attempts >= MOST_TRIES || tooLate || !mayRetry(attempt, call)) throw failure;
    turn.begin();
    await sleep(wait, call.signal);
    if (call.signal?.aborted) throw givenUp();
  }
}

/** Bounds how long a request waits for a token and a permit: a command that is old must not act on a new situation. */
class Turn {
  readonly #maxWaitMs: number;
  readonly #caller: AbortSignal | undefined;
  #expiry = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(maxWaitMs: number, caller: AbortSignal | undefined) {
    this.#maxWaitMs = maxWaitMs;
    this.#caller = caller;
    this.begin();
  }

  /** Aborts when the wait is too long, and when the caller gives up. */
  get signal(): AbortSignal | undefined {
    if (!Number.isFinite(this.#maxWaitMs)) return this.#caller;
    return this.#caller ? AbortSignal.any([this.#caller, this.#expiry.signal]) : this.#expiry.signal;
  }

  /** The request waits from now on, until it is sent. */
  begin(): void {
    this.end();
    if (!Number.isFinite(this.#maxWaitMs)) return;
    const expiry = new AbortController();
    this.#expiry = expiry;
    this.#timer = setTimeout(() => expiry.abort(), this.#maxWaitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Waits for a token or a permit.
   * @param failure of the try before.
   * @throws ZaptecError `EXPIRED` when it took too long and nothing was sent, else the failure.
   */
  async wait<T>(promise: Promise<T>, call: Call, failure: Error | undefined): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      if (!this.#expiry.signal.aborted || this.#caller?.aborted) throw error;
      throw failure ?? expired(call, this.#maxWaitMs);
    }
  }
}

function recordOf(call: Call, attempt: Attempt, sent: Pick<RequestRecord, 'attempt' | 'ms'>): RequestRecord {
  const { by = call.lane === 'editor' ? 'editor' : 'other', lane, method, path, label } = call;
  const { status, zaptecCode } = attempt.kind === 'answer' ? attempt : {};
  return { by, lane, method, path, label, status, zaptecCode, kind: attempt.kind, ...sent };
}

/** Tells limiter and health what an attempt says about the account as a whole. */
function report(account: Sender, attempt: Attempt, sentAt: number): void {
  if (attempt.kind === 'answer') {
    if (attempt.status === 429) account.limiter.refused(sentAt, attempt.retryAfterMs ?? 0);
    else account.limiter.accepted(sentAt);
    if (attempt.status !== 429 && attempt.status < 500) account.health.reached();
  } else if (attempt.kind !== 'aborted' && attempt.kind !== 'too-large') {
    account.health.unreachable(phrase`${new URL(account.baseUrl).host} cannot be reached: ${attempt.reason}`);
  }
}

function expired(call: Call, waitedMs: number): Error {
  const waited = Math.round(waitedMs / 1000);
  return zaptecError('EXPIRED', phrase`${call.method} ${call.label} waited ${waited} s for its turn and was not sent`);
}

function useless(call: Call, tokens: number): Error {
  const text = phrase`${tokens} tokens ran out while ${call.method} ${call.label} waited for its turn: they live too short`;
  return zaptecError('BAD_ANSWER', text);
}

function givenUp(): Error {
  return zaptecError('ABORTED', 'The request was given up');
}

/** The promise, or `ABORTED` as soon as the caller gives up: others may go on waiting for the same. */
function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(givenUp());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

import { zaptecError } from '../errors/zaptec-error';
import { clock } from '../time/clock';
import { sleep } from '../time/sleep';
import { attemptError, type Attempt } from './attempt';
import type { Health } from './health';
import { LANES, type Lane } from './lanes';
import type { RequestLimiter } from './limiter';
import { delayBefore, mayRetry, MOST_TRIES, TOTAL_MS } from './retry';
import type { TokenSource } from './token';
import type { WireRequest } from './transport';

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
  readonly transport: { send(request: WireRequest): Promise<Attempt> };
  logIn(tokens: Tokens): Promise<string>;
}

export type Tokens = Pick<TokenSource, 'current' | 'get' | 'invalidate' | 'isRefused' | 'secrets'>;

export interface Reply {
  status: number;
  /** The body as it came; empty for 204. */
  text: string;
  attempts: number;
}

/**
 * Sends one request until it has an answer or may not be sent again: token, permit, HTTP, retry.
 * @returns undefined when `stillNeeded` said no.
 * @throws ZaptecError
 */
export async function request(account: Sender, tokens: Tokens, call: Call): Promise<Reply | undefined> {
  const askedAt = clock.steady();
  let attempts = 0;
  let firstSentAt = 0;
  let lastSentAt = 0;
  let lastGapMs = 0;
  let loggedInAgain = false;

  for (;;) {
    const token = tokens.current ?? (await withSignal(account.logIn(tokens), call.signal));
    let sentAt = 0;
    let dropped: 'not-needed' | 'token-old' | undefined;
    const attempt = await account.limiter.run({ lane: call.lane, attempt: attempts + 1, signal: call.signal }, () => {
      sentAt = clock.steady();
      if (call.stillNeeded?.() === false) dropped = 'not-needed';
      else if (tokens.current !== token) dropped = 'token-old';
      if (dropped) return undefined;
      if (attempts === 0 && sentAt - askedAt > LANES[call.lane].maxWaitMs) return Promise.resolve(undefined);
      attempts += 1;
      call.beforeSend?.();
      return account.transport.send({
        method: call.method,
        url: account.baseUrl + call.path,
        headers: { Authorization: `Bearer ${token}` },
        body: call.body,
        freshSocket: !call.repeatable,
        largestAnswer: call.largestAnswer,
        signal: call.signal,
      });
    });
    if (dropped === 'not-needed') return undefined;
    if (dropped === 'token-old') continue;
    if (!attempt) throw expired(call, sentAt - askedAt);

    report(account, attempt, sentAt);
    if (attempt.kind === 'answer' && attempt.status >= 200 && attempt.status < 300) {
      return { status: attempt.status, text: attempt.text, attempts };
    }
    if (attempt.kind === 'answer' && attempt.status === 401 && !loggedInAgain) {
      loggedInAgain = true;
      tokens.invalidate(token);
      continue;
    }
    firstSentAt ||= sentAt;
    if (lastSentAt > 0) lastGapMs = sentAt - lastSentAt;
    lastSentAt = sentAt;
    const retryAfterMs = attempt.kind === 'answer' ? (attempt.retryAfterMs ?? 0) : 0;
    // After a 429 the limiter holds everybody back; an urgent request waits there, ahead of the others.
    const wait = delayBefore(attempts, lastGapMs, call.lane === 'command' && attempts === 1 ? 0 : retryAfterMs);
    const tooLate = clock.steady() + wait - firstSentAt > TOTAL_MS;
    if (call.once || attempts >= MOST_TRIES || tooLate || !mayRetry(attempt, call)) {
      throw attemptError(attempt, call, attempts, tokens.secrets);
    }
    await sleep(wait, call.signal);
    if (call.signal?.aborted) throw givenUp();
  }
}

/** Tells limiter and health what an attempt says about the account as a whole. */
function report(account: Sender, attempt: Attempt, sentAt: number): void {
  if (attempt.kind === 'answer') {
    if (attempt.status === 429) account.limiter.refused(sentAt, attempt.retryAfterMs ?? 0);
    else account.limiter.accepted(sentAt);
    if (attempt.status !== 429 && attempt.status < 500) account.health.reached();
  } else if (attempt.kind !== 'aborted' && attempt.kind !== 'too-large') {
    account.health.unreachable(attempt.reason);
  }
}

function expired(call: Call, waitedMs: number): Error {
  const waited = Math.round(waitedMs / 1000);
  return zaptecError('EXPIRED', `${call.method} ${call.label} waited ${waited} s for its turn and was not sent`);
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

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Attempt } from './attempt';
import { isLoopback } from './base-url';
import { parseJson } from '../zaptec/bounded-json';
import { userAgent } from './user-agent';
import { phrase } from '../errors/phrase';
import { clock } from '../time/clock';

const MB = 1024 * 1024;
/** The largest answer that is read where the request names no other size, in bytes. */
const LARGEST_ANSWER = 4 * MB;
/** A date of HTTP has 29 characters, and no wait needs more digits than this. */
const LONGEST_HEADER = 1_000;
/** No wait that a server asks for counts as longer than a day, in ms: a larger number is a mistake. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;
/** The longest time of one try, in ms; slow answers of more than 10 s occur (docs/zaptec-api.md, "Cloud oddities"). */
const TRY_MS = 30_000;

export interface WireRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  /** A string is sent as it is, an object as JSON. */
  body?: unknown;
  /** Use a socket of its own: with a stale kept-alive one nobody would know whether the request arrived. */
  freshSocket?: boolean;
  /** The largest answer that is read, in bytes. */
  largestAnswer?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** One try over HTTP, with proxy and CA settings of the process (`HTTPS_PROXY`, `NO_PROXY`, `NODE_EXTRA_CA_CERTS`). */
export class Transport {
  readonly #keepAlive = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  readonly #fresh = {
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  };
  #axios: ReturnType<typeof loadAxios> | undefined;
  #skewMs: number | undefined;

  /** How far the server's clock is ahead of ours by its last answer, in ms, to the second; undefined before one. */
  get clockSkewMs(): number | undefined {
    return this.#skewMs;
  }

  async send(request: WireRequest): Promise<Attempt> {
    this.#axios ??= loadAxios();
    const axios = await this.#axios;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), TRY_MS);
    const sentAt = Date.now();
    const largest = request.largestAnswer ?? LARGEST_ANSWER;
    const signals = request.signal ? [limit.signal, request.signal] : [limit.signal];
    try {
      const answer = await axios.request<unknown>({
        method: request.method,
        url: request.url,
        headers: { ...contentType(request.body), ...request.headers },
        data: request.body,
        signal: AbortSignal.any(signals),
        maxContentLength: largest,
        ...(request.freshSocket ? this.#fresh : this.#keepAlive),
        // A proxy cannot reach this machine under that name.
        ...(isLoopback(new URL(request.url).hostname) ? { proxy: false } : {}),
      });
      this.#skewMs = skewOf(answer, sentAt) ?? this.#skewMs;
      noteCloudTime(answer);
      return read(answer);
    } catch (error) {
      if (request.signal?.aborted) return { kind: 'aborted', reason: 'The request was given up' };
      if (limit.signal.aborted) return { kind: 'timeout', reason: phrase`No answer within ${TRY_MS / 1000} s` };
      return failure(error, largest);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    for (const { httpAgent, httpsAgent } of [this.#keepAlive, this.#fresh]) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }
}

const importAxios = async () => (await import('axios')).default;

let imported: ReturnType<typeof importAxios> | undefined;

async function loadAxios() {
  const axios = await (imported ??= importAxios());
  return axios.create({
    headers: { 'User-Agent': userAgent(), Accept: 'application/json' },
    responseType: 'text',
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
    // A redirect would carry the token to whoever it names.
    maxRedirects: 0,
  });
}

function contentType(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  return { 'Content-Type': typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json' };
}

interface HttpAnswer {
  status: number;
  data: unknown;
  headers: Record<string, unknown>;
}

function read(answer: HttpAnswer): Attempt {
  const text = typeof answer.data === 'string' ? answer.data : '';
  const header = answer.headers['retry-after'];
  const retryAfterMs = retryAfter(typeof header === 'string' ? header : undefined, Date.now());
  const zaptecCode = answer.status >= 400 ? codeOf(text) : undefined;
  return {
    kind: 'answer',
    status: answer.status,
    text,
    zaptecCode,
    retryAfterMs,
  };
}

/**
 * The wait that a `Retry-After` header asks for, in ms, from a second to a day; undefined when there is none.
 * @param header seconds or an HTTP date.
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.length > LONGEST_HEADER || header.trim() === '') return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(1000, ms), LONGEST_RETRY_AFTER_MS);
}

/**
 * The header `Date` is cut to whole seconds, and was written at some time between the request and its answer. The two
 * clocks to compare are wall clocks, so `Date.now()` is right here.
 */
function skewOf({ headers }: HttpAnswer, sentAt: number): number | undefined {
  const serverMs = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : NaN;
  if (Number.isNaN(serverMs)) return undefined;
  const [earliest, latest] = [serverMs - Date.now(), serverMs + 1_000 - sentAt];
  if (earliest <= 0 && latest >= 0) return 0;
  return earliest > 0 ? earliest : latest;
}

/** The header `Date` is cut to whole seconds: within the second our wall clock knows better. */
function noteCloudTime({ headers }: HttpAnswer): void {
  const serverMs = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : NaN;
  if (Number.isNaN(serverMs)) return;
  clock.onCloudTime(Math.min(Math.max(Date.now(), serverMs), serverMs + 1_000));
}

/** `Code` of an application error, `errorCode` of the 404 of /state (docs/zaptec-api.md, "Error bodies"). */
function codeOf(text: string): number | undefined {
  try {
    const body = parseJson(text) as { Code?: unknown; code?: unknown; errorCode?: unknown } | null;
    const code = body?.Code ?? body?.code ?? body?.errorCode;
    return Number.isInteger(code) ? (code as number) : undefined;
  } catch {
    return undefined;
  }
}

/** Codes of Node.js for which no byte of the request can have reached the server. */
const NEVER_LEFT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;

function failure(error: unknown, largest: number): Attempt {
  const { code, message } = error as { code?: string; message?: string };
  const reason = code ?? 'unknown network error';
  if (NEVER_LEFT.test(reason)) return { kind: 'unreachable', reason };
  if (message?.startsWith('maxContentLength')) {
    return { kind: 'too-large', reason: phrase`The answer is larger than ${largest / MB} MB` };
  }
  return { kind: 'dropped', reason };
}

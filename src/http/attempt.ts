import { describeCode } from '../errors/codes';
import { redact } from '../errors/redact';
import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { parseJson } from '../zaptec/bounded-json';
import { decode } from '../zaptec/decode';
import { isObject } from '../zaptec/json';
import { phrase } from '../errors/phrase';

/** The result of one try. An HTTP client's own error never gets out of the transport: it carries the whole request. */
export type Attempt =
  | { kind: 'answer'; status: number; text: string; zaptecCode?: number | undefined; retryAfterMs?: number | undefined }
  /** The request never left this machine, or no server received it. */
  | { kind: 'unreachable'; reason: string }
  /** The request was sent; whether the server acted on it is unknown. */
  | { kind: 'dropped'; reason: string }
  | { kind: 'timeout'; reason: string }
  | { kind: 'too-large'; reason: string }
  | { kind: 'aborted'; reason: string };

/** What an error says about the request that failed. */
export interface AttemptedCall {
  method: string;
  /** The path as a template. */
  label: string;
  /** The role that Zaptec demands; undefined where any role will do. */
  role?: string | undefined;
  /** Whether sending the request twice does no harm. */
  repeatable: boolean;
}

const LONGEST_TEXT = 300;
/** A longer body says nothing to a person. */
const LONGEST_BODY = 256 * 1024;
/** What is looked at of a text of which so little is shown: secrets are removed before it is cut. */
const LONGEST_READ = 10_000;

/** Codes of attempts that brought no answer. */
const WITHOUT_ANSWER = {
  unreachable: 'NETWORK',
  dropped: 'NETWORK',
  timeout: 'TIMEOUT',
  'too-large': 'TOO_LARGE',
  aborted: 'ABORTED',
} as const satisfies Readonly<Record<Exclude<Attempt['kind'], 'answer'>, string>>;

/** The error of the last try: the cause first, then the request, then the remedy. */
export function attemptError(
  attempt: Attempt,
  call: AttemptedCall,
  attempts: number,
  secrets: readonly (string | undefined)[],
): ZaptecError {
  const where = `${call.method} ${call.label}`;
  if (attempt.kind !== 'answer') return withoutAnswer(attempt, where, call.repeatable, attempts);
  const { status, zaptecCode } = attempt;
  const message = redact(messageOf(attempt.text), secrets).slice(0, LONGEST_TEXT);
  const detail = message ? `: ${message}` : '';
  if (zaptecCode !== undefined) {
    const code = `ZAPTEC_${zaptecCode}` as const;
    const { name } = describeCode(code);
    return zaptecError(code, phrase`${name} (${zaptecCode}) from ${where}${detail}`, { status, attempts });
  }
  const code = `HTTP_${status}` as const;
  if (status === 403 && call.role) {
    const remedy = phrase`Your account lacks the ${call.role} role here: ask the owner of the installation to grant it in the Zaptec portal`;
    const reason = phrase`Forbidden (403): ${where} needs the ${call.role} role${detail}`;
    return zaptecError(code, reason, { status, attempts, remedy });
  }
  return zaptecError(code, phrase`${describeCode(code).name} (${status}) from ${where}${detail}`, { status, attempts });
}

function withoutAnswer(
  attempt: Exclude<Attempt, { kind: 'answer' }>,
  where: string,
  repeatable: boolean,
  attempts: number,
): ZaptecError {
  const code = WITHOUT_ANSWER[attempt.kind];
  const inDoubt = !repeatable && (attempt.kind === 'dropped' || attempt.kind === 'timeout');
  const name = attempt.kind === 'dropped' ? 'ConnectionDropped' : describeCode(code).name;
  const text = phrase`${name}: ${where} got no answer (${attempt.reason})`;
  if (!inDoubt) return zaptecError(code, text, { name, attempts });
  return zaptecError(code, phrase`${text}; it may have acted and was not sent again`, {
    name,
    attempts,
    retryable: false,
    remedy: 'Look at the charger or read its state before you send it again',
  });
}

/**
 * What the body says for a person: Zaptec's details, or title and errors of a ProblemDetails
 * (docs/zaptec-api.md, "Error bodies").
 */
function messageOf(body: string): string {
  if (body.length > LONGEST_BODY) return '';
  try {
    const parsed = decode(parseJson(body));
    if (!isObject(parsed)) return '';
    const { details, message, title, detail, errors } = parsed;
    const parts = [details, message, title, detail].filter((part) => typeof part === 'string');
    if (typeof errors === 'object' && errors !== null) parts.push(JSON.stringify(errors));
    return parts.join(' ').slice(0, LONGEST_READ).replace(/\s+/g, ' ');
  } catch {
    return '';
  }
}

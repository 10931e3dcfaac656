import { decode } from '../zaptec/decode/index';
import { zaptecError, type ZaptecError } from '../errors/zaptec-error';
import { redact } from '../errors/redact';
import { describeCode } from '../errors/codes';
import type { Call } from './requester';
import type { Attempt } from './transport';

const LONGEST_TEXT = 300;

/** Codes of attempts that brought no answer. */
const WITHOUT_ANSWER: Readonly<Record<Exclude<Attempt['kind'], 'answer'>, string>> = {
  unreachable: 'NETWORK',
  dropped: 'NETWORK',
  timeout: 'TIMEOUT',
  'too-large': 'TOO_LARGE',
  aborted: 'ABORTED',
};

/** The error of the last try: cause first, then which request it was, then the remedy. */
export function attemptError(
  attempt: Attempt,
  call: Pick<Call, 'method' | 'label' | 'role' | 'repeatable'>,
  attempts: number,
  secrets: readonly (string | undefined)[],
): ZaptecError {
  const where = `${call.method} ${call.label}`;
  if (attempt.kind !== 'answer') return withoutAnswer(attempt, where, call.repeatable, attempts);
  const { status, zaptecCode } = attempt;
  const told = redact(textOf(attempt.text), secrets).slice(0, LONGEST_TEXT);
  const detail = told ? `: ${told}` : '';
  if (zaptecCode !== undefined) {
    const code = `ZAPTEC_${zaptecCode}`;
    const { name } = describeCode(code);
    return zaptecError(code, `${name} (${zaptecCode}) from ${where}${detail}`, { status, attempts });
  }
  const code = `HTTP_${status}`;
  if (status === 403 && call.role) {
    const remedy = `Your account lacks the ${call.role} role here: ask the owner of the installation to grant it in the Zaptec portal`;
    return zaptecError(code, `Forbidden (403): ${where} needs the ${call.role} role${detail}`, {
      status,
      attempts,
      remedy,
    });
  }
  return zaptecError(code, `${describeCode(code).name} (${status}) from ${where}${detail}`, { status, attempts });
}

function withoutAnswer(
  attempt: Exclude<Attempt, { kind: 'answer' }>,
  where: string,
  repeatable: boolean,
  attempts: number,
): ZaptecError {
  const code = WITHOUT_ANSWER[attempt.kind];
  const doubt = !repeatable && (attempt.kind === 'dropped' || attempt.kind === 'timeout');
  const name = attempt.kind === 'dropped' ? 'ConnectionDropped' : describeCode(code).name;
  const text = `${name}: ${where} got no answer (${attempt.reason})`;
  if (!doubt) return zaptecError(code, text, { name, attempts });
  return zaptecError(code, `${text}; it may have acted and was not sent again`, {
    name,
    attempts,
    retryable: false,
    remedy: 'Look at the charger or read its state before you send it again',
  });
}

/** What the body says for a person: Zaptec's details, or title and errors of a ProblemDetails (`zaptec-api.md` 2.1). */
function textOf(body: string): string {
  try {
    const parsed = decode(JSON.parse(body));
    if (typeof parsed !== 'object' || parsed === null) return '';
    const { details, message, title, detail, errors } = parsed as Record<string, unknown>;
    const parts = [details, message, title, detail].filter((part) => typeof part === 'string');
    if (typeof errors === 'object' && errors !== null) parts.push(JSON.stringify(errors));
    return parts.join(' ').replace(/\s+/g, ' ');
  } catch {
    return '';
  }
}

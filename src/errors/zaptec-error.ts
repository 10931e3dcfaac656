import { describeCode, type ErrorCode } from './codes';
import { phrase } from './phrase';

export type { ErrorCode } from './codes';

/** The machine-readable part of a failure: plain data, because a Catch node hands on only `code`, `cause`, `stack`. */
export interface ErrorCause {
  /** Short name of the failure, Zaptec's own where there is one, for example `DeviceCommandRejected`. */
  name: string;
  /** HTTP status of the last answer; absent when no answer came. */
  status?: number;
  /** Whether the same request may succeed later without a change by the user. */
  retryable: boolean;
  /** How many times the request was sent; 0 when it was refused before it left. */
  attempts: number;
  /** What the user can do, one sentence or two. */
  remedy: string;
}

/** Every failure of the client. `message` names cause and remedy; `code` is stable and made for switches. */
export class ZaptecError extends Error {
  override readonly name = 'ZaptecError';
  readonly code: ErrorCode;
  override readonly cause: ErrorCause;

  constructor(code: ErrorCode, message: string, cause: ErrorCause) {
    super(message);
    this.code = code;
    this.cause = cause;
  }
}

export function isZaptecError(error: unknown): error is ZaptecError {
  return error instanceof ZaptecError;
}

/**
 * Makes an error whose name, remedy and retryability come from the table of codes unless they are given.
 * @param reason the cause in one clause; the remedy is appended to it.
 */
export function zaptecError(code: ErrorCode, reason: string, details: Partial<ErrorCause> = {}): ZaptecError {
  const known = describeCode(code);
  const cause: ErrorCause = {
    name: details.name ?? known.name,
    ...(details.status === undefined ? {} : { status: details.status }),
    retryable: details.retryable ?? known.retryable,
    attempts: details.attempts ?? 0,
    remedy: details.remedy ?? known.remedy,
  };
  return new ZaptecError(code, messageOf(reason, cause), cause);
}

/** The same error with another remedy, for whoever knows the program that uses the client. */
export function withRemedy(error: ZaptecError, remedy: string): ZaptecError {
  return renewed(error, { ...error.cause, remedy });
}

/** The same error with another number of attempts. */
export function afterAttempts(error: ZaptecError, attempts: number): ZaptecError {
  return renewed(error, { ...error.cause, attempts });
}

function renewed({ code, message }: ZaptecError, cause: ErrorCause): ZaptecError {
  const reason = message.split(REMEDY_MARK)[0] ?? message;
  return zaptecError(code, reason.replace(TRIES, ''), cause);
}

const REMEDY_MARK = '. Remedy: ';
const TRIES = / \(\d+ tries\)$/;

function messageOf(reason: string, cause: ErrorCause): string {
  const { attempts, remedy } = cause;
  const own = reason.replace(/\.$/, '');
  return attempts > 1 ? phrase`${own} (${attempts} tries). Remedy: ${remedy}` : phrase`${own}. Remedy: ${remedy}`;
}

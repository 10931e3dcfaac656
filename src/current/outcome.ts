import { isZaptecError, zaptecError, type ZaptecError } from '../errors/zaptec-error';
import type { Outcome } from './governor/events';

/** Answers after which only a person can help (docs/zaptec-api.md, "Error codes"). */
const FINAL: ReadonlySet<string> = new Set([
  'HTTP_400',
  'HTTP_403',
  'HTTP_404',
  'READ_ONLY',
  'INPUT_INVALID',
  'ZAPTEC_506',
  'ZAPTEC_512',
  'ZAPTEC_526',
  'ZAPTEC_527',
  'ZAPTEC_529',
  'ZAPTEC_533',
  'ZAPTEC_534',
  'ZAPTEC_540',
  'ZAPTEC_542',
]);
/** Statuses of a cloud that is away, which has not acted (`src/http/retry.ts`). */
const AWAY: ReadonlySet<number> = new Set([502, 503]);

export function isFinal(error: ZaptecError): boolean {
  return FINAL.has(error.code);
}

export function asZaptecError(thrown: unknown): ZaptecError {
  if (isZaptecError(thrown)) return thrown;
  return zaptecError('INTERNAL', thrown instanceof Error ? thrown.message : 'Something failed');
}

/** What a failed write means. @param sent the write has left this machine. */
export function outcomeOf(thrown: unknown, sent: boolean): Outcome {
  const error = asZaptecError(thrown);
  if (isFinal(error)) return { kind: 'refused', error };
  if (!sent) return { kind: 'rejected', error };
  const { status, name } = error.cause;
  if (status === undefined) {
    // No connection came about.
    const isUnheard = error.code === 'NETWORK' && name !== 'ConnectionDropped';
    return { kind: isUnheard ? 'rejected' : 'lost', error };
  }
  if (error.code.startsWith('ZAPTEC_') || AWAY.has(status)) return { kind: 'failed', error };
  return { kind: status >= 400 && status < 500 ? 'rejected' : 'lost', error };
}

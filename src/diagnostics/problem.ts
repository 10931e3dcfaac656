import { isZaptecError } from '../errors/zaptec-error';
import type { Problem } from './result';

/** The error without what is only for programs. */
export function problemOf(error: unknown): Problem {
  if (!isZaptecError(error)) return { code: 'INTERNAL', text: 'An unexpected error', remedy: 'Report it' };
  const { code, message, cause } = error;
  return { code, text: message.split('. Remedy: ')[0] ?? message, remedy: cause.remedy };
}

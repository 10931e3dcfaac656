import type { ZaptecError } from '../../src/errors/zaptec-error';

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<ZaptecError> {
  try {
    await call;
  } catch (error) {
    return error as ZaptecError;
  }
  throw new Error('the call succeeded');
}

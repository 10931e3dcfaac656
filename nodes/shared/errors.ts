import { redact, zaptecError, type ZaptecError, phrase } from '../../src/client';
import { inNodeRed } from './remedies';

const MOST_SHOWN = 200;

/** Texts that must appear in no error, such as the password. */
export type Secrets = readonly string[];

/**
 * Anything thrown, as an error that a Catch node can use: own `code`, own plain `cause`, and a text that names cause
 * and remedy. An error of the client gets its remedy in the words of Node-RED; everything else is a defect of this package
 * and becomes `INTERNAL`.
 */
export function asError(thrown: unknown, secrets: Secrets = []): ZaptecError {
  if (isClientError(thrown)) return inNodeRed(thrown);
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : describe(thrown);
  return zaptecError('INTERNAL', redact(text, secrets));
}

/**
 * Reads a value that a flow has made. A proxy or a getter has code of its own, which may throw whatever it wants: that is
 * no defect of this package.
 * @param what names the value in the error.
 * @throws ZaptecError `INPUT_INVALID`, or what `read` throws by itself.
 */
export function readable<R>(what: string, read: () => R): R {
  try {
    return read();
  } catch (thrown) {
    if (isClientError(thrown)) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : describe(thrown);
    throw zaptecError('INPUT_INVALID', phrase`${what} could not be read: ${reason.slice(0, MOST_SHOWN)}`, {
      remedy: 'Send plain numbers, texts, lists and objects',
    });
  }
}

/** By shape and not by class: the client may have been loaded twice by different loaders. */
function isClientError(thrown: unknown): thrown is ZaptecError {
  if (!(thrown instanceof Error)) return false;
  const { code, cause } = thrown as Partial<ZaptecError>;
  return typeof code === 'string' && typeof cause === 'object' && 'remedy' in cause;
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  return phrase`a value of type ${typeof thrown} was thrown`;
}

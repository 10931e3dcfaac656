import { zaptecError } from '../errors/zaptec-error';
import type { Answer, CallOptions, LoadContext, Loaded } from '../http/cache';
import { target, type Target } from '../http/endpoints';
import { labelOf, type Caller } from './caller';
import { phrase } from '../errors/phrase';

/** How something is read, and where the cache keeps it. */
export interface Reading {
  key: string;
  load: (context: LoadContext) => Promise<Loaded<unknown> | undefined>;
}

/** @throws ZaptecError `UNDOCUMENTED` that names the parameter. */
export function refuseUnknown(method: string, where: Target): void {
  if (where.unknown.length === 0) return;
  const known = where.endpoint?.query ?? [];
  const others = known.length > 0 ? phrase`, use ${known.join(', ')}` : '';
  throw zaptecError('UNDOCUMENTED', phrase`Zaptec does not document ${unknownOf(method, where)}`, {
    remedy: phrase`Leave it out${others}, or allow undocumented endpoints`,
  });
}

/**
 * A warning for a request that Zaptec does not document, or that has an undocumented parameter; undefined for a
 * documented one.
 * @throws ZaptecError `INPUT_INVALID`, `ID_INVALID` for what is no path of the API.
 */
export function undocumentedWarning(method: string, path: string): string | undefined {
  const where = target(method, path);
  if (!where.endpoint) {
    return phrase`${method} ${path} is no documented endpoint: Zaptec asks not to use it and may close it at any time`;
  }
  if (where.unknown.length === 0) return undefined;
  return phrase`Zaptec does not document ${unknownOf(method, where)} and may refuse or ignore it at any time`;
}

/** The undocumented parameters for a text, without their values: those may differ each time. */
function unknownOf(method: string, where: Target): string {
  const names = where.unknown.map((name) => `"${name.slice(0, 60)}"`).join(', ');
  return phrase`the query parameter ${names} of ${method} ${labelOf(where)}`;
}

/**
 * Reads a documented endpoint with an undocumented query. Nobody knows what such a parameter changes, so an answer serves
 * only the same query again; and the polling floor counts for all such queries together, or a counter in the query would
 * bypass the floor.
 * @param known where the cache keeps the answer without the undocumented parameters.
 * @throws ZaptecError `TOO_SOON`
 */
export async function readUnknown(
  caller: Caller,
  where: Target,
  { known, asked }: { known: string; asked: Reading },
  options: CallOptions,
): Promise<Answer<unknown>> {
  const floorMs = where.endpoint?.floorMs ?? 0;
  const load = async (context: LoadContext) => {
    const loaded = await asked.load(context);
    return loaded && { attempts: loaded.attempts, data: { question: asked.key, answer: loaded.data } };
  };
  // No key of the cache ends so: a question mark in a query is encoded.
  const { data, meta } = await caller.cached(`${known}?`, options, () => floorMs, load);
  if (data.question === asked.key) return { data: data.answer, meta };
  const every = floorMs >= 2 * 60_000 ? phrase`${floorMs / 60_000} minutes` : 'minute';
  throw zaptecError('TOO_SOON', phrase`With ${unknownOf('GET', where)} one question is sent every ${every}`, {
    remedy: 'Leave the parameter out: then the last answer is given until a new one may be read',
  });
}

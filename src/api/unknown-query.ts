import type { Answer, CallOptions, LoadContext, Loaded } from '../http/cache';
import type { Target } from '../http/endpoints';
import { zaptecError } from '../errors/zaptec-error';
import type { Caller } from './caller';

/** How something is read, and where the cache keeps it. */
export interface Reading {
  key: string;
  load: (context: LoadContext) => Promise<Loaded<unknown> | undefined>;
}

/** @throws ZaptecError `UNDOCUMENTED` that names the parameter. */
export function refuseUnknown(method: string, where: Target): void {
  if (where.unknown.length === 0) return;
  const known = where.endpoint?.query ?? [];
  const others = known.length > 0 ? `, use ${known.join(', ')}` : '';
  throw zaptecError('UNDOCUMENTED', `Zaptec does not document ${unknownOf(method, where)}`, {
    remedy: `Leave it out${others}, or tick "Allow undocumented endpoints" in the request node`,
  });
}

/** For a text: nothing of the values, which may differ each time. */
export function unknownOf(method: string, { endpoint, path, unknown }: Target): string {
  const names = unknown.map((name) => `"${name.slice(0, 60)}"`).join(', ');
  return `the query parameter ${names} of ${method} ${endpoint?.path ?? path}`;
}

/**
 * Reads a documented endpoint with a query that is not. What it means nobody knows: its answer serves only the very
 * same question, and the floor counts for all such questions together, or any counter in the query would get past it.
 * @param known where the same is kept without what is unknown.
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
  const every = floorMs >= 2 * 60_000 ? `${floorMs / 60_000} minutes` : 'minute';
  throw zaptecError('TOO_SOON', `With ${unknownOf('GET', where)} one question is sent every ${every}`, {
    remedy: 'Leave the parameter out: then the last answer is given until a new one may be read',
  });
}

import type { Context } from 'hono';
import type { FaultName } from '../faults/table';
import type { Services } from './services';
import { zaptecError, emptyResponse, nginxPage } from './responses';
import { hang } from './socket';

const SLOW_MS = 11_000;

/** The responses that faults force before the endpoint acts, in the order in which they are tried. */
const FORCED: readonly [FaultName, () => Response][] = [
  ['rate-429', () => nginxPage(429, { 'Retry-After': '1' })],
  ['server-500-html', () => nginxPage(500)],
  ['server-500-empty', () => emptyResponse(500)],
  ['server-500-code', () => zaptecError(500, null)],
  ['server-502', () => nginxPage(502)],
  ['server-503', () => nginxPage(503)],
  ['server-504', () => nginxPage(504)],
  ['server-524', () => nginxPage(524)],
];

/** The text with which `match` of a fault is compared. */
export const requestName = (c: Context): string => `${c.req.method} ${new URL(c.req.url).pathname}`;

/** Applies the faults that come before the endpoint acts: a wait, or a response in its place. */
export async function forcedResponse(c: Context, { faults, clock }: Services): Promise<Response | undefined> {
  const name = requestName(c);
  const delayMs = faults.delayMs('slow') ?? SLOW_MS;
  if (faults.hits('slow', name)) await new Promise<void>((resolve) => clock.setTimeout(resolve, delayMs));
  if (faults.hits('hang', name)) return hang(c);
  const found = FORCED.find(([fault]) => faults.hits(fault, name));
  return found?.[1]();
}

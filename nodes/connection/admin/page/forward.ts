import type { AdminRequest } from '../../../shared/admin-routes';
import type { RunningSimulator } from '../../simulator';

/** The headers that the simulator needs: the type of the body, and whether its own page sends the request. */
const HEADERS = ['content-type', 'origin', 'sec-fetch-site'] as const;

/**
 * Hands a request to the control of a running simulator, below its /simulator; nothing else can be reached this way.
 * @param path what comes after /simulator/, with its query.
 */
export async function forward(simulator: RunningSimulator, request: AdminRequest, path: string): Promise<Response> {
  // As the browser sees it, since the simulator compares it with the origin.
  const address = `http://${request.headers.host ?? 'localhost'}/simulator/${path}`;
  if (!URL.canParse(address) || !new URL(address).pathname.startsWith('/simulator/')) return nothing();
  const { method = 'GET' } = request;
  const headers = new Headers();
  for (const name of HEADERS) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: JSON.stringify(request.body ?? {}) };
  return simulator.fetch(new Request(address, { method, headers, ...body }));
}

const nothing = () => sentence(404, 'There is no such address in the simulator');

/** A failure in the simulator's own shape. */
export const sentence = (status: number, error: string): Response => Response.json({ error }, { status });

import type { AdminRequest } from '../../../shared/admin-routes';
import type { RunningSimulator } from '../../simulator';

/**
 * Hands a request to the control of a running simulator, below its /simulator; nothing else can be reached this way.
 * @param path what comes after /simulator/, with its query.
 */
export async function forward(simulator: RunningSimulator, request: AdminRequest, path: string): Promise<Response> {
  const { host = 'localhost' } = request.headers;
  if (!isHost(host)) return sentence(400, `Host: "${host.slice(0, 60)}" is not the name of a host`);
  const address = `http://${host}/simulator/${path}`;
  if (!URL.canParse(address) || !new URL(address).pathname.startsWith('/simulator/')) return nothing();
  const { method = 'GET' } = request;
  // Without the header `Origin`, which the simulator would compare with the host: the admin route has kept foreign pages away.
  const headers = { 'Content-Type': 'application/json' };
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: JSON.stringify(request.body ?? {}) };
  return simulator.fetch(new Request(address, { method, headers, ...body }));
}

/** With or without a port, and nothing else. */
const isHost = (host: string): boolean => !/[/?#@\\\s]/.test(host) && URL.canParse(`http://${host}`);

const nothing = () => sentence(404, 'There is no such address in the simulator');

/** A failure in the simulator's own shape. */
export const sentence = (status: number, error: string): Response => Response.json({ error }, { status });

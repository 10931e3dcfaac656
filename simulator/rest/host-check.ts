import type { MiddlewareHandler } from 'hono';
import type { RestEnv } from './context';
import { incomingOf } from './socket';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Refuses a request for another host, so that a foreign page in a browser of this machine cannot reach the simulator under
 * a name of its own. A request of HTTP/1.0 need not name a host. Where another server mounts the app, that server checks
 * the host.
 */
export function hostCheck(names: readonly string[]): MiddlewareHandler<RestEnv> {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return async (c, next) => {
    const host = incomingOf(c)?.headers.host;
    if (host === undefined) return next();
    if (!URL.canParse(`http://${host}`)) return c.json({ error: `Host: ${host} is not the name of a host` }, 400);
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (LOOPBACK.test(name) || known.has(name)) return next();
    const remedy = 'use 127.0.0.1 or localhost, or name it with --host-name';
    return c.json({ error: `Host: ${host} is not this machine; ${remedy}` }, 403);
  };
}

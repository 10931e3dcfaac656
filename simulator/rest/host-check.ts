import type { MiddlewareHandler } from 'hono';
import { checkHosts } from '../host-names';
import type { RestEnv } from './context';
import { incomingOf } from './socket';

/** Refuses a request for another host. Where another server mounts the app, that server checks the host. */
export function hostCheck(names: readonly string[]): MiddlewareHandler<RestEnv> {
  const refusalOf = checkHosts(names);
  return async (c, next) => {
    const host = incomingOf(c)?.headers.host;
    if (host !== undefined && !URL.canParse(`http://${host}`)) {
      return c.json({ error: `Host: ${host} is not the name of a host` }, 400);
    }
    const error = refusalOf(host);
    return error === undefined ? next() : c.json({ error }, 403);
  };
}

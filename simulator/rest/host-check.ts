import type { MiddlewareHandler } from 'hono';
import { checkHosts } from '../host-names';
import type { RestEnv } from './context';
import { incomingOf } from './socket';

/** Refuses a request for another host or from a page of one. Where another server mounts the app, that server checks the host. */
export function hostCheck(names: readonly string[]): MiddlewareHandler<RestEnv> {
  const refusalOf = checkHosts(names);
  return async (c, next) => {
    const incoming = incomingOf(c);
    const refusal = incoming && refusalOf(incoming);
    return refusal === undefined ? next() : c.json({ error: refusal.error }, refusal.status);
  };
}

import { Hono } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { BadInput } from '../bad-input';
import { bodyLimit } from './body-limit';
import type { RegisterEndpoints, RestEnv } from './context';
import type { Services } from './services';
import { registerControl } from './control/routes';
import { registerPage } from './control/page';
import { hostCheck } from './host-check';
import { pipeline } from './pipeline';
import { registerDiscovery } from './discovery';
import { registerToken } from './login';
import { isUnanswered } from './socket';

const CLOUD = /^\/(?:api|oauth)(?:\/|$)/i;

/** Matches paths below /api in any case, like the cloud; the names of parameters keep their case. */
class CaselessRouter<T> extends TrieRouter<T> {
  override add(method: string, path: string, handler: T): void {
    const caseless = path.replace(/(^|\/)(?!:)[^/]*/g, (segment) => segment.toLowerCase());
    super.add(method, CLOUD.test(path) ? caseless : path, handler);
  }
}

/**
 * The path for the router, for the cloud without the slash at its end, which ASP.NET ignores. Below /simulator it keeps its
 * case, because it may contain the name of a charger.
 */
function routedPath(request: Request): string {
  // A broken Host header makes a broken address, which the check of the host refuses.
  if (!URL.canParse(request.url)) return '/';
  const { pathname } = new URL(request.url);
  return CLOUD.test(pathname) ? pathname.toLowerCase().replace(/\/$/, '') : pathname;
}

/** The HTTP server: the cloud's API below /api and /oauth, the control of the simulator below /simulator. */
export function createApp(services: Services, groups: readonly RegisterEndpoints[]): Hono<RestEnv> {
  const app = new Hono<RestEnv>({ router: new CaselessRouter(), getPath: routedPath });
  app.use(hostCheck(services.hostNames));
  app.use(bodyLimit);
  app.use(async (c, next) => {
    await next();
    // The clock of the cloud, which nobody moves who sets that of this computer.
    if (!isUnanswered(c.res)) c.res.headers.set('Date', new Date(services.clock.now()).toUTCString());
  });
  app.use('/api/*', pipeline(services));
  registerToken(app, services);
  registerDiscovery(app, services);
  for (const register of groups) register(app, services);
  registerControl(app, services);
  registerPage(app);
  app.notFound(() => new Response(null, { status: 404 }));
  app.onError((error) => {
    if (error instanceof BadInput) return Response.json({ error: error.message }, { status: 400 });
    return Response.json({ error: `The simulator failed: ${error.message}` }, { status: 500 });
  });
  return app;
}

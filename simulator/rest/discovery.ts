import type { Context, Hono } from 'hono';
import type { RestEnv } from './context';
import type { Services } from './services';
import { forcedResponse } from './forced-response';
import { SigningKey } from './signing-key';
import { incomingOf } from './socket';

const KEYS = '/.well-known/jwks';

/** The address of the cloud as the client wrote it; the issuer ends in a slash (docs/zaptec-api.md, "Identity provider"). */
export function issuerOf(c: Context): string {
  const { origin, protocol } = new URL(c.req.url);
  const incoming = incomingOf(c);
  // A request of HTTP/1.0 may name no host.
  if (!incoming || incoming.headers.host !== undefined) return `${origin}/`;
  return `${protocol}//127.0.0.1:${incoming.socket.localPort}/`;
}

/** What a client reads that begins with the discovery of the identity provider. guess: all but issuer and token_endpoint. */
export function registerDiscovery(app: Hono<RestEnv>, services: Services): void {
  app.get('/.well-known/openid-configuration', async (c) => {
    const issuer = issuerOf(c);
    const at = (path: string) => new URL(path, issuer).href;
    return (
      (await forcedResponse(c, services)) ??
      c.json({
        issuer,
        token_endpoint: at('/oauth/token'),
        jwks_uri: at(KEYS),
        grant_types_supported: ['password'],
        response_types_supported: ['token'],
        scopes_supported: ['openid', 'offline_access'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [SigningKey.algorithm],
        token_endpoint_auth_methods_supported: ['none'],
      })
    );
  });
  app.get(KEYS, (c) => c.json({ keys: [services.tokens.key.jwk] }));
}

import type { Context, Hono } from 'hono';
import type { RestEnv } from './context';
import type { Services } from './services';
import { issuerOf } from './discovery';
import { nginxPage } from './responses';
import { faultyAnswer } from './faulty-answers';
import { forcedResponse, requestName } from './forced-response';
import { markCorrupted } from './recorder';
import { incomingOf, isUnanswered, reset } from './socket';

const ERRORS = 'https://documentation.openiddict.com/errors/';

/** guess: OpenIddict's stock texts; only status and `error` are established (docs/zaptec-api.md, "Login failures"). */
function oauthError(error: string, description: string, id?: string): Response {
  const body = { error, error_description: description, ...(id === undefined ? {} : { error_uri: ERRORS + id }) };
  return Response.json(body, { status: 400, headers: { 'Cache-Control': 'no-store' } });
}

/** The login: `POST /oauth/token`. */
export function registerToken(app: Hono<RestEnv>, services: Services): void {
  const { accounts, clock, faults, recorder } = services;
  const lastLogins = new Map<string, number>();

  /** One login a second for each address and user. A refused login does not count. */
  const tooSoon = (c: Context, username: string): boolean => {
    const key = `${incomingOf(c)?.socket.remoteAddress ?? ''} ${username}`;
    const now = clock.now();
    if (now - (lastLogins.get(key) ?? -Infinity) < 1000) return true;
    lastLogins.set(key, now);
    return false;
  };

  const login = async (c: Context, form: URLSearchParams): Promise<Response> => {
    const early = await forcedResponse(c, services);
    if (early) return early;
    if (faults.hits('token-503') || tooSoon(c, (form.get('username') ?? '').toLowerCase())) return nginxPage(503);
    return answer(form, { contentType: c.req.header('Content-Type') ?? '', issuer: issuerOf(c) }, services);
  };

  app.post('/oauth/token', async (c) => {
    const at = clock.now();
    const form = new URLSearchParams(await c.req.text());
    const username = (form.get('username') ?? '').toLowerCase();
    const known = accounts.find((account) => account.username.toLowerCase() === username);
    const { pathname: path, search: query } = new URL(c.req.url);
    const userAgent = c.req.header('User-Agent');
    const record = recorder.arrived({
      at,
      account: known?.username,
      method: 'POST',
      path,
      query,
      userAgent,
      token: undefined,
    });
    if (faults.hits('drop-before', requestName(c))) return reset(c);
    const intact = await login(c, form);
    if (intact.ok) Object.assign(record, await lifetimeOf(intact));
    const response = await faultyAnswer(c, intact, faults);
    if (response !== intact) markCorrupted(record);
    if (faults.hits('drop-after', requestName(c))) return reset(c);
    if (!isUnanswered(response)) recorder.answered(record, response.status);
    return response;
  });
}

async function lifetimeOf(login: Response): Promise<{ tokenLifetimeS?: number }> {
  const { expires_in: lifetimeS } = (await login.clone().json()) as { expires_in?: number };
  return lifetimeS === undefined ? {} : { tokenLifetimeS: lifetimeS };
}

/** What the answer depends on besides the form. */
interface Envelope {
  contentType: string;
  issuer: string;
}

function answer(form: URLSearchParams, { contentType, issuer }: Envelope, services: Services): Response {
  const { accounts, faults, tokens } = services;
  const [username, password, scope] = ['username', 'password', 'scope'].map((name) => form.get(name) ?? '') as [
    string,
    string,
    string,
  ];
  if (faults.hits('echo-secrets')) return oauthError('invalid_request', `Cannot sign in ${username} with ${password}.`);
  if (!contentType.toLowerCase().startsWith('application/x-www-form-urlencoded')) {
    return oauthError('invalid_request', "The specified 'Content-Type' header is not valid.", 'ID2082');
  }
  if (form.get('grant_type') === 'refresh_token') {
    return oauthError('invalid_grant', 'The specified refresh token is invalid.', 'ID2003');
  }
  if (form.get('grant_type') !== 'password') {
    return oauthError('unsupported_grant_type', "The specified 'grant_type' parameter is not supported.", 'ID2032');
  }
  if (faults.hits('token-demands-scope') && !scope.split(' ').includes('offline_access')) {
    return oauthError('invalid_scope', "The specified 'scope' is invalid: offline_access is missing.", 'ID2052');
  }
  const account = accounts.find((candidate) => candidate.username.toLowerCase() === username.toLowerCase());
  if (!account || account.password !== password || faults.hits('token-invalid')) {
    const hint = account ? '' : ' The user was not found.';
    return oauthError('invalid_grant', `The specified username/password pair is invalid.${hint}`, 'ID2024');
  }
  const lifetimeS = faults.hits('token-short') ? 5 : services.tokenLifetimeS;
  const body = {
    access_token: tokens.issue(account, { lifetimeS, issuer, scope }),
    token_type: 'Bearer',
    ...(faults.hits('token-no-lifetime') ? {} : { expires_in: lifetimeS }),
    ...(scope === '' ? {} : { scope }),
  };
  return Response.json(body, { headers: { 'Cache-Control': 'no-store' } });
}

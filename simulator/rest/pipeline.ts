import type { Context, MiddlewareHandler } from 'hono';
import type { SimulatorAccount } from '../accounts';
import type { RestEnv } from './context';
import type { Services } from './services';
import { zaptecError, emptyResponse, nginxPage } from './responses';
import { faultyAnswer } from './faulty-answers';
import { forcedResponse, requestName } from './forced-response';
import { hashOf, markCorrupted, recordable } from './recorder';
import { isUnanswered, reset } from './socket';
import { bearerOf } from './tokens';

/** The middleware of every call below /api, in the order of the real cloud as far as it is known. */
export function pipeline(services: Services): MiddlewareHandler<RestEnv> {
  const { clock, faults, recorder, tokens } = services;
  const revoked = new RevokedTokens(services);
  return async (c, next) => {
    const at = clock.now();
    const { pathname: path, search: query } = new URL(c.req.url);
    const token = bearerOf(c.req.header('Authorization'));
    const account = tokens.accountOf(token);
    const body = recordable(await c.req.text());
    const record = recorder.arrived({
      at,
      account: account?.username,
      method: c.req.method,
      path,
      query,
      userAgent: c.req.header('User-Agent'),
      token: token === undefined ? undefined : hashOf(token),
      ...(body === undefined ? {} : { body }),
    });
    if (faults.hits('drop-before', requestName(c))) return reset(c);
    services.catchUp();
    let response = rejection(c, account, revoked, services) ?? (await forcedResponse(c, services));
    if (!response) {
      if (account) c.set('account', account);
      await next();
      response = c.res;
    }
    const intact = response;
    response = await faultyAnswer(c, intact, faults);
    if (response !== intact) markCorrupted(record);
    if (faults.hits('drop-after', requestName(c))) response = reset(c);
    // A closed connection got no answer.
    if (!isUnanswered(response)) recorder.answered(record, response.status);
    c.res = undefined;
    c.res = response;
    return undefined;
  };
}

/**
 * Rejects a call without a valid token, above the limit, or by the fault `echo-secrets`; undefined: the call continues.
 */
function rejection(c: Context, account: SimulatorAccount | undefined, revoked: RevokedTokens, services: Services) {
  const { faults, limit } = services;
  if (faults.hits('echo-secrets', requestName(c))) {
    return zaptecError(505, `Request failed. Authorization: ${c.req.header('Authorization') ?? ''}`);
  }
  const open = /^\/api\/constants\/?$/i.test(c.req.path);
  if (!open && (!account || revoked.strikes(c, account))) return emptyResponse(401);
  // guess: calls without an account are not limited; the limit is known to be per account.
  if (account && !limit.take(account.username)) return nginxPage(429, { 'Retry-After': '1' });
  return undefined;
}

/** The fault `tokens-revoked`: every call is refused once, until the fault is set anew. */
class RevokedTokens {
  readonly #refused = new Set<string>();
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  strikes(c: Context, account: SimulatorAccount): boolean {
    const { faults } = this.#services;
    if (!faults.isOn('tokens-revoked')) {
      this.#refused.clear();
      return false;
    }
    const call = `${account.username} ${c.req.method} ${c.req.url}`;
    if (this.#refused.has(call) || !faults.hits('tokens-revoked', requestName(c))) return false;
    this.#refused.add(call);
    return true;
  }
}

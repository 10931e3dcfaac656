import type { Context, MiddlewareHandler } from 'hono';
import type { SimulatorAccount } from '../accounts';
import type { RestEnv } from './context';
import type { Services } from './services';
import { coded, empty, nginx } from './bodies';
import { faultyAnswer } from './faulty-answers';
import { forced, nameOf } from './forced-response';
import { hashOf, recordable } from './recorder';
import { isGone, reset } from './socket';
import { bearerOf } from './tokens';

/** What every call below /api goes through, in the order of the real thing as far as that is known. */
export function pipeline(services: Services): MiddlewareHandler<RestEnv> {
  const { clock, faults, recorder, tokens } = services;
  const revoked = new Revoked(services);
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
    if (faults.hits('drop-before', nameOf(c))) return reset(c);
    services.catchUp();
    let response = gate(c, account, revoked, services) ?? (await forced(c, services));
    if (!response) {
      if (account) c.set('account', account);
      await next();
      response = c.res;
    }
    const sound = response;
    response = await faultyAnswer(c, sound, faults);
    if (response !== sound) record.spoilt = true;
    if (faults.hits('drop-after', nameOf(c))) response = reset(c);
    // A connection that is gone has not been answered.
    if (!isGone(response)) recorder.answered(record, response.status);
    c.res = undefined;
    c.res = response;
    return undefined;
  };
}

/** Token, limit and the errors that tell too much: whether the call gets in at all. */
function gate(c: Context, account: SimulatorAccount | undefined, revoked: Revoked, services: Services) {
  const { faults, limit } = services;
  if (faults.hits('echo-secrets', nameOf(c))) {
    return coded(505, `Request failed. Authorization: ${c.req.header('Authorization') ?? ''}`);
  }
  const open = /^\/api\/constants\/?$/i.test(c.req.path);
  if (!open && (!account || revoked.strikes(c, account))) return empty(401);
  // guess: what nobody is logged in for is not limited; the limit is known to go by the account.
  if (account && !limit.take(account.username)) return nginx(429, { 'Retry-After': '1' });
  return undefined;
}

/** The fault `tokens-revoked`: every call is refused once, and then knows no more of it until the fault is set anew. */
class Revoked {
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
    if (this.#refused.has(call) || !faults.hits('tokens-revoked', nameOf(c))) return false;
    this.#refused.add(call);
    return true;
  }
}

import type { Context, Hono } from 'hono';
import type { SimulatorAccount } from '../../accounts';
import type { FaultName } from '../../faults/table';
import type { Charger, Installation, WorldModel } from '../../world/model';
import type { RestContext, RestEnv } from '../context';
import { EarlyAnswer, forbidden, invalid, unknownObject } from '../wire/errors';
import { jsonOf } from '../wire/numbers';
import { withoutOptional, type ModelName } from '../wire/optional-fields';
import { Query } from './query';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One request to an endpoint. */
export class Call {
  readonly world: WorldModel;
  readonly account: SimulatorAccount;
  readonly query: Query;

  constructor(
    readonly c: Context<RestEnv>,
    readonly context: RestContext,
  ) {
    this.world = context.world;
    this.account = c.get('account');
    this.query = new Query(new URL(c.req.url).searchParams);
  }

  /** Whether a fault strikes this request; call it once for each fault, because each call counts. */
  hits(fault: FaultName): boolean {
    return this.context.faults.hits(fault, `${this.c.req.method} ${this.c.req.path}`);
  }

  /** An answer, without its optional fields under the fault missing-fields. */
  json(body: unknown, model: ModelName): Response {
    const text = jsonOf(this.hits('missing-fields') ? withoutOptional(body, model) : body, model);
    return new Response(text, { headers: { 'Content-Type': 'application/json' } });
  }

  /** A GUID of the path, in lower case. */
  id(name = 'id'): string {
    const value = (this.c.req.param(name) ?? '').toLowerCase();
    if (GUID.test(value)) return value;
    throw invalid({ [name]: [`The value '${value}' is not valid.`] });
  }

  charger(missing = unknownObject('Charger')): Charger {
    const charger = this.world.chargers.get(this.id());
    if (charger) return charger;
    throw missing;
  }

  installation(): Installation {
    const installation = this.world.installations.get(this.id());
    if (installation) return installation;
    throw unknownObject('Installation');
  }

  /** The roles for control (docs/zaptec-api.md, "Roles"). */
  requireControl(): void {
    if (this.account.role === 'user') throw forbidden();
  }

  requireOwner(): void {
    if (this.account.role !== 'owner') throw forbidden();
  }
}

export type Handler = (call: Call) => Response | Promise<Response>;

/** Registers a handler, which can throw an EarlyAnswer. The app matches paths in any case. */
export function route(
  app: Hono<RestEnv>,
  context: RestContext,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  handler: Handler,
): void {
  app.on(method, path, async (c) => {
    try {
      context.world.catchUp();
      return await handler(new Call(c, context));
    } catch (error) {
      if (error instanceof EarlyAnswer) return error.response;
      throw error;
    }
  });
}

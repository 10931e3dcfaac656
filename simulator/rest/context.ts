import type { Hono } from 'hono';
import type { SimulatorAccount } from '../accounts';
import type { Bus } from '../bus';
import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults/state';
import type { WorldModel } from '../world/model';

/** What every group of endpoints is given. */
export interface RestContext {
  readonly world: WorldModel;
  readonly clock: SimulatorClock;
  readonly faults: Pick<Faults, 'hits'>;
  readonly bus: Pick<Bus, 'details'>;
}

/** The pipeline sets this for every request below /api once it has checked token, limit and faults. */
export interface RestEnv {
  Variables: { account: SimulatorAccount };
}

/** A group of endpoints: each file of `simulator/rest/endpoints` exports one. */
export type RegisterEndpoints = (app: Hono<RestEnv>, context: RestContext) => void;

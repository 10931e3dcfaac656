import type { Hono } from 'hono';
import type { Bus } from '../bus';
import type { SimulatorClock } from '../clock';
import type { Role, WorldFace } from '../world/model';

export interface SimulatorAccount {
  username: string;
  password: string;
  role: Role;
}

/** Which fault is on for this request; see `simulator/faults.ts`. */
export interface FaultSwitches {
  /** True when the fault is on and, where it has a probability or a count, hits this time. */
  hits(name: string, path?: string): boolean;
}

/** What every group of endpoints is given. */
export interface RestContext {
  readonly world: WorldFace;
  readonly clock: SimulatorClock;
  readonly faults: FaultSwitches;
  readonly bus: Pick<Bus, 'details'>;
}

/** Set for every request below /api by the pipeline, which has then checked token, limit and faults. */
export interface RestEnv {
  Variables: { account: SimulatorAccount };
}

/** A group of endpoints: `simulator/rest/endpoints/*.ts` each export one. */
export type RegisterEndpoints = (app: Hono<RestEnv>, context: RestContext) => void;

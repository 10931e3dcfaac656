import type { SimulatorAccount } from '../accounts';
import type { Audit } from '../audit';
import type { Bus } from '../bus';
import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults/state';
import type { Trend } from '../world/trend';
import type { WorldModel } from '../world/model';
import type { RestContext } from './context';
import type { RateLimit } from './rate-limit';
import type { Recorder } from './recorder';
import type { Tokens } from './tokens';

/** What the parts of the HTTP face work with. */
export interface Services extends RestContext {
  readonly world: WorldModel;
  readonly clock: SimulatorClock;
  readonly faults: Faults;
  readonly bus: Bus;
  readonly accounts: readonly SimulatorAccount[];
  readonly tokens: Tokens;
  readonly limit: RateLimit;
  readonly recorder: Recorder;
  readonly audit: Pick<Audit, 'report'>;
  readonly trend: Trend;
  readonly tokenLifetimeS: number;
  /** Brings everything that follows time up to now. */
  catchUp(): void;
  setSpeed(speed: number): void;
  /** Of the world as it is now. */
  scenario(): string;
  /** Another world for the same accounts, tokens, limits and faults. Throws BadInput for what cannot be. */
  restart(scenario: string, seed: number): void;
}

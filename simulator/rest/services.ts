import type { SimulatorAccount } from '../accounts';
import type { Audit } from '../audit';
import type { Bus } from '../bus';
import type { SimulatorClock } from '../clock';
import type { Faults } from '../faults/state';
import type { Trend } from '../world/trend';
import type { WorldModel } from '../world/model';
import type { RestContext } from './context';
import type { Timeline } from './control/timeline';
import type { RateLimit } from './rate-limit';
import type { Recorder } from './recorder';
import type { Tokens } from './tokens';

/** The objects that the HTTP server works with. */
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
  readonly timeline: Timeline;
  readonly tokenLifetimeS: number;
  /** The names, beside those of the loopback address, under which clients may reach the simulator. */
  readonly hostNames: readonly string[];
  /** Absent: no TLS. */
  readonly certificate: { cert: string } | undefined;
  /** The simulator stops. */
  readonly stopped: AbortSignal;
  /** Advances everything that depends on time to now. */
  catchUp(): void;
  setSpeed(speed: number): void;
  /** The scenario of the present world. */
  scenario(): string;
  /**
   * Starts another world and keeps accounts, tokens, limits and faults. Throws BadInput for a value that is not
   * possible.
   */
  restart(scenario: string, seed: number): void;
}

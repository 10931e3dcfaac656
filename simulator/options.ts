import type { SimulatorClock } from './clock';
import type { LimitModel } from './rest/rate-limit';
import { BadInput } from './bad-input';
import { LIMIT_MODELS } from './rest/rate-limit';
import { parseScenario } from './world/scenarios';

/** How a simulator is started; everything has a default. */
export interface SimulatorOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Port of the message bus; 0, the default: any free port. */
  amqpPort?: number;
  /** home, housing, fleet, fleet:1000 or apm. */
  scenario?: string;
  seed?: number;
  /** How much faster than the clock the world runs. */
  speed?: number;
  /** The client's time; the system's unless a test injects one. */
  clock?: SimulatorClock;
  limitModel?: LimitModel;
  /** s; 86399, as seen at the real thing. */
  tokenLifetimeS?: number;
}

/** The fastest world that still takes small steps. */
export const MAX_SPEED = 100_000;

const isCount = (value: number, max: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= max;

/** Names the option, what it was and what it may be. */
function refuse(option: string, value: unknown, remedy: string): never {
  throw new BadInput(`${option}: ${JSON.stringify(value)} is not possible; ${remedy}`);
}

/** Throws BadInput for the first option that cannot be. */
export function checkOptions(options: SimulatorOptions): void {
  const { port, amqpPort, scenario, seed, speed, limitModel, tokenLifetimeS } = options;
  if (port !== undefined && !isCount(port, 65_535)) refuse('port', port, 'use 0 to 65535, 0 for any free one');
  if (amqpPort !== undefined && !isCount(amqpPort, 65_535)) {
    refuse('amqpPort', amqpPort, 'use 0 to 65535, 0 for any free one');
  }
  if (scenario !== undefined) checkScenario(scenario);
  if (seed !== undefined && !isCount(seed, 0xffff_ffff))
    refuse('seed', seed, 'use a whole number from 0 to 4294967295');
  if (speed !== undefined && !(speed >= 0 && speed <= MAX_SPEED)) {
    refuse('speed', speed, `use a number from 0 to ${MAX_SPEED}, 1 for real time`);
  }
  if (limitModel !== undefined && !LIMIT_MODELS.includes(limitModel)) {
    refuse('limitModel', limitModel, `use ${LIMIT_MODELS.join(' or ')}`);
  }
  if (tokenLifetimeS !== undefined && !(tokenLifetimeS > 0))
    refuse('tokenLifetimeS', tokenLifetimeS, 'use more than 0');
}

/** The world knows its scenarios; here its refusal becomes one of ours. */
function checkScenario(scenario: string): void {
  try {
    parseScenario(scenario);
  } catch (error) {
    throw new BadInput((error as Error).message);
  }
}

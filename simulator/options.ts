import type { SimulatorClock } from './clock';
import type { LimitModel } from './rest/rate-limit';
import { BadInput } from './bad-input';
import { LIMIT_MODELS } from './rest/rate-limit';
import type { Certificate } from './tls/certificate';
import { isDate } from './world/house/house-calendar';
import { isSeason, SEASON_NAMES, type SeasonName } from './world/house/season';
import { parseScenario } from './world/scenarios';

/** The options of a simulator; each has a default. */
export interface SimulatorOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Port of the message bus; 0, the default: any free port. */
  amqpPort?: number;
  /** home, sunny, housing, fleet, fleet:1000 or apm. */
  scenario?: string;
  seed?: number;
  /** The time of the year for house, sun and prices; `any`, the default, does not change with it. */
  season?: SeasonName;
  /**
   * The date that house, sun and prices begin with, `2026-06-21`; by default that of the clock. The time of day is that of
   * the clock, and the season that of the date where none is chosen.
   */
  date?: string;
  /** Names of chargers have HTML and Unicode in them, so that clients are tried with such names. */
  unusualNames?: boolean;
  /** Past sessions of a charger per day, 0 to 1; by default what the scenario says. */
  sessionsPerDay?: number;
  /** How many times faster than the clock the world runs. */
  speed?: number;
  /**
   * HTTPS, and TLS for the bus: true with a certificate that the simulator makes, or with a certificate and its key, PEM.
   */
  tls?: boolean | Certificate;
  /** Names under which clients may reach the simulator, beside those of the loopback address. */
  hostNames?: readonly string[];
  /** The clock of the client; the default is the system's clock. */
  clock?: SimulatorClock;
  limitModel?: LimitModel;
  /** Lifetime of an access token in s; the default is 86399, as the real cloud has it. */
  tokenLifetimeS?: number;
}

/** The highest speed at which the world still moves in small steps. */
export const MAX_SPEED = 100_000;

const HOST_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i;

const isCount = (value: number, max: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= max;

/** Names the option, its value and the remedy. */
function refuse(option: string, value: unknown, remedy: string): never {
  throw new BadInput(`${option}: ${JSON.stringify(value)} is not possible; ${remedy}`);
}

/** Throws BadInput for the first option that is not possible. */
export function checkOptions(options: SimulatorOptions): void {
  const { port, amqpPort, scenario, seed, season, speed, limitModel, tokenLifetimeS, sessionsPerDay, date } = options;
  if (port !== undefined && !isCount(port, 65_535)) refuse('port', port, 'use 0 to 65535, 0 for any free one');
  if (amqpPort !== undefined && !isCount(amqpPort, 65_535)) {
    refuse('amqpPort', amqpPort, 'use 0 to 65535, 0 for any free one');
  }
  for (const name of options.hostNames ?? []) {
    if (!HOST_NAME.test(name)) refuse('hostNames', name, 'use a name such as api.zaptec.com, without scheme and port');
  }
  if (scenario !== undefined) checkScenario(scenario);
  if (seed !== undefined && !isCount(seed, 0xffff_ffff))
    refuse('seed', seed, 'use a whole number from 0 to 4294967295');
  if (season !== undefined && !isSeason(season)) refuse('season', season, `use one of ${SEASON_NAMES.join(', ')}`);
  if (date !== undefined && !isDate(date)) refuse('date', date, 'use a date such as 2026-06-21');
  if (speed !== undefined && !(speed >= 0 && speed <= MAX_SPEED)) {
    refuse('speed', speed, `use a number from 0 to ${MAX_SPEED}, 1 for real time`);
  }
  if (limitModel !== undefined && !LIMIT_MODELS.includes(limitModel)) {
    refuse('limitModel', limitModel, `use ${LIMIT_MODELS.join(' or ')}`);
  }
  if (sessionsPerDay !== undefined && !(sessionsPerDay >= 0 && sessionsPerDay <= 1)) {
    refuse('sessionsPerDay', sessionsPerDay, 'use a number from 0 to 1');
  }
  if (tokenLifetimeS !== undefined && !(tokenLifetimeS > 0))
    refuse('tokenLifetimeS', tokenLifetimeS, 'use more than 0');
}

/** The world knows its scenarios but not BadInput. */
function checkScenario(scenario: string): void {
  try {
    parseScenario(scenario);
  } catch (error) {
    throw new BadInput((error as Error).message);
  }
}

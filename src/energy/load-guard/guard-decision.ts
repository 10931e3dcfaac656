import type { StrategyDecision } from '../strategy';
import type { PhaseValues } from './phases';

/** Why the limit is what it is; part of the payload. */
export type LoadGuardCode =
  'starts' | 'holds' | 'raised' | 'lowered' | 'waits' | 'overload' | 'unknown' | 'override-on' | 'override-off';

/** What is known of one phase, A. */
export interface PhaseFacts {
  code: LoadGuardCode;
  /** Of the connection; undefined where it is not known. */
  totalA: number | undefined;
  /** Of the cars. */
  carsA: number;
  /** What the house leaves for the cars, below 0 where it takes too much by itself. */
  freeA: number | undefined;
  /** ms since the meter said so; undefined for never. */
  ageMs: number | undefined;
}

/** The state of the capacity tariff, kW and kWh. */
export interface TariffFacts {
  from: number;
  to: number;
  usedKwh: number;
  /** The mean power that the period may have. */
  boundKw: number;
  /** The mean power that the rest of the period may have. */
  leftKw: number;
  houseKw: number | undefined;
  /** The highest days of the month so far. */
  peaksKw: number[];
}

export interface LoadGuardDecision extends StrategyDecision {
  code: LoadGuardCode;
  /** A; undefined while nothing is known and nothing need be set yet. */
  limit: PhaseValues | undefined;
  /** By phase; of a connection with one phase the first. */
  phases: PhaseFacts[];
  /** Lowerings within 15 minutes of a change, in the last hour. */
  earlyLowerings: number;
  /** From when on a raise can be set; undefined where it can be set now. */
  raiseAt: number | undefined;
  tariff: TariffFacts | undefined;
  /** Nothing is set yet, since it is not known what the cars take. */
  awaitsCars?: boolean;
}

import type { Charger, Circuit, FinishedSession, Installation } from './model';
import type { Prng } from '../prng';

/** The phases on which a charger supplies its car. */
export type PhaseUse = readonly [boolean, boolean, boolean];

/**
 * The internal state of a charger, beside the state in the model. Times are ms of world time; absent: nothing is due.
 */
export interface Device {
  readonly charger: Charger;
  readonly installation: Installation;
  readonly circuit: Circuit;
  /** 0, 1 or 2: the phase on which a Pro charges a single-phase car. */
  readonly singlePhase: number;
  /** A random stream for arrivals and departures only, so that they do not depend on the size of the steps. */
  readonly traffic: Prng;
  readonly noise: Prng;
  /** kWh of the meter before the sessions of the last 30 days. */
  readonly meterAtStart: number;
  phases: PhaseUse;
  /** Whether the running session uses three phases; absent: not decided before current is allocated. */
  threePhase?: boolean;
  /** From then on a waiting car requests current. */
  readyAt?: number;
  /** Then a new session follows the closed one. */
  newSessionAt?: number;
  /** Then the driver holds a tag to the charger. */
  tagAt?: number;
  /** Since then no current has been allocated. */
  withoutCurrentSince?: number;
  /** Then the restart ends; the charger does not charge before. */
  restartsUntil?: number;
  upgradedAt?: number;
  /** Then the next car arrives. */
  arrivesAt?: number;
  /** No car arrives by itself before then. */
  pinnedUntil: number;
  pulseAt: number;
  measureAt: number;
  energyAt: number;
  /** While the charger does not charge, nothing of the above is due before then. */
  dueAt: number;
  /** Sessions that ended while the charger was offline; it reports them when it is back. */
  unreported: FinishedSession[];
  /** Then the next signed meter reading is due; observation 554. */
  signedAt: number;
}

/** Makes the next step process the charger. */
export function makeDue(device: Device): void {
  device.dueAt = 0;
}

export const isThreePhaseNet = ({ networkType }: Installation): boolean => networkType === 2 || networkType === 4;
export const isItNet = ({ networkType }: Installation): boolean => networkType < 3;
/** Whether the cloud allocates the current of the charger. */
export const isSteered = ({ charger }: Device): boolean => charger.online && !charger.standAlone;

import type { Charger, Circuit, FinishedSession, Installation } from './model';
import type { Prng } from '../prng';

/** How a charger's phases are wired to a car at the moment. */
export type PhaseUse = readonly [boolean, boolean, boolean];

/** What the world keeps of a charger beyond what its faces see. Times are ms of world time; absent: nothing is due. */
export interface Device {
  readonly charger: Charger;
  readonly installation: Installation;
  readonly circuit: Circuit;
  /** 0, 1 or 2: where a Pro puts a car with one phase. */
  readonly singlePhase: number;
  /** Chance of its own: arrivals and departures do not depend on how often the world is looked at. */
  readonly traffic: Prng;
  readonly noise: Prng;
  phases: PhaseUse;
  /** Whether the running session uses three phases; absent: to be decided when current is allocated. */
  threePhase?: boolean;
  /** A waiting car asks for current from then on. */
  readyAt?: number;
  /** A closed session is followed by a new one then. */
  newSessionAt?: number;
  /** Its driver holds a tag to it then. */
  tagAt?: number;
  /** Nothing has been allocated since. */
  withoutCurrentSince?: number;
  /** Back from a restart then; until then nothing flows. */
  restartsUntil?: number;
  upgradedAt?: number;
  /** The next car comes then. */
  arrivesAt?: number;
  /** Traffic leaves it alone until then. */
  pinnedUntil: number;
  pulseAt: number;
  measureAt: number;
  energyAt: number;
  /** Nothing of the above happens before then while it does not charge. */
  dueAt: number;
  /** Finished while it was offline; told once it is back. */
  unreported: FinishedSession[];
  /** OCMF text of the last signed reading; observation 554. */
  signedAt: number;
}

/** That something has to be looked at now. */
export function wake(device: Device): void {
  device.dueAt = 0;
}

export const isThreePhaseNet = ({ networkType }: Installation): boolean => networkType === 2 || networkType === 4;
export const isItNet = ({ networkType }: Installation): boolean => networkType < 3;
/** Whether the cloud steers it. */
export const isSteered = ({ charger }: Device): boolean => charger.online && !charger.standAlone;

import type { Device } from './device';
import type { Charger, FinishedSession, Installation, Observation } from './model';
import type { Prng } from '../prng';

/** The inside of the world that its parts share. */
export interface WorldState {
  readonly seed: number;
  readonly prng: Prng;
  /** How far physics have got; ms since 1970. */
  time: number;
  readonly installations: Map<string, Installation>;
  readonly chargers: Map<string, Charger>;
  readonly devices: Map<string, Device>;
  /** By installation, in the order of their chargers. */
  readonly sites: Map<string, Site>;
  readonly history: FinishedSession[];
  /** Chargers registered so far, gone ones included. */
  registered: number;
  /** How many houses its base load and sun amount to. */
  houses: number;
  /** A per phase that the house draws beside its base load. */
  load: [number, number, number];
  emit(observation: Observation, charger: Charger): void;
  finished(session: FinishedSession): void;
}

export interface Site {
  readonly installation: Installation;
  readonly devices: Device[];
  /** Its current is shared anew then. */
  balanceAt: number;
  /** The same where a change asks for it, which then happens at that very time; Infinity: no change does. */
  reactionAt: number;
}

export function siteOf(state: WorldState, device: Device): Site {
  const site = state.sites.get(device.installation.id);
  if (site) return site;
  throw new Error(`charger ${device.charger.deviceId} has no installation; this is a defect of the simulator`);
}

import type { HouseBattery } from './house/battery';
import type { HouseCalendar } from './house/house-calendar';
import type { Device } from './device';
import type { Charger, FinishedSession, Installation, Observation } from './model';
import type { Prng } from '../prng';

/** The internal state of the world, which its parts share. */
export interface WorldState extends HouseCalendar {
  readonly seed: number;
  /** The names of chargers have markup and Unicode. */
  readonly unusualNames: boolean;
  readonly prng: Prng;
  /** The time up to which the physics are computed; ms since 1970. */
  time: number;
  readonly installations: Map<string, Installation>;
  readonly chargers: Map<string, Charger>;
  readonly devices: Map<string, Device>;
  /** By the id of the installation. */
  readonly sites: Map<string, Site>;
  readonly history: FinishedSession[];
  /** Past sessions of a charger per day. */
  sessionsPerDay: number;
  /** The number of chargers registered so far, including removed ones. */
  registered: number;
  /** The base load and the sun are those of this number of houses. */
  houses: number;
  /** A per phase that the house draws beside its base load. */
  load: [number, number, number];
  /** W that the sun brings whatever the weather; absent: the weather decides. */
  sunW?: number;
  /** Absent: the house has none. */
  battery?: HouseBattery;
  emit(observation: Observation, charger: Charger): void;
  finished(session: FinishedSession): void;
}

export interface Site {
  readonly installation: Installation;
  readonly devices: Device[];
  /** The time of the next load balancing. */
  balanceAt: number;
  /**
   * The time of a load balancing that a change has caused; a step ends exactly there. Infinity: no change is pending.
   */
  reactionAt: number;
}

export function siteOf(state: WorldState, device: Device): Site {
  const site = state.sites.get(device.installation.id);
  if (site) return site;
  throw new Error(`charger ${device.charger.deviceId} has no installation; this is a defect of the simulator`);
}

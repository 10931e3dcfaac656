import type { Caller } from '../api/caller';
import { InstallationsApi } from '../api/installations';
import { checkSettings, INSTALLATION, type InstallationSettings as RawSettings } from '../api/settings';
import type { Answer, CallOptions } from '../http/cache';
import { withThreshold, type PhaseChoice } from '../phases/threshold';
import type { Store } from '../state/store';
import { asGuid } from '../zaptec/guid';
import { voltageOf } from './charger-observations';
import type { GovernedWrites } from './governed-writes';
import type { Supply } from './units';

/** Settings of an installation, with the phases by name in place of Zaptec's number. */
export interface InstallationSettings extends RawSettings {
  /** `threeToOnePhaseSwitchCurrent` by name; give either of them. */
  phases?: PhaseChoice;
}

/** Installations, whose currents only the governor may set. */
export class Installations extends InstallationsApi {
  readonly #governed: GovernedWrites;

  constructor(caller: Caller, governed: GovernedWrites) {
    super(caller);
    this.#governed = governed;
  }

  /**
   * Changes settings. A current among them goes through the governor; without one the present current goes along, since
   * leaving it out may mean the maximum.
   * @throws ZaptecError `INPUT_INVALID`, `READ_ONLY`, `TOO_SOON`, `ABOVE_LIMIT`, `PHASES_TOO_SOON`, `NOT_MANUAL`, `ZAPTEC_527` …
   */
  async update(id: string, settings: InstallationSettings, options: CallOptions = {}): Promise<Answer<unknown>> {
    const checked = checkSettings(INSTALLATION, withThreshold(settings));
    return this.#governed.installation(asGuid(id, 'installation'), checked, options);
  }

  /**
   * What is known of the supply of an installation: its network, and the voltage at a charger that charges.
   * @throws ZaptecError where the details of the installation cannot be read.
   */
  async supply(id: string, store: Store, options: CallOptions): Promise<Supply> {
    const { data } = await this.get(id, { ...options, refresh: false });
    return { networkType: data.networkType, measuredV: voltageOf(store, id) };
  }
}

import type { Answer, CallOptions } from '../http/cache';
import { zaptecError } from '../errors/zaptec-error';
import { asGuid } from '../zaptec/guid';
import type { Caller } from './caller';
import type { Charger } from './chargers';
import { readList, readPages } from './lists';
import { arrayFrom, formOf, withId, type Identified } from './shape';
import { type JsonObject, isObject } from '../zaptec/json';
import { mayControl } from '../zaptec/roles';
import { phrase } from '../errors/phrase';

/** A site (docs/zaptec-api.md, "Installation"); fields that are not named here pass through as they come. */
export interface Installation extends Identified {
  name?: string;
  /** Flags: 1 user, 2 owner, 4 service (docs/zaptec-api.md, "Enumerations"). */
  currentUserRoles?: number;
  /** 1 and 2 IT with one and three phases, 3 and 4 TN. */
  networkType?: number;
  /** 0 manual, 1 schedule, 2 automatic. */
  availableCurrentMode?: number;
  /** A */
  maxCurrent?: number;
}

/** Installation, circuits and their chargers (docs/zaptec-api.md, "Hierarchy"). */
export interface Hierarchy extends JsonObject {
  circuits: JsonObject[];
}

/** docs/zaptec-api.md, "Firmware"; the versions are missing for a charger that was never started. */
export interface ChargerFirmware extends JsonObject {
  chargerId?: string;
  currentVersion?: string;
  availableVersion?: string;
  isUpToDate?: boolean;
}

const LIST = '/api/installation';
/** A right that was just granted shows after some seconds (docs/zaptec-api.md, "Hierarchy"), in ms. */
const PROVISIONING_MS = [2_000, 4_000, 8_000];

/** Installations as the cloud offers them, with limits and caches but without the rules of currents. */
export class InstallationsApi {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** All that the account may see. */
  list(options: CallOptions = {}): Promise<Answer<Installation[]>> {
    return readList(this.#caller, LIST, {}, options);
  }

  /** The same, one page at a time. */
  pages(options: CallOptions = {}): AsyncIterable<Installation[]> {
    return readPages(this.#caller, LIST, {}, options);
  }

  /** @throws ZaptecError `ID_INVALID`, `HTTP_404`, `ZAPTEC_512` … */
  async get(id: string, options: CallOptions = {}): Promise<Answer<Installation>> {
    return readInstallation(this.#caller, id, options);
  }

  /** @throws ZaptecError `HTTP_204` when the account lacks the role, or got it only a moment ago. */
  async hierarchy(id: string, options: CallOptions = {}): Promise<Answer<Hierarchy>> {
    const path = `${LIST}/${asGuid(id, 'installation')}/hierarchy`;
    const waits = (await this.#mayRead(id, options)) ? PROVISIONING_MS : [];
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#caller.get(path, options, (data) => hierarchyOf(data, id));
      } catch (error) {
        const wait = (error as { code?: string }).code === 'HTTP_204' ? waits[tries] : undefined;
        if (wait === undefined) throw error;
        await this.#caller.sleep(wait, options);
      }
    }
  }

  async chargers(id: string, options: CallOptions = {}): Promise<Answer<Charger[]>> {
    const installationId = asGuid(id, 'installation');
    const { data, meta } = await readList(this.#caller, '/api/chargers', { InstallationId: installationId }, options);
    if (meta.source === 'rest') this.#caller.observer.onChargers(data);
    // Guess: that every server knows this filter, which is new.
    return { data: (data as Charger[]).filter((c) => (c.installationId ?? installationId) === installationId), meta };
  }

  async firmware(id: string, options: CallOptions = {}): Promise<Answer<ChargerFirmware[]>> {
    const path = `/api/chargerFirmware/installation/${asGuid(id, 'installation')}`;
    return this.#caller.get(path, options, arrayFrom('the firmware of the chargers'));
  }

  /** Unknown counts as no: then an empty answer is an error at once. */
  async #mayRead(id: string, options: CallOptions): Promise<boolean> {
    const { data } = await this.list({ ...options, refresh: false });
    const roles = data.find((installation) => installation.id === id.toLowerCase())?.currentUserRoles;
    return mayControl(roles);
  }
}

export function readInstallation(caller: Caller, id: string, options: CallOptions): Promise<Answer<Installation>> {
  return caller.get(`${LIST}/${asGuid(id, 'installation')}`, options, (data) => {
    if (isObject(data)) return withId(data) ? data : { ...data, id: id.toLowerCase() };
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered without the installation: it sent ${formOf(data)}`);
  });
}

function hierarchyOf(data: unknown, id: string): Hierarchy {
  if (data === null) {
    throw zaptecError(
      'HTTP_204',
      phrase`Zaptec gave no hierarchy of installation ${id}: that needs the owner or service role`,
      {
        status: 204,
        attempts: 1,
      },
    );
  }
  if (!isObject(data)) {
    throw zaptecError('BAD_ANSWER', phrase`Zaptec answered without the hierarchy: it sent ${formOf(data)}`);
  }
  const { circuits = [] } = data;
  if (!Array.isArray(circuits)) {
    const reason = phrase`Zaptec answered with ${formOf(circuits)} in the field Circuits instead of a list`;
    throw zaptecError('BAD_ANSWER', reason);
  }
  return { ...data, circuits: circuits.filter(isObject) };
}

import { FACTORY_SETTINGS } from '../../../simulator/world/build';
import { SessionArchive } from '../../../simulator/world/session-archive';
import type {
  Charger,
  FinishedSession,
  Installation,
  CommandRefusal,
  Priority,
  WorldModel,
} from '../../../simulator/world/model';

/** 2026-05-04T10:00:00.5Z */
export const NOW = Date.UTC(2026, 4, 4, 10, 0, 0, 500);
const HOUR = 3_600_000;

/** An invented GUID; `kind` is its prefix for one kind of object. */
export const guid = (kind: string, number = 1): string =>
  `0a1b2c3d-0000-4000-8000-${kind}${String(number).padStart(12 - kind.length, '0')}`;

export const SITE = guid('51');
export const CHARGER = guid('ca');
const PERSON = { id: guid('f1'), name: 'A Person', email: 'user@simulator.example' };

export function makeSite(own: Partial<Installation> = {}): Installation {
  return {
    id: SITE,
    name: 'Home',
    address: 'Street 1',
    zipCode: '0150',
    city: 'Oslo',
    installationType: 1,
    networkType: 4,
    createdAt: NOW - 9_000 * HOUR,
    updatedAt: NOW - HOUR,
    maxCurrent: 32,
    availableCurrent: [20, 18, 16],
    availableCurrentMode: 0,
    threeToOnePhaseSwitchCurrent: 8,
    authenticationRequired: false,
    authenticationType: 0,
    minPowerOfflineMode: false,
    messagingEnabled: false,
    notes: 'Circuit C',
    supportGroupId: guid('9a'),
    circuits: [{ id: guid('c1'), name: 'Charge circuit', maxCurrent: 32 }],
    users: [PERSON],
    ...own,
  };
}

export function makeCharger(number = 1, own: Partial<Charger> = {}): Charger {
  const id = guid('ca', number);
  const at = NOW - 1_230;
  const seen = (observation: number, value?: string) =>
    [observation, { chargerId: id, id: observation, at, ...(value === undefined ? {} : { value }) }] as const;
  return {
    id,
    deviceId: `ZAP${String(number).padStart(6, '0')}`,
    name: `Place ${number}`,
    installationId: SITE,
    circuitId: guid('c1'),
    model: 'Go',
    deviceType: 4,
    createdAt: NOW - 8_000 * HOUR + number * 1_000,
    pin: '1234',
    active: true,
    online: true,
    neverStarted: false,
    standAlone: false,
    firmware: { current: '3.0.0.1', available: '3.1.0.2' },
    settings: { ...FACTORY_SETTINGS, meterValueInterval: 3_600 },
    local: { permanentLock: false, brightness: 0.5 },
    mode: 3,
    finalStop: false,
    authorised: true,
    allocatedA: 16,
    currents: [16, 16, 16],
    voltages: [230, 230, 230],
    powerW: 11_000,
    meterKwh: 100,
    warnings: 0n,
    observations: new Map([seen(710, '3'), seen(-1), seen(-2, '1')]),
    ...own,
  };
}

/** A session of two hours that ended `hoursAgo` hours ago. */
export function makeSession(number: number, hoursAgo: number, own: Partial<FinishedSession> = {}): FinishedSession {
  const endedAt = NOW - hoursAgo * HOUR;
  const startedAt = endedAt - 2 * HOUR;
  const readings = [0, 1, 2].map((hours) => ({
    at: startedAt + hours * HOUR,
    energyKwh: hours * 5,
    meterKwh: 100 + hours * 5,
  }));
  return {
    id: guid('5e', number),
    chargerId: CHARGER,
    startedAt,
    endedAt,
    recognisedAt: endedAt + 1_500,
    energyKwh: 10,
    readings,
    phaseSwitches: 0,
    offline: false,
    stoppedByRfid: false,
    user: PERSON,
    tokenName: 'Blue tag',
    ...own,
  };
}

/** A world without physics, for tests of the JSON models. */
export class StaticWorld implements WorldModel {
  readonly seed = 1;
  now = NOW;
  readonly speed = 1;
  readonly installations = new Map<string, Installation>();
  readonly chargers = new Map<string, Charger>();
  readonly history: FinishedSession[] = [];
  readonly archive = new SessionArchive(
    () => [],
    this.history,
    ({ chargerId }) => this.chargers.get(chargerId)?.installationId,
  );
  /** The calls of writing methods, in order. */
  readonly done: unknown[][] = [];
  refusal: CommandRefusal | undefined;

  constructor(chargers = 1) {
    const site = makeSite();
    this.installations.set(site.id, site);
    for (let number = 1; number <= chargers; number += 1) this.put(makeCharger(number));
  }

  put(charger: Charger): Charger {
    this.chargers.set(charger.id, charger);
    return charger;
  }

  get site(): Installation {
    return this.installations.get(SITE)!;
  }

  get charger(): Charger {
    return this.chargers.get(CHARGER)!;
  }

  command(chargerId: string, commandId: number): CommandRefusal | undefined {
    this.done.push(['command', chargerId, commandId]);
    return this.refusal;
  }

  setAvailableCurrent(id: string, currents: [number, number, number]): void {
    this.done.push(['setAvailableCurrent', currents]);
    this.installations.get(id)!.availableCurrent = currents;
  }

  updateInstallation(id: string, changes: Partial<Installation>): void {
    Object.assign(this.installations.get(id)!, changes);
  }

  updateCharger(id: string, changes: Partial<Charger['settings']>): void {
    this.done.push(['updateCharger', changes]);
    Object.assign(this.chargers.get(id)!.settings, changes);
  }

  unsetAvailableCurrent(id: string): void {
    this.done.push(['unsetAvailableCurrent']);
    this.installations.get(id)!.availableCurrentUnset = true;
  }

  updateLocalSettings(id: string, changes: Partial<Charger['local']>): void {
    Object.assign(this.chargers.get(id)!.local, changes);
  }

  prioritise(sessionId: string, priority: Priority): boolean {
    const charger = [...this.chargers.values()].find(({ session }) => session?.id === sessionId);
    if (charger) charger.priority = priority;
    return charger !== undefined;
  }

  authorise(chargerId: string): void {
    this.chargers.get(chargerId)!.authorised = true;
  }

  catchUp(): void {
    // Time does not advance here.
  }

  findCharger = (ref: string) => this.chargers.get(ref);
  onObservation = () => () => undefined;
  onSessionFinished = () => () => undefined;
  setSpeed = unused;
  setHouseLoad = unused;
  readonly season = 'any';
  setSeason = unused;
  setDate = unused;
  setSun = unused;
  setBattery = unused;
  priceAt = unused;
  forecastAt = unused;
  advance = unused;
  meter = unused;
  power = unused;
  plug = unused;
  unplug = unused;
  addCharger = unused;
  removeCharger = unused;
  setOnline = unused;
  setStandAlone = unused;
}

function unused(): never {
  throw new Error('The endpoints do not use this');
}

import type { SimulatorClock } from '../clock';
import { buildDevice } from './build';
import { runCommand } from './commands';
import { setOnline } from './connection';
import { siteOf, type WorldState } from './state';
import { makeDue, type Device } from './device';
import { MINUTE, QUARTER, SECOND } from '../durations';
import type { HouseBattery } from './house/battery';
import { houseMoment, shiftTo } from './house/house-calendar';
import { priceAt, type PricePattern } from './house/market';
import { readMeter, readPower } from './house/meter';
import type { SeasonName } from './house/season';
import { forecastAt } from './house/sun';
import type * as model from './model';
import { randomCar } from './physics/car';
import { scheduleBalancing } from './physics/load-balancing';
import { Prng } from '../prng';
import { reportDevice } from './report/device';
import { reportSettings } from './report/settings';
import { reportSchedule } from './report/state';
import { olderSessions } from './older-sessions';
import { SessionArchive } from './session-archive';
import { setUp, start } from './setup';
import { authorise, plugIn, unplug } from './state-machine';
import { step } from './step';

const SHORT_STEP = 5 * SECOND;
const LONG_STEP = MINUTE;
/** The world advances over a gap in about this number of steps, none longer than a minute. */
const STEPS_PER_GAP = 120;
/** Shorter gaps are left until an action needs the exact time. */
const MIN_STEP = SECOND;

/** How a world begins. */
interface WorldOptions {
  scenario: string;
  seed: number;
  speed: number;
  clock: SimulatorClock;
  unusualNames?: boolean;
  /** Past sessions of a charger per day, 0 to 1; by default what the scenario says. */
  sessionsPerDay?: number | undefined;
  season?: SeasonName;
  /** `2026-06-21`: the date that the house lives when the world begins. */
  date?: string | undefined;
}

/** The simulated world: installations, chargers, cars and a house, reproducible from its seed. No I/O. */
export class World implements model.WorldModel {
  #state: WorldState;
  #scenario: string;
  readonly #unusualNames: boolean;
  readonly #sessionsPerDay: number | undefined;
  #date: string | undefined;
  #archive: model.FinishedSessions;
  readonly #clock: SimulatorClock;
  readonly #onObservation = new Set<model.ObservationListener>();
  readonly #onFinished = new Set<(session: model.FinishedSession) => void>();
  #speed: number;
  /** The season that was chosen; a scenario may begin in another one. */
  #season: SeasonName;
  /** The client's time up to which the world has advanced, ms. */
  #clientTime: number;
  /** World time, ms; the physics may be less than a second behind. */
  #now: number;

  constructor(options: WorldOptions) {
    const { seed, speed, clock, scenario, unusualNames = false } = options;
    this.#unusualNames = unusualNames;
    this.#clock = clock;
    this.#speed = speed;
    this.#clientTime = clock.now();
    this.#now = this.#clientTime;
    this.#scenario = scenario;
    this.#sessionsPerDay = options.sessionsPerDay;
    this.#date = options.date;
    this.#season = options.season ?? 'any';
    this.#state = this.#begin(scenario, seed);
    this.#archive = archiveOf(this.#state);
  }

  get seed(): number {
    return this.#state.seed;
  }

  get scenario(): string {
    return this.#scenario;
  }

  /**
   * Replaces the world by another one. Listeners and speed stay, and time continues: a client that keeps the newest of each
   * value must not treat the values of the new world as old.
   */
  restart(scenario: string, seed: number): void {
    this.catchUp();
    this.#state = this.#begin(scenario, seed);
    this.#archive = archiveOf(this.#state);
    this.#scenario = scenario;
  }

  #begin(scenario: string, seed: number): WorldState {
    const state: WorldState = {
      seed,
      unusualNames: this.#unusualNames,
      prng: new Prng(seed),
      time: this.#now,
      installations: new Map(),
      chargers: new Map(),
      devices: new Map(),
      sites: new Map(),
      history: [],
      sessionsPerDay: 0,
      registered: 0,
      houses: 1,
      load: [0, 0, 0],
      season: this.#season,
      ...(this.#date === undefined ? {} : { shiftMs: shiftTo(this.#date, this.#now) }),
      emit: (observation, charger) => {
        // The initial state of a world is not a change.
        if (state !== this.#state) return;
        for (const listener of this.#onObservation) listener(observation, charger);
      },
      finished: (session) => {
        if (state !== this.#state) return;
        for (const listener of this.#onFinished) listener(session);
      },
    };
    setUp(state, scenario, this.#sessionsPerDay);
    this.#now = state.time;
    return state;
  }

  /** Whole ms, also where a slow world has advanced by a part of one. */
  get now(): number {
    return Math.floor(this.#now);
  }

  get speed(): number {
    return this.#speed;
  }

  get installations(): ReadonlyMap<string, model.Installation> {
    return this.#state.installations;
  }

  get chargers(): ReadonlyMap<string, model.Charger> {
    return this.#state.chargers;
  }

  get history(): readonly model.FinishedSession[] {
    return this.#state.history;
  }

  get archive(): model.FinishedSessions {
    return this.#archive;
  }

  catchUp(): void {
    const clientNow = this.#clock.now();
    const passed = Math.max(0, clientNow - this.#clientTime);
    this.#clientTime = clientNow;
    if (passed === 0 || this.#speed === 0) return;
    this.#now += passed * this.#speed;
    this.#run(MIN_STEP);
  }

  setSpeed(speed: number): void {
    this.catchUp();
    this.#speed = speed;
  }

  advance(ms: number, stepMs?: number): void {
    this.catchUp();
    this.#now += Math.max(0, ms);
    this.#run(MIN_STEP, stepMs);
  }

  meter(): model.Meter {
    return readMeter(this.#state, this.now);
  }

  power(): model.MeterPower {
    return readPower(this.#state, this.now);
  }

  setHouseLoad(currents: [number, number, number]): void {
    this.#state.load = currents;
  }

  get season(): SeasonName {
    return this.#state.season;
  }

  setSeason(season: SeasonName): void {
    this.#season = season;
    this.#state.season = season;
  }

  setDate(date: string | undefined): void {
    this.#date = date;
    if (date === undefined) delete this.#state.shiftMs;
    else this.#state.shiftMs = shiftTo(date, this.now);
  }

  setSun(watts: number | undefined): void {
    if (watts === undefined) delete this.#state.sunW;
    else this.#state.sunW = watts;
  }

  setBattery(battery: HouseBattery | undefined): void {
    this.#catchUpFully();
    if (battery === undefined) delete this.#state.battery;
    else this.#state.battery = { ...battery };
  }

  priceAt(time: number, pattern: PricePattern): number {
    const { seed } = this.#state;
    const { season, at } = houseMoment(this.#state, time);
    return priceAt({ seed, season, now: houseMoment(this.#state, this.now).at }, pattern, at);
  }

  forecastAt(time: number): number {
    const { season, at } = houseMoment(this.#state, time);
    return this.#state.houses * forecastAt(this.#state.seed, season, at);
  }

  onObservation(listener: model.ObservationListener): () => void {
    this.#onObservation.add(listener);
    return () => void this.#onObservation.delete(listener);
  }

  onSessionFinished(listener: (session: model.FinishedSession) => void): () => void {
    this.#onFinished.add(listener);
    return () => void this.#onFinished.delete(listener);
  }

  findCharger(ref: string): model.Charger | undefined {
    const wanted = ref.toLowerCase();
    const direct = this.#state.chargers.get(wanted);
    if (direct) return direct;
    const all = [...this.#state.chargers.values()];
    return (
      all.find(({ deviceId }) => deviceId.toLowerCase() === wanted) ??
      all.find(({ name }) => name === ref) ??
      all.find(({ name }) => name.toLowerCase() === wanted)
    );
  }

  /** Has no effect where a car is connected, or on a charger that never started. */
  plug(chargerId: string, car: Partial<model.Car> = {}): void {
    const device = this.#currentDevice(chargerId);
    if (device.charger.car || device.charger.neverStarted) return;
    plugIn(this.#state, device, { ...randomCar(device.traffic), ...car });
  }

  unplug(chargerId: string): void {
    unplug(this.#state, this.#currentDevice(chargerId));
  }

  authorise(chargerId: string): void {
    authorise(this.#state, this.#currentDevice(chargerId));
  }

  addCharger(installationId: string, options: { name?: string; model?: model.ChargerModel } = {}): model.Charger {
    const { devices, installation } = this.#site(installationId);
    const [circuit] = installation.circuits;
    if (!circuit) throw new Error(`installation: ${installation.name} has no circuit; use one that has`);
    const { name = `New ${devices.length + 1}`, model: kind = 'Go' } = options;
    const device = buildDevice(this.#state, this.#site(installationId), circuit, name, kind);
    start(this.#state, device);
    return device.charger;
  }

  removeCharger(chargerId: string): void {
    const device = this.#currentDevice(chargerId);
    unplug(this.#state, device);
    const site = siteOf(this.#state, device);
    site.devices.splice(site.devices.indexOf(device), 1);
    this.#state.chargers.delete(chargerId);
    this.#state.devices.delete(chargerId);
  }

  setOnline(chargerId: string, online: boolean): void {
    setOnline(this.#state, this.#currentDevice(chargerId), online);
  }

  setStandAlone(chargerId: string, standAlone: boolean): void {
    const device = this.#currentDevice(chargerId);
    device.charger.standAlone = standAlone;
    this.#changed(device);
  }

  /** Delays charging until a world time, like a schedule of the cloud; absent: ends the delay. */
  schedule(chargerId: string, until: number | undefined): void {
    const device = this.#currentDevice(chargerId);
    if (until === undefined) delete device.charger.scheduledUntil;
    else device.charger.scheduledUntil = until;
    reportSchedule(this.#state, device);
    this.#changed(device);
  }

  command(chargerId: string, commandId: number): model.CommandRefusal | undefined {
    return runCommand(this.#state, this.#currentDevice(chargerId), commandId);
  }

  setAvailableCurrent(installationId: string, currents: [number, number, number]): void {
    delete this.#site(installationId).installation.availableCurrentUnset;
    this.#applyAvailableCurrent(installationId, currents);
  }

  unsetAvailableCurrent(installationId: string): void {
    const { installation } = this.#site(installationId);
    const { maxCurrent } = installation;
    installation.availableCurrentUnset = true;
    this.#applyAvailableCurrent(installationId, [maxCurrent, maxCurrent, maxCurrent]);
  }

  #applyAvailableCurrent(installationId: string, currents: [number, number, number]): void {
    const site = this.#site(installationId);
    const { installation } = site;
    const clamp = (ampere: number): number => Math.min(installation.maxCurrent, Math.max(0, ampere));
    installation.availableCurrent = [clamp(currents[0]), clamp(currents[1]), clamp(currents[2])];
    installation.updatedAt = this.#state.time;
    scheduleBalancing(this.#state, site);
  }

  updateInstallation(installationId: string, changes: Parameters<model.WorldModel['updateInstallation']>[1]): void {
    const { installation, devices } = this.#site(installationId);
    Object.assign(installation, changes);
    const { availableCurrent, availableCurrentUnset, maxCurrent } = installation;
    const wanted: [number, number, number] = availableCurrentUnset
      ? [maxCurrent, maxCurrent, maxCurrent]
      : availableCurrent;
    this.#applyAvailableCurrent(installationId, wanted);
    for (const device of devices) {
      if (!installation.authenticationRequired) authorise(this.#state, device, true);
      this.#changed(device);
    }
  }

  updateCharger(chargerId: string, changes: Partial<model.Charger['settings']>): void {
    const device = this.#currentDevice(chargerId);
    Object.assign(device.charger.settings, changes);
    if (changes.meterValueInterval !== undefined)
      device.signedAt = nextOf(this.#state.time, changes.meterValueInterval);
    this.#changed(device);
  }

  updateLocalSettings(chargerId: string, changes: Partial<model.Charger['local']>): void {
    const device = this.#currentDevice(chargerId);
    Object.assign(device.charger.local, changes);
    reportDevice(this.#state, device);
  }

  prioritise(sessionId: string, priority: model.Priority): boolean {
    this.#catchUpFully();
    for (const device of this.#state.devices.values()) {
      if (device.charger.session?.id !== sessionId) continue;
      device.charger.priority = { ...priority };
      this.#changed(device);
      return true;
    }
    return false;
  }

  #changed(device: Device): void {
    reportSettings(this.#state, device);
    scheduleBalancing(this.#state, siteOf(this.#state, device));
    makeDue(device);
  }

  #site(installationId: string) {
    this.#catchUpFully();
    const site = this.#state.sites.get(installationId);
    if (site) return site;
    throw new Error(`installation: there is no ${installationId}; use an id of the scenario`);
  }

  #currentDevice(chargerId: string): Device {
    this.#catchUpFully();
    const device = this.#state.devices.get(chargerId);
    if (device) return device;
    throw new Error(`charger: there is no ${chargerId}; use an id of the scenario`);
  }

  /** Advances the physics to exactly now, so that an action happens now and not at the last step. */
  #catchUpFully(): void {
    this.catchUp();
    this.#run(0);
  }

  /**
   * Advances the physics to now. A step never crosses a quarter of an hour, so that readings fall on it, nor the reaction
   * to a change, so that a fast world reacts within the same time.
   */
  #run(minGap: number, stepMs?: number): void {
    const { now } = this;
    const gap = now - this.#state.time;
    if (gap <= 0 || gap < minGap) return;
    const size = stepMs ?? Math.min(LONG_STEP, Math.max(SHORT_STEP, gap / STEPS_PER_GAP));
    while (this.#state.time < now) {
      const quarter = (Math.floor(this.#state.time / QUARTER) + 1) * QUARTER;
      step(this.#state, Math.min(now, quarter, this.#state.time + size, this.#reactionAt()));
    }
  }

  #reactionAt(): number {
    let first = Infinity;
    for (const { reactionAt } of this.#state.sites.values())
      if (reactionAt > this.#state.time) first = Math.min(first, reactionAt);
    return first;
  }
}

/** The older sessions are those of the chargers that were there at the start. */
function archiveOf(state: WorldState): SessionArchive {
  const devices = [...state.devices.values()];
  const { time, chargers, history } = state;
  return new SessionArchive(
    () => olderSessions(state.seed, devices, time, state.sessionsPerDay),
    history,
    ({ chargerId }) => chargers.get(chargerId)?.installationId,
  );
}

const nextOf = (time: number, seconds: number): number =>
  seconds > 0 ? (Math.floor(time / (seconds * 1000)) + 1) * seconds * 1000 : Infinity;

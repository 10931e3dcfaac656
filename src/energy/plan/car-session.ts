import { isObject } from '../../zaptec/json';

/** What is known of the car at a charger; a field that is not known is absent. */
export interface CarReading {
  /** `disconnected`, `requesting`, `charging`, `finished`, as in a snapshot. */
  mode?: string | undefined;
  /** Why a connected car does not charge, as in a snapshot. */
  reason?: string | undefined;
  sessionId?: string | undefined;
  /** kWh of the running session. */
  sessionKwh?: number | undefined;
  powerW?: number | undefined;
}

/** The level of the battery, and the energy of the session at that moment. */
interface BatteryLevel {
  percent: number;
  /** Undefined until somebody says it. */
  sessionKwh?: number | undefined;
  /** kWh that nobody has measured by then. */
  assumedKwh: number;
}

interface SessionState extends CarReading {
  isFull?: boolean;
  battery?: BatteryLevel;
}

const MOST_KWH = 1_000;
const MOST_W = 1_000_000;
/** Less energy than this is no sign of another session: the value of a session may step back, kWh. */
const STEP_BACK_KWH = 1;

/** The session of the car: its energy, whether it is full, and when another one has begun. */
export class CarSession {
  #state: SessionState = {};

  get mode(): string | undefined {
    return this.#state.mode;
  }

  get isConnected(): boolean {
    return this.#state.mode !== 'disconnected';
  }

  /** kWh; undefined when nobody has said. */
  get kwh(): number | undefined {
    return this.#state.sessionKwh;
  }

  /** What the car draws while it charges, kW. */
  get chargingKw(): number | undefined {
    const { mode, powerW } = this.#state;
    return mode === 'charging' && powerW !== undefined ? powerW / 1_000 : undefined;
  }

  /** The car has ended the charging of this session by itself. */
  get isFull(): boolean {
    return this.#state.isFull === true;
  }

  /**
   * %; as the car said it, plus what the session has charged since; undefined when nobody has said.
   * @param assumedKwh in the place of the energy of the session where nobody measures it
   */
  batteryAt(capacityKwh: number, efficiency: number, assumedKwh = 0): number | undefined {
    const { battery, sessionKwh } = this.#state;
    if (battery === undefined) return undefined;
    const sinceKwh =
      sessionKwh === undefined ? assumedKwh - battery.assumedKwh : sessionKwh - (battery.sessionKwh ?? 0);
    const charged = Math.max(0, sinceKwh);
    return battery.percent + (charged * efficiency * 100) / capacityKwh;
  }

  /** Takes what is known; fields that are no sensible values are left out. @returns whether another session has begun. */
  take(reading: CarReading): boolean {
    const { sessionKwh, powerW, mode, sessionId, reason } = reading;
    const next: CarReading = {
      mode: textOf(mode),
      reason: textOf(reason),
      sessionId: textOf(sessionId),
      sessionKwh: numberOf(sessionKwh, MOST_KWH),
      powerW: numberOf(powerW, MOST_W),
    };
    const isNew = this.#isNew(next);
    const before = isNew ? {} : this.#state;
    const isFull = before.isFull === true || next.reason === 'car-full';
    this.#state = {
      ...before,
      ...next,
      mode: next.mode ?? before.mode,
      sessionId: next.sessionId ?? before.sessionId,
      sessionKwh: next.sessionKwh ?? (isNew && this.#state.sessionKwh !== undefined ? 0 : before.sessionKwh),
      isFull,
    };
    return isNew;
  }

  /** @param percent 0 to 100. @param assumedKwh that nobody has measured by now */
  setBattery(percent: number, assumedKwh = 0): void {
    this.#state.battery = { percent, sessionKwh: this.#state.sessionKwh, assumedKwh };
  }

  /**
   * The energy that the session had when the level was said, where it was not known by then: what has been charged since is
   * the one that was assumed since.
   */
  settleBattery(assumedKwh: number): void {
    const { battery, sessionKwh } = this.#state;
    if (!battery || battery.sessionKwh !== undefined || sessionKwh === undefined) return;
    battery.sessionKwh = Math.max(0, sessionKwh - Math.max(0, assumedKwh - battery.assumedKwh));
  }

  /** The level is no longer that of the battery. */
  forgetBattery(): void {
    delete this.#state.battery;
  }

  /** Plain JSON. */
  dump(): unknown {
    return { ...this.#state };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    this.take(dumped);
    this.#state.isFull = dumped['isFull'] === true;
    const { battery } = dumped;
    if (!isObject(battery)) return;
    const percent = numberOf(battery['percent'], 100);
    const sessionKwh = numberOf(battery['sessionKwh'], MOST_KWH);
    const assumedKwh = numberOf(battery['assumedKwh'], MOST_KWH);
    if (percent === undefined || (sessionKwh ?? assumedKwh) === undefined) return;
    this.#state.battery = { percent, sessionKwh, assumedKwh: assumedKwh ?? 0 };
  }

  #isNew(next: CarReading): boolean {
    const { mode, sessionId, sessionKwh } = this.#state;
    if (sessionId !== undefined && next.sessionId !== undefined) return sessionId !== next.sessionId;
    if (mode === 'disconnected' && next.mode !== undefined) return next.mode !== 'disconnected';
    if (sessionKwh === undefined || next.sessionKwh === undefined) return false;
    return next.sessionKwh < sessionKwh / 2 && sessionKwh - next.sessionKwh > STEP_BACK_KWH;
  }
}

function numberOf(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= most ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 100) : undefined;
}

import { everyPhase, lowest, roundedDown } from './currents';
import type { Currents, CurrentRequest, RequestSettings } from './types';

/** So long after its deploy a limit that has not spoken yet holds raises back, in ms: no target may overtake it. */
const SILENT_LIMIT_MS = 15 * 60_000;
/** And so long it holds back what a target lowers, or the limit would have to wait for the cooldown of that, in ms. */
const FIRST_WORD_MS = 10_000;
/** Stands for: no limit. */
const UNLIMITED = everyPhase(Infinity);

/** The wish of one node. */
export interface ActiveSetpoint {
  /** Rounded down to what can be set. */
  currents: Currents;
  /** The newest has the highest. */
  serial: number;
  /** The serial of the first of those that said the same. */
  since: number;
  /** Calls that wait for their first decision. */
  asked: number[];
  /** `open`: nothing was told yet. `waiting`: told that it waits. `settled`: it is true. */
  state: 'open' | 'waiting' | 'settled';
  /** What it was told to wait for last. */
  toldUntil?: number;
  /** What it was told to be held at last. */
  cappedAt?: Currents | undefined;
  /** Why it is not pursued: somebody else has set another value since. */
  suspended?: 'foreign' | 'yielded' | undefined;
}

/** One node that has a say. */
export interface SetpointEntry {
  settings: RequestSettings;
  wish: ActiveSetpoint | undefined;
  armedAt: number;
  /** When it last gave a valid wish, or was deployed. */
  fedAt: number;
  /** Its dead man has fired. */
  fired: boolean;
}

/** Who wants what, `zaptec-api.md` 2.5: the newest target counts, every limit holds. */
export class Setpoints {
  readonly #entries = new Map<string, SetpointEntry>();
  #serial = 0;

  get entries(): SetpointEntry[] {
    return [...this.#entries.values()];
  }

  get serial(): number {
    return this.#serial;
  }

  /** Whether anything is to be kept true. */
  get isLive(): boolean {
    return this.entries.some(({ wish, fired }) => wish !== undefined || fired);
  }

  get(by: string): SetpointEntry | undefined {
    return this.#entries.get(by);
  }

  /**
   * The node was deployed: what it wished before stays unless it plays another part now, and so does the safe value of
   * a dead man that has fired, since a deploy is no valid wish.
   */
  arm(settings: RequestSettings, now: number): void {
    const known = this.#entries.get(settings.by);
    const before = known?.settings.role === settings.role ? known : undefined;
    const wish = before?.wish;
    if (wish) wish.suspended = undefined;
    const fired = before?.fired === true && settings.deadMan !== undefined;
    this.#entries.set(settings.by, { settings, wish, armedAt: now, fedAt: now, fired });
  }

  /** @returns what it replaces. */
  put(wish: CurrentRequest, serial: number, now: number): { entry: SetpointEntry; before: ActiveSetpoint | undefined } {
    const { currents, ...settings } = wish;
    const known = this.#entries.get(wish.by);
    const before = known?.wish;
    const standing: ActiveSetpoint = {
      currents: roundedDown(currents),
      serial,
      since: serial,
      asked: [serial],
      state: 'open',
    };
    const entry: SetpointEntry = {
      settings,
      wish: standing,
      armedAt: known?.armedAt ?? now,
      fedAt: now,
      fired: false,
    };
    this.#serial = Math.max(this.#serial, serial);
    this.#entries.set(wish.by, entry);
    return { entry, before };
  }

  remove(by: string): SetpointEntry | undefined {
    const entry = this.#entries.get(by);
    this.#entries.delete(by);
    return entry;
  }

  notAfter(now: number): void {
    for (const entry of this.#entries.values()) {
      entry.fedAt = Math.min(entry.fedAt, now);
      entry.armedAt = Math.min(entry.armedAt, now);
    }
  }

  /** The newest target, whether it is pursued or not. */
  get target(): (SetpointEntry & { wish: ActiveSetpoint }) | undefined {
    return this.entries
      .filter(
        (entry): entry is SetpointEntry & { wish: ActiveSetpoint } =>
          entry.wish !== undefined && entry.settings.role === 'target',
      )
      .reduce<(SetpointEntry & { wish: ActiveSetpoint }) | undefined>(
        (newest, entry) => (newest && newest.wish.serial > entry.wish.serial ? newest : entry),
        undefined,
      );
  }

  /** All limits together, those of dead men too. */
  get limit(): Currents {
    const limits = this.entries.flatMap(({ settings, wish, fired }) => [
      ...(settings.role === 'limit' && wish ? [wish.currents] : []),
      ...(fired && settings.deadMan ? [everyPhase(settings.deadMan.safeA)] : []),
    ]);
    return lowest(UNLIMITED, ...limits);
  }

  /** @param base what counts without a target: what was set before, or by somebody else. */
  desired(base: Currents, maxCurrent: number): Currents {
    const { target } = this;
    const most = everyPhase(maxCurrent);
    // What others have set is left as it is, be it no multiple of 0.1 A.
    const wanted = target && !target.wish.suspended ? roundedDown(lowest(target.wish.currents, most)) : base;
    return lowest(wanted, roundedDown(this.limit), most);
  }

  /** The strictest of what the nodes ask for; the dead band is that of the newest wish that counts. */
  get pace(): {
    intervalMs: number;
    cooldownMs: number;
    limitCooldownMs: number;
    lowerAtOnce: boolean;
    deadBandA: number;
  } {
    const live = this.entries.filter(({ wish, fired }) => wish !== undefined || fired).map(({ settings }) => settings);
    const limits = live.filter(({ role, deadMan }) => role === 'limit' || deadMan);
    const owner = this.target?.settings;
    return {
      intervalMs: Math.max(0, ...live.map(({ intervalMs }) => intervalMs)),
      cooldownMs: owner?.cooldownMs ?? 0,
      limitCooldownMs: limits.length === 0 ? 0 : Math.min(...limits.map(({ cooldownMs }) => cooldownMs)),
      lowerAtOnce: owner?.lowerAtOnce ?? true,
      deadBandA: owner?.deadBandA ?? Math.max(0, ...limits.map(({ deadBandA }) => deadBandA)),
    };
  }

  /** Until when limits that were deployed and have not spoken yet hold targets back; -Infinity where none does. */
  silence(now: number): { raise: number; lower: number } {
    const silent = this.entries.filter(({ settings, wish, fired }) => settings.role === 'limit' && !wish && !fired);
    const armedAt = Math.max(-Infinity, ...silent.map((entry) => entry.armedAt));
    const until = (ms: number) => (armedAt + ms > now ? armedAt + ms : -Infinity);
    return { raise: until(SILENT_LIMIT_MS), lower: until(FIRST_WORD_MS) };
  }

  /** When the next dead man is due; Infinity when none is armed. */
  get deadManAt(): number {
    return Math.min(
      Infinity,
      ...this.entries.flatMap(({ settings, fired, fedAt }) =>
        settings.deadMan && !fired ? [fedAt + settings.deadMan.afterMs] : [],
      ),
    );
  }

  /** @returns those that fire now. */
  fireDeadMen(now: number): SetpointEntry[] {
    const due = this.entries.filter(
      ({ settings, fired, fedAt }) => settings.deadMan && !fired && now >= fedAt + settings.deadMan.afterMs,
    );
    for (const entry of due) entry.fired = true;
    return due;
  }
}

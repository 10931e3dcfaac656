import { combined, contendersOf, ruleOf, type CombinedTarget } from './combination';
import { everyPhase, lowest, roundedDown } from './currents';
import type { OtherLimit, OwnLimit } from './governor/events';
import type { CombineRule, CountingTarget, Currents, CurrentRequest, RequestSettings } from './types';

/** So long after its deploy a limit without a request delays raises, in ms: no target may overtake it. */
const AWAITED_RAISE_MS = 15 * 60_000;
/** And so long it delays what a target lowers, or the limit would have to wait for the cooldown of that, in ms. */
const AWAITED_LOWER_MS = 10_000;
/** So long after its deploy a target without a request delays those that it will be combined with, in ms. */
const AWAITED_TARGET_MS = 10_000;
const UNLIMITED = everyPhase(Infinity);
const NO_DEAD_BAND = { deadBandA: 0 } as const;

/** The request of one node, while it counts. */
export interface ActiveSetpoint {
  /** Rounded down to what can be set. */
  currents: Currents;
  /** The newest request has the highest. */
  serial: number;
  /** The serial of the first request of those that said the same. */
  firstSerial: number;
  /** Serials of the requests that wait for their first decision. */
  callers: number[];
  /** `open`: nothing was reported yet. `waiting`: reported to wait. `settled`: its last decision was reported. */
  state: 'open' | 'waiting' | 'settled';
  /** Its last decision was a refusal, so that it is news when the value is set after all. */
  refused: boolean;
  /** The time that it was reported to wait for last. */
  reportedUntil?: number | undefined;
  /** A negative phase of the request counts as 0. */
  isRaisedToZero?: boolean;
  /** The value that it was reported to be held at last. */
  cappedAt?: Currents | undefined;
  /** The target that was reported last to count in the place of this one. */
  outranked?: CountingTarget | undefined;
  /** Why it is not applied: somebody else has set another value since. */
  suspended?: 'foreign' | 'yielded' | undefined;
}

/** One node that may set the current. */
export interface SetpointEntry {
  settings: RequestSettings;
  setpoint: ActiveSetpoint | undefined;
  armedAt: number;
  /** When its last valid request came, or its deploy. */
  lastInputAt: number;
  deadManFired: boolean;
}

/** A node for people. */
function nameOf({ by, name }: RequestSettings): string {
  return name ?? by;
}

/** Nodes for people. */
export function namesOf(entries: readonly Pick<SetpointEntry, 'settings'>[]): string {
  return entries.map(({ settings }) => nameOf(settings)).join(' and ');
}

export type RequestedEntry = SetpointEntry & { setpoint: ActiveSetpoint };

/** What each node wants (docs/zaptec-api.md, "Installation settings"): targets are combined, every limit holds. */
export class Setpoints {
  readonly #entries = new Map<string, SetpointEntry>();
  #serial = 0;
  #others: readonly OtherLimit[] = [];

  get entries(): SetpointEntry[] {
    return [...this.#entries.values()];
  }

  /** Of the newest request. */
  get serial(): number {
    return this.#serial;
  }

  /** Whether anything is to be kept true. A machine without a node for this current leaves it to the others. */
  get isLive(): boolean {
    if (this.entries.some(({ setpoint, deadManFired }) => setpoint !== undefined || deadManFired)) return true;
    return this.#entries.size > 0 && this.#others.some(isLimiting);
  }

  /** The limits of the other machines; those whose dead man's switch has fired here stay so until a new value comes. */
  setOthers(others: readonly OtherLimit[]): void {
    this.#others = others;
  }

  /** What the other machines are to know. */
  get sharing(): { isActive: boolean; limits: readonly OwnLimit[] } {
    const limits = this.entries.flatMap(({ settings, setpoint, lastInputAt, deadManFired }): OwnLimit[] => {
      const { by, role, deadMan } = settings;
      const currents = role === 'limit' ? setpoint?.currents : undefined;
      if (!currents && !deadMan) return [];
      return [{ by, name: nameOf(settings), currents, lastInputAt, deadMan, deadManFired }];
    });
    return { isActive: this.#entries.size > 0, limits };
  }

  get(by: string): SetpointEntry | undefined {
    return this.#entries.get(by);
  }

  /**
   * The node was deployed: its setpoint stays unless the node has another role now, and so does the safe value of a dead
   * man that has fired, since a deploy is no valid request.
   */
  arm(settings: RequestSettings, now: number): void {
    const known = this.#entries.get(settings.by);
    const before = known?.settings.role === settings.role ? known : undefined;
    const setpoint = before?.setpoint;
    if (setpoint) setpoint.suspended = undefined;
    const deadManFired = before?.deadManFired === true && settings.deadMan !== undefined;
    this.#entries.set(settings.by, { settings, setpoint, armedAt: now, lastInputAt: now, deadManFired });
  }

  /** @returns the setpoint that the request replaces as `before`. */
  put(
    request: CurrentRequest,
    serial: number,
    now: number,
  ): { entry: RequestedEntry; before: ActiveSetpoint | undefined } {
    const { currents, ...settings } = request;
    const known = this.#entries.get(request.by);
    const setpoint: ActiveSetpoint = {
      currents: roundedDown(currents),
      serial,
      firstSerial: serial,
      callers: [serial],
      state: 'open',
      refused: false,
    };
    const armedAt = known?.armedAt ?? now;
    const entry = { settings, setpoint, armedAt, lastInputAt: now, deadManFired: false };
    this.#serial = Math.max(this.#serial, serial);
    this.#entries.set(request.by, entry);
    return { entry, before: known?.setpoint };
  }

  remove(by: string): SetpointEntry | undefined {
    const entry = this.#entries.get(by);
    this.#entries.delete(by);
    return entry;
  }

  get targets(): RequestedEntry[] {
    return this.entries.filter(
      (entry): entry is RequestedEntry => entry.setpoint !== undefined && entry.settings.role === 'target',
    );
  }

  /** Targets that have a say, whether they are applied or not. */
  get contenders(): readonly RequestedEntry[] {
    return contendersOf(this.targets);
  }

  /** What all targets are together; undefined where none is to be applied. */
  get combined(): CombinedTarget<RequestedEntry> | undefined {
    return combined(this.targets);
  }

  get rule(): CombineRule {
    return ruleOf(this.targets);
  }

  /** All limits together, those of dead men too. */
  get limit(): Currents {
    const limits = this.entries.flatMap(({ settings, setpoint, deadManFired }) => [
      ...(settings.role === 'limit' && setpoint ? [setpoint.currents] : []),
      ...(deadManFired && settings.deadMan ? [everyPhase(settings.deadMan.safeA)] : []),
    ]);
    return lowest(UNLIMITED, ...limits, ...this.#others.flatMap(limitsOf));
  }

  /** Whether any limit is to hold, be it that of a dead man or of another machine. */
  get isLimited(): boolean {
    if (this.#others.some(isLimiting)) return true;
    return this.entries.some(({ settings, setpoint, deadManFired }) =>
      settings.role === 'limit' ? setpoint !== undefined || deadManFired : deadManFired,
    );
  }

  /** @param base what counts without a target: the value that was set before, or by somebody else. */
  desired(base: Currents, maxCurrent: number): Currents {
    const target = this.combined;
    const most = everyPhase(maxCurrent);
    // A value that others have set is left as it is, be it no multiple of 0.1 A.
    const wanted = target ? roundedDown(lowest(target.currents, most)) : base;
    return lowest(wanted, roundedDown(this.limit), most);
  }

  /** The strictest settings of all nodes; the rest is that of the targets that count. */
  get pace(): {
    intervalMs: number;
    cooldownMs: number;
    limitCooldownMs: number;
    lowerAtOnce: boolean;
    deadBandA: number;
  } {
    const live = this.entries
      .filter(({ setpoint, deadManFired }) => setpoint !== undefined || deadManFired)
      .map(({ settings }) => settings);
    const limits = live.filter(({ role, deadMan }) => role === 'limit' || deadMan);
    const owners = (this.combined?.owners ?? this.contenders).map(({ settings }) => settings);
    return {
      intervalMs: Math.max(0, ...live.map(({ intervalMs }) => intervalMs)),
      cooldownMs: Math.max(0, ...owners.map(({ cooldownMs }) => cooldownMs)),
      limitCooldownMs: limits.length === 0 ? 0 : Math.min(...limits.map(({ cooldownMs }) => cooldownMs)),
      lowerAtOnce: owners.every(({ lowerAtOnce }) => lowerAtOnce),
      deadBandA: Math.max(...(owners.length > 0 ? owners : [NO_DEAD_BAND, ...limits]).map((one) => one.deadBandA)),
    };
  }

  /**
   * Until when limits that were deployed and have no request yet delay targets, and so do targets that are combined with
   * others; -Infinity where none does.
   */
  awaited(now: number): { raise: number; lower: number } {
    const awaited = this.entries.filter(({ setpoint, deadManFired }) => !setpoint && !deadManFired);
    const until = (ms: number, isMeant: (settings: RequestSettings) => boolean) => {
      const armed = awaited.filter(({ settings }) => isMeant(settings)).map(({ armedAt }) => armedAt + ms);
      return Math.max(-Infinity, ...armed.filter((at) => at > now));
    };
    const target = until(AWAITED_TARGET_MS, isCombined);
    return {
      raise: Math.max(target, until(AWAITED_RAISE_MS, isLimit)),
      lower: Math.max(target, until(AWAITED_LOWER_MS, isLimit)),
    };
  }

  /** When the next dead man is due; Infinity when none is armed. */
  get deadManAt(): number {
    const others = this.#entries.size > 0 ? this.#others.map(otherDueAt) : [];
    return Math.min(Infinity, ...this.entries.map(dueAt), ...others);
  }

  /** @returns those of this machine that fire now. */
  fireDeadMen(now: number): SetpointEntry[] {
    this.#others = this.#others.map((other) => (now >= otherDueAt(other) ? { ...other, deadManFired: true } : other));
    const due = this.entries.filter((entry) => now >= dueAt(entry));
    for (const entry of due) entry.deadManFired = true;
    return due;
  }
}

function isLimit({ role }: RequestSettings): boolean {
  return role === 'limit';
}

/** What the first of several such targets sets alone would have the others wait, or pause for them. */
function isCombined({ role, combine = 'newest' }: RequestSettings): boolean {
  return role === 'target' && combine !== 'newest';
}

function dueAt({ settings: { deadMan }, deadManFired, lastInputAt }: SetpointEntry): number {
  return deadMan && !deadManFired ? lastInputAt + deadMan.afterMs : Infinity;
}

/** A machine fires the dead man's switches of the others so much later, in ms: a value may be on its way. */
const OTHER_DEAD_MAN_MS = 3_000;

function otherDueAt({ deadMan, deadManFired, lastInputAt }: OtherLimit): number {
  return deadMan && !deadManFired ? lastInputAt + deadMan.afterMs + OTHER_DEAD_MAN_MS : Infinity;
}

function isLimiting({ currents, deadManFired }: OtherLimit): boolean {
  return currents !== undefined || deadManFired;
}

function limitsOf({ currents, deadMan, deadManFired }: OtherLimit): Currents[] {
  return [...(currents ? [currents] : []), ...(deadManFired && deadMan ? [everyPhase(deadMan.safeA)] : [])];
}

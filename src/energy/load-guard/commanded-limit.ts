import { isObject } from '../../zaptec/json';
import type { Commanded } from './car-currents';
import { PHASES, perPhase, type PhaseValues } from './phases';

/** Zaptec's rule for raises, and the cooldown of a limit (docs/zaptec-api.md, "Installation settings"), ms. */
const RAISE_MS = 15 * 60_000;
const LOWER_MS = 60_000;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** So many times of changes are kept. */
const MOST_KEPT = 200;
/** A smaller difference is none, A. */
const EPSILON_A = 0.05;

/**
 * The current that is set at the chargers: as the account knows it, or else as it must be by what was asked for and by
 * the pace at which the update-current node sets it.
 */
export class CommandedLimit {
  #current: Commanded | undefined;
  #early: number[] = [];
  #changes: number[] = [];
  #isSeen = false;

  get current(): Commanded | undefined {
    return this.#current;
  }

  /** From when on a raise can be set. */
  get raiseAt(): number {
    return (this.#current?.at ?? -Infinity) + RAISE_MS;
  }

  /** Lowerings within 15 minutes of the change before, in the last hour. */
  earlyLowerings(now: number): number {
    this.#early = this.#early.filter((at) => at > now - HOUR_MS && at <= now);
    return this.#early.length;
  }

  /** How often the current was changed in the last 24 hours. */
  changes(now: number): number {
    this.#changes = this.#changes.filter((at) => at > now - DAY_MS && at <= now);
    return this.#changes.length;
  }

  /** What the account knows to be set. */
  see(limit: PhaseValues, now: number): void {
    this.#isSeen = true;
    if (!this.#current || !isSame(this.#current.limit, limit)) this.#change(limit, now);
  }

  /** What was asked for, where the account does not know what is set. */
  assume(wanted: PhaseValues, now: number): void {
    if (this.#isSeen) return;
    const { limit, at } = this.#current ?? { limit: wanted, at: -Infinity };
    if (!this.#current || now >= at + RAISE_MS || now < at) {
      if (!this.#current || !isSame(limit, wanted)) this.#change(wanted, now);
      return;
    }
    const lowered = perPhase((phase) => Math.min(limit[phase], wanted[phase]));
    if (now >= at + LOWER_MS && !isSame(limit, lowered)) this.#change(lowered, now);
  }

  /** Plain JSON. */
  dump(): unknown {
    return { current: this.#current, early: this.#early, changes: this.#changes };
  }

  restore(dumped: unknown): void {
    if (!isObject(dumped)) return;
    const { current } = dumped;
    this.#early = timesOf(dumped['early']);
    this.#changes = timesOf(dumped['changes']);
    if (!isObject(current) || !isObject(current['limit']) || !Number.isFinite(current['at'])) return;
    const { limit } = current;
    if (PHASES.every((phase) => Number.isFinite(limit[phase]))) {
      this.#current = { limit: perPhase((phase) => limit[phase] as number), at: current['at'] as number };
    }
  }

  #change(limit: PhaseValues, now: number): void {
    const before = this.#current;
    const isLower = before && PHASES.some((phase) => limit[phase] < before.limit[phase] - EPSILON_A);
    if (isLower && now - before.at < RAISE_MS) this.#early = [...this.#early, now].slice(-MOST_KEPT);
    if (before) this.#changes = [...this.#changes, now].slice(-MOST_KEPT);
    this.#current = { limit: perPhase((phase) => limit[phase]), at: now };
  }
}

function timesOf(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value.filter((at): at is number => Number.isFinite(at)).slice(-MOST_KEPT);
}

function isSame(first: PhaseValues, other: PhaseValues): boolean {
  return PHASES.every((phase) => Math.abs(first[phase] - other[phase]) < EPSILON_A);
}

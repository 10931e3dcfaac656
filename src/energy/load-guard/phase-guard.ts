import type { LoadGuardCode, PhaseFacts } from './guard-decision';
import type { LoadGuardSettings } from './guard-settings';
import { HouseLoad } from './house-load';
import { Overload } from './overload';
import { roundedDown } from './phases';
import { bestRaise, type RaiseQuestion } from './raise-choice';

/** What decides on one phase beside its own values. */
export interface PhaseSituation {
  settings: LoadGuardSettings;
  now: number;
  /** The last good value, A; undefined where it is not known or too old. */
  totalA: number | undefined;
  ageMs: number | undefined;
  /** At least this flows into cars, A. */
  carsA: number;
  /** Whether the chargers say what they take. */
  areCarsKnown: boolean;
  /** What is set at the chargers, A, and when; undefined where nobody knows. */
  setA: number | undefined;
  setAt: number;
  /** Lowerings within 15 minutes of a change, in the last hour. */
  earlyLowerings: number;
  /** How often the current was changed in the last 24 hours. */
  changes: number;
}

export interface PhaseVerdict extends PhaseFacts {
  limitA: number;
}

const MINUTE = 60_000;
const SECOND = 1_000;
/** Below this a car does not charge (docs/zaptec-api.md, "Charging current"), A. */
const LEAST_A = 6;
/** A raise by less is not worth a write, A: where the cars use what they have, and where they do not. */
const BAND_A = { used: 1, unused: 4 } as const;
/** Cars that take so much less than they may do not use it, A. */
const UNUSED_A = 2;
/** More early lowerings in an hour, and the load is too restless for a raise. */
const MOST_EARLY = 4;
/** After a change the cars get so long to follow it, ms. */
const FOLLOW_MS = 20 * SECOND;
/** A raise is chosen anew so often, ms. */
const CHOSEN_MS = 10 * SECOND;
/** A raise that waits for its time is changed in steps of so many A. */
const STEP_A = 2;

/** Guards one phase of the connection. */
export class PhaseGuard {
  #house = new HouseLoad();
  #isHouseOld = false;
  readonly #overload = new Overload();
  /** The last limit, A. */
  #limitA: number | undefined;
  #choice: { at: number; setA: number; freeA: number; chosenA: number | undefined } = {
    at: -Infinity,
    setA: NaN,
    freeA: NaN,
    chosenA: undefined,
  };

  /** @param totalA of the connection, negative where it flows into the grid. @param carsA what of it flows into cars */
  take(totalA: number, carsA: number, now: number, { fuseA, holdS }: LoadGuardSettings): void {
    if (this.#isHouseOld) this.#house = new HouseLoad();
    this.#isHouseOld = false;
    this.#house.add(totalA - carsA, now, holdS * SECOND);
    this.#overload.take(totalA, fuseA, now);
  }

  /** The load of the house begins anew with its next value. */
  forgetHouse(): void {
    this.#isHouseOld = true;
  }

  decide(at: PhaseSituation): PhaseVerdict {
    const { settings, totalA, carsA, ageMs } = at;
    const topA = Math.max(0, settings.fuseA - settings.reserveA);
    const { code, limitA, freeA } = this.#verdict(at, topA);
    this.#limitA = Math.max(0, roundedDown(Math.min(limitA, topA)));
    return { code, limitA: this.#limitA, totalA, carsA, freeA, ageMs };
  }

  /** Plain JSON: what a fuse remembers. The load of the house is measured anew. */
  dump(): unknown {
    return this.#overload.dump();
  }

  restore(dumped: unknown): void {
    this.#overload.restore(dumped);
  }

  #verdict(at: PhaseSituation, topA: number): { code: LoadGuardCode; limitA: number; freeA: number | undefined } {
    const { settings, now, totalA, setA } = at;
    if (totalA === undefined) return { code: 'unknown', limitA: settings.safeA, freeA: undefined };
    // What flows back into the grid is not offered: a cloud would take it away.
    const isLasting = this.#overload.isConfirmed(settings.fuseA, settings.overloadMin, now);
    const isRepeated = !isLasting && this.#overload.isRepeated(settings.overloadMin, now);
    const freeNowA = Math.min(topA, topA - (isRepeated ? this.#house.peak : this.#house.lasting));
    if (setA === undefined) return { code: 'raised', limitA: freeNowA, freeA: freeNowA };
    const hasFollowed = now - at.setAt >= FOLLOW_MS || now < at.setAt;
    if (isLasting || isRepeated) {
      if (!hasFollowed) return { code: 'holds', limitA: setA, freeA: freeNowA };
      const limitA = Math.max(0, Math.min(setA, freeNowA));
      return { code: freeNowA < 0 ? 'overload' : 'lowered', limitA, freeA: freeNowA };
    }
    const highest = this.#house.highest(now, settings.steadyMin * MINUTE);
    const freeA = highest === undefined ? undefined : Math.min(topA, topA - highest);
    if (freeA === undefined || !isWorthIt(at, freeA)) return { code: 'holds', limitA: setA, freeA: freeA ?? freeNowA };
    if (at.earlyLowerings > MOST_EARLY) return { code: 'waits', limitA: setA, freeA };
    const chosenA = this.#chosen({ minutes: this.#house.minutes, topA, setA, freeA, changes: at.changes }, now);
    if (chosenA === undefined) return { code: 'holds', limitA: setA, freeA };
    return { code: 'raised', limitA: this.#stepped(setA, chosenA), freeA };
  }

  /** The choice takes some time, and so is made every few seconds only. */
  #chosen(question: RaiseQuestion, now: number): number | undefined {
    const { at, setA, freeA } = this.#choice;
    const isOld = !(now >= at && now - at < CHOSEN_MS) || setA !== question.setA || freeA > question.freeA;
    if (isOld) this.#choice = { at: now, setA: question.setA, freeA: question.freeA, chosenA: bestRaise(question) };
    return this.#choice.chosenA;
  }

  /** While a raise waits for its time the load goes on to change: the limit follows it down at once and up in steps. */
  #stepped(setA: number, freeA: number): number {
    const before = this.#limitA;
    const isKept = before !== undefined && before > setA && before <= freeA && freeA - before < STEP_A;
    return isKept ? before : freeA;
  }
}

function isWorthIt({ setA = 0, carsA, areCarsKnown }: PhaseSituation, freeA: number): boolean {
  if (setA < LEAST_A) return freeA >= LEAST_A;
  const isUsed = !areCarsKnown || carsA >= setA - UNUSED_A;
  return freeA >= setA + (isUsed ? BAND_A.used : BAND_A.unused);
}

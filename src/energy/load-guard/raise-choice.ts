/** What a raise is chosen by. */
export interface RaiseQuestion {
  /** The highest load of the house that lasted in each minute, the oldest first, A. */
  minutes: readonly number[];
  /** What house and cars may have together, A. */
  topA: number;
  /** What is set, A. */
  setA: number;
  /** The most that may be set now, A. */
  freeA: number;
  /** How often the current was changed in the last 24 hours. */
  changes: number;
}

/** After a change a raise has to wait so long, min. */
const APART_MIN = 15;
/** A raise is made where so many minutes before it were quiet. */
const QUIET_MIN = 2;
/** A raise that brings less on average is not worth its write, A. */
const LEAST_GAIN_A = 0.7;
/** From so many changes in 24 hours on, each change asks for so much more gain, A. */
const MANY = 34;
const GAIN_PER_CHANGE_A = 0.2;
const LEAST_A = 6;

/**
 * The current that would have brought the most in the minutes that are known: a high one lasts until the house needs it,
 * and after that the low one lasts for 15 minutes. Undefined where no raise is worth it.
 */
export function bestRaise(question: RaiseQuestion): number | undefined {
  const { minutes, topA, setA, freeA, changes } = question;
  const candidates = new Set([freeA, ...minutes.map((load) => topA - load).filter((ampere) => ampere < freeA)]);
  let best: number | undefined;
  let most = usable(setA) + LEAST_GAIN_A + Math.max(0, changes - MANY) * GAIN_PER_CHANGE_A;
  for (const ampere of candidates) {
    if (ampere <= setA || ampere < LEAST_A) continue;
    const mean = meanOf(ampere, question);
    if (mean < most + 1e-9) continue;
    best = ampere;
    most = mean;
  }
  return best;
}

/** What a current would have brought on average, from each minute on in which it could have been set; A. */
function meanOf(ampere: number, { minutes, topA }: RaiseQuestion): number {
  let [brought, lasted] = [0, 0];
  for (let start = QUIET_MIN; start < minutes.length; start += 1) {
    if (!fits(ampere, minutes, start - QUIET_MIN, start, topA)) continue;
    let end = start;
    while (end < minutes.length && end - start < APART_MIN && (minutes[end] as number) <= topA - ampere) end += 1;
    brought += ampere * (end - start);
    lasted += end - start;
    if (end === minutes.length || end - start === APART_MIN) continue;
    brought += usable(topA - (minutes[end] as number)) * APART_MIN;
    lasted += APART_MIN;
  }
  return lasted === 0 ? ampere : brought / lasted;
}

function fits(ampere: number, minutes: readonly number[], from: number, to: number, topA: number): boolean {
  for (let at = from; at < to; at += 1) if ((minutes[at] as number) > topA - ampere) return false;
  return true;
}

const usable = (ampere: number): number => (ampere < LEAST_A ? 0 : ampere);

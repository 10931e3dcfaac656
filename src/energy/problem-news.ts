const HOUR = 3_600_000;
/** Texts that differ each time, as with a value in them, are reported at most so often in an hour. */
const MOST_AN_HOUR = 10;

/**
 * Says which problems of a meter are worth an error: each once, and again after a good value, but the same one only once
 * an hour. A meter that leaves out a value in every other message is no news every few seconds.
 */
export class ProblemNews {
  #last = '';
  #reported: { problem: string; at: number }[] = [];

  /** @param problem in words; blank for a good value. @returns whether it is to be reported */
  isNews(problem: string, now: number): boolean {
    const isSame = problem === this.#last;
    this.#last = problem;
    if (problem === '' || isSame) return false;
    this.#reported = this.#reported.filter(({ at }) => Math.abs(now - at) < HOUR);
    if (this.#reported.length >= MOST_AN_HOUR || this.#reported.some((one) => one.problem === problem)) return false;
    this.#reported.push({ problem, at: now });
    return true;
  }
}

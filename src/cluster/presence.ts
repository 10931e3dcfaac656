/** After so long without a report the others keep the share of a machine free, as the script has it, in ms. */
const SILENT_MS = 800;
/** Longer than any request counts that was sent before, in ms. */
export const SETTLED_MS = 1_250;
/** After the last question that was taken, this machine has to wait so long until it may go on alone, in ms. */
const COUNTED_MS = SILENT_MS + SETTLED_MS;
/** The first question of a machine has come to Redis after so long, be the way ever so slow, in ms. */
const SLOWEST_MS = 6_500;

/** A question by which this machine is there for the others. */
interface PresentQuestion {
  /** Until when it may still be taken, if no answer comes. */
  readonly untilMs: number;
}

/**
 * For how long the other machines may take this one for one of them. Each question that Redis takes makes it one, and then
 * the others use what this one leaves of the limit, until it was silent for a while: only then they keep its share free. So a
 * machine that loses Redis has to wait for the end of that before it sends anything alone. A question without an answer may
 * have been taken, or may be taken late. A machine that has just started is a stranger: the others keep no share free for it
 * before its first question has come to Redis. Times are of `performance.now()`, in ms.
 */
export class Presence {
  /** Questions that were not answered. */
  #unanswered: readonly PresentQuestion[] = [];
  /** When the newest answer came to a question that was taken. */
  #thereAt = -Infinity;
  /** When this machine first said that it is alone, and when Redis first answered. */
  #firstAskedAt: number | undefined;
  #firstAnsweredAt: number | undefined;

  /** Until the others keep the share of this machine free, and what was sent together no longer counts. */
  get countedUntil(): number {
    return Math.max(this.#thereAt, ...this.#unanswered.map(({ untilMs }) => untilMs)) + COUNTED_MS;
  }

  /** Until the others know of this machine, which has just started, and what they have sent before no longer counts. */
  get strangerUntil(): number {
    if (this.#firstAskedAt === undefined) return -Infinity;
    return (this.#firstAnsweredAt ?? this.#firstAskedAt + SLOWEST_MS) + SETTLED_MS;
  }

  /** A question leaves by which this machine is there. @param untilMs when it can no longer be taken */
  ask(askedAt: number, untilMs: number): PresentQuestion {
    const question = { untilMs };
    this.#unanswered = [...this.#unanswered.filter((one) => one.untilMs + COUNTED_MS > askedAt), question];
    return question;
  }

  /** @param isTaken it did not come too late */
  answered(question: PresentQuestion, answeredAt: number, isTaken: boolean): void {
    this.#unanswered = this.#unanswered.filter((one) => one !== question);
    if (isTaken) this.#thereAt = answeredAt;
  }

  /** A question leaves by which this machine is alone, so that the others keep its share free. */
  introduce(askedAt: number): void {
    this.#firstAskedAt ??= askedAt;
  }

  /** Redis has answered such a question. */
  introduced(answeredAt: number): void {
    this.#firstAnsweredAt ??= answeredAt;
  }

  /** Redis does not take such a question: where it was the first, nobody has heard of this machine. */
  refused(askedAt: number): void {
    if (this.#firstAskedAt === askedAt) this.#firstAskedAt = undefined;
  }
}

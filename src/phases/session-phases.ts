import type { Answer } from '../http/cache';
import { PhaseBudget } from './budget';
import { spend } from './gate';

/** Sessions that are remembered, the newest last. */
const REMEMBERED = 500;

/**
 * The phases on which sessions are served first (docs/zaptec-api.md, "Session and priority"). Other phases than before are
 * a switch of the charger, with the same budget as a change of the charger's settings. Forgotten with the process.
 */
export class SessionPhases {
  readonly #budget = new PhaseBudget();
  readonly #phases = new Map<string, number>();

  /**
   * @param phases the same again, or undefined, is no switch.
   * @throws ZaptecError `PHASES_TOO_SOON`, `PHASES_SPENT`, and what `send` throws.
   */
  async pass(
    sessionId: string,
    phases: number | undefined,
    send: () => Promise<Answer<unknown>>,
  ): Promise<Answer<unknown>> {
    if (phases === undefined || phases === this.#phases.get(sessionId)) return send();
    // The first phases of a session may be those that it has; nobody knows without a request.
    return spend({ budget: this.#budget, chargerId: sessionId }, [sessionId], () =>
      this.#sent(sessionId, phases, send),
    );
  }

  async #sent(sessionId: string, phases: number, send: () => Promise<Answer<unknown>>): Promise<Answer<unknown>> {
    const answer = await send();
    this.#phases.delete(sessionId);
    this.#phases.set(sessionId, phases);
    const [oldest] = this.#phases.keys();
    if (this.#phases.size > REMEMBERED && oldest !== undefined) this.#phases.delete(oldest);
    return answer;
  }
}
